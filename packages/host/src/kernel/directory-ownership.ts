import {
	closeSync,
	existsSync,
	fstatSync,
	ftruncateSync,
	openSync,
	readFileSync,
	rmSync,
	statSync,
	writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { makeDirectory } from '../make-directory.js';
import { StartRefusal } from '../start-refusal.js';
import { tryLock } from './file-lock.js';

/** This process cannot own a directory: another process owns it, or it is not writable. */
export class DirectoryRefusal extends StartRefusal {
	override name = 'DirectoryRefusal';
	/** Process id of the present owner, if another process owns the directory and its id is known. */
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
	/** Releases the lock and removes its file. Later calls have no effect. */
	release(): void;
}

/**
 * Attempts to lock before the start is refused. An attempt fails if the previous owner removes the lock file between
 * this process's open and its lock.
 */
const attemptsMax = 100;
const ownerLock = 'owner.lock';

/**
 * Whether a process owns a directory, or was killed while it owned it. In contrast to a look at the lock itself, this
 * cannot make the start of another process fail.
 */
export function mayBeOwned(directory: string): boolean {
	return existsSync(join(directory, ownerLock));
}

/**
 * Makes this process the only owner of a directory. A missing directory is created with mode 0700. The call never
 * waits. The kernel releases the lock when the process ends for any reason.
 *
 * @param purpose the content of the directory, for messages, such as `ClickHouse data`
 * @param option the flag that sets the directory, for messages
 * @param name name of the lock file
 * @param pid process id that the lock file names, for the refusals of other processes; a worker names its parent, since
 *   the parent would restart a worker that is stopped. @default this process
 * @throws DirectoryRefusal when another process owns the directory, or it is not writable
 */
export function ownDirectory(
	path: string,
	purpose: string,
	option = '--data',
	name = ownerLock,
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
		// The previous owner removed the file between this process's open and its lock, so the lock protects nothing.
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
			// The file is removed while it is still locked: after the release, another process may have locked it.
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

/** Undefined if the file is empty or absent: the owner writes its id after it has locked the file. */
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
