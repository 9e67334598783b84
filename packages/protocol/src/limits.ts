/**
 * Every bound of the wire, once. The tracker cuts its batches by these, the decoder refuses what exceeds them,
 * and PROTOCOL.md's table is tested against this file. Lengths of strings are UTF-8 bytes.
 */
export const limits = {
	/** Bytes of one encoded batch. Below the 64 KiB that a browser lets all pending beacons of a page share. */
	batchBytesMax: 61_440,
	/** Events of one batch. */
	batchEventsMax: 1_000,
	/** Page contexts of one batch. */
	batchContextsMax: 64,
	/** Bytes of one JSON body on `POST /v1/events`. */
	jsonBodyBytesMax: 1_048_576,
	/** Events of one JSON body. */
	jsonEventsMax: 10_000,
	/** Greatest integer on the wire: what a JavaScript number holds exactly. */
	integerMax: Number.MAX_SAFE_INTEGER,
	/** Greatest batch sequence number, 32 bits. */
	sequenceMax: 0xffff_ffff,
	/** Greatest event age in a batch: 32 bits of milliseconds, about 49 days. */
	ageMsMax: 0xffff_ffff,
	/** Greatest amount: fits Decimal(18, 4). */
	amountMax: 10_000_000_000_000,
	/** Greatest viewport or screen edge in CSS pixels, 16 bits. */
	pixelsMax: 0xffff,
	siteBytesMax: 64,
	nameBytesMax: 64,
	objBytesMax: 64,
	objIdBytesMax: 1_024,
	currencyBytesMax: 8,
	urlBytesMax: 2_048,
	titleBytesMax: 512,
	userIdBytesMax: 256,
	languageBytesMax: 35,
	timezoneBytesMax: 64,
	/** Entries of one `props` or `exp` map. */
	mapEntriesMax: 32,
	mapKeyBytesMax: 64,
	mapValueBytesMax: 1_024,
} as const;

/** The name of a bound. */
export type LimitName = keyof typeof limits;
