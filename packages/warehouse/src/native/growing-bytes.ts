import { freeMemory } from './free-memory.js';

/** Smallest buffer that is freed explicitly, bytes; below it the call costs more than it saves. */
const freedBytesMin = 65_536;

/** A byte buffer that grows with the values written to it. All numbers are little-endian. */
export class GrowingBytes {
	#buffer: Buffer;
	#end = 0;

	constructor(initialBytes = 4_096) {
		this.#buffer = Buffer.allocUnsafeSlow(initialBytes);
	}

	/** The bytes written so far. Valid until the next write. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#buffer.subarray(0, this.#end) as Uint8Array<ArrayBuffer>;
	}

	/** Writes a whole number of 0…2^53 − 1. */
	uint64(value: number): void {
		this.#reserve(8);
		this.#end = this.#buffer.writeUInt32LE(value >>> 0, this.#end);
		this.#end = this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.#end);
	}

	/** Writes a whole number of 0…2^53 − 1 as unsigned LEB128. */
	varint(value: number): void {
		this.#reserve(8);
		let rest = value;
		for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#buffer[this.#end++] = (rest % 0x80) | 0x80;
		this.#buffer[this.#end++] = rest;
	}

	/** Writes a whole number of 0…2^53 − 1 as decimal digits, preceded by their number. */
	decimal(value: number): void {
		this.#reserve(17);
		let digits = 1;
		for (let bound = 10; bound <= value; bound *= 10) digits++;
		const buffer = this.#buffer;
		buffer[this.#end] = digits;
		let rest = value;
		for (let at = this.#end + digits; at > this.#end; at--) {
			const quotient = Math.floor(rest / 10);
			buffer[at] = zero + (rest - quotient * 10);
			rest = quotient;
		}
		this.#end += digits + 1;
	}

	/** Writes a range of other bytes, preceded by its length. */
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

	/** Writes a text as UTF-8, preceded by its length in bytes. */
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

/** The digit 0 in ASCII. */
const zero = 48;

/** Below this length, a loop is faster than a call out of JavaScript, and one byte encodes the length. */
const shortBytesMax = 48;
