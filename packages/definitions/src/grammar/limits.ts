/** Bounds of definitions. Lengths of texts are UTF-16 code units. */
export const definitionLimits = {
	/** Length of a definitions.json. */
	fileLengthMax: 262_144,
	/**
	 * SQL of the conditions and sites of all definitions, bytes, each as often as goals, steps and experiments have it. A
	 * statement of a run has it several times.
	 */
	sqlBytesMax: 131_072,
	goalsMax: 100,
	funnelsMax: 50,
	experimentsMax: 50,
	stepsMin: 2,
	stepsMax: 12,
	windowMsMin: 60_000,
	windowMsMax: 90 * 86_400_000,
	titleLengthMax: 80,
	/** Sites of one goal, funnel or experiment. */
	sitesMax: 100,
	/** Levels of `and`, `or` and `not` in one condition. */
	depthMax: 8,
	/** Comparisons in one condition. */
	comparisonsMax: 100,
	/** Values, patterns or conditions of one list. */
	listMax: 100,
	/** Length of the name of an event, of the kind of an object, and of the key of a property or an experiment. */
	nameLengthMax: 64,
	/** Length of an object id, to which the model `stg_events` cuts it, and of the value of a property. */
	textLengthMax: 250,
	/** Length of a pattern of paths. The model `stg_events` cuts a path to as much. */
	patternLengthMax: 500,
	/** Asterisks of one pattern. */
	asterisksMax: 10,
} as const;

/** The form of a name: a lower-case letter, then up to 63 lower-case letters, digits and underscores. */
export const namePattern = /^[a-z][a-z0-9_]{0,63}$/;
