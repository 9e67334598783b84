import type { fieldNames, itemFieldNames, ToolEventName } from '@footfall/protocol/names';
import { attempt } from '../attempt.js';

/** A name of a field that the collector knows. */
type KnownName<Names extends Record<string, readonly string[]>> =
	| keyof Names
	| Names[keyof Names][number]
	| 'refund_id';

/** The events of Google Analytics 4 whose names the collector knows: all others are not captured. */
export const ecommerceEvents: readonly ToolEventName[] = [
	'view_item',
	'add_to_cart',
	'begin_checkout',
	'purchase',
	'refund',
];

/**
 * The fields that are read, and sent under these names: those of Google Analytics 4 that the collector knows, and
 * `amount`, `discount` and `refund_id`, for which it has no names. No other field is read, since it may be about a
 * person.
 */
export const ecommerceFields: readonly KnownName<typeof fieldNames>[] = [
	'transaction_id',
	'value',
	'amount',
	'currency',
	'tax',
	'shipping',
	'discount',
	'coupon',
	'refund_id',
];

export const ecommerceItemFields: readonly KnownName<typeof itemFieldNames>[] = [
	'item_id',
	'item_name',
	'item_category',
	'item_variant',
	'price',
	'quantity',
];

/** Number of items beyond which the collector takes none (`limits.orderItemsMax`). */
export const itemsMax = 100;

type Fields = Record<string, unknown>;

/** Returns a property, or `undefined` where there is none or its getter throws. */
const read = (object: unknown, name: string | number): unknown => attempt(() => (object as Fields)[name]);

/** Returns the fields with these names whose values are text or numbers. */
function pick(object: unknown, names: readonly string[]): Fields {
	const fields: Fields = {};
	for (const name of names) {
		const value = read(object, name);
		if (['string', 'number'].includes(typeof value)) fields[name] = value;
	}
	return fields;
}

/**
 * Returns the event of an element of a data layer, as a copy; `undefined` for every other element. An element has one
 * of two shapes: `{ event, ecommerce }`, or the arguments of a call `gtag('event', name, fields)`. Pure.
 */
export function ecommerceEvent(element: unknown): [name: string, fields: Fields] | undefined {
	const isCall = read(element, 0) === 'event';
	const name = read(element, isCall ? 1 : 'event') as (typeof ecommerceEvents)[number];
	const given = read(element, isCall ? 2 : 'ecommerce');
	if (!ecommerceEvents.includes(name) || Object(given) !== given) return undefined;
	const items = read(given, 'items');
	const fields = pick(given, ecommerceFields);
	if (Array.isArray(items)) {
		fields.items = Array.from({ length: Math.min(items.length, itemsMax) }, (_, i) =>
			pick(read(items, i), ecommerceItemFields),
		);
	}
	return [name, fields];
}
