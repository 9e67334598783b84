/** Bytes that grow as they are written; little-endian throughout. */
export class GrowingBytes {
	#buffer: Buffer;
	#end = 0;

	constructor(initialBytes = 4_096) {
		this.#buffer = Buffer.allocUnsafe(initialBytes);
	}

	/** What was written; only valid until the next write. */
	get written(): Uint8Array {
		return this.#buffer.subarray(0, this.#end);
	}

	uint8(value: number): void {
		this.#reserve(1);
		this.#buffer[this.#end++] = value;
	}

	uint16(value: number): void {
		this.#reserve(2);
		this.#end = this.#buffer.writeUInt16LE(value, this.#end);
	}

	uint32(value: number): void {
		this.#reserve(4);
		this.#end = this.#buffer.writeUInt32LE(value, this.#end);
	}

	/** A whole number of 0…2^53 − 1. */
	uint64(value: number): void {
		this.#reserve(8);
		this.#end = this.#buffer.writeUInt32LE(value >>> 0, this.#end);
		this.#end = this.#buffer.writeUInt32LE(Math.floor(value / 0x1_0000_0000), this.#end);
	}

	bigUint64(value: bigint): void {
		this.#reserve(8);
		this.#end = this.#buffer.writeBigUInt64LE(value, this.#end);
	}

	/** LEB128. */
	varint(value: number): void {
		let rest = value;
		for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.uint8((rest % 0x80) | 0x80);
		this.uint8(rest);
	}

	/** UTF-8 with its length in bytes before it. */
	text(value: string): void {
		const bytes = Buffer.byteLength(value);
		this.varint(bytes);
		this.#reserve(bytes);
		this.#end += this.#buffer.write(value, this.#end, 'utf8');
	}

	#reserve(bytes: number): void {
		if (this.#end + bytes <= this.#buffer.length) return;
		const grown = Buffer.allocUnsafe(Math.max(this.#end + bytes, this.#buffer.length * 2));
		grown.set(this.written);
		this.#buffer = grown;
	}
}
