import { isUtf8 } from 'node:buffer';
import { pipeline, type Readable, Transform } from 'node:stream';

/** Encoding of a text file. Files of another encoding are refused. */
export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin1';

const startsWith = (bytes: Uint8Array, ...start: number[]) => start.every((byte, n) => bytes[n] === byte);

/**
 * The encoding that the first bytes of a file show: by a byte order mark, or by the zeros of UTF-16 between ASCII
 * characters, with which every header and every JSON object begins. Pure.
 */
export function encodingOfHead(head: Uint8Array): Exclude<TextEncoding, 'latin1'> | 'utf-32' {
	const isZero = [0, 1, 2, 3].map((n) => head[n] === 0);
	if (startsWith(head, 0xff, 0xfe)) return isZero[2] && isZero[3] ? 'utf-32' : 'utf-16le';
	if (startsWith(head, 0xfe, 0xff)) return 'utf-16be';
	if (isZero[0] && isZero[1]) return 'utf-32';
	if (isZero[1] && isZero[3]) return isZero[2] ? 'utf-32' : 'utf-16le';
	return isZero[0] && isZero[2] ? 'utf-16be' : 'utf-8';
}

/** Longest group of bytes beyond ASCII that is examined as a whole. */
const groupBytesMax = 65_536;

/**
 * Whether a group of bytes is certainly Latin-1: one or two letters or signs between ASCII characters, as in Western
 * European languages; texts of other encodings have longer groups. 0xA4 is the euro sign in ISO 8859-15, and 0xC2 and
 * 0xC3 are more often the beginning of a damaged character of UTF-8.
 */
function isLatin1(group: readonly number[]): boolean {
	return group.length <= 2 && group.every((byte) => byte >= 0xa0 && byte !== 0xa4 && byte !== 0xc2 && byte !== 0xc3);
}

/** Finds the encoding of a file that is not valid UTF-8. */
class EncodingScan {
	#group: number[] = [];
	#utf8 = 0;
	#latin1 = 0;
	#other = 0;

	push(chunk: Uint8Array): void {
		for (const byte of chunk) {
			if (byte < 0x80) this.#endGroup();
			else if (this.#group.push(byte) >= groupBytesMax) this.#endGroup();
		}
	}

	/**
	 * Returns the encoding after the last chunk. A file with characters of UTF-8 is UTF-8 with damaged lines; a file
	 * without any is Latin-1 if that is certain, and otherwise unknown.
	 */
	end(): 'utf-8' | 'latin1' | 'unknown' {
		this.#endGroup();
		if (this.#utf8 > 0) return 'utf-8';
		if (this.#other > 0) return 'unknown';
		return this.#latin1 > 0 ? 'latin1' : 'utf-8';
	}

	#endGroup(): void {
		if (this.#group.length === 0) return;
		if (isUtf8(Uint8Array.from(this.#group))) this.#utf8++;
		else if (isLatin1(this.#group)) this.#latin1++;
		else this.#other++;
		this.#group = [];
	}
}

/** The encoding of a whole text that is not valid UTF-8, from its bytes. */
export async function scanEncoding(bytes: Readable) {
	const scan = new EncodingScan();
	for await (const chunk of bytes) scan.push(chunk);
	return scan.end();
}

/** A text as UTF-8, from its bytes in another encoding. The reader of the result gets the errors of `bytes`. */
export function convertedText(bytes: Readable, encoding: Exclude<TextEncoding, 'utf-8'>): Readable {
	return pipeline(bytes, toUtf8(encoding), () => undefined);
}

function toUtf8(encoding: Exclude<TextEncoding, 'utf-8'>): Transform {
	// TextDecoder reads Latin-1 as Windows-1252, which differs from it.
	if (encoding === 'latin1') {
		return new Transform({ transform: (chunk: Buffer, _, done) => done(null, Buffer.from(chunk.toString('latin1'))) });
	}
	const decoder = new TextDecoder(encoding);
	return new Transform({
		transform: (chunk: Buffer, _, done) => done(null, Buffer.from(decoder.decode(chunk, { stream: true }))),
		flush: (done) => done(null, Buffer.from(decoder.decode())),
	});
}
