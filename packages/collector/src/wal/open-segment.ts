import { join } from 'node:path';
import { monotonicNowMs } from '../monotonic-clock.js';
import type { CommitGroup } from './commit-group.js';
import type { FileSystem, WalFile } from './file-system.js';
import { encodeHeader, headerBytes } from './segment-format.js';
import { segmentSuffix } from './segment-name.js';

/** A sealed segment, as far as it is known without opening its file. */
export interface SealedSegment {
	readonly name: string;
	/** Number of durable bytes. Bytes of the file beyond them were never acknowledged. */
	readonly bytes: number;
	/** Number of events in the file. */
	readonly events: number;
	/** Time at which its oldest record was received, milliseconds since 1970. */
	readonly firstReceivedMs: number;
	/** Whether it was found at the start, so that an earlier process may have delivered it already. */
	readonly recovered: boolean;
}

/** The segment that records are appended to. */
export class OpenSegment {
	readonly name: string;
	/** Time of its creation on the monotonic clock, ms. */
	readonly createdAtMs = monotonicNowMs();
	/** Month of its records; `undefined` before the first. */
	month: number | undefined;
	/** Durable bytes and events. */
	bytes = headerBytes;
	events = 0;
	firstReceivedMs = Number.POSITIVE_INFINITY;
	/** Timer that starts with the first record; when it fires, the segment is old enough to be sealed. */
	aging: NodeJS.Timeout | undefined;
	due = false;
	readonly #file: WalFile;

	private constructor(name: string, file: WalFile) {
		this.name = name;
		this.#file = file;
	}

	/** Creates the file and makes its name durable. The header becomes durable with the first record. */
	static async create(fileSystem: FileSystem, directory: string, name: string): Promise<OpenSegment> {
		const path = join(directory, name + segmentSuffix);
		const file = await fileSystem.create(path);
		try {
			await writeAll(file, encodeHeader(Date.now()), 0);
			await fileSystem.fsyncDirectory(directory);
		} catch (error) {
			await file.close().catch(() => {});
			await fileSystem.remove(path).catch(() => {});
			throw error;
		}
		return new OpenSegment(name, file);
	}

	/** Appends the group to the file. Resolves when it is durable. */
	async append(group: CommitGroup): Promise<void> {
		await writeAll(this.#file, group.encoded(this.name), this.bytes);
		await this.#file.fsync();
		this.month = group.month;
		this.bytes += group.bytes;
		this.events += group.events;
		this.firstReceivedMs = Math.min(this.firstReceivedMs, group.firstReceivedMs);
	}

	/** Closes the file; nothing is appended to it afterwards. */
	seal(): SealedSegment {
		clearTimeout(this.aging);
		// All acknowledged bytes are durable already, so a failing close changes nothing, and no record waits for it.
		this.#file.close().catch(() => {});
		const { name, bytes, events, firstReceivedMs } = this;
		return { name, bytes, events, firstReceivedMs, recovered: false };
	}

	/**
	 * Seals after a failed write or fsync. After a failed fsync, the next one may report success without having written
	 * anything. The file is therefore not written to again, and is truncated to the last successful fsync if possible.
	 */
	async abandon(): Promise<SealedSegment> {
		await this.#file.truncate(this.bytes).catch(() => {});
		return this.seal();
	}
}

/** Writes all bytes from `position` on, in as many writes as the file system needs. */
export async function writeAll(file: WalFile, bytes: Uint8Array, position: number): Promise<void> {
	for (let written = 0; written < bytes.length; ) {
		const count = await file.write(bytes.subarray(written), position + written);
		if (count <= 0) throw new Error('the file system wrote nothing');
		written += count;
	}
}
