import {
	type EventContext,
	type EventFields,
	FootfallError,
	type Order,
	type OrderItem,
	type Refund,
} from '../options.js';
import { eventIdOf } from './event-id.js';

/** Values that every event of a client has. */
export interface EventDefaults {
	site: string;
	url: string;
}

/** An event as the JSON endpoint takes it (`POST /v1/events`), before it becomes text. */
export type JsonEvent = Record<string, unknown>;

/** @throws FootfallError if a value cannot be an event's */
export function trackedEvent(name: string, fields: EventFields & EventContext, defaults: EventDefaults): JsonEvent {
	if (typeof name !== 'string' || name === '') throw new FootfallError('invalid-value', 'An event needs a name.');
	const { obj, objId, productId, amount, currency, props } = fields;
	return {
		...contextOf(fields, defaults),
		name,
		obj: obj ?? 'server',
		obj_id: objId,
		product_id: productId,
		amount: numberOf('amount', amount),
		currency,
		props: textsOf(props),
	};
}

/** @throws FootfallError if a value cannot be an order's */
export function orderEvent(order: Order, defaults: EventDefaults): JsonEvent {
	const { orderId, amount, currency, tax, shipping, discount, coupon, items, props } = order;
	return {
		...contextOf(order, defaults),
		name: 'order',
		obj: 'order',
		order_id: required('orderId', orderId),
		amount: numberOf('amount', required('amount', amount)),
		currency: required('currency', currency),
		tax: numberOf('tax', tax),
		shipping: numberOf('shipping', shipping),
		discount: numberOf('discount', discount),
		coupon,
		items: items?.map(itemOf),
		props: textsOf(props),
	};
}

function itemOf({ productId, name, category, variant, price, quantity }: OrderItem, index: number): JsonEvent {
	const field = (field: string) => `items[${index}].${field}`;
	return {
		product_id: productId,
		name,
		category,
		variant,
		price: numberOf(field('price'), price),
		quantity: numberOf(field('quantity'), quantity),
	};
}

/** @throws FootfallError if a value cannot be a refund's */
export function refundEvent(refund: Refund, defaults: EventDefaults): JsonEvent {
	const { orderId, amount, refundId, currency, props } = refund;
	return {
		...contextOf(refund, defaults),
		name: 'refund',
		obj: 'order',
		order_id: required('orderId', orderId),
		refund_id: refundId,
		amount: numberOf('amount', amount),
		currency,
		props: textsOf(props),
	};
}

/** @throws FootfallError if a value cannot be the context of an event */
function contextOf(context: EventContext, { site, url }: EventDefaults): JsonEvent {
	const { visitorId, userId, userAgent, ip, at = Date.now(), eventId } = context;
	const dt = Number(at);
	if (!Number.isFinite(dt)) throw new FootfallError('invalid-value', '`at` must be a valid date or ms since 1970.');
	return {
		event_id: eventIdOf(eventId),
		site,
		dt,
		// Text of digits becomes a number, which has been the type of this field in every version of the collector.
		visitor_id: integerOf(visitorId),
		user_id: userId,
		user_agent: userAgent,
		ip,
		url: context.url ?? url,
	};
}

function integerOf(value: string | number | undefined): number | undefined {
	if (value === undefined || value === '') return undefined;
	const number = Number(value);
	if (Number.isSafeInteger(number) && number >= 0) return number;
	throw new FootfallError('invalid-value', '`visitorId` must be the number of a visitor.');
}

/** JSON would turn NaN and infinity into null, which is a missing value. */
function numberOf(field: string, value: number | undefined): number | undefined {
	if (value === undefined || Number.isFinite(value)) return value;
	throw new FootfallError('invalid-value', `\`${field}\` must be a finite number.`);
}

function required<T>(field: string, value: T): T {
	if (value !== undefined && value !== null && value !== '') return value;
	throw new FootfallError('invalid-value', `\`${field}\` is missing.`);
}

/** Properties are text, as those of a page are; those that are undefined or null are left out. */
function textsOf(props: EventFields['props']): Record<string, string> | undefined {
	if (props === undefined) return undefined;
	const given = Object.entries(props).filter(([, value]) => value !== undefined && value !== null);
	return Object.fromEntries(given.map(([key, value]) => [key, String(value)]));
}
