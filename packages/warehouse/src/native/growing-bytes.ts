import { freeMemory } from './free-memory.js';

/** Smaller ones are not worth the call. */
const freedBytesMin = 65_536;

/** Bytes that grow as they are written; little-endian throughout. */
export class GrowingBytes {
	#buffer: Buffer;
	#end = 0;

	constructor(initialBytes = 4_096) {
		this.#buffer = Buffer.allocUnsafeSlow(initialBytes);
	}

	/** What was written; only valid until the next write. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#buffer.subarray(0, this.#end) as Uint8Array<ArrayBuffer>;
	}

	/** A whole number of 0…2^53 − 1. */
	uint64(value: number): void {
		this.#reserve(8);
		this.#end = this.#buffer.writeUInt32LE(value >>> 0, this.#end);
		this.#end = this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.#end);
	}

	/** LEB128. */
	varint(value: number): void {
		this.#reserve(8);
		let rest = value;
		for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[this.#end++] = (rest % 0x80) | 0x80;
		this.#buffer[this.#end++] = rest;
	}

	/** A stretch of other bytes with its length before it. */
	stretch(source: Buffer, start: number, end: number): void {
		const length = end - start;
		this.#reserve(length + 8);
		if (length >= shortBytesMax) {
			this.varint(length);
			this.#end += source.copy(this.#buffer, this.#end, start, end);
			return;
		}
		const buffer = this.#buffer;
		let at = this.#end;
		buffer[at++] = length;
		for (let i = start; i < end; i++) buffer[at++] = source[i] as number;
		this.#end = at;
	}

	/** UTF-8 with its length in bytes before it. */
	text(value: string): void {
		const bytes = Buffer.from(value);
		this.stretch(bytes, 0, bytes.length);
	}

	#reserve(bytes: number): void {
		if (this.#end + bytes <= this.#buffer.length) return;
		const grown = Buffer.allocUnsafeSlow(Math.max(this.#end + bytes, this.#buffer.length * 2));
		grown.set(this.written);
		if (this.#buffer.length >= freedBytesMin) freeMemory(this.#buffer.buffer as ArrayBuffer);
		this.#buffer = grown;
	}
}

/** Below this, a loop is faster than a call out of JavaScript; one byte of length is enough for it. */
const shortBytesMax = 48;
