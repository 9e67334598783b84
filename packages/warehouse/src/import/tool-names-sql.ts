import { type EventName, eventNames, fieldNames, itemFieldNames, meanings, ownNames } from '@footfall/protocol/names';
import { isMissing } from './missing-value.js';

/** Other tools' names of fields, as columns of a file. */
export const toolFields = [...new Set(['checkout_id', ...Object.values(fieldNames).flat()])] as const;

/** The first of some texts that is not missing; the empty text if all are. */
const firstOf = (texts: readonly string[]) => `arrayFirst(text -> NOT (${isMissing('text')}), [${texts.join(', ')}])`;

/** The fields of an item, each with all of its names, Footfall's first. */
const itemNames = Object.entries(itemFieldNames).map(([field, others]) => [...ownNames(field), ...others]);
const givenItemType = `Tuple(${[...new Set(itemNames.flat())].map((name) => `${name} String`).join(', ')})`;

/**
 * Reads an item, which is JSON, as a tuple of texts: product_id, name, category, variant, price and quantity, under any
 * of their names.
 */
export const itemTexts = (json: string): string =>
	`arrayMap(given -> (${itemNames.map((names) => firstOf(names.map((name) => `given.${name}`))).join(', ')}),
		[JSONExtract(${json}, '${givenItemType}')])[1]`;

/** Every name of a field of an event, as columns. */
const columnsOf = (field: keyof typeof fieldNames) => [ownNames(field).at(-1) as string, ...fieldNames[field]];

const textOf = (value: string) => `'${value.replaceAll("'", "\\'")}'`;

/** The fields that an event may need, as conditions. */
const needs: Record<EventName['needs'][number], string> = {
	orderId: "toolOrder != ''",
	checkoutId: `NOT (${isMissing('given.checkout_id')})`,
	productId: "toolProduct != ''",
	items: "arrayExists(item -> JSONType(item) = 'Object', toolItems)",
};

const meaning = Object.entries(eventNames as Readonly<Record<string, EventName>>)
	.map(
		([name, { means, needs: any }]) =>
			`given.name = ${textOf(name)} AND (${any.map((field) => needs[field]).join(' OR ')}), '${means}'`,
	)
	.join(', ');

/** A value of the event that a row means, by the element of `meanings`; `otherwise` for an event without a meaning. */
const ofMeaning = (element: 'name' | 'obj' | 'objId', otherwise: string) => {
	const cases = Object.entries(meanings as Readonly<Record<string, { name: string; obj?: string; objId?: string }>>)
		.filter(([, event]) => event[element] !== undefined)
		.map(([name, event]) => `means = '${name}', '${event[element]}'`);
	return `multiIf(${cases.join(', ')}, ${otherwise})`;
};

const isOfProduct = "means IN ('productView', 'addToCart', 'checkout')";
const first = (element: number) => `if(empty(toolItems), '', ${itemTexts('toolItems[1]')}.${element})`;

/** The columns of a row that means another event, from the texts of a file. */
const columns: Readonly<Record<string, string>> = {
	name: ofMeaning('name', 'given.name'),
	obj: ofMeaning('obj', 'given.obj'),
	obj_id: ofMeaning('objId', 'given.obj_id'),
	product_id: `if(${isOfProduct}, ${firstOf(['toolProduct', first(1)])}, given.product_id)`,
	amount: `multiIf(means = '', given.amount,
		means IN ('productView', 'addToCart'), ${firstOf(['toolAmount', first(5)])},
		toolAmount)`,
	order_id: `multiIf(means IN ('order', 'refund'), ${firstOf(['toolOrder', 'given.checkout_id'])}, means = '' OR NOT (${isMissing('given.order_id')}), given.order_id, '')`,
	items: "if(means = '', given.items, toolItemsText)",
};

/**
 * Gives the rows of a file, which are texts, Footfall's names where another tool has named them, by the tables that all
 * ways in follow. Events without names of another tool stay as they are.
 *
 * @param select rows with `fields` and `otherColumns`
 * @param fields the columns of an event, among them `toolFields`
 */
export function withOwnNames(select: string, fields: readonly string[], otherColumns: readonly string[]): string {
	const own = fields.filter((field) => !(toolFields as readonly string[]).includes(field));
	const firstGiven = (field: keyof typeof fieldNames) => firstOf(columnsOf(field).map((name) => `given.${name}`));
	const isListed = `given.name IN (${Object.keys(eventNames).map(textOf).join(', ')})`;
	return `SELECT ${otherColumns.map((name) => `given.${name} AS ${name}`).join(', ')},
			${own.map((field) => `${columns[field] ?? `given.${field}`} AS ${field}`).join(', ')}
		FROM (SELECT *,
				if(${isListed}, ${firstGiven('orderId')}, '') AS toolOrder,
				if(${isListed}, ${firstGiven('productId')}, '') AS toolProduct,
				if(${isListed}, ${firstGiven('amount')}, '') AS toolAmount,
				if(${isListed}, ${firstGiven('items')}, '') AS toolItemsText,
				JSONExtractArrayRaw(if(JSONType(toolItemsText) = 'Array', toolItemsText, '[]')) AS toolItems,
				multiIf(${meaning}, '') AS means
			FROM (${select}) AS given) AS given`;
}
