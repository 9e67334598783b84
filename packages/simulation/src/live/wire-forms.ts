import { type CrowdBatch, crowdCurrency } from '@footfall/demo-shop/crowd';
import { batchVersion, encode, eventId, type WireBatch, type WireContext, type WireEvent } from '@footfall/protocol';

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
	const wireEvents = events.map(({ atMs, name, obj, objId, productId, amount }): WireEvent => {
		const ageMs = sentAtMs - atMs;
		if (amount > 0) return [ageMs, 0, name, obj, objId, productId, amount, crowdCurrency];
		return productId > 0 ? [ageMs, 0, name, obj, objId, productId] : [ageMs, 0, name, obj, objId];
	});
	const batch: WireBatch = [batchVersion, site, visitor.id, page.stream, sequence, sentAtMs, [context], wireEvents];
	return encode(batch);
}

/** Encodes a batch as a server does: a JSON array of events, with the visitor id as user id. */
export function jsonOf({ page, sequence, events }: CrowdBatch, site: string): Buffer {
	const { person, visitor, url } = page;
	const body = events.map(({ atMs, name, obj, objId, productId, amount }, index) => ({
		dt: new Date(atMs).toISOString(),
		name,
		user_id: visitor.id,
		url,
		obj,
		obj_id: objId,
		product_id: productId,
		amount,
		...(amount > 0 ? { currency: crowdCurrency } : {}),
		exp: { cart_style: person.cartStyle },
		event_id: eventId(visitor.id, page.stream, sequence, index),
		site,
	}));
	return Buffer.from(JSON.stringify(body));
}
