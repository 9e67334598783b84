import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdtempSync,
	openSync,
	readdirSync,
	rmSync,
	statfsSync,
	statSync,
	writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Disk } from './judge-disk.js';

/** Number of writes with an fsync. */
const fsyncs = 20;
const bytesWritten = Buffer.alloc(4096, 1);
/** Files of the data directory whose times are read at most. */
const filesMax = 1_000;

/** Tries the disk of the data directory with a file of its own, which it removes. Nothing else is changed. */
export function tryDisk(data: string): Disk {
	const directory = resolve(data);
	const tried = existing(directory);
	const { bavail, bsize, type } = statfsSync(tried);
	const { fsyncMs, unwritable } = write(tried);
	return { directory, tried, unwritable, freeBytes: bavail * bsize, type, fsyncMs };
}

/** The path, or the first folder above it that exists. */
function existing(path: string): string {
	const parent = dirname(path);
	return parent === path || existsSync(path) ? path : existing(parent);
}

function write(folder: string): Pick<Disk, 'fsyncMs' | 'unwritable'> {
	let scratch: string | undefined;
	try {
		scratch = mkdtempSync(join(folder, '.footfall-doctor-'));
		const file = openSync(join(scratch, 'written'), 'w');
		try {
			return { fsyncMs: Array.from({ length: fsyncs }, () => timed(file)), unwritable: undefined };
		} finally {
			closeSync(file);
		}
	} catch (error) {
		// Node appends the system call and the path.
		return { fsyncMs: [], unwritable: (error as Error).message.split(', ')[0] ?? String(error) };
	} finally {
		if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true });
	}
}

function timed(file: number): number {
	const startMs = performance.now();
	writeSync(file, bytesWritten);
	fsyncSync(file);
	return performance.now() - startMs;
}

/** Newest change of a file in a data directory, ms since 1970; undefined if it has none. */
export function newestChangeMs(data: string): number | undefined {
	const files = ['', 'log', 'clickhouse'].flatMap((part) => {
		try {
			return readdirSync(join(data, part))
				.slice(0, filesMax)
				.map((name) => join(data, part, name));
		} catch {
			return [];
		}
	});
	const times = files
		.filter((file) => existsSync(file))
		.map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
	return times.length === 0 ? undefined : Math.max(...times);
}

/** Whether two paths, or the first folders above them that exist, are on one file system. */
export const isOnFileSystemOf = (path: string, other: string) =>
	statSync(existing(resolve(path))).dev === statSync(other).dev;
