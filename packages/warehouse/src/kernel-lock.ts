import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

const exclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB, the same numbers on Linux and macOS
let opened = false;

/** `held`: another open file has it, here or in another process. `failed`: this file system knows no such locks. */
export type LockResult = { kind: 'taken' } | { kind: 'held' } | { kind: 'failed'; why: string };

/**
 * Takes flock(2) on an open file; never waits. The kernel gives it up when the process ends, however it ends, so there
 * are no stale locks to tell from live ones. Node has no call for it, hence the foreign function.
 */
export function tryLock(fd: number): LockResult {
	if (!opened) {
		// No path: whichever C library this process has already loaded.
		open({ library: 'c', path: '' });
		opened = true;
	}
	const { value, errnoCode, errnoMessage } = load({
		library: 'c',
		funcName: 'flock',
		retType: DataType.I32,
		paramsType: [DataType.I32, DataType.I32],
		paramsValue: [fd, exclusiveWithoutWaiting],
		errno: true as const,
	});
	if (value === 0) return { kind: 'taken' };
	if (errnoCode === constants.errno.EWOULDBLOCK) return { kind: 'held' };
	return { kind: 'failed', why: errnoMessage };
}

/** Whether some process has the lock on a file. Takes it for an instant itself, which a patient owner does not mind. */
export function isLocked(path: string): boolean {
	let fd: number;
	try {
		fd = openSync(path, 'r');
	} catch {
		return false;
	}
	try {
		return tryLock(fd).kind === 'held';
	} finally {
		closeSync(fd);
	}
}
