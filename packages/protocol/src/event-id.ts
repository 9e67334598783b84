/**
 * The idempotency key of an event: two receipts with the same key, of the same site, are the same event (PROTOCOL.md,
 * "Idempotency key").
 */
export type IdempotencyKey = [
	/** Visitor number, 53 bits. */
	visitor: number,
	/** Stream number, 53 bits. */
	stream: number,
	/** Sequence number of the batch in its stream, 32 bits. */
	sequence: number,
	/** Index of the event in its batch, 16 bits. */
	index: number,
];

/**
 * Derives the id of an event from its idempotency key: a UUID of version 8
 * (https://www.rfc-editor.org/rfc/rfc9562#section-5.8) that holds, in this order, the stream (53 bits), the visitor's low
 * 14 bits, the sequence (32 bits) and the index (16 bits).
 *
 *     ssssssss-ssss-8sss-Vvvv-qqqqqqqqiiii      s stream, V variant 10 and v visitor, q sequence, i index
 *
 * @param words output: four 32-bit words, most significant first. Within a batch the ids differ only by the index,
 *   which is added to the last word.
 */
export function eventIdWords(
	words: Uint32Array,
	visitor: IdempotencyKey[0],
	stream: IdempotencyKey[1],
	sequence: IdempotencyKey[2],
	index: IdempotencyKey[3],
): void {
	words[0] = Math.floor(stream / 0x1000_0000);
	words[1] = ((stream >>> 12) << 16) | 0x8000 | (stream & 0xfff);
	words[2] = 0x8000_0000 | ((visitor & 0x3fff) << 16) | (sequence >>> 16);
	words[3] = (sequence << 16) | index;
}

const scratch = new Uint32Array(4);

/** Derives the id of an event from its idempotency key, as a UUID of 36 characters. */
export function eventId(...key: IdempotencyKey): string {
	eventIdWords(scratch, ...key);
	let hex = '';
	for (const word of scratch) hex += word.toString(16).padStart(8, '0');
	return formatUuid(hex);
}

/** Formats 32 hexadecimal digits as a UUID of 36 characters. */
export function formatUuid(hex: string): string {
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
