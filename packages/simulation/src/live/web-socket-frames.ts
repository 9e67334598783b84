/** What a server sends: RFC 6455, 5.2. Parts of a message do not occur: acknowledgements are short. */
type Kind = 'text' | 'ping' | 'close';

const kinds: Readonly<Record<number, Kind>> = { 1: 'text', 8: 'close', 9: 'ping' };
const isLast = 0x80;
const isMasked = 0x80;
const binary = 2;
const pongCode = 10;
/** In place of a length that takes two bytes, or eight. */
const length16 = 126;
const length64 = 127;
const maskBytes = 4;
/** Longest frame that is read: a collector's answers are short. */
const frameBytesMax = 131_072;

/** Messages as one piece of bytes, each a frame. The mask, which protects proxies from pages, is all zeros. */
export function frames(messages: readonly Uint8Array[]): Buffer {
	let length = 0;
	for (const message of messages) length += headBytes(message.length) + message.length;
	const out = Buffer.allocUnsafe(length);
	let end = 0;
	for (const message of messages) {
		end = writeHead(out, end, binary, message.length);
		out.set(message, end);
		end += message.length;
	}
	return out;
}

/** The answer to a ping. */
export function pong(payload: Uint8Array): Buffer {
	const out = Buffer.allocUnsafe(headBytes(payload.length) + payload.length);
	out.set(payload, writeHead(out, 0, pongCode, payload.length));
	return out;
}

function headBytes(length: number): number {
	return 2 + maskBytes + (length < length16 ? 0 : length < 0x1_0000 ? 2 : 8);
}

function writeHead(out: Buffer, at: number, code: number, length: number): number {
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

/** Takes the messages out of what comes, in whatever pieces. */
export class FrameReader {
	readonly #onMessage: (kind: Kind, payload: Buffer) => void;
	/** The start of a frame whose rest is to come. */
	#held: Buffer | undefined;

	/** @param onMessage gets a payload that is only valid until it returns */
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
				// A copy: the bytes are somebody's buffer.
				this.#held = Buffer.from(data.subarray(at));
				return;
			}
			at = end;
		}
	}

	/** @returns where the frame ends; undefined when it is not whole */
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
		if (length > frameBytesMax) throw new RangeError(`a frame of ${length} bytes, where ${frameBytesMax} is the most`);
		if (start + length > data.length) return undefined;
		const kind = kinds[(data[at] as number) & 0x0f];
		if (kind !== undefined) this.#onMessage(kind, data.subarray(start, start + length));
		return start + length;
	}
}
