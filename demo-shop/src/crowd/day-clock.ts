import { exactSine } from './exact-math.js';

export const dayMs = 86_400_000;
const minuteMs = 60_000;
const minutesOfDay = 1_440;

/** When the shop is busiest: 14:00 UTC. */
const peakHour = 14;
/** How much busier than on average it is then; at the quietest hour it is as much less busy. */
const swing = 0.8;

/** How busy the shop is at a minute of the day, as a multiple of the day's average: a sine. */
export function busyness(minuteOfDay: number): number {
	return 1 + swing * exactSine((minuteOfDay / 60 - peakHour + 6) / 24);
}

/** Busyness summed up from midnight to each minute, in milliseconds; it ends at a whole day. */
const elapsed = new Float64Array(minutesOfDay + 1);
for (let minute = 0; minute < minutesOfDay; minute++) {
	elapsed[minute + 1] = (elapsed[minute] as number) + minuteMs * busyness(minute + 0.5);
}
const stretch = dayMs / (elapsed[minutesOfDay] as number);
for (let minute = 0; minute <= minutesOfDay; minute++) elapsed[minute] = (elapsed[minute] as number) * stretch;

/**
 * The shop's own clock: it runs fast while the shop is busy and slowly at night, and has gone on by one day at every midnight.
 * What happens evenly on it happens by the day's sine on the wall's.
 *
 * @param atMs milliseconds since 1970, UTC
 */
export function toShopTime(atMs: number): number {
	const day = Math.floor(atMs / dayMs);
	const ofDay = atMs - day * dayMs;
	const minute = Math.floor(ofDay / minuteMs);
	const before = elapsed[minute] as number;
	const share = (ofDay - minute * minuteMs) / minuteMs;
	return day * dayMs + before + share * ((elapsed[minute + 1] as number) - before);
}

/** The moment at which the shop's clock shows a time; whole milliseconds. */
export function fromShopTime(shopMs: number): number {
	const day = Math.floor(shopMs / dayMs);
	const ofDay = shopMs - day * dayMs;
	let low = 0;
	let high = minutesOfDay;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((elapsed[middle] as number) <= ofDay) low = middle;
		else high = middle;
	}
	const before = elapsed[low] as number;
	const share = (ofDay - before) / ((elapsed[low + 1] as number) - before);
	return Math.floor(day * dayMs + (low + share) * minuteMs);
}
