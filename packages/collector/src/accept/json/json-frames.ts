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
import { orderCurrency } from '@footfall/protocol/names';
import { type EventVisitor, visitorOfUser } from '@footfall/warehouse/event-visitor';
import type { JsonFrame } from '../intake/intake.js';
import { eventIdBytes } from './identity/event-id.js';
import { hasNoUser, type JsonEvent } from './json-event.js';
import { isOrder } from './order-fields.js';

/** Values that frames have besides those of their events. */
export interface FrameContext {
	/** Site of events that name no site. */
	site: string;
	/** Key of the visitors of users that are text. */
	visitorSecret: string;
}

/** The values that the events of a frame have in common, besides those of contexts. */
type Owner = Pick<JsonFrame, 'site' | 'userAgent' | 'ip' | 'hasVisitor' | keyof EventVisitor>;

/**
 * Encodes JSON events as frames, so that the WAL contains only frames: one frame for the events of a visitor on a site,
 * more if they exceed the limits of a frame. Every frame has a random stream and sequence, so events without an id get
 * a random one.
 */
export function framesOf(events: readonly JsonEvent[], context: FrameContext): JsonFrame[] {
	const [first] = events;
	if (events.length === 1 && first !== undefined) return encodeGroup(events, ownerOf(first, context));
	const groups = new Map<string, { owner: Owner; group: JsonEvent[] }>();
	for (const event of events) {
		const key = groupKeyOf(event, context.site);
		const known = groups.get(key);
		if (known === undefined) groups.set(key, { owner: ownerOf(event, context), group: [event] });
		else known.group.push(event);
	}
	return [...groups.values()].flatMap(({ group, owner }) => encodeGroup(group, owner));
}

function ownerOf(event: JsonEvent, context: FrameContext): Owner {
	const { site = context.site, user_id = '', visitor_id, user_agent: userAgent, ip } = event;
	const common = { site, userAgent, ip, hasVisitor: !hasNoUser(event) };
	if (visitor_id !== undefined) return { ...common, visitor: visitor_id, isDerived: false };
	// The order of nobody: the marts take 0 for no visitor.
	if (!common.hasVisitor) return { ...common, visitor: 0, isDerived: false };
	return { ...common, ...visitorOfUser(context.visitorSecret, site, user_id) };
}

/** A text that is the same for events of one owner. Most events name a user only. */
function groupKeyOf({ site, user_id, visitor_id, user_agent, ip }: JsonEvent, defaultSite: string): string {
	const isPlain = user_id !== undefined && visitor_id === undefined && user_agent === undefined && ip === undefined;
	if (isPlain) return `user ${site ?? defaultSite} ${user_id}`;
	return JSON.stringify([site ?? defaultSite, visitor_id, user_id, user_agent, ip]);
}

/** Encodes events of one visitor on one site. Halves them until every frame is within its limits. */
function encodeGroup(group: readonly JsonEvent[], owner: Owner): JsonFrame[] {
	const bytes = encodeFrame(group, owner);
	if (bytes !== undefined) return [{ bytes, events: group.length, ...owner }];
	const half = group.length >> 1;
	return [...encodeGroup(group.slice(0, half), owner), ...encodeGroup(group.slice(half), owner)];
}

/** Encodes one frame; `undefined` if the events do not fit into one. A single event always fits: see `mapsBytesMax`. */
function encodeFrame(group: readonly JsonEvent[], { site, visitor }: Owner): Uint8Array | undefined {
	if (group.length === 0 || group.length > limits.batchEventsMax) return undefined;
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
	// 79 random bits: many senders may share a user, and an id must not occur twice.
	const [stream, sequence] = [randomInt(2 ** 47), randomInt(2 ** 32)];
	const batch: WireBatch = [batchVersion, site, visitor, stream, sequence, sentAtMs, wireContexts, wireEvents];
	const details = group.flatMap(detailOf);
	const frame = encode((details.length === 0 ? batch : [...batch, details]) as WireValue);
	return frame.length > limits.batchBytesMax ? undefined : frame;
}

function contextOf({ url, title, referrer, user_id = '', exp, ...event }: JsonEvent): WireContext {
	const { viewport_width, viewport_height, screen_width, screen_height, language, timezone } = event;
	const sizes = [viewport_width, viewport_height, screen_width, screen_height] as const;
	return [url, title, referrer, user_id, exp, ...sizes, language, timezone];
}

function wireEvent(event: JsonEvent, ageMs: number, context: number): WireEvent {
	const { name, obj, obj_id, props } = event;
	const product = productNumber(event.product_id);
	const currency = isOrder(event) ? orderCurrency(event.currency) : event.currency;
	const wire: WireEvent = [ageMs, context, name, obj, obj_id, product, Math.abs(event.amount), currency, props];
	if (event.event_id !== undefined) wire.push(eventIdBytes(event.event_id));
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
