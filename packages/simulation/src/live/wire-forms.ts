import { type CrowdBatch, type CrowdOrder, currencyOf } from '@footfall/demo-shop/crowd';
import {
	batchVersion,
	encode,
	eventId,
	type WireBatch,
	type WireContext,
	type WireDetail,
	type WireEvent,
} from '@footfall/protocol';

/** Encodes a batch as a page does. */
export function frameOf({ page, sequence, sentAtMs, events }: CrowdBatch, site: string): Uint8Array {
	const { person, visitor, url, title, referrer, userId } = page;
	const { viewportWidth, viewportHeight, screenWidth, screenHeight } = visitor.profile;
	const { language, timezone } = person.place;
	const context: WireContext = [
		url,
		title,
		referrer,
		userId,
		{ cart_style: person.cartStyle },
		viewportWidth,
		viewportHeight,
		screenWidth,
		screenHeight,
		language,
		timezone,
	];
	const wireEvents = events.map((event): WireEvent => {
		const { atMs, name, obj, objId, productId, amount } = event;
		const ageMs = sentAtMs - atMs;
		if (amount > 0) return [ageMs, 0, name, obj, objId, productId, amount, currencyOf(event)];
		return productId > 0 ? [ageMs, 0, name, obj, objId, productId] : [ageMs, 0, name, obj, objId];
	});
	const batch: WireBatch = [batchVersion, site, visitor.id, page.stream, sequence, sentAtMs, [context], wireEvents];
	const details = events.flatMap(({ order }, index): WireDetail[] => (order ? [[index, detailOf(order)]] : []));
	return encode(details.length === 0 ? batch : [...batch, details]);
}

/** Encodes a batch as a server does: a JSON array of events, with the visitor id as user id. */
export function jsonOf({ page, sequence, events }: CrowdBatch, site: string): Buffer {
	const { person, visitor, url } = page;
	const body = events.map((event, index) => ({
		dt: new Date(event.atMs).toISOString(),
		name: event.name,
		user_id: visitor.id,
		url,
		obj: event.obj,
		obj_id: event.objId,
		product_id: event.productId,
		amount: event.amount,
		...(event.amount > 0 ? { currency: currencyOf(event) } : {}),
		...(event.order && jsonOrder(event.order)),
		exp: { cart_style: person.cartStyle },
		event_id: eventId(visitor.id, page.stream, sequence, index),
		site,
	}));
	return Buffer.from(JSON.stringify(body));
}

/** The fields of an order or a refund in JSON. */
function jsonOrder({ orderId, refundId, items, currency: _, ...others }: CrowdOrder) {
	const jsonItems = items.map(({ productId, ...item }) => ({ product_id: productId, ...item }));
	return { order_id: orderId, refund_id: refundId, ...others, items: jsonItems };
}

/** The fields of an order or a refund in a batch. */
function detailOf({ items, currency: _, ...fields }: CrowdOrder): WireDetail[1] {
	return { ...fields, items: items.map((item) => ({ ...item })) };
}
