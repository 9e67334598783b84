import { keyedFields } from './json-event.js';
import { addName, type Fields } from './read-fields.js';

/**
 * Removes the fields that only a sender with a write key may set, as those that do not exist, so that senders of
 * earlier versions go on. Pure.
 */
export function withoutKeyedFields(fields: Fields): Fields {
	const { value, unknown } = fields;
	if (typeof value !== 'object' || value === null) return fields;
	const given = keyedFields.filter((name) => name in value);
	if (given.length === 0) return fields;
	const rest: Record<string, unknown> = { ...value };
	const names = [...unknown];
	for (const name of given) {
		delete rest[name];
		addName(names, name);
	}
	return { value: rest, unknown: names };
}

/** A notice about fields that were not stored, for an answer; `undefined` if a write key would change nothing. */
export function keyNotice(unknownFields: readonly string[]): string | undefined {
	const names = keyedFields.filter((name) => unknownFields.includes(name));
	if (names.length === 0) return undefined;
	return `Only a server with a write key of the site may set ${names.join(', ')}.`;
}
