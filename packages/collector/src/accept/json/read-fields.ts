import { snakeCase } from '@footfall/protocol/names';
import { jsonEvent } from './json-event.js';
import { mayHaveToolNames, withOwnNames } from './tool-names.js';

/** Names that an answer lists at most; a sender may send thousands. */
export const unknownFieldsMax = 20;
/** Characters of such a name. */
const nameLengthMax = 64;

/** A JSON value with the fields of the schema, and the names of its other fields, which are not stored. */
export interface Fields {
	value: unknown;
	unknown: readonly string[];
}

const known: ReadonlySet<string> = new Set(Object.keys(jsonEvent.shape));
/** Names of columns that mean a field of another name. */
const otherNames: Readonly<Record<string, string>> = { ts: 'dt' };

const none: readonly string[] = [];

/**
 * Finds the fields of an event as imported files have them: names of columns in any case and in camelCase, names of
 * other tools in their events, and null for a field that is missing. A field with the exact name takes precedence.
 * Pure.
 */
export function readFields(value: unknown): Fields {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return { value, unknown: none };
	const given = value as Record<string, unknown>;
	const names = Object.keys(given);
	// Most events need no change, and are not copied.
	const isPlain = names.every((name) => known.has(name) && given[name] !== null);
	if (isPlain && !mayHaveToolNames(given)) return { value, unknown: none };
	const event: Record<string, unknown> = {};
	const others: string[] = [];
	for (const name of names) if (known.has(name) && given[name] !== null) event[name] = given[name];
	for (const name of names) {
		if (known.has(name)) continue;
		const meant = meantBy(name);
		if (meant === undefined || (event[meant] !== undefined && given[name] !== null)) others.push(name);
		else if (given[name] !== null) event[meant] = given[name];
	}
	if (!mayHaveToolNames(event)) return { value: event, unknown: shownNames(others) };
	const { event: named, isRead } = withOwnNames(event, given);
	return { value: named, unknown: shownNames(others.filter((name) => !isRead(name))) };
}

/** The names that an answer lists. */
function shownNames(names: readonly string[]): string[] {
	const shown: string[] = [];
	for (const name of names) addName(shown, name);
	return shown;
}

function meantBy(name: string): string | undefined {
	if (name.length > nameLengthMax) return undefined;
	const lower = name.toLowerCase();
	const field = Object.hasOwn(otherNames, lower) ? (otherNames[lower] as string) : lower;
	return [field, snakeCase(name)].find((each) => known.has(each));
}

/** Adds a name to a list for an answer, if it is new and the list is not full. */
export function addName(names: string[], name: string): void {
	const shown = name.slice(0, nameLengthMax);
	if (names.length < unknownFieldsMax && !names.includes(shown)) names.push(shown);
}
