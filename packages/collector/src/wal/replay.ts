import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefusal } from '@footfall/host';
import type { Logger } from '../logger.js';
import { monotonicNowMs } from '../monotonic-clock.js';
import type { FileSystem } from './file-system.js';
import type { SealedSegment } from './open-segment.js';
import { readSegment, totalOf } from './segment-format.js';
import { quarantineSuffix, segmentNameOf, segmentSuffix } from './segment-name.js';
import type { WalOptions } from './wal-options.js';

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

type ReplayOptions = Pick<WalOptions, 'fileSystem' | 'directory' | 'logger' | 'startRetryMsMax'>;

/**
 * Reads the segments that an earlier process left, one at a time, so that memory does not grow with their number.
 * Segments without records are removed. A read that fails is repeated, since the system may lack descriptors or memory
 * for a moment only.
 *
 * @throws StartRefusal when the directory or a segment cannot be read, or a segment was written by a later version
 */
export async function replay({ fileSystem, directory, logger, startRetryMsMax }: ReplayOptions): Promise<Replay> {
	const found: Replay = { segments: [], quarantined: [], quarantinedBytes: 0, damaged: 0 };
	const reads = new PatientReads(logger, startRetryMsMax);
	const files = await reads.orRefuse(
		`list the directory ${directory} of the write-ahead log`,
		'check its disk and its permissions',
		() => fileSystem.list(directory),
	);
	for (const file of files.sort((a, b) => (a < b ? -1 : 1))) {
		const path = join(directory, file);
		const readOrRefuse = <T>(read: () => Promise<T>) =>
			reads.orRefuse(
				`read the segment ${path} of the write-ahead log`,
				'check its permissions and its disk, repair it or move it out of the directory',
				read,
			);
		const quarantinedName = segmentNameOf(file, [quarantineSuffix]);
		if (quarantinedName !== undefined) {
			found.quarantined.push(quarantinedName);
			found.quarantinedBytes += await readOrRefuse(() => fileSystem.bytes(path));
		}
		const name = segmentNameOf(file, [segmentSuffix]);
		if (name === undefined) continue;
		const { segment, damaged } = await readOrRefuse(() => inspectSegment(fileSystem, path, name));
		found.damaged += damaged;
		if (segment.events > 0) found.segments.push(segment);
		else await removeEmpty(fileSystem, path, logger);
	}
	return found;
}

async function inspectSegment(fileSystem: FileSystem, path: string, name: string) {
	const bytes = await fileSystem.read(path);
	const content = readSegment(bytes, name);
	const { events, firstReceivedMs } = totalOf(content);
	const segment: SealedSegment = { name, bytes: bytes.length, events, firstReceivedMs, recovered: true };
	return { segment, damaged: content.damaged };
}

/** A failure does not prevent the start, since the segment holds nothing to deliver; the next start tries again. */
async function removeEmpty(fileSystem: FileSystem, path: string, logger: Logger): Promise<void> {
	await fileSystem.remove(path).catch((error: unknown) => {
		logger.warn({ err: error, path }, 'a WAL segment without records could not be removed; the next start tries again');
	});
}

/** Pauses between repeated reads, ms; they double. */
const pauseMs = { first: 50, max: 1_000 };

/** Reads of a start that are repeated while the system refuses them, all of them together for a limited time. */
class PatientReads {
	readonly #logger: Logger;
	readonly #endMs: number;

	constructor(logger: Logger, retryMsMax: number) {
		this.#logger = logger;
		this.#endMs = monotonicNowMs() + retryMsMax;
	}

	/** @throws StartRefusal when the read fails until the end, or for a reason that no repetition changes */
	async orRefuse<T>(what: string, remedy: string, read: () => Promise<T>): Promise<T> {
		for (let pause = pauseMs.first; ; pause = Math.min(pause * 2, pauseMs.max)) {
			try {
				return await read();
			} catch (error) {
				const why = error instanceof Error ? error.message : String(error);
				if (!isOfSystem(error) || monotonicNowMs() + pause > this.#endMs)
					throw new StartRefusal(`Cannot ${what} (${why}): ${remedy}.`);
				this.#logger.warn({ err: error }, `cannot ${what} at present; the start waits and tries again`);
			}
			await sleep(pause);
		}
	}
}

/** Whether the system refused a read. Errors about the content have no code of the system. */
const isOfSystem = (error: unknown) => error instanceof Error && 'code' in error && !(error instanceof RangeError);
