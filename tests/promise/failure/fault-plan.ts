import { Draws } from '@footfall/random';
import { streams } from './streams.js';

/** Numbers of the faults of a plan. */
export interface FaultCounts {
	collectors: number;
	/** Number of `kill -9` of collectors; the seed distributes them. */
	collectorKills: number;
	/** Number of `kill -9` of ClickHouse that a restart follows at once. */
	clickhouseKills: number;
	/** One more kill of ClickHouse, which then stays down this long, s; 0 for none. */
	outageSeconds: number;
	/** Longest time from one kill to the next of the same process, milliseconds. */
	upMsMax: number;
}

/** One `kill -9`. */
export interface Kill {
	/** Time from the start of the process to its kill, ms. */
	afterMs: number;
	/** Time from the kill to the restart, ms. */
	downMs: number;
}

/** All kills of a run. Each process has its own timeline, so that several may be down at once. */
export interface FaultPlan {
	/** The kills of each collector, in order. */
	collectors: Kill[][];
	clickhouse: Kill[];
}

/** Draws the plan: the same seed and counts always give the same one. Pure. */
export function drawFaultPlan(
	seed: number,
	{ collectors, collectorKills, clickhouseKills, outageSeconds, upMsMax }: FaultCounts,
): FaultPlan {
	const random = new Draws(seed, streams.kills);
	const plan: FaultPlan = { collectors: Array.from({ length: collectors }, () => []), clickhouse: [] };
	for (let i = 0; i < collectorKills; i++) random.pick(plan.collectors).push(collectorKill(random, upMsMax));
	for (let i = 0; i < clickhouseKills; i++) plan.clickhouse.push(clickhouseKill(random, upMsMax));
	if (outageSeconds > 0) {
		const outage: Kill = { ...clickhouseKill(random, upMsMax), downMs: outageSeconds * 1_000 };
		plan.clickhouse.splice(random.integer(0, plan.clickhouse.length), 0, outage);
	}
	return plan;
}

/** One kill in four hits a collector that still recovers from the one before. */
function collectorKill(random: Draws, upMsMax: number): Kill {
	const afterMs = random.chance(0.25) ? random.integer(0, 300) : random.integer(500, upMsMax);
	return { afterMs, downMs: random.integer(0, 1_000) };
}

function clickhouseKill(random: Draws, upMsMax: number): Kill {
	return { afterMs: random.integer(500, upMsMax), downMs: random.integer(0, 1_000) };
}
