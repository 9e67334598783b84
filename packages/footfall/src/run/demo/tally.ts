import type { Latency } from '@footfall/transforms';
import { formatDecimal } from '../orders/decimal.js';

/** The events of the visitors of this run in the warehouse. */
export interface Delivered {
	/** Event ids in the raw table, each as often as it occurs. */
	rawIds: readonly string[];
	/** Events counted by the sessions mart. */
	sessionEvents: number;
	/** Events counted by the mart of daily activity. */
	userDayEvents: number;
	/** Sums of the mart of orders by currency, in ten-thousandths. */
	revenue: ReadonlyMap<string, bigint>;
}

/** The senders' own record of what they have sent. */
export interface Sent {
	/** Ids of the events. */
	ids: ReadonlySet<string>;
	/** Events that pages have captured and that are not in the record. */
	notKept: number;
	/** Orders less refunds by currency, in ten-thousandths. */
	revenue: ReadonlyMap<string, bigint>;
}

/** Amounts as decimal text, by ISO 4217 code. */
type Revenue = Readonly<Record<string, string>>;

/** The result of the demo, which is its last line of output. */
export interface Tally {
	/** Events that the pages tracked and that the shop's server sent, according to their own record. */
	sent: number;
	/** Events that the collector acknowledged since its processes started last. */
	acked: number;
	/** Distinct events in the raw table. */
	raw: number;
	/** Events in the marts. */
	marts: number;
	/** Sent events that are missing from the raw table or from a mart, or that a page could not keep. */
	lost: number;
	/** Events that occur more than once in the raw table or in a mart, or that nobody sent. */
	duplicated: number;
	/** Orders less refunds by currency, in the mart of orders. Amounts of different currencies are never added. */
	revenue: Revenue;
	/** The same as the senders have counted it, each order and each refund once. */
	revenueSent: Revenue;
	/** Time from the page to the marts, in milliseconds; null if no event arrived. */
	eventToMartMs: { p50: number; p99: number; max: number } | null;
}

/** Compares the senders' record with the tables. Pure. */
export function tally(sent: Sent, acked: number, delivered: Delivered, latency?: Latency): Tally {
	const raw = new Set(delivered.rawIds);
	const missingInRaw = [...sent.ids].filter((id) => !raw.has(id)).length;
	const unknownInRaw = [...raw].filter((id) => !sent.ids.has(id)).length;
	const repeatedInRaw = delivered.rawIds.length - raw.size;
	const marts = [delivered.sessionEvents, delivered.userDayEvents];
	return {
		sent: sent.ids.size,
		acked,
		raw: raw.size,
		marts: delivered.sessionEvents,
		lost: sent.notKept + missingInRaw + Math.max(0, ...marts.map((events) => raw.size - events)),
		duplicated: unknownInRaw + repeatedInRaw + Math.max(0, ...marts.map((events) => events - raw.size)),
		revenue: revenueOf(delivered.revenue),
		revenueSent: revenueOf(sent.revenue),
		eventToMartMs: latency ? { p50: latency.p50Ms, p99: latency.p99Ms, max: latency.maxMs } : null,
	};
}

function revenueOf(sums: ReadonlyMap<string, bigint>): Revenue {
	const inOrder = [...sums].toSorted(([one], [other]) => (one < other ? -1 : 1));
	return Object.fromEntries(inOrder.map(([currency, sum]) => [currency, formatDecimal(sum)]));
}

/** Whether no event is lost or counted twice, and the money in the marts is what the senders have sent. Pure. */
export function isComplete({ lost, duplicated, revenue, revenueSent }: Tally): boolean {
	return lost === 0 && duplicated === 0 && JSON.stringify(revenue) === JSON.stringify(revenueSent);
}
