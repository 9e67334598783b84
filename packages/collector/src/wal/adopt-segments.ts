import { readdirSync, rmdirSync } from 'node:fs';
import { join, parse, resolve } from 'node:path';
import { ownDirectory, StartRefusal } from '@footfall/warehouse';
import type { FileSystem } from './file-system.js';
import { segmentNameOf } from './segment-name.js';

/** Where a worker keeps its log: the first where one process alone would, `log`, the others beside it, `log-2`. */
export function workerLogDirectory(logDirectory: string, worker: number): string {
	return worker === 1 ? logDirectory : `${logDirectory}-${worker}`;
}

/** Log directories of workers beyond the ones that start now, `log-3` before `log-10`. What is in them must not be forgotten. */
export function orphanedLogs(logDirectory: string, workers: number): string[] {
	const { dir, base } = parse(resolve(logDirectory));
	return directoriesIn(dir)
		.filter((name) => name.startsWith(`${base}-`) && /^[1-9]\d*$/.test(name.slice(base.length + 1)))
		.map((name) => Number(name.slice(base.length + 1)))
		.filter((worker) => worker > Math.max(1, workers))
		.sort((a, b) => a - b)
		.map((worker) => workerLogDirectory(logDirectory, worker));
}

function directoriesIn(directory: string): string[] {
	try {
		const entries = readdirSync(directory, { withFileTypes: true });
		return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	} catch {
		return []; // Not there yet: nothing was ever started.
	}
}

/**
 * Moves all segments of a log directory that nobody works on into another one, and removes it when it is empty. Names of
 * segments are unique and their rows carry them, so they are delivered as if nothing had happened, wherever they lie.
 *
 * @throws StartRefusal when another process works on it, or its files cannot be moved
 */
export async function adoptSegments(fileSystem: FileSystem, from: string, to: string): Promise<void> {
	const ownership = ownDirectory(from, 'the log of an earlier worker');
	try {
		const files = await fileSystem.list(from);
		for (const file of files.filter((name) => segmentNameOf(name) !== undefined)) {
			await fileSystem.rename(join(from, file), join(to, file));
		}
		await fileSystem.syncDirectory(to);
		await fileSystem.syncDirectory(from);
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(
			`Cannot move the log of an earlier worker from ${from} to ${to} (${why}): move its files there by hand.`,
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
		// Something that is not ours is in it.
	}
}
