/** The senders of events: a page, a server with a write key, or an import. */
export const sources = ['page', 'server', 'import'] as const;

/** Sender of an event. */
export type Source = (typeof sources)[number];

/** A comparison of a text. Upper and lower case differ. `equal` holds for any of its texts. */
export type TextComparison =
	| { op: 'equal'; texts: readonly string[] }
	| { op: 'contains' | 'starts' | 'ends'; text: string };

/** A comparison of a number, from -1e12 to 1e12. `equalNumber` holds for any of its numbers. */
export type NumberComparison =
	| { op: 'equalNumber'; numbers: readonly number[] }
	| { op: 'greater' | 'less' | 'atLeast' | 'atMost'; number: number };

/** A comparison of a property. No comparison but `exists: false` holds for an event without the property. */
export type PropertyComparison = TextComparison | NumberComparison | { op: 'exists'; exists: boolean };

/**
 * A condition on one event.
 *
 * - `event`, `object`, `objectId`: the name of the event, the kind of its object, and the id of its object
 * - `page`: the event is a page view, and the path of the page matches one of the patterns
 * - `onPage`: any event on a page whose path matches one of the patterns
 * - `property`: a property that the event has from `track()`
 * - `amount`: the amount of the event; 0 for none
 * - `source`: the sender of the event
 * - `and`, `or`, `not`: conditions combined. An empty `and` holds for every event, an empty `or` for none.
 *
 * In a pattern, `*` stands for any characters but a slash, and `**` for any characters.
 */
export type Condition =
	| { kind: 'event' | 'object' | 'objectId'; is: TextComparison }
	| { kind: 'page' | 'onPage'; patterns: readonly string[] }
	| { kind: 'property'; property: string; is: PropertyComparison }
	| { kind: 'amount'; is: NumberComparison }
	| { kind: 'source'; sources: readonly Source[] }
	| { kind: 'and' | 'or'; conditions: readonly Condition[] }
	| { kind: 'not'; condition: Condition };

/** The fields of an event that conditions read, as the sender sent them. */
export interface ConditionEvent {
	name: string;
	obj: string;
	obj_id: string;
	/** Path of the page as the marts have it: decoded, `/` for an address without a path, empty without an address. */
	path: string;
	props: Readonly<Record<string, string>>;
	/** 0 for none. */
	amount: number;
	source: Source;
}

/** Characters of the id of an object, and of a path, to which the model stg_events cuts them. */
export const objectIdLengthMax = 250;
export const pathLengthMax = 500;
/** The model stg_events takes a greater amount for implausible and counts 0. */
export const amountMax = 1_000_000_000;
