import { type EventName, eventNames, type MeaningName, meanings, type ToolEventName } from './event-names.js';
import { type FieldName, fieldNames, type ItemFieldName, itemFieldNames, ownNames } from './field-names.js';

/** Fields under any names, with values of any type. */
export type Given = Readonly<Record<string, unknown>>;

/** The fields of an item, by Footfall's names in camelCase. */
export type NamedItem = Partial<Record<ItemFieldName, unknown>>;

/** Fields by Footfall's names in camelCase, without those that are missing. Values are those that were given. */
export type NamedFields = Partial<Record<Exclude<FieldName, 'checkoutId'>, unknown>>;

/** An event under Footfall's names. */
export interface NamedEvent {
	name: string;
	fields: NamedFields;
	/** Whether other tools' names of fields count in this event. */
	readsOtherNames: boolean;
}

interface NameList<Field extends string> {
	field: Field;
	own: readonly string[];
	all: readonly string[];
}

const nameLists = <Field extends string>(names: Readonly<Record<Field, readonly string[]>>): NameList<Field>[] =>
	(Object.entries(names) as [Field, readonly string[]][]).map(([field, others]) => ({
		field,
		own: ownNames(field),
		all: [...ownNames(field), ...others],
	}));

const eventLists = nameLists(fieldNames);
const itemLists = nameLists(itemFieldNames);

/**
 * Returns an event under Footfall's names. Every way in uses it: batches of pages, JSON and the endpoints of other
 * tools; imports follow the same tables in SQL. An event that has been renamed is returned as it is. Pure.
 *
 * An event of a product, such as an addition to the cart, has the product of its first item, and its price if the event
 * has no amount. The other items stay in `items`.
 */
export function namedEvent(name: string, given: Given): NamedEvent {
	const kind: EventName | undefined = Object.hasOwn(eventNames, name) ? eventNames[name as ToolEventName] : undefined;
	const { checkoutId, ...fields } = fieldsOf(eventLists, given, kind === undefined ? 'own' : 'all');
	const needed = { ...fields, checkoutId };
	if (kind === undefined || !kind.needs.some((field) => isPresent(field, needed[field]))) {
		const { checkoutId: _, ...own } = fieldsOf(eventLists, given, 'own');
		return { name, fields: withItems(own), readsOtherNames: false };
	}
	return { ...meant(kind.means, withItems(fields), checkoutId), readsOtherNames: true };
}

function meant(means: MeaningName, fields: NamedFields, checkoutId: unknown): Pick<NamedEvent, 'name' | 'fields'> {
	const { name, ...object } = meanings[means];
	if (means === 'order' || means === 'refund') return { name, fields: { orderId: checkoutId, ...fields } };
	const [first] = Array.isArray(fields.items) ? (fields.items as NamedItem[]) : [];
	const amount = means === 'checkout' ? undefined : first?.price;
	return { name, fields: defined({ productId: first?.productId, amount, ...fields, ...object }) };
}

const defined = (fields: NamedFields): NamedFields =>
	Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Returns the fields that are given, each under Footfall's name. */
function fieldsOf<Field extends string>(
	lists: readonly NameList<Field>[],
	given: Given,
	names: 'own' | 'all',
): Partial<Record<Field, unknown>> {
	const fields: Partial<Record<Field, unknown>> = {};
	for (const list of lists) {
		const found = list[names].find((name) => Object.hasOwn(given, name) && !isMissing(given[name]));
		if (found !== undefined) fields[list.field] = given[found];
	}
	return fields;
}

/** Returns whether a value says nothing. */
export const isMissing = (value: unknown): boolean => value === undefined || value === null || value === '';
/** Returns whether an event has a field that it needs. */
const isPresent = (field: FieldName, value: unknown) =>
	field === 'items'
		? Array.isArray(value) && value.some(isObject)
		: typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value));
const isObject = (value: unknown): value is Given =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** Gives the fields of items Footfall's names. What is no item stays as it is. */
function withItems<Fields extends { items?: unknown }>(fields: Fields): Fields {
	if (!Array.isArray(fields.items)) return fields;
	const items = fields.items.map((item) => (isObject(item) ? fieldsOf(itemLists, item, 'all') : item));
	return { ...fields, items };
}
