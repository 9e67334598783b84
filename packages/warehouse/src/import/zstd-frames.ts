const frameMagic = 0xfd2fb528;
/** First of the sixteen magic numbers of skippable frames. */
const skippableMagic = 0x184d2a50;
const dictionaryBytes = [0, 1, 2, 4] as const;
const contentSizeBytes = [0, 2, 4, 8] as const;
const repeatedByte = 1;
const checksumBytes = 4;

/**
 * Follows the frames of a zstd file (RFC 8878) without decompressing them, to detect a truncated file. A decompressor
 * may take the end of the bytes for the end of the file.
 */
export class ZstdFrames {
	/** Bytes of an incomplete header. */
	#held = Buffer.alloc(0);
	/** Bytes until the next header. */
	#skip = 0;
	#next: 'frame' | 'block' | 'unknown' = 'frame';
	#hasChecksum: boolean = false;

	push(chunk: Buffer): void {
		const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
		let at = 0;
		for (;;) {
			const skipped = Math.min(this.#skip, data.length - at);
			at += skipped;
			this.#skip -= skipped;
			if (this.#skip > 0 || this.#next === 'unknown') break;
			const head = this.#next === 'frame' ? this.#frameHeader(data, at) : this.#blockHeader(data, at);
			if (head === 0) break;
			at += head;
		}
		this.#held = Buffer.from(data.subarray(at));
	}

	/** Whether the bytes so far end with a complete frame. True for other data, which ClickHouse reports. */
	get isWhole(): boolean {
		return this.#next === 'unknown' || (this.#next === 'frame' && this.#skip === 0 && this.#held.length === 0);
	}

	/** @returns bytes of the header; 0 if it is incomplete */
	#frameHeader(data: Buffer, at: number): number {
		if (data.length - at < 4) return 0;
		const magic = data.readUInt32LE(at);
		if (magic - (magic % 16) === skippableMagic) {
			if (data.length - at < 8) return 0;
			this.#skip = data.readUInt32LE(at + 4);
			return 8;
		}
		if (magic !== frameMagic) {
			this.#next = 'unknown';
			return 0;
		}
		if (data.length - at < 5) return 0;
		const descriptor = data[at + 4] as number;
		const isOneSegment = (descriptor & 0x20) !== 0;
		const sizeBytes = contentSizeBytes[(descriptor >> 6) as 0 | 1 | 2 | 3];
		this.#hasChecksum = (descriptor & 4) !== 0;
		this.#skip = dictionaryBytes[(descriptor & 3) as 0 | 1 | 2 | 3];
		// One byte for the window size, or a content size of at least one byte instead.
		this.#skip += isOneSegment ? Math.max(1, sizeBytes) : 1 + sizeBytes;
		this.#next = 'block';
		return 5;
	}

	#blockHeader(data: Buffer, at: number): number {
		if (data.length - at < 3) return 0;
		const head = data.readUIntLE(at, 3);
		const isLast = (head & 1) !== 0;
		const type = (head >> 1) & 3;
		this.#skip = type === repeatedByte ? 1 : head >> 3;
		if (isLast && this.#hasChecksum) this.#skip += checksumBytes;
		this.#next = isLast ? 'frame' : 'block';
		return 3;
	}
}
