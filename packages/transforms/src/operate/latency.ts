import { isImported, type Warehouse } from '@footfall/warehouse';
import type { Watermark } from '../plan/watermark.js';
import { runsTable } from '../store/layout.js';

/** The time from events until readers of the marts saw them. */
export interface Latency {
	/** Number of measured events. */
	events: number;
	p50Ms: number;
	p99Ms: number;
	maxMs: number;
}

/** When a run was published, and its watermark. */
export interface SeenBy {
	/** Milliseconds since 1970. */
	publishedAtMs: number;
	watermark: Watermark;
}

/** Events of one insert that happened within the same 20 ms. */
export interface BlockTime {
	partition: string;
	block: number;
	/** Milliseconds since 1970. */
	atMs: number;
	events: number;
}

/** Resolution of event times, milliseconds. It bounds the number of groups. */
const stepMs = 20;
/** Number of the newest runs that are compared: more than an hour at a run every second. */
const runsMax = 5_000;

/**
 * Measures the latency of events that happened after a moment, came through a collector and are in the marts. The time
 * of an event comes from the clock of the page, so wrong clocks of visitors affect the result.
 *
 * @param sinceMs milliseconds since 1970; events that were published before the newest 5,000 runs are not counted
 * @returns undefined when there are no such events
 */
export async function martLatency(warehouse: Warehouse, sinceMs: number): Promise<Latency | undefined> {
	const at = `intDiv(toUnixTimestamp64Milli(ts), ${stepMs})`;
	const [runs, blocks] = await Promise.all([
		warehouse.query<{ ledger: string; publishedAtMs: string }>(
			`SELECT ledger, toUnixTimestamp64Milli(published_at) AS publishedAtMs FROM ${runsTable}
			WHERE kind IN ('rebuild', 'incremental') AND publishedAtMs >= {since:Int64} ORDER BY run DESC LIMIT ${runsMax}`,
			{ params: { since: sinceMs } },
		),
		warehouse.query<{ partition: string; block: string; at: string; events: string }>(
			`SELECT _partition_id AS partition, _block_number AS block, ${at} AS at, count() AS events FROM events
			WHERE ts >= fromUnixTimestamp64Milli({since:Int64}) AND NOT ${isImported} GROUP BY partition, block, at`,
			{ params: { since: sinceMs } },
		),
	]);
	return latencyOf(
		runs.map((run) => ({ publishedAtMs: Number(run.publishedAtMs), watermark: JSON.parse(run.ledger) })),
		blocks.map((row) => ({
			partition: row.partition,
			block: Number(row.block),
			atMs: Number(row.at) * stepMs,
			events: Number(row.events),
		})),
	);
}

/** Each event waits until the first run whose watermark has its block is published. Pure. */
export function latencyOf(runs: readonly SeenBy[], blocks: readonly BlockTime[]): Latency | undefined {
	const inOrder = [...runs].sort((a, b) => a.publishedAtMs - b.publishedAtMs);
	const shownAt = new Map<string, number | undefined>();
	for (const { partition, block } of blocks) {
		const key = `${partition} ${block}`;
		if (!shownAt.has(key))
			shownAt.set(key, inOrder.find(({ watermark }) => hasSeen(watermark, partition, block))?.publishedAtMs);
	}
	const waits = blocks
		.flatMap(({ partition, block, atMs, events }) => {
			const shownAtMs = shownAt.get(`${partition} ${block}`);
			return shownAtMs === undefined ? [] : [{ waitMs: Math.max(0, shownAtMs - atMs), events }];
		})
		.sort((a, b) => a.waitMs - b.waitMs);
	const all = waits.reduce((sum, { events }) => sum + events, 0);
	if (all === 0) return undefined;
	const quantile = (share: number) => {
		let before = 0;
		for (const { waitMs, events } of waits) {
			before += events;
			if (before >= share * all) return waitMs;
		}
		return 0;
	};
	return { events: all, p50Ms: quantile(0.5), p99Ms: quantile(0.99), maxMs: quantile(1) };
}

function hasSeen(watermark: Watermark, partition: string, block: number): boolean {
	return (watermark[partition]?.blocks ?? []).some(([from, to]) => from <= block && block <= to);
}
