import { join } from 'node:path';
import { StartRefusal } from '@footfall/warehouse';
import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';
import type { SealedSegment } from './open-segment.js';
import { readSegment } from './segment-format.js';
import { poisonSuffix, segmentNameOf, segmentSuffix } from './segment-name.js';

/** What a log directory held at start. */
export interface Replay {
	/** Oldest first. */
	segments: SealedSegment[];
	/** Names of segments that were set aside earlier; they stay where they are. */
	poison: string[];
	poisonBytes: number;
	/** Stretches that were not a whole record: torn tails and flipped bytes. */
	damaged: number;
}

/**
 * Takes stock of the segments that an earlier process left, one at a time, so that memory does not grow with them.
 * Segments without any record are removed.
 *
 * @throws StartRefusal when the directory or a segment cannot be read, or a segment was written by a later version
 */
export async function replay(fileSystem: FileSystem, directory: string, logger: Logger): Promise<Replay> {
	const found: Replay = { segments: [], poison: [], poisonBytes: 0, damaged: 0 };
	const files = await orRefuse(`list the log directory ${directory}`, 'see to its disk', () =>
		fileSystem.list(directory),
	);
	for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
		const path = join(directory, file);
		const setAside = segmentNameOf(file, [poisonSuffix]);
		if (setAside !== undefined) {
			found.poison.push(setAside);
			found.poisonBytes += await readOrRefuse(path, () => fileSystem.bytes(path));
		}
		const name = segmentNameOf(file, [segmentSuffix]);
		if (name === undefined) continue;
		const { segment, damaged } = await takeStock(fileSystem, path, name);
		found.damaged += damaged;
		if (segment.events > 0) found.segments.push(segment);
		else await removeEmpty(fileSystem, path, logger);
	}
	return found;
}

async function takeStock(fileSystem: FileSystem, path: string, name: string) {
	return readOrRefuse(path, async () => {
		const bytes = await fileSystem.read(path);
		const content = readSegment(bytes, name);
		const events = content.records.reduce((sum, record) => sum + record.events, 0);
		const segment: SealedSegment = { name, bytes: bytes.length, events, recovered: true };
		return { segment, damaged: content.damaged };
	});
}

/** One that stays holds nothing to deliver, so it is no reason not to start; the next start tries again. */
async function removeEmpty(fileSystem: FileSystem, path: string, logger: Logger): Promise<void> {
	await fileSystem.remove(path).catch((error: unknown) => {
		logger.warn({ err: error, path }, 'a log segment without records could not be removed');
	});
}

function readOrRefuse<T>(path: string, read: () => Promise<T>): Promise<T> {
	return orRefuse(`read the log segment ${path}`, 'repair it or move it out of the directory', read);
}

async function orRefuse<T>(what: string, remedy: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(`Cannot ${what} (${why}): ${remedy}.`);
	}
}
