import { isIP } from 'node:net';
import { limits } from '@footfall/protocol';
import { type FieldName, type ItemFieldName, isOrderName, namedEvent } from '@footfall/protocol/names';
import { hashedVisitor, wholeNumberIn } from '@footfall/warehouse/event-visitor';
import { itemNameOf, namedValues } from './segment-names.js';
import { cutText, propsOf } from './segment-properties.js';

/** The calls of Segment's HTTP API that the collector takes. */
export const segmentCalls = ['track', 'identify', 'page', 'batch'] as const;

/** A call of Segment's HTTP API: the last part of its path. */
export type SegmentCall = (typeof segmentCalls)[number];

/** Values of the request that the events of a body depend on. */
export interface SegmentContext {
	/** Site of the write key. */
	site: string;
	visitorSecret: string;
	/** URL of events that name none. */
	url: string;
	/** Time of events that name none, milliseconds since 1970. */
	nowMs: number;
}

type Fields = Record<string, unknown>;

/**
 * Makes an event of the JSON endpoint of a message of Segment's HTTP API, which is validated like any other, and gets
 * Footfall's names where it has those of Segment's specification. Values that Footfall cannot store in a field become
 * properties or are left out, since Segment's clients do not read the reason of a refusal. Only the amount of an order
 * or a refund stays as it is, and is refused. Pure.
 *
 * @param call type of a message that names none
 * @returns the value itself if it is not an object
 */
export function segmentEvent(message: unknown, call: SegmentCall, context: SegmentContext): unknown {
	if (!isFields(message)) return message;
	const type = textOf(message.type) ?? call;
	const sent = fieldsOf(message.context);
	const properties = fieldsOf(type === 'identify' ? message.traits : message.properties);
	const page = { ...fieldsOf(sent.page), ...(type === 'page' ? properties : {}) };
	const screen = fieldsOf(sent.screen);
	return {
		...contentOf(type, message, properties),
		dt: message.timestamp ?? message.originalTimestamp ?? context.nowMs,
		event_id: message.messageId,
		user_id: message.userId === '' ? undefined : message.userId,
		visitor_id: visitorOf(message.anonymousId, context),
		user_agent: cut(sent.userAgent, 2_048),
		ip: isIP(textOf(sent.ip) ?? '') === 0 ? undefined : sent.ip,
		url: urlOf(page.url, fieldsOf(sent.campaign)) ?? context.url,
		title: cut(page.title, limits.titleBytesMax),
		referrer: cut(page.referrer, limits.urlBytesMax),
		language: cut(sent.locale, limits.languageBytesMax),
		timezone: cut(sent.timezone, limits.timezoneBytesMax),
		screen_width: pixelsOf(screen.width),
		screen_height: pixelsOf(screen.height),
	};
}

/** The fields of an event that depend on the type of the message. */
function contentOf(type: string, message: Fields, properties: Fields): Fields {
	if (type === 'track') return { name: message.event, obj: '', ...commerceOf(message.event, properties) };
	if (type === 'identify') return { name: 'identify', obj: '', props: propsOf(properties) };
	if (type !== 'page') return { type };
	const { url: _url, title: _title, referrer: _referrer, ...others } = properties;
	return { name: 'view', obj: 'page', obj_id: cut(message.name, limits.objIdBytesMax), props: propsOf(others) };
}

/** The fields of an event about products and money, and the other properties. */
function commerceOf(event: unknown, properties: Fields): Fields {
	const { readField, taken } = namedValues(event, properties);
	const textIn = (field: FieldName, bytesMax: number) => readField(field, (value) => cut(value, bytesMax));
	const moneyIn = (field: FieldName) => readField(field, amountOf);
	// An order of 0, or a refund of everything, is not what the sender meant by an amount that cannot be read.
	const isOrder = typeof event === 'string' && isOrderName(namedEvent(event, properties).name);
	// No field of the schema: an answer would name it as one that is not stored.
	const checkoutId = textIn('checkoutId', limits.orderIdBytesMax);
	const fields = {
		order_id: textIn('orderId', limits.orderIdBytesMax),
		refund_id: textIn('refundId', limits.refundIdBytesMax),
		currency: textIn('currency', limits.currencyBytesMax),
		coupon: textIn('coupon', limits.couponBytesMax),
		amount: isOrder ? readField('amount', (value) => (isNumeric(value) ? Number(value) : value)) : moneyIn('amount'),
		tax: moneyIn('tax'),
		shipping: moneyIn('shipping'),
		discount: moneyIn('discount'),
		product_id: textIn('productId', limits.productIdCharactersMax),
		items: readField('items', itemsOf),
	};
	const others = Object.entries(properties).filter(([name]) => !taken.has(name));
	return {
		...fields,
		...(checkoutId !== undefined && { checkout_id: checkoutId }),
		props: propsOf(Object.fromEntries(others)),
	};
}

function itemsOf(products: unknown): Fields[] | undefined {
	if (!Array.isArray(products) || !products.some(isFields)) return undefined;
	return products.slice(0, limits.orderItemsMax).map((product) => {
		const item = fieldsOf(product);
		const text = (field: ItemFieldName, bytesMax: number = limits.itemTextBytesMax) =>
			cut(item[itemNameOf(field, item) ?? ''], bytesMax);
		const values = { name: text('name'), category: text('category'), variant: text('variant') };
		return {
			product_id: text('productId', limits.productIdCharactersMax),
			...values,
			price: amountOf(item.price),
			quantity: quantityOf(item.quantity),
		};
	});
}

/** An anonymous id that a page took from Footfall's tracker is its visitor; any other becomes a keyed hash. */
function visitorOf(anonymousId: unknown, { site, visitorSecret }: SegmentContext): number | undefined {
	const id = textOf(anonymousId);
	if (id === undefined || id === '') return undefined;
	return wholeNumberIn(id) ?? hashedVisitor(visitorSecret, 'anonymous', site, id);
}

const campaignParameters = { source: 'source', medium: 'medium', name: 'campaign', term: 'term', content: 'content' };

/** The URL of the page with the campaign as its parameters; `undefined` if it is not an http or https URL. */
function urlOf(page: unknown, campaign: Fields): string | undefined {
	const text = textOf(page) ?? '';
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
	for (const [field, parameter] of Object.entries(campaignParameters)) {
		const value = textOf(campaign[field]);
		if (value && !url.searchParams.has(`utm_${parameter}`)) url.searchParams.set(`utm_${parameter}`, value);
	}
	return Buffer.byteLength(url.href) <= limits.urlBytesMax ? url.href : undefined;
}

const isFields = (value: unknown): value is Fields =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});
const textOf = (value: unknown) =>
	typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
const cut = (value: unknown, bytesMax: number) => {
	const text = textOf(value);
	return text === undefined ? undefined : cutText(text, bytesMax);
};
/** Whether a value is a number, or a text of one. */
const isNumeric = (value: unknown) =>
	typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
const numberOf = (value: unknown) => {
	const number = isNumeric(value) ? Number(value) : undefined;
	return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
};
const amountOf = (value: unknown) => {
	const number = numberOf(value);
	return number !== undefined && number <= limits.amountMax ? number : undefined;
};
const naturalOf = (value: unknown) => {
	const number = numberOf(value);
	return Number.isSafeInteger(number) ? number : undefined;
};
const quantityOf = (value: unknown) => {
	const number = naturalOf(value);
	return number !== undefined && number <= limits.quantityMax ? number : undefined;
};
const pixelsOf = (value: unknown) => {
	const number = naturalOf(value);
	return number !== undefined && number <= limits.pixelsMax ? number : undefined;
};
