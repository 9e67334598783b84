import { join } from 'node:path';
import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';
import { fsyncParents } from './fsync-parents.js';
import { OpenSegment, type SealedSegment } from './open-segment.js';
import { quarantineSuffix, segmentSuffix } from './segment-name.js';

/** Thrown when the file of a segment cannot be read. */
export class SegmentUnreadable extends Error {}

/** The files of the segments in their directory, and their total size. */
export class SegmentFiles {
	readonly #fileSystem: FileSystem;
	readonly #directory: string;
	readonly #logger: Logger;
	/** Whether the name of the directory itself is durable. */
	#isDirectoryDurable: boolean = false;
	/** Total size of all segments, including quarantined ones, bytes. */
	bytes: number;

	/** @param bytes size of the quarantined files that exist already */
	constructor(fileSystem: FileSystem, directory: string, logger: Logger, bytes: number) {
		this.#fileSystem = fileSystem;
		this.#directory = directory;
		this.#logger = logger;
		this.bytes = bytes;
	}

	async create(name: string, month: number): Promise<OpenSegment> {
		if (!this.#isDirectoryDurable) await fsyncParents(this.#fileSystem, this.#directory);
		this.#isDirectoryDurable = true;
		const open = await OpenSegment.create(this.#fileSystem, this.#directory, name, month);
		this.bytes += open.bytes;
		return open;
	}

	/**
	 * The durable bytes of a segment, for readSegment.
	 *
	 * @throws SegmentUnreadable
	 */
	async read(segment: SealedSegment): Promise<Buffer<ArrayBuffer>> {
		const path = this.#path(segment.name, segmentSuffix);
		const bytes = await this.#fileSystem.read(path).catch((cause: unknown) => {
			throw new SegmentUnreadable(`cannot read ${path}`, { cause });
		});
		return bytes.subarray(0, segment.bytes);
	}

	/** Removes the file of a delivered segment. If that fails, the next start finds the file and looks its rows up. */
	async remove(segment: SealedSegment): Promise<void> {
		const path = this.#path(segment.name, segmentSuffix);
		try {
			await this.#fileSystem.remove(path);
			this.bytes -= segment.bytes;
		} catch (error) {
			this.#logger.warn(
				{ err: error, path },
				'the file of a delivered segment could not be removed; the next start checks it again',
			);
		}
	}

	/** Quarantines a segment: renames its file so that it is kept and not delivered. @returns the new path */
	async quarantine(segment: SealedSegment): Promise<string> {
		const path = this.#path(segment.name, quarantineSuffix);
		await this.#fileSystem.rename(this.#path(segment.name, segmentSuffix), path);
		return path;
	}

	#path(name: string, suffix: string): string {
		return join(this.#directory, name + suffix);
	}
}
