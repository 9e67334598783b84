/** Fields of a WebSocket frame that a test may set to invalid values; the defaults are valid. */
export interface WebSocketFrame {
	/** @default 2, a binary message */
	opcode?: number;
	payload?: Uint8Array;
	/** Whether it is the last frame of its message. @default true */
	isFinal?: boolean;
	/** Whether the payload is masked, as that of a browser must be. @default true */
	isMasked?: boolean;
	/** Bit of an extension that would compress the payload. @default false */
	isCompressed?: boolean;
	/** Length in the header. @default the length of the payload */
	claimedBytes?: bigint;
}

/**
 * Encodes a WebSocket frame (RFC 6455, 5.2). The mask consists of four zero bytes, so it does not change the payload.
 */
export function webSocketFrame(frame: WebSocketFrame): Buffer {
	const { opcode = 2, payload = new Uint8Array(0), isFinal = true, isMasked = true, isCompressed = false } = frame;
	const claimed = frame.claimedBytes ?? BigInt(payload.length);
	const first = (isFinal ? 0x80 : 0) | (isCompressed ? 0x40 : 0) | opcode;
	const mask = isMasked ? 0x80 : 0;
	const length = Buffer.alloc(8);
	length.writeBigUInt64BE(claimed);
	if (claimed < 126n) return Buffer.concat([Buffer.of(first, mask | Number(claimed)), key(isMasked), payload]);
	const isShort = claimed < 0x1_0000n;
	const head = [Buffer.of(first, mask | (isShort ? 126 : 127)), isShort ? length.subarray(6) : length];
	return Buffer.concat([...head, key(isMasked), payload]);
}

function key(isMasked: boolean): Buffer {
	return Buffer.alloc(isMasked ? 4 : 0);
}
