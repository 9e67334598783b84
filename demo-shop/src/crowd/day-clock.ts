import { exactSine } from './exact-math.js';

export const dayMs = 86_400_000;
const minuteMs = 60_000;
const minutesOfDay = 1_440;

/** Hour of the day with the most traffic, UTC. */
const peakHour = 14;
/** Relative excess of traffic over the average at the peak, and relative deficit at the quietest hour. */
const swing = 0.8;

/** Traffic at a minute of the day, as a multiple of the day's average: a sine. */
export function busyness(minuteOfDay: number): number {
	return 1 + swing * exactSine((minuteOfDay / 60 - peakHour + 6) / 24);
}

/** Integral of the traffic from midnight to each minute, ms; the last value is a whole day. */
const elapsed = new Float64Array(minutesOfDay + 1);
for (let minute = 0; minute < minutesOfDay; minute++) {
	elapsed[minute + 1] = (elapsed[minute] as number) + minuteMs * busyness(minute + 0.5);
}
const stretch = dayMs / (elapsed[minutesOfDay] as number);
for (let minute = 0; minute <= minutesOfDay; minute++) elapsed[minute] = (elapsed[minute] as number) * stretch;

/**
 * Converts a time to the shop's clock, which runs faster while the shop has more traffic, and gains exactly one day
 * per day. Events at a constant rate on this clock follow the day's sine in real time.
 *
 * @param atMs ms since 1970, UTC
 * @returns ms on the shop's clock
 */
export function toShopTime(atMs: number): number {
	const day = Math.floor(atMs / dayMs);
	const msOfDay = atMs - day * dayMs;
	const minute = Math.floor(msOfDay / minuteMs);
	const before = elapsed[minute] as number;
	const share = (msOfDay - minute * minuteMs) / minuteMs;
	return day * dayMs + before + share * ((elapsed[minute + 1] as number) - before);
}

/** Converts a time of the shop's clock, ms, to whole ms since 1970, UTC. The inverse of `toShopTime`. */
export function fromShopTime(shopMs: number): number {
	const day = Math.floor(shopMs / dayMs);
	const msOfDay = shopMs - day * dayMs;
	let low = 0;
	let high = minutesOfDay;
	while (high - low > 1) {
		const middle = (low + high) >> 1;
		if ((elapsed[middle] as number) <= msOfDay) low = middle;
		else high = middle;
	}
	const before = elapsed[low] as number;
	const share = (msOfDay - before) / ((elapsed[low + 1] as number) - before);
	return Math.floor(day * dayMs + (low + share) * minuteMs);
}
