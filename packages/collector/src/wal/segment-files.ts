import { join } from 'node:path';
import { LastingCondition } from '../lasting-condition.js';
import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';
import { fsyncParents } from './fsync-parents.js';
import { OpenSegment, type SealedSegment, writeAll } from './open-segment.js';
import { quarantineSuffix, reasonSuffix, segmentSuffix } from './segment-name.js';

/**
 * Thrown when the file of a segment cannot be read. The system is the cause, such as too few descriptors, too little
 * memory, missing permissions or a faulty disk, so the same read may succeed later. It says nothing about the content.
 */
export class SegmentUnreadable extends Error {}

/** Maximum length of a stored reason: ClickHouse may repeat a long value in its error. */
const reasonCharactersMax = 2_000;

/** The files of the segments in their directory, and their total size. */
export class SegmentFiles {
	readonly #fileSystem: FileSystem;
	readonly #directory: string;
	readonly #logger: Logger;
	readonly #notRemoved: LastingCondition;
	/** Whether the name of the directory itself is durable. */
	#isDirectoryDurable: boolean = false;
	/** Total size of all segments, including quarantined ones, bytes. */
	bytes: number;

	/** @param bytes size of the quarantined files that exist already */
	constructor(fileSystem: FileSystem, directory: string, logger: Logger, bytes: number) {
		this.#fileSystem = fileSystem;
		this.#directory = directory;
		this.#logger = logger;
		this.#notRemoved = new LastingCondition(logger, 'warn');
		this.bytes = bytes;
	}

	/** Creates an empty segment. It does not count towards the size until it is used. */
	async create(name: string): Promise<OpenSegment> {
		if (!this.#isDirectoryDurable) await fsyncParents(this.#fileSystem, this.#directory);
		this.#isDirectoryDurable = true;
		return OpenSegment.create(this.#fileSystem, this.#directory, name);
	}

	/** Whether the file of an empty segment is still in the directory, as it was created. */
	async isThere({ name, bytes }: OpenSegment): Promise<boolean> {
		const found = await this.#fileSystem.bytes(this.#path(name, segmentSuffix)).catch(() => undefined);
		return found === bytes;
	}

	/** Closes and removes a segment that was never used. If that fails, the next start removes the file. */
	async discard(unused: OpenSegment): Promise<void> {
		unused.seal();
		await this.#fileSystem.remove(this.#path(unused.name, segmentSuffix)).catch(() => {});
	}

	/**
	 * The durable bytes of a segment, for readSegment.
	 *
	 * @throws SegmentUnreadable
	 */
	async read(segment: SealedSegment): Promise<Buffer<ArrayBuffer>> {
		const path = this.#path(segment.name, segmentSuffix);
		const bytes = await this.#fileSystem.read(path).catch((cause: unknown) => {
			throw new SegmentUnreadable(`cannot read ${path}: ${messageOf(cause)}`, { cause });
		});
		return bytes.subarray(0, segment.bytes);
	}

	/** Removes the file of a segment that is delivered or empty. If that fails, the next start checks the file again. */
	async remove(segment: SealedSegment): Promise<void> {
		const path = this.#path(segment.name, segmentSuffix);
		try {
			await this.#fileSystem.remove(path);
			this.bytes -= segment.bytes;
			this.#notRemoved.ended('the files of delivered segments can be removed again');
		} catch (err) {
			this.#notRemoved.occurred(
				{ err, path },
				'the file of a delivered or empty segment could not be removed; the next start checks it again',
			);
		}
	}

	/**
	 * Quarantines a segment: renames its file so that it is kept and not delivered, and writes the reason into a file
	 * beside it. The segment is quarantined even if that file cannot be written.
	 *
	 * @returns the new path
	 */
	async quarantine(segment: SealedSegment, reason: string): Promise<string> {
		const path = this.#path(segment.name, quarantineSuffix);
		await this.#fileSystem.rename(this.#path(segment.name, segmentSuffix), path);
		await this.#keepReason(this.#path(segment.name, reasonSuffix), reason).catch((error: unknown) => {
			this.#logger.warn({ err: error, path, reason }, 'the reason for a quarantined segment could not be written');
		});
		return path;
	}

	async #keepReason(path: string, reason: string): Promise<void> {
		// A segment that was put back and is quarantined again gets a new reason.
		await this.#fileSystem.remove(path).catch(() => {});
		const file = await this.#fileSystem.create(path);
		try {
			await writeAll(file, Buffer.from(`${reason.slice(0, reasonCharactersMax)}\n`), 0);
		} finally {
			await file.close();
		}
	}

	#path(name: string, suffix: string): string {
		return join(this.#directory, name + suffix);
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
