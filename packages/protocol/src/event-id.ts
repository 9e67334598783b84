/**
 * The id of the event at `index` of a batch: a UUID of version 8 (RFC 9562, section 5.8) that holds, in order,
 * the stream (53 bits), the visitor's low 14 bits, the batch's sequence (32 bits) and the index (16 bits).
 * So a batch sent twice, by any path, to any collector, days apart, has the same ids.
 *
 *     ssssssss-ssss-8sss-Vvvv-qqqqqqqqiiii      s stream, V variant 10 and v visitor, q sequence, i index
 *
 * @returns the two 64-bit halves, most significant first
 */
export function eventIdHalves(visitor: number, stream: number, sequence: number, index: number): [bigint, bigint] {
	const streamBits = BigInt(stream);
	const high = ((streamBits >> 12n) << 16n) | 0x8000n | (streamBits & 0xfffn);
	const low = (0b10n << 62n) | (BigInt(visitor % 0x4000) << 48n) | (BigInt(sequence) << 16n) | BigInt(index);
	return [high, low];
}

/** The same id in the usual 36-character form. */
export function eventId(visitor: number, stream: number, sequence: number, index: number): string {
	const [high, low] = eventIdHalves(visitor, stream, sequence, index);
	return formatUuid(high, low);
}

/** Two 64-bit halves as a UUID's 36 characters. */
export function formatUuid(high: bigint, low: bigint): string {
	const hex = high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
