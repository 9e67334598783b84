/** A text that grows at its end, as bytes. This is much faster than concatenating strings and encoding them. */
export class ByteText {
	#bytes: Uint8Array<ArrayBuffer>;
	#end = 0;

	/** @param initialBytes initial size of the buffer, which doubles when it is full */
	constructor(initialBytes: number) {
		this.#bytes = new Uint8Array(initialBytes);
	}

	/** Length of the text so far, bytes. */
	get end(): number {
		return this.#end;
	}

	/** Empties the text and keeps its memory. */
	clear(): void {
		this.#end = 0;
	}

	/** The whole text. Valid until the next write. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#bytes.subarray(0, this.#end);
	}

	/** Makes room for a number of bytes. The writing methods do not check the room. */
	reserve(bytes: number): void {
		if (this.#end + bytes <= this.#bytes.length) return;
		const grown = new Uint8Array(this.#bytes.length * 2);
		grown.set(this.written);
		this.#bytes = grown;
	}

	byte(byte: number): void {
		this.#bytes[this.#end++] = byte;
	}

	/** Appends a short ASCII text. */
	ascii(text: string): void {
		const bytes = this.#bytes;
		let end = this.#end;
		for (let n = 0; n < text.length; n++) bytes[end++] = text.charCodeAt(n);
		this.#end = end;
	}

	/** Appends a few bytes. Below a hundred bytes, a loop is faster than a call. */
	bytes(some: Uint8Array): void {
		const bytes = this.#bytes;
		let end = this.#end;
		for (let n = 0; n < some.length; n++) bytes[end++] = some[n] as number;
		this.#end = end;
	}

	/** Appends a copy of a range of the text. */
	again(start: number, end: number): void {
		this.#bytes.copyWithin(this.#end, start, end);
		this.#end += end - start;
	}

	/** Appends a number of 0 to 99 with two digits. */
	twoDigits(n: number): void {
		const tens = (n / 10) | 0;
		this.#bytes[this.#end++] = zero + tens;
		this.#bytes[this.#end++] = zero + n - tens * 10;
	}

	/** Appends eight hexadecimal digits. @param word 32 bits */
	hex(word: number): void {
		for (let shift = 28; shift >= 0; shift -= 4) this.#bytes[this.#end++] = hexDigits[(word >>> shift) & 15] as number;
	}

	/** Appends four hexadecimal digits. @param half 16 bits */
	shortHex(half: number): void {
		for (let shift = 12; shift >= 0; shift -= 4) this.#bytes[this.#end++] = hexDigits[(half >>> shift) & 15] as number;
	}
}

const zero = 0x30;
const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
