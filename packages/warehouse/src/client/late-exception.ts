/** Largest part of an exception's text that is kept, bytes. ClickHouse sends at most 16 KiB. */
const exceptionBytesMax = 64 * 1024;

const nothing = Buffer.alloc(0);

/**
 * Separates the rows of an answer from an exception that follows them. ClickHouse sends its status before the first
 * rows, so that an error after them can only stand at the end of the body, between two lines with a tag that is random
 * for each answer.
 */
export class LateException {
	readonly #marker: Buffer | undefined;
	/** Bytes that may be the beginning of the marker. */
	#held: Buffer = nothing;
	/** Bytes after the marker; undefined before it. */
	#text: Buffer | undefined;

	/** @param tag value of the header `X-ClickHouse-Exception-Tag`; undefined from servers before 25.11 */
	constructor(tag: string | undefined) {
		this.#marker = tag === undefined ? undefined : Buffer.from(`\r\n__exception__\r\n${tag}\r\n`);
	}

	/** Takes the next bytes of the body. @returns the bytes of rows that are known to be complete */
	rowsOf(chunk: Buffer): Buffer {
		const marker = this.#marker;
		if (marker === undefined) return chunk;
		if (this.#text !== undefined) {
			this.#text = Buffer.concat([this.#text, chunk]).subarray(0, exceptionBytesMax);
			return nothing;
		}
		const bytes = Buffer.concat([this.#held, chunk]);
		const at = bytes.indexOf(marker);
		if (at >= 0) {
			this.#text = bytes.subarray(at + marker.length);
			this.#held = nothing;
			return bytes.subarray(0, at);
		}
		const heldBytes = beginningAtEnd(bytes, marker);
		this.#held = bytes.subarray(bytes.length - heldBytes);
		return bytes.subarray(0, bytes.length - heldBytes);
	}

	/** The bytes of rows that are left when the body has ended. */
	rest(): Buffer {
		return this.#held;
	}

	/** The exception of a body that has ended, with ClickHouse's code; undefined if there is none. */
	exception(): { message: string; code: number } | undefined {
		if (this.#text === undefined) return undefined;
		const [, code, message] = /^Code: (\d+)\. (?:DB::Exception: )?(.*)/s.exec(this.#text.toString()) ?? [];
		return { message: (message ?? this.#text.toString()).trim(), code: Number(code ?? 0) };
	}
}

/** Length of the longest end of the bytes with which the marker begins. Pure. */
function beginningAtEnd(bytes: Buffer, marker: Buffer): number {
	for (let length = Math.min(bytes.length, marker.length - 1); length > 0; length--)
		if (bytes.subarray(bytes.length - length).equals(marker.subarray(0, length))) return length;
	return 0;
}
