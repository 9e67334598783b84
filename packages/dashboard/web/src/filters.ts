import {
	type FilterName,
	filterTextOf,
	sessionAttributes,
	type ViewName,
	viewDefinitions,
} from '@footfall/dashboard/contract';
import type { Column } from './cards/table.js';
import { formatCountry, formatKnown, formatWord, readCountry, readKnown, readWord } from './format.js';

/** Values that sessions must have, by attribute. An empty text matches sessions whose value is not known. */
export type Filters = Partial<Record<FilterName, string>>;

/** Adds a filter, or replaces its value. */
export type AddFilter = (name: FilterName, value: string) => void;

const formats = {
	name: { format: (value: string) => formatKnown(value), read: (shown: string) => readKnown(shown) },
	word: { format: formatWord, read: readWord },
	country: { format: formatCountry, read: readCountry },
} as const;

/** A value of an attribute, as it is shown. No two values are shown alike. Pure. */
export const formatAttribute = (name: FilterName, value: string): string =>
	formats[sessionAttributes[name].format ?? 'name'].format(value);

/** The value of an attribute that is shown so. Pure. */
export const readAttribute = (name: FilterName, shown: string): string =>
	formats[sessionAttributes[name].format ?? 'name'].read(shown);

/** The name of all values of an attribute. Pure. */
export const attributePlural = (name: FilterName): string =>
	sessionAttributes[name].audienceTitle ?? `${sessionAttributes[name].title}s`;

/** A table column of an attribute, whose values add a filter when they are clicked. Pure. */
export function attributeColumn(name: FilterName): Column {
	return {
		title: sessionAttributes[name].title,
		format: (value: string) => formatAttribute(name, value),
		filter: name,
	};
}

/** Text on the effect of filters for a view, unless they simply restrict it to matching sessions. Pure. */
export function filterHint(view: ViewName): string | undefined {
	const { filterEffect, filterText } = viewDefinitions[view];
	return filterEffect === 'sessions' && filterText === undefined ? undefined : filterTextOf(view);
}
