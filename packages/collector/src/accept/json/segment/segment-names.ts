import {
	type FieldName,
	fieldNames,
	type ItemFieldName,
	isMissing,
	itemFieldNames,
	namedEvent,
	ownNames,
} from '@footfall/protocol/names';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Names of fields in the events of Segment that are not in the table of names of other tools. Segment's specification
 * gives them these meanings in all events; its table of orders has others.
 */
const namesInAnyEvent: Readonly<Partial<Record<FieldName, readonly string[]>>> = {
	orderId: ['order_id'],
	productId: ['product_id', 'sku'],
	amount: ['revenue', 'total', 'value'],
	currency: ['currency'],
	coupon: ['coupon'],
	tax: ['tax'],
	shipping: ['shipping'],
	discount: ['discount'],
	items: ['products', 'items'],
};

/** The values of the properties of an event, by Footfall's names of fields. */
export interface NamedValues {
	/** Reads the property that is a field. If its value is of no use, it stays a property. */
	readField<Value>(field: FieldName, read: (value: unknown) => Value | undefined): Value | undefined;
	/** The names of the properties that were read. */
	readonly taken: ReadonlySet<string>;
}

/** Finds the properties that are fields of an event, under its names in the tool that uses the name of the event. */
export function namedValues(event: unknown, properties: Fields): NamedValues {
	const isInTable = typeof event === 'string' && namedEvent(event, properties).readsOtherNames;
	const taken = new Set<string>();
	return {
		taken,
		readField(field, read) {
			const names = isInTable ? [...ownNames(field), ...fieldNames[field]] : (namesInAnyEvent[field] ?? []);
			const name = firstOf(names, properties);
			const value = name === undefined ? undefined : read(properties[name]);
			if (name !== undefined && value !== undefined) taken.add(name);
			return value;
		},
	};
}

/** The name under which an item has a field. */
export const itemNameOf = (field: ItemFieldName, item: Fields): string | undefined =>
	firstOf([...ownNames(field), ...itemFieldNames[field]], item);

const firstOf = (names: readonly string[], fields: Fields) =>
	names.find((name) => Object.hasOwn(fields, name) && !isMissing(fields[name]));
