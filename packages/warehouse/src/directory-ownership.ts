import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectory } from './directory.js';
import { tryLock } from './kernel-lock.js';
import { StartRefusal } from './start-refusal.js';

/** A directory cannot be ours: it has another owner, or cannot be written. */
export class DirectoryRefusal extends StartRefusal {
	override name = 'DirectoryRefusal';
	/** Process id of the owner to stop, when another process is the reason and its id is known. */
	readonly ownerPid: number | undefined;

	constructor(message: string, ownerPid?: number) {
		super(message);
		this.ownerPid = ownerPid;
	}
}

/** Proof that this process alone works on a directory. */
export interface DirectoryOwnership {
	/** Absolute path. */
	readonly directory: string;
	/** Gives it up and removes the lock file. Calling it twice does nothing. */
	release(): void;
}

/** How often an owner may go away between our open and our lock before that looks like a fault. */
const attemptsMax = 100;

/**
 * Makes this process the one owner of a directory, which is created if need be, readable by its user alone. Never waits.
 * The lock ends with the process, however that ends.
 *
 * @param purpose what the directory is, for messages: `the log`
 * @param option the flag that names the directory, for messages: `--data`
 * @param pid the process that the refusal names to stop; a worker names its parent, which would restart it.
 *   @default this one
 * @throws DirectoryRefusal when another process owns it or it cannot be written
 */
export function ownDirectory(
	path: string,
	purpose: string,
	option = '--data',
	name = 'owner.lock',
	pid: number = process.pid,
): DirectoryOwnership {
	const directory = resolve(path);
	if (process.platform === 'win32') {
		throw new StartRefusal('Footfall needs the file locks of Linux or macOS; on Windows use WSL2 or Docker');
	}
	const cannotWrite = (reason: string) =>
		new DirectoryRefusal(`cannot write ${directory} (${purpose}): ${reason}; give a writable directory with ${option}`);
	const lockFile = join(directory, name);
	for (let attempt = 1; attempt <= attemptsMax; attempt++) {
		const fd = openLockFile(directory, lockFile, cannotWrite);
		const lock = tryLock(fd);
		if (lock.kind === 'taken' && isSameFile(fd, lockFile)) return takeOver(fd, directory, lockFile, pid);
		closeSync(fd);
		// Taken but another file by now: the last owner removed it between our open and our lock. What we got is nobody's.
		if (lock.kind === 'taken') continue;
		if (lock.kind === 'failed') throw cannotWrite(`it cannot be locked (${lock.why})`);
		const ownerPid = readPid(lockFile);
		throw new DirectoryRefusal(
			`${directory} (${purpose}) is in use by another Footfall${ownerPid ? `, process ${ownerPid}` : ''}; stop it first, or give another directory with ${option}`,
			ownerPid,
		);
	}
	throw cannotWrite('its lock file does not stay in place');
}

function takeOver(fd: number, directory: string, lockFile: string, pid: number): DirectoryOwnership {
	ftruncateSync(fd);
	writeSync(fd, String(pid));
	let released = false;
	return {
		directory,
		release() {
			if (released) return;
			released = true;
			// In this order: a file that is still locked may go, a file that another has locked since may not.
			rmSync(lockFile, { force: true });
			closeSync(fd);
		},
	};
}

function openLockFile(directory: string, lockFile: string, cannotWrite: (reason: string) => DirectoryRefusal): number {
	try {
		makeDirectory(directory);
		return openSync(lockFile, 'a+', 0o600);
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const reasons: Record<string, string> = {
			EACCES: 'permission denied',
			EPERM: 'permission denied',
			EROFS: 'the file system is read-only',
			ENOSPC: 'no space left on the device',
			EEXIST: 'there is a file of that name',
			ENOTDIR: 'a part of the path is a file',
			ENOENT: 'it cannot be created there',
		};
		throw cannotWrite(reasons[code ?? ''] ?? message);
	}
}

/** The owner writes its id right after locking; for an instant the file may be empty, or gone again. */
function readPid(lockFile: string): number | undefined {
	try {
		return Number(readFileSync(lockFile, 'utf8')) || undefined;
	} catch {
		return undefined;
	}
}

function isSameFile(fd: number, path: string): boolean {
	const onDisk = statSync(path, { throwIfNoEntry: false });
	const held = fstatSync(fd);
	return onDisk !== undefined && onDisk.ino === held.ino && onDisk.dev === held.dev;
}
