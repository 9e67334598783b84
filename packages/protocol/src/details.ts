import { limits } from './limits.js';
import { type Reader, Refusal, Span } from './reader.js';

/** A line of an order, as positions in the bytes of its batch. */
export class ItemSpans {
	readonly productId = new Span();
	readonly name = new Span();
	readonly category = new Span();
	readonly variant = new Span();
	/** Price of one piece, in the major unit of the currency. */
	price = 0;
	quantity = 1;
}

/** The details of an event, as positions in the bytes of its batch. Defaults are filled in. */
export class DetailSpans {
	/** Index of the event in its batch. */
	event = 0;
	readonly productId = new Span();
	readonly orderId = new Span();
	tax = 0;
	shipping = 0;
	discount = 0;
	readonly coupon = new Span();
	readonly refundId = new Span();
	items: ItemSpans[] = [];
}

/**
 * Reads the details of a batch: those of its events that have some, in the order of the events.
 *
 * @param events number of events of the batch
 */
export function readDetails(reader: Reader, events: number): DetailSpans[] {
	const length = reader.arrayLength('details', 0, limits.batchEventsMax);
	const details: DetailSpans[] = [];
	for (let i = 0; i < length; i++) {
		const detail = readDetail(reader, events);
		if (detail.event <= (details.at(-1)?.event ?? -1))
			throw new Refusal('malformed', 'details are not in the order of the events');
		details.push(detail);
	}
	return details;
}

function readDetail(reader: Reader, events: number): DetailSpans {
	const detail = new DetailSpans();
	const n = reader.arrayLength('detail', 1, Number.POSITIVE_INFINITY);
	detail.event = reader.integer('event of a detail', events - 1);
	if (n > 1) readProductId(reader, detail.productId);
	if (n > 2) reader.text('orderId', limits.orderIdBytesMax, detail.orderId);
	if (n > 3) detail.tax = reader.amountOf('tax');
	if (n > 4) detail.shipping = reader.amountOf('shipping');
	if (n > 5) detail.discount = reader.amountOf('discount');
	if (n > 6) reader.text('coupon', limits.couponBytesMax, detail.coupon);
	if (n > 7) reader.text('refundId', limits.refundIdBytesMax, detail.refundId);
	if (n > 8) {
		const items = reader.arrayLength('items', 0, limits.orderItemsMax);
		for (let i = 0; i < items; i++) detail.items.push(readItem(reader));
	}
	reader.skip(n - 9);
	return detail;
}

function readItem(reader: Reader): ItemSpans {
	const item = new ItemSpans();
	const n = reader.arrayLength('item', 1, Number.POSITIVE_INFINITY);
	readProductId(reader, item.productId);
	if (n > 1) reader.text('name of an item', limits.itemTextBytesMax, item.name);
	if (n > 2) reader.text('category of an item', limits.itemTextBytesMax, item.category);
	if (n > 3) reader.text('variant of an item', limits.itemTextBytesMax, item.variant);
	if (n > 4) item.price = reader.amountOf('price of an item');
	if (n > 5) item.quantity = reader.integer('quantity of an item', limits.quantityMax);
	reader.skip(n - 6);
	return item;
}

/** Reads the id of a product, whose length counts in characters, since shops choose it in any script. */
function readProductId(reader: Reader, span: Span): void {
	const charactersMax = limits.productIdCharactersMax;
	reader.text('productId', charactersMax * 4, span);
	let characters = 0;
	for (let at = span.start; at < span.end; at++) if (((reader.bytes[at] as number) & 0xc0) !== 0x80) characters++;
	if (characters > charactersMax)
		throw new Refusal('limit-exceeded', `productId has ${characters} characters, at most ${charactersMax} are allowed`);
}
