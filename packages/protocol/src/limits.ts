/**
 * Every limit of the wire. The tracker cuts its batches to them, the decoder refuses what exceeds them, and the table
 * of PROTOCOL.md is tested against this list. Lengths of strings are UTF-8 bytes.
 */
export const limits = {
	/**
	 * Bytes of one encoded batch. Below the 64 KiB that all beacons in flight of a page share
	 * (https://fetch.spec.whatwg.org/#http-network-or-cache-fetch).
	 */
	batchBytesMax: 61_440,
	/** Events of one batch. */
	batchEventsMax: 1_000,
	/** Page contexts of one batch. */
	batchContextsMax: 64,
	/** Bytes of one JSON body on `POST /v1/events`. */
	jsonBodyBytesMax: 1_048_576,
	/** Events of one JSON body. */
	jsonEventsMax: 10_000,
	/** Greatest integer on the wire: the greatest that a JavaScript number holds exactly. */
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
	/** Characters of a product id in a text; it may be of any script. */
	productIdCharactersMax: 64,
	orderIdBytesMax: 128,
	couponBytesMax: 128,
	refundIdBytesMax: 128,
	/** Items of one order. */
	orderItemsMax: 100,
	/** Bytes of the name, the category or the variant of an item. */
	itemTextBytesMax: 128,
	/** Greatest quantity of an item, 32 bits. */
	quantityMax: 0xffff_ffff,
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

/** The name of a limit. */
export type LimitName = keyof typeof limits;
