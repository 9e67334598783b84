import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';
import type { SealedSegment } from './open-segment.js';
import { readSegment } from './segment-format.js';
import { quarantineSuffix, segmentNameOf, segmentSuffix } from './segment-name.js';

/** The content of a WAL directory at the start. */
export interface Replay {
	/** Segments that wait for delivery, oldest first. */
	segments: SealedSegment[];
	/** Names of segments that were quarantined earlier; their files stay where they are. */
	quarantined: string[];
	quarantinedBytes: number;
	/** Number of ranges that are not a complete record: torn tails and flipped bytes. */
	damaged: number;
}

/**
 * Reads the segments that an earlier process left, one at a time, so that memory does not grow with their number.
 * Segments without records are removed.
 *
 * @throws StartRefusal when the directory or a segment cannot be read, or a segment was written by a later version
 */
export async function replay(fileSystem: FileSystem, directory: string, logger: Logger): Promise<Replay> {
	const found: Replay = { segments: [], quarantined: [], quarantinedBytes: 0, damaged: 0 };
	const files = await orRefuse(`list the directory ${directory} of the write-ahead log`, 'check its disk', () =>
		fileSystem.list(directory),
	);
	for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
		const path = join(directory, file);
		const quarantinedName = segmentNameOf(file, [quarantineSuffix]);
		if (quarantinedName !== undefined) {
			found.quarantined.push(quarantinedName);
			found.quarantinedBytes += await readOrRefuse(path, () => fileSystem.bytes(path));
		}
		const name = segmentNameOf(file, [segmentSuffix]);
		if (name === undefined) continue;
		const { segment, damaged } = await inspectSegment(fileSystem, path, name);
		found.damaged += damaged;
		if (segment.events > 0) found.segments.push(segment);
		else await removeEmpty(fileSystem, path, logger);
	}
	return found;
}

async function inspectSegment(fileSystem: FileSystem, path: string, name: string) {
	return readOrRefuse(path, async () => {
		const bytes = await fileSystem.read(path);
		const content = readSegment(bytes, name);
		const events = content.records.reduce((sum, record) => sum + record.events, 0);
		const segment: SealedSegment = { name, bytes: bytes.length, events, recovered: true };
		return { segment, damaged: content.damaged };
	});
}

/** A failure does not prevent the start, since the segment holds nothing to deliver; the next start tries again. */
async function removeEmpty(fileSystem: FileSystem, path: string, logger: Logger): Promise<void> {
	await fileSystem.remove(path).catch((error: unknown) => {
		logger.warn({ err: error, path }, 'a WAL segment without records could not be removed; the next start tries again');
	});
}

function readOrRefuse<T>(path: string, read: () => Promise<T>): Promise<T> {
	return orRefuse(`read the segment ${path} of the write-ahead log`, 'repair it or move it out of the directory', read);
}

async function orRefuse<T>(what: string, remedy: string, act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		const why = error instanceof Error ? error.message : String(error);
		throw new StartRefusal(`Cannot ${what} (${why}): ${remedy}.`);
	}
}
