/** Kinds of messages of a server, RFC 6455, 5.2. Messages are never fragmented, since acknowledgements are short. */
type Kind = 'text' | 'ping' | 'close';

const kinds: Readonly<Record<number, Kind>> = { 1: 'text', 8: 'close', 9: 'ping' };
const isLast = 0x80;
const isMasked = 0x80;
const binary = 2;
const pongCode = 10;
/** Markers of a length in two bytes, or in eight. */
const length16 = 126;
const length64 = 127;
const maskBytes = 4;
/** Maximum size of a frame, bytes; the answers of a collector are short. */
const frameBytesMax = 131_072;

/** Encodes messages as consecutive frames. The mask, which protects proxies against pages, is all zeros. */
export function frames(messages: readonly Uint8Array[]): Buffer {
	let length = 0;
	for (const message of messages) length += headerBytes(message.length) + message.length;
	const out = Buffer.allocUnsafe(length);
	let end = 0;
	for (const message of messages) {
		end = writeHeader(out, end, binary, message.length);
		out.set(message, end);
		end += message.length;
	}
	return out;
}

/** Encodes the answer to a ping. */
export function pong(payload: Uint8Array): Buffer {
	const out = Buffer.allocUnsafe(headerBytes(payload.length) + payload.length);
	out.set(payload, writeHeader(out, 0, pongCode, payload.length));
	return out;
}

function headerBytes(length: number): number {
	return 2 + maskBytes + (length < length16 ? 0 : length < 0x1_0000 ? 2 : 8);
}

function writeHeader(out: Buffer, at: number, code: number, length: number): number {
	out[at] = isLast | code;
	let end = at + 2;
	if (length < length16) {
		out[at + 1] = isMasked | length;
	} else if (length < 0x1_0000) {
		out[at + 1] = isMasked | length16;
		end = out.writeUInt16BE(length, end);
	} else {
		out[at + 1] = isMasked | length64;
		end = out.writeUInt32BE(0, end);
		end = out.writeUInt32BE(length, end);
	}
	return out.writeUInt32BE(0, end);
}

/** Decodes messages from chunks of any size. */
export class FrameReader {
	readonly #onMessage: (kind: Kind, payload: Buffer) => void;
	/** Start of an incomplete frame. */
	#held: Buffer | undefined;

	/** @param onMessage called with each message; the payload is valid until it returns */
	constructor(onMessage: (kind: Kind, payload: Buffer) => void) {
		this.#onMessage = onMessage;
	}

	/** @throws RangeError when a frame is longer than 128 KiB; nothing can be read after it */
	read(chunk: Buffer): void {
		const data = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk]);
		this.#held = undefined;
		let at = 0;
		while (at < data.length) {
			const end = this.#frame(data, at);
			if (end === undefined) {
				// The chunk belongs to the caller, so it is copied.
				this.#held = Buffer.from(data.subarray(at));
				return;
			}
			at = end;
		}
	}

	/** @returns end of the frame; undefined if it is incomplete */
	#frame(data: Buffer, at: number): number | undefined {
		if (at + 2 > data.length) return undefined;
		let start = at + 2;
		let length = data[at + 1] as number;
		if (length === length16) {
			if (start + 2 > data.length) return undefined;
			length = data.readUInt16BE(start);
			start += 2;
		} else if (length === length64) {
			if (start + 8 > data.length) return undefined;
			length = Number(data.readBigUInt64BE(start));
			start += 8;
		}
		if (length > frameBytesMax)
			throw new RangeError(`it sent a frame of ${length} bytes, and ${frameBytesMax} is the maximum`);
		if (start + length > data.length) return undefined;
		const kind = kinds[(data[at] as number) & 0x0f];
		if (kind !== undefined) this.#onMessage(kind, data.subarray(start, start + length));
		return start + length;
	}
}
