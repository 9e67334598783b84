/**
 * The id of the event at `index` of a batch: a UUID of version 8 (RFC 9562, section 5.8) that holds, in order,
 * the stream (53 bits), the visitor's low 14 bits, the batch's sequence (32 bits) and the index (16 bits).
 * So a batch sent twice, by any path, to any collector, days apart, has the same ids.
 *
 *     ssssssss-ssss-8sss-Vvvv-qqqqqqqqiiii      s stream, V variant 10 and v visitor, q sequence, i index
 *
 * @param words becomes the id as four 32-bit words, most significant first. Within a batch the ids differ by their index
 *   alone, which is added to the last word.
 */
export function eventIdWords(
	words: Uint32Array,
	visitor: number,
	stream: number,
	sequence: number,
	index: number,
): void {
	words[0] = Math.floor(stream / 0x1000_0000);
	words[1] = ((stream >>> 12) << 16) | 0x8000 | (stream & 0xfff);
	words[2] = 0x8000_0000 | ((visitor & 0x3fff) << 16) | (sequence >>> 16);
	words[3] = (sequence << 16) | index;
}

const scratch = new Uint32Array(4);

/** The same id in the usual 36-character form. */
export function eventId(visitor: number, stream: number, sequence: number, index: number): string {
	eventIdWords(scratch, visitor, stream, sequence, index);
	let hex = '';
	for (const word of scratch) hex += word.toString(16).padStart(8, '0');
	return formatUuid(hex);
}

/** 32 hexadecimal digits as a UUID's 36 characters. */
export function formatUuid(hex: string): string {
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
