import { readdirSync, rmdirSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { ownDirectory } from '@footfall/host/kernel';
import type { FileSystem } from './file-system.js';
import { quarantineSuffix, reasonSuffix, segmentNameOf, segmentSuffix } from './segment-name.js';

/**
 * The WAL directory of a worker. The first worker uses the directory that a single process would use (`log`); the
 * others use siblings of it (`log-2`).
 *
 * @param worker number of the worker, from 1
 */
export function workerWalDirectory(walDirectory: string, worker: number): string {
	return worker === 1 ? walDirectory : `${walDirectory}-${worker}`;
}

/**
 * WAL directories of workers beyond those that start now, in the order of their numbers: `log-3` before `log-10`. Their
 * segments must still be delivered.
 */
export function orphanedWals(walDirectory: string, workers: number): string[] {
	const { dir, base } = parse(resolve(walDirectory));
	return directoriesIn(dir)
		.filter((name) => name.startsWith(`${base}-`) && /^[1-9]\d*$/.test(name.slice(base.length + 1)))
		.map((name) => Number(name.slice(base.length + 1)))
		.filter((worker) => worker > Math.max(1, workers))
		.sort((a, b) => a - b)
		.map((worker) => workerWalDirectory(walDirectory, worker));
}

function directoriesIn(directory: string): string[] {
	try {
		const entries = readdirSync(directory, { withFileTypes: true });
		return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	} catch {
		return []; // The directory does not exist before the first start.
	}
}

/**
 * Moves all segments of a WAL directory that no process uses into another directory, and removes the first one if it is
 * empty then. Names of segments are unique and their rows carry them, so segments can be delivered from any directory.
 *
 * @throws StartRefusal when another process uses the directory, or its files cannot be moved
 */
export async function adoptSegments(fileSystem: FileSystem, from: string, to: string): Promise<void> {
	const ownership = ownDirectory(from, 'the write-ahead log of an earlier worker');
	try {
		const files = await fileSystem.list(from);
		const suffixes = [segmentSuffix, quarantineSuffix, reasonSuffix];
		for (const file of files.filter((name) => segmentNameOf(name, suffixes) !== undefined)) {
			await fileSystem.rename(join(from, file), join(to, file));
		}
		await fileSystem.fsyncDirectory(to);
		await fileSystem.fsyncDirectory(from);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(
			`Cannot move the write-ahead log of an earlier worker from ${from} to ${to} (${why}): move its files there by hand.`,
		);
	} finally {
		ownership.release();
	}
	removeIfEmpty(from);
}

function removeIfEmpty(directory: string): void {
	try {
		rmdirSync(directory);
	} catch {
		// The directory holds files that are not segments.
	}
}
