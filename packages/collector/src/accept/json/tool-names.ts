import { limits } from '@footfall/protocol';
import { eventNames, fieldNames, type Given, namedEvent, snakeCase } from '@footfall/protocol/names';

/** The fields of an event under the names of JSON. */
export interface NamedJson {
	event: Record<string, unknown>;
	/** Returns whether a name is that of another tool, and has been read. */
	isRead: (name: string) => boolean;
}

const otherFieldNames: ReadonlySet<string> = new Set([...Object.values(fieldNames).flat(), 'checkout_id']);
const none = () => false;
/** Characters of the longest name of a field, with some to spare. */
const nameLengthMax = 24;

/** Returns whether an event may have names of other tools. */
export const mayHaveToolNames = (event: Given): boolean =>
	event.items !== undefined || (typeof event.name === 'string' && Object.hasOwn(eventNames, event.name));

/**
 * Gives an event that other tools have named, and its items, the names of JSON. Pure.
 *
 * @param event its fields with a name of JSON
 * @param given all of its fields, as the sender has named them
 */
export function withOwnNames(event: Record<string, unknown>, given: Given): NamedJson {
	if (typeof event.name !== 'string' || isTooLong(event.items) || isTooLong(given.products))
		return { event, isRead: none };
	// A body may have very many names, of which only short ones have a meaning.
	const short = Object.entries(given).filter(([name]) => name.length <= nameLengthMax);
	const spelled = Object.fromEntries(short.map(([name, value]) => [snakeCase(name), value]));
	const { name, fields, readsOtherNames } = namedEvent(event.name, { ...spelled, ...event });
	const own = Object.entries(fields).map(([field, value]) => [snakeCase(field), value] as const);
	const named: Record<string, unknown> = { ...event, ...Object.fromEntries(own), name };
	if (Array.isArray(named.items)) named.items = named.items.map(withSnakeCase);
	// An order has no object, and the other names say what theirs is.
	if (readsOtherNames) named.obj ??= '';
	return { event: named, isRead: readsOtherNames ? (other) => otherFieldNames.has(snakeCase(other)) : none };
}

/** Lists with too many items are refused as they are. */
const isTooLong = (items: unknown) => Array.isArray(items) && items.length > limits.orderItemsMax;

const withSnakeCase = (item: unknown) =>
	typeof item === 'object' && item !== null && !Array.isArray(item)
		? Object.fromEntries(Object.entries(item).map(([field, value]) => [snakeCase(field), value]))
		: item;
