/**
 * Longest ranges, up to the last day of a range, of which sessions are counted in the view of paths, days. It looks
 * through sessions one by one, and is to be drawn as fast as views of a whole year.
 */
export const pathDaysMax = {
	/** For the steps around a step. */
	around: 92,
	/** For the list of steps to choose from, in which a session counts several times. */
	steps: 28,
} as const;
