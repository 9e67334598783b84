import { randomInt } from 'node:crypto';
import {
	batchVersion,
	type DetailValue,
	encode,
	limits,
	type WireBatch,
	type WireContext,
	type WireDetail,
	type WireEvent,
	type WireValue,
} from '@footfall/protocol';
import type { JsonFrame } from '../intake/intake.js';
import type { JsonEvent } from './json-event.js';
import { isOrder } from './order-fields.js';

/**
 * Encodes JSON events as frames, so that the WAL contains only frames: one frame for the events of a visitor on a site,
 * more if they exceed the limits of a frame. Every frame has a random stream and sequence, so events without an id get
 * a random one.
 */
export function framesOf(events: readonly JsonEvent[], defaultSite: string): JsonFrame[] {
	if (events.length === 1) return encodeGroup(events, defaultSite);
	const groups = new Map<string, JsonEvent[]>();
	for (const event of events) {
		const key = `${event.user_id} ${event.site ?? defaultSite}`;
		const group = groups.get(key);
		if (group === undefined) groups.set(key, [event]);
		else group.push(event);
	}
	return [...groups.values()].flatMap((group) => encodeGroup(group, defaultSite));
}

/** Encodes events of one visitor on one site. Halves them until every frame is within its limits. */
function encodeGroup(group: readonly JsonEvent[], defaultSite: string): JsonFrame[] {
	const bytes = encodeFrame(group, defaultSite);
	if (bytes !== undefined) {
		const [first] = group;
		return [{ bytes, events: group.length, visitor: first?.user_id ?? 0, site: first?.site ?? defaultSite }];
	}
	const half = group.length >> 1;
	return [...encodeGroup(group.slice(0, half), defaultSite), ...encodeGroup(group.slice(half), defaultSite)];
}

/** Encodes one frame; `undefined` if the events do not fit into one. A single event always fits: see `mapsBytesMax`. */
function encodeFrame(group: readonly JsonEvent[], defaultSite: string): Uint8Array | undefined {
	const first = group[0];
	if (first === undefined || group.length > limits.batchEventsMax) return undefined;
	const contexts = new Map<string, number>();
	const wireContexts: WireContext[] = [];
	// The binary protocol has no times before 1970. They are outside the bounds of `ts` anyway.
	const moments = group.map((event) => Math.max(0, event.dt));
	const sentAtMs = moments.reduce((a, b) => Math.max(a, b));
	if (sentAtMs - moments.reduce((a, b) => Math.min(a, b)) > limits.ageMsMax) return undefined;
	const wireEvents = group.map((event, i) => {
		const wireContext = contextOf(event);
		const key = JSON.stringify(wireContext);
		let context = contexts.get(key);
		if (context === undefined) {
			context = wireContexts.push(wireContext) - 1;
			contexts.set(key, context);
		}
		return wireEvent(event, sentAtMs - (moments[i] ?? sentAtMs), context);
	});
	if (wireContexts.length > limits.batchContextsMax) return undefined;
	const site = first.site ?? defaultSite;
	// 79 random bits: many senders may share a user, and an id must not occur twice.
	const [stream, sequence] = [randomInt(2 ** 47), randomInt(2 ** 32)];
	const batch: WireBatch = [batchVersion, site, first.user_id, stream, sequence, sentAtMs, wireContexts, wireEvents];
	const details = group.flatMap(detailOf);
	const frame = encode((details.length === 0 ? batch : [...batch, details]) as WireValue);
	return frame.length > limits.batchBytesMax ? undefined : frame;
}

function contextOf({ url, title, referrer, user_id, exp, ...event }: JsonEvent): WireContext {
	const { viewport_width, viewport_height, screen_width, screen_height, language, timezone } = event;
	const sizes = [viewport_width, viewport_height, screen_width, screen_height] as const;
	return [url, title, referrer, String(user_id), exp, ...sizes, language, timezone];
}

function wireEvent(event: JsonEvent, ageMs: number, context: number): WireEvent {
	const { name, obj, obj_id, props } = event;
	const product = productNumber(event.product_id);
	const currency = isOrder(event) ? event.currency.toUpperCase() : event.currency;
	const wire: WireEvent = [ageMs, context, name, obj, obj_id, product, Math.abs(event.amount), currency, props];
	if (event.event_id !== undefined) wire.push(Buffer.from(event.event_id.replaceAll('-', ''), 'hex'));
	return wire;
}

/** The id of a product as a number, which takes fewer bytes in a frame; 0 if it is another text, or none. */
function productNumber(id: string): number {
	const number = Number(id);
	return Number.isSafeInteger(number) && number > 0 && String(number) === id ? number : 0;
}

/** The details of an event; none if it has none. */
function detailOf(event: JsonEvent, index: number): WireDetail[] {
	const { order_id, tax, shipping, discount, coupon, refund_id, items } = event;
	const texts = {
		productId: productNumber(event.product_id) === 0 ? event.product_id : '',
		orderId: order_id,
		coupon,
		refundId: refund_id,
	};
	const fields = { ...texts, tax: tax + 0, shipping: shipping + 0, discount: discount + 0 };
	const given: Record<string, DetailValue> = Object.fromEntries(Object.entries(fields).filter(([, value]) => value));
	if (items.length > 0) given.items = items.map(wireItem);
	return Object.keys(given).length === 0 ? [] : [[index, given]];
}

function wireItem({ product_id, price, quantity, ...texts }: JsonEvent['items'][number]): DetailValue {
	return { productId: product_id, ...texts, price: price + 0, quantity: quantity + 0 };
}
