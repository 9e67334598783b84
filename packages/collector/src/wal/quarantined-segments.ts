import { join } from 'node:path';
import { orphanedWals } from './adopt-segments.js';
import { type FileSystem, realFileSystem } from './file-system.js';
import { readSegment, totalOf } from './segment-format.js';
import { createdAtMs, quarantineSuffix, reasonSuffix, segmentNameOf, segmentSuffix } from './segment-name.js';

/** A quarantined segment: a file that was taken out of delivery and kept. */
export interface QuarantinedSegment {
	readonly name: string;
	readonly directory: string;
	/** Time at which its oldest record was received; that of its creation if none can be read; ms since 1970. */
	readonly createdMs: number;
	/** Number of events in its undamaged records. */
	readonly events: number;
	readonly reason: string;
}

/** Quarantined segments of versions that stored no reason, and those whose reason could not be written. */
const noReason = 'no reason is stored; the log of the collector has it';

/**
 * The quarantined segments of a collector, of all its workers, oldest first.
 *
 * @param walDirectory the WAL directory of the first worker
 */
export async function quarantinedSegments(
	walDirectory: string,
	fileSystem: FileSystem = realFileSystem,
): Promise<QuarantinedSegment[]> {
	const found: QuarantinedSegment[] = [];
	for (const directory of [walDirectory, ...orphanedWals(walDirectory, 1)]) {
		for (const file of await filesIn(directory, fileSystem)) {
			const name = segmentNameOf(file, [quarantineSuffix]);
			if (name === undefined) continue;
			const { events, firstReceivedMs } = totalOf(readSegment(await fileSystem.read(join(directory, file)), name));
			// The file may have been created long before its first record.
			const createdMs = events > 0 ? firstReceivedMs : createdAtMs(name);
			const reason = await fileSystem.read(join(directory, name + reasonSuffix)).catch(() => noReason);
			found.push({ name, directory, createdMs, events, reason: String(reason).trim() || noReason });
		}
	}
	return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Puts a quarantined segment back: the next start of the collector delivers it. That start looks up which of its rows
 * are stored, and events have the same ids as before, so each counts once.
 *
 * @throws Error when a segment of this name waits for delivery already, or the file cannot be renamed
 */
export async function restoreSegment(
	{ name, directory }: QuarantinedSegment,
	fileSystem: FileSystem = realFileSystem,
): Promise<void> {
	const files = await fileSystem.list(directory);
	// A rename would replace the file without an error.
	if (files.includes(name + segmentSuffix)) throw new Error(`${name + segmentSuffix} exists in ${directory}`);
	await fileSystem.rename(join(directory, name + quarantineSuffix), join(directory, name + segmentSuffix));
	await fileSystem.fsyncDirectory(directory);
	await fileSystem.remove(join(directory, name + reasonSuffix)).catch(() => undefined);
}

/** The directory does not exist before the first start. */
async function filesIn(directory: string, fileSystem: FileSystem): Promise<string[]> {
	return fileSystem.list(directory).catch((error: NodeJS.ErrnoException) => {
		if (error.code === 'ENOENT') return [];
		throw error;
	});
}
