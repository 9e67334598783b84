/** Tolerance for the clock of a sender that runs ahead, ms. */
export const futureToleranceMs = 5 * 60_000;

/** Earliest valid time of an event: 2020-01-01T00:00:00Z. */
export const earliestTsMs = 1_577_836_800_000;

/**
 * Validates the time of an event. The sender has corrected its clock with the greeting of the collector, so its time is
 * accepted if it is possible. A time more than five minutes after receipt or before 2020 is invalid: it is replaced by
 * the time of receipt and flagged as `bounded`. Late events keep their time, however late they are.
 *
 * @param tsMs time given by the sender, milliseconds since 1970
 * @param receivedAtMs time of receipt, milliseconds since 1970
 */
export function boundTs(tsMs: number, receivedAtMs: number): { tsMs: number; bounded: boolean } {
	if (tsMs > receivedAtMs + futureToleranceMs || tsMs < earliestTsMs) return { tsMs: receivedAtMs, bounded: true };
	return { tsMs, bounded: false };
}
