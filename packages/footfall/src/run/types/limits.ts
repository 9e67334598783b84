/** Bounds of a declaration. Lengths of texts are UTF-16 code units. */
export const typesLimits = {
	/** Days of which events are read, until today. */
	days: 90,
	events: 1_000,
	/** Keys of one event. */
	keys: 100,
	/** Keys of all events that were seen. */
	keysInAll: 10_000,
	/** Values of one key. A key with more has no suggestions. */
	values: 20,
	/** Length of a value that is suggested. */
	valueLength: 100,
	/** Goals that the comment of an event lists. */
	goals: 10,
} as const;
