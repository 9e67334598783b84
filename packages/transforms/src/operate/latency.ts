import type { Warehouse } from '@footfall/warehouse';
import type { Ledger } from '../plan/watermark.js';
import { runsTable } from '../store/layout.js';

/** How long it took until readers of the marts saw events, from when they happened. */
export interface Latency {
	events: number;
	p50Ms: number;
	p99Ms: number;
	maxMs: number;
}

/** When a run was published, and what it had seen. */
export interface SeenBy {
	publishedAtMs: number;
	ledger: Ledger;
}

/** Events of one insert that happened at about the same time. */
export interface BlockTime {
	partition: string;
	block: number;
	/** Milliseconds since 1970. */
	atMs: number;
	events: number;
}

/** As exact as times are told: a few times finer than what matters. */
const stepMs = 20;
/** Newest runs that are looked at: more than an hour of one each second. */
const runsMax = 5_000;

/**
 * Of events that happened since a moment and are in the marts by now. Their time is the page's, so that the clocks of pages have a say.
 *
 * @param sinceMs milliseconds since 1970; what runs older than the newest 5,000 have shown is left out
 * @returns undefined when there are none
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
			WHERE ts >= fromUnixTimestamp64Milli({since:Int64}) GROUP BY partition, block, at`,
			{ params: { since: sinceMs } },
		),
	]);
	return latencyOf(
		runs.map((run) => ({ publishedAtMs: Number(run.publishedAtMs), ledger: JSON.parse(run.ledger) })),
		blocks.map((row) => ({
			partition: row.partition,
			block: Number(row.block),
			atMs: Number(row.at) * stepMs,
			events: Number(row.events),
		})),
	);
}

/** Every event waits for the first run that has seen its block. Pure. */
export function latencyOf(runs: readonly SeenBy[], blocks: readonly BlockTime[]): Latency | undefined {
	const inOrder = [...runs].sort((a, b) => a.publishedAtMs - b.publishedAtMs);
	const shownAt = new Map<string, number | undefined>();
	for (const { partition, block } of blocks) {
		const key = `${partition} ${block}`;
		if (!shownAt.has(key))
			shownAt.set(key, inOrder.find(({ ledger }) => hasSeen(ledger, partition, block))?.publishedAtMs);
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

function hasSeen(ledger: Ledger, partition: string, block: number): boolean {
	return (ledger[partition]?.blocks ?? []).some(([from, to]) => from <= block && block <= to);
}
