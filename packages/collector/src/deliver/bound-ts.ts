/** How far a sender's clock may run ahead of ours, in milliseconds. */
export const futureToleranceMs = 5 * 60_000;

/** Nothing happened on a page before this moment: 2020-01-01T00:00:00Z. */
export const earliestTsMs = 1_577_836_800_000;

/**
 * When an event happened. The sender has corrected its clock by the collector's greeting, so its word is taken, as long as it
 * is possible: a time more than five minutes after receipt or before 2020 becomes the time of receipt, and says so.
 * Late events keep their time, however late they are. All times in milliseconds since 1970.
 */
export function boundTs(tsMs: number, receivedAtMs: number): { tsMs: number; bounded: boolean } {
	if (tsMs > receivedAtMs + futureToleranceMs || tsMs < earliestTsMs) return { tsMs: receivedAtMs, bounded: true };
	return { tsMs, bounded: false };
}
