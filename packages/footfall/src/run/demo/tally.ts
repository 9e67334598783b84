import type { Latency } from '@footfall/transforms';

/** The events of the visitors of this run in the warehouse. */
export interface Delivered {
	/** Event ids in the raw table, each as often as it occurs. */
	rawIds: readonly string[];
	/** Events counted by the sessions mart. */
	sessionEvents: number;
	/** Events counted by the mart of daily activity. */
	userDayEvents: number;
}

/** The result of the demo, which is its last line of output. */
export interface Tally {
	/** Events that the pages tracked, according to their own record. */
	sent: number;
	/** Events that the collector acknowledged. */
	acked: number;
	/** Distinct events in the raw table. */
	raw: number;
	/** Events in the marts. */
	marts: number;
	/** Tracked events that are missing from the raw table or from a mart, or that a page could not keep. */
	lost: number;
	/** Events that occur more than once in the raw table or in a mart, or that no page tracked. */
	duplicated: number;
	/** Time from the page to the marts, in milliseconds; null if no event arrived. */
	eventToMartMs: { p50: number; p99: number; max: number } | null;
}

/**
 * Compares the pages' record with the tables. Pure.
 *
 * @param notKept events that pages have captured and that are not in their record
 */
export function tally(
	tracked: ReadonlySet<string>,
	notKept: number,
	acked: number,
	delivered: Delivered,
	latency?: Latency,
): Tally {
	const raw = new Set(delivered.rawIds);
	const missingInRaw = [...tracked].filter((id) => !raw.has(id)).length;
	const unknownInRaw = [...raw].filter((id) => !tracked.has(id)).length;
	const repeatedInRaw = delivered.rawIds.length - raw.size;
	const marts = [delivered.sessionEvents, delivered.userDayEvents];
	return {
		sent: tracked.size,
		acked,
		raw: raw.size,
		marts: delivered.sessionEvents,
		lost: notKept + missingInRaw + Math.max(0, ...marts.map((events) => raw.size - events)),
		duplicated: unknownInRaw + repeatedInRaw + Math.max(0, ...marts.map((events) => events - raw.size)),
		eventToMartMs: latency ? { p50: latency.p50Ms, p99: latency.p99Ms, max: latency.maxMs } : null,
	};
}
