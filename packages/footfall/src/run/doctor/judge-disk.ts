import { type Finding, fault, ok, size, warning } from './finding.js';

/** State of the disk of the data directory. */
export interface Disk {
	/** Absolute path of the data directory. */
	directory: string;
	/** The directory, or the first folder above it that exists. */
	tried: string;
	/** Why no file could be written there; undefined if one could. */
	unwritable: string | undefined;
	freeBytes: number;
	/** Type of the file system as statfs(2) names it. */
	type: number;
	/** Durations of writes of a few bytes and an fsync each, ms; empty if nothing could be written. */
	fsyncMs: readonly number[];
}

const mebibyte = 2 ** 20;
/** Free space without which the write-ahead log and ClickHouse stop soon, bytes. */
const freeMin = 256 * mebibyte;
/** Free space for tables besides a full write-ahead log, bytes. */
const tablesMin = 1024 * mebibyte;
/** An fsync that takes longer makes every page wait, ms. The alert on slow disks has the same number. */
const slowFsyncMs = 500;

const inMemory = new Set([0x01021994, 0x858458f6]);
const onNetwork = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x65735546, 0x01021997, 0x517b]);

/**
 * Judges the disk of the data directory. Pure.
 *
 * @param walBytes maximum size of the write-ahead log
 */
export function judgeDisk(disk: Disk, walBytes: number): Finding[] {
	const { directory, tried, unwritable, freeBytes, type } = disk;
	const where = directory === tried ? directory : `${directory} (to be created in ${tried})`;
	if (unwritable !== undefined)
		return [
			fault('data directory', `${where} cannot be written (${unwritable})`, 'give a writable directory with --data'),
		];
	const findings = [judgeSpace(where, freeBytes, walBytes), judgeFsync(disk)];
	if (inMemory.has(type))
		findings.push(
			warning('data directory', 'it is in memory', 'a restart loses all data; give one on a disk with --data'),
		);
	if (onNetwork.has(type))
		findings.push(
			warning('data directory', 'it is on a network file system', 'locks and fsync may not hold; prefer a local disk'),
		);
	return findings;
}

function judgeSpace(where: string, freeBytes: number, walBytes: number): Finding {
	const text = `${where} is writable, ${size(freeBytes)} free`;
	const other = 'free space, or give a directory on another disk with --data';
	if (freeBytes < freeMin) return fault('data directory', text, other);
	if (freeBytes < walBytes + tablesMin)
		return warning(
			'data directory',
			text,
			`the write-ahead log alone may take ${size(walBytes)}; ${other}, or lower --wal-bytes`,
		);
	return ok('data directory', text);
}

function judgeFsync({ fsyncMs }: Disk): Finding {
	const sorted = fsyncMs.toSorted((a, b) => a - b);
	const [median = 0, max = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
	const text = `${median.toFixed(1)} ms in the median of ${sorted.length}, at most ${max.toFixed(1)} ms`;
	if (max > slowFsyncMs)
		return warning('fsync', text, 'pages wait for it; see docs/how-to/disk-slow.md, or give another disk with --data');
	return ok('fsync', text);
}
