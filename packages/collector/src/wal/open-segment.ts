import { join } from 'node:path';
import type { Group } from './commit-group.js';
import type { FileSystem, LogFile } from './file-system.js';
import { encodeHeader, headerBytes } from './segment-format.js';
import { segmentSuffix } from './segment-name.js';

/** A frozen segment: what its reader needs to know without opening it. */
export interface SealedSegment {
	readonly name: string;
	/** Bytes that were synced; whatever the file holds after them was never acknowledged. */
	readonly bytes: number;
	/** Events that the file is known to hold. */
	readonly events: number;
	/** Found at start, so an earlier process may have delivered it already. */
	readonly recovered: boolean;
}

/** The one segment that is being appended to. */
export class OpenSegment {
	readonly name: string;
	readonly month: number;
	/** Synced bytes and events. */
	bytes = headerBytes;
	events = 0;
	/** Runs from the first record on; then the segment is old enough to be sealed. */
	aging: NodeJS.Timeout | undefined;
	due = false;
	readonly #file: LogFile;

	private constructor(name: string, month: number, file: LogFile) {
		this.name = name;
		this.month = month;
		this.#file = file;
	}

	/** Creates the file and makes its name survive power loss; its header is synced with the first record. */
	static async create(fileSystem: FileSystem, directory: string, name: string, month: number): Promise<OpenSegment> {
		const path = join(directory, name + segmentSuffix);
		const file = await fileSystem.create(path);
		try {
			await writeAll(file, encodeHeader(Date.now()), 0);
			await fileSystem.syncDirectory(directory);
		} catch (error) {
			await file.close().catch(() => {});
			await fileSystem.remove(path).catch(() => {});
			throw error;
		}
		return new OpenSegment(name, month, file);
	}

	/** Writes the group behind what is there and returns when it is on disk. */
	async append(group: Group): Promise<void> {
		await writeAll(this.#file, group.encoded(this.name), this.bytes);
		await this.#file.sync();
		this.bytes += group.bytes;
		this.events += group.events;
	}

	/** No more records. */
	async seal(): Promise<SealedSegment> {
		clearTimeout(this.aging);
		// Everything that counts is synced already: a failing close changes nothing.
		await this.#file.close().catch(() => {});
		return { name: this.name, bytes: this.bytes, events: this.events, recovered: false };
	}

	/**
	 * Seals after a failed write or sync. A sync that failed once may report success the next time without having
	 * written anything, so the file is not used again, and what lies behind the last good sync is cut off if that works.
	 */
	async abandon(): Promise<SealedSegment> {
		await this.#file.truncate(this.bytes).catch(() => {});
		return await this.seal();
	}
}

async function writeAll(file: LogFile, bytes: Uint8Array, position: number): Promise<void> {
	for (let written = 0; written < bytes.length; ) {
		const count = await file.write(bytes.subarray(written), position + written);
		if (count <= 0) throw new Error('the file system wrote nothing');
		written += count;
	}
}
