import { join } from 'node:path';
import type { Logger } from '../logger.js';
import type { FileSystem } from './file-system.js';
import { syncParents } from './fsync-parents.js';
import { OpenSegment, type SealedSegment } from './open-segment.js';
import { poisonSuffix, segmentSuffix } from './segment-name.js';

/** The disk does not give a segment back. */
export class SegmentUnreadable extends Error {}

/** The segments' files in their directory, and how many bytes they take. */
export class SegmentFiles {
	readonly #fileSystem: FileSystem;
	readonly #directory: string;
	readonly #logger: Logger;
	/** The directory itself survives power loss. */
	#isDirectoryKept: boolean = false;
	/** Of all segments, those set aside included. */
	bytes: number;

	/** @param bytes what the files that are there already take */
	constructor(fileSystem: FileSystem, directory: string, logger: Logger, bytes: number) {
		this.#fileSystem = fileSystem;
		this.#directory = directory;
		this.#logger = logger;
		this.bytes = bytes;
	}

	async create(name: string, month: number): Promise<OpenSegment> {
		if (!this.#isDirectoryKept) await syncParents(this.#fileSystem, this.#directory);
		this.#isDirectoryKept = true;
		const open = await OpenSegment.create(this.#fileSystem, this.#directory, name, month);
		this.bytes += open.bytes;
		return open;
	}

	/**
	 * The bytes of a segment that were synced; see readSegment.
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

	/** Removes a file that is not needed any more; one that stays is found and dealt with at the next start. */
	async remove(segment: SealedSegment): Promise<void> {
		const path = this.#path(segment.name, segmentSuffix);
		try {
			await this.#fileSystem.remove(path);
			this.bytes -= segment.bytes;
		} catch (error) {
			this.#logger.warn({ err: error, path }, 'a segment that is done with could not be removed');
		}
	}

	/** Keeps a file under a name that is never delivered. */
	async setAside(segment: SealedSegment): Promise<string> {
		const path = this.#path(segment.name, poisonSuffix);
		await this.#fileSystem.rename(this.#path(segment.name, segmentSuffix), path);
		return path;
	}

	#path(name: string, suffix: string): string {
		return join(this.#directory, name + suffix);
	}
}
