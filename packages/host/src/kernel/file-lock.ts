import { closeSync, openSync } from 'node:fs';
import { constants } from 'node:os';
import { DataType, load, open } from 'ffi-rs';

const exclusiveWithoutWaiting = 2 | 4; // LOCK_EX | LOCK_NB, the same numbers on Linux and macOS
let opened = false;

/**
 * `held`: another open file description has the lock, in this process or in another. `failed`: the file system does not
 * support the lock.
 */
export type LockResult = { kind: 'taken' } | { kind: 'held' } | { kind: 'failed'; why: string };

/**
 * Takes an exclusive flock(2) on an open file, without waiting. The kernel releases it when the process ends for any
 * reason, so there are no stale locks. Node does not offer flock, so this calls the C library.
 */
export function tryLock(fd: number): LockResult {
	if (!opened) {
		// An empty path means the C library that this process has loaded.
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

/**
 * Whether a process has the lock on a file. To find out, it takes the lock for a moment itself, so a process that
 * starts must retry a lock that it finds held.
 */
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
