import type { Latency } from '@footfall/transforms';

/** What the warehouse holds of the visitors of this run. */
export interface Delivered {
	/** Ids of the events in the raw table, as read, each as often as it is there. */
	rawIds: readonly string[];
	/** Events counted by the sessions mart. */
	sessionEvents: number;
	/** Events counted by the daily activity. */
	userDayEvents: number;
}

/** The demo's result: its last line. */
export interface Tally {
	/** Events that the pages tracked, by their own record. */
	sent: number;
	/** Events that the collector acknowledged. */
	acked: number;
	/** Distinct events in the raw table. */
	raw: number;
	/** Events in the marts. */
	marts: number;
	/** Tracked events that are missing from the raw table or from a mart, or that a page did not even keep. */
	lost: number;
	/** Events that the raw table or a mart holds more than once, or that no page tracked. */
	duplicated: number;
	/** From the page to the marts, milliseconds; null when nothing came. */
	eventToMartMs: { p50: number; p99: number; max: number } | null;
}

/**
 * Holds the pages' record against the tables. Pure.
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
