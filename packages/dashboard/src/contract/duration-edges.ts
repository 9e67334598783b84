const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Lower bounds of the histogram bins, milliseconds. The first bin has the sessions that last a single moment. */
export const durationEdgesMs = [
	0,
	1,
	10 * second,
	30 * second,
	minute,
	3 * minute,
	10 * minute,
	30 * minute,
	hour,
	2 * hour,
	4 * hour,
] as const;
