import { limits } from '@footfall/protocol';
import { itemsType } from '../schema/event-columns.js';
import { itemTexts } from './tool-names-sql.js';

const text = `\\'(?:[^\\'\\\\\\\\]|\\\\\\\\.)*\\'`;
const tuple = `\\\\((?:${text},){4}\\\\d{1,13}(?:\\\\.\\\\d{1,4})?,\\\\d{1,9}\\\\)`;

/** Whether a text is a list of items as ClickHouse writes it to CSV. */
const isNotation = (items: string) => `match(${items}, '^\\\\[(?:${tuple}(?:,${tuple})*)?\\\\]$')`;

/** Whether an amount, which may be NULL, is above the greatest one that any way in takes. */
export const isTooMuch = (money: string): string => `ifNull(${money} > ${limits.amountMax}, false)`;

/** Names of the values that the expressions below depend on, with their expressions. */
export const itemParts = (items: string, isMissing: string) => `
	${isMissing} AS hasNoItems,
	${isNotation(items)} AS isItemsNotation,
	arrayMap(item -> ${itemTexts('item')}, JSONExtractArrayRaw(if(hasNoItems OR isItemsNotation, '[]', ${items}))) AS itemTexts,
	CAST(if(isItemsNotation, ${items}, '[]'), '${itemsType}') AS writtenItems,
	arrayMap(item -> toDecimal64OrNull(if(item.5 = '', '0', item.5), 4), itemTexts) AS itemPrices,
	arrayMap(item -> toUInt32OrNull(if(item.6 = '', '1', item.6)), itemTexts) AS itemQuantities`;

const isTooLong = (item: string) =>
	`(lengthUTF8(${item}.1) > ${limits.productIdCharactersMax} OR greatest(length(${item}.2), length(${item}.3), length(${item}.4)) > ${limits.itemTextBytesMax})`;

/** Conditions of a `multiIf` and their reasons for rejecting a row, predicates that follow "line 7". */
export const itemReasons = (items: string) => `
	NOT hasNoItems AND NOT isItemsNotation AND (JSONType(${items}) != 'Array' OR arrayExists(item -> JSONType(item) != 'Object', JSONExtractArrayRaw(${items}))), 'has items that are not a list of objects',
	greatest(length(itemTexts), length(writtenItems)) > ${limits.orderItemsMax}, 'has more than ${limits.orderItemsMax} items',
	arrayExists(price -> ifNull(price < 0, true), itemPrices), 'has an item with a price that is not a number of 0 or more',
	arrayExists(price -> ${isTooMuch('price')}, itemPrices) OR arrayExists(item -> ${isTooMuch('item.5')}, writtenItems), 'has an item with a price above ${limits.amountMax}',
	arrayExists(quantity -> isNull(quantity), itemQuantities), 'has an item with a quantity that is not a whole number',
	arrayExists(item -> ${isTooLong('item')}, itemTexts) OR arrayExists(item -> ${isTooLong('item')}, writtenItems), 'has an item with a text that is too long',`;

/** The items of a valid row. */
export const itemsSql = `arrayConcat(writtenItems, CAST(arrayMap(
	(item, price, quantity) -> (item.1, item.2, item.3, item.4, ifNull(price, 0), ifNull(quantity, 0)),
	itemTexts, itemPrices, itemQuantities), '${itemsType}'))`;
