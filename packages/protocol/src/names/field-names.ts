/**
 * Other tools' names of the fields of an event, by Footfall's name; the first that has a value counts. They are names
 * only in events that `eventNames` lists, since a site's own events may have fields of these names with other meanings.
 * Footfall's own names, in camelCase and in snake_case, count before them, and in every event.
 */
export const fieldNames = {
	obj: [],
	objId: [],
	productId: ['sku'],
	amount: ['total', 'revenue', 'value', 'price'],
	currency: [],
	orderId: ['transaction_id'],
	checkoutId: [],
	refundId: [],
	tax: [],
	shipping: [],
	discount: [],
	coupon: [],
	items: ['products'],
} as const satisfies Record<string, readonly string[]>;

/** Other tools' names of the fields of an item, in the same form. */
export const itemFieldNames = {
	productId: ['item_id', 'sku'],
	name: ['item_name'],
	category: ['item_category'],
	variant: ['item_variant'],
	price: [],
	quantity: [],
} as const satisfies Record<string, readonly string[]>;

/** A field of an event, or of an item, by Footfall's name. */
export type FieldName = keyof typeof fieldNames;
export type ItemFieldName = keyof typeof itemFieldNames;

/** Writes a name in snake_case: `order_id` for `orderId`, and `ORDER_ID` in small letters. */
export const snakeCase = (name: string): string =>
	name.replace(/(?<=[a-z\d])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();

/** Footfall's own names of a field. */
export const ownNames = (field: string): readonly string[] => [...new Set([field, snakeCase(field)])];

/** Every name of a field of an event, and of an item, in any tool. */
export const everyFieldName: ReadonlySet<string> = everyName(fieldNames);
export const everyItemFieldName: ReadonlySet<string> = everyName(itemFieldNames);

function everyName(names: Readonly<Record<string, readonly string[]>>): Set<string> {
	return new Set(Object.entries(names).flatMap(([field, others]) => [...ownNames(field), ...others]));
}
