/** Text that grows at its end, as bytes: much quicker than strings that are put together and then encoded. */
export class ByteText {
	#bytes: Uint8Array<ArrayBuffer>;
	#end = 0;

	/** @param initialBytes doubled as often as need be */
	constructor(initialBytes: number) {
		this.#bytes = new Uint8Array(initialBytes);
	}

	/** So many bytes so far. */
	get end(): number {
		return this.#end;
	}

	/** Begins anew, in the memory that it has. */
	clear(): void {
		this.#end = 0;
	}

	/** All of it; only valid until the next byte. */
	get written(): Uint8Array<ArrayBuffer> {
		return this.#bytes.subarray(0, this.#end);
	}

	/** Makes room for so many bytes, which are not looked for again by what writes them. */
	reserve(bytes: number): void {
		if (this.#end + bytes <= this.#bytes.length) return;
		const grown = new Uint8Array(this.#bytes.length * 2);
		grown.set(this.written);
		this.#bytes = grown;
	}

	byte(byte: number): void {
		this.#bytes[this.#end++] = byte;
	}

	/** A short text, one byte a character. */
	ascii(text: string): void {
		const bytes = this.#bytes;
		let end = this.#end;
		for (let n = 0; n < text.length; n++) bytes[end++] = text.charCodeAt(n);
		this.#end = end;
	}

	/** A few bytes; for less than a hundred a loop is quicker than a call. */
	bytes(some: Uint8Array): void {
		const bytes = this.#bytes;
		let end = this.#end;
		for (let n = 0; n < some.length; n++) bytes[end++] = some[n] as number;
		this.#end = end;
	}

	/** What stands from one place to another, once more. */
	again(start: number, end: number): void {
		this.#bytes.copyWithin(this.#end, start, end);
		this.#end += end - start;
	}

	/** A number of two digits, 0 to 99. */
	twoDigits(n: number): void {
		const tens = (n / 10) | 0;
		this.#bytes[this.#end++] = zero + tens;
		this.#bytes[this.#end++] = zero + n - tens * 10;
	}

	/** Eight hexadecimal digits. @param word 32 bits */
	hex(word: number): void {
		for (let shift = 28; shift >= 0; shift -= 4) this.#bytes[this.#end++] = hexDigits[(word >>> shift) & 15] as number;
	}

	/** Four hexadecimal digits. @param half 16 bits */
	shortHex(half: number): void {
		for (let shift = 12; shift >= 0; shift -= 4) this.#bytes[this.#end++] = hexDigits[(half >>> shift) & 15] as number;
	}
}

const zero = 0x30;
const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
