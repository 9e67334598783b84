import { Draws } from '@footfall/random';
import { streams } from './streams.js';

/** How much goes wrong. */
export interface FaultCounts {
	collectors: number;
	/** `kill -9` of collectors, shared among them by the seed. */
	collectorKills: number;
	/** `kill -9` of ClickHouse that is started again at once. */
	clickhouseKills: number;
	/** One more kill of ClickHouse, which then stays away this long; 0 for none. */
	outageSeconds: number;
	/** Longest time from one kill to the next of the same process, milliseconds. */
	upMsMax: number;
}

/** One `kill -9`. */
export interface Kill {
	/** Milliseconds from the moment that the process was up to its kill. */
	afterMs: number;
	/** Milliseconds that it stays away before it is started again. */
	downMs: number;
}

/** Everything that will be killed; each process has a timeline of its own, so that several may be away at once. */
export interface FaultPlan {
	/** Per collector, in order. */
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

/** One in four hits a collector that is still busy with what the one before has left. */
function collectorKill(random: Draws, upMsMax: number): Kill {
	const afterMs = random.chance(0.25) ? random.integer(0, 300) : random.integer(500, upMsMax);
	return { afterMs, downMs: random.integer(0, 1_000) };
}

function clickhouseKill(random: Draws, upMsMax: number): Kill {
	return { afterMs: random.integer(500, upMsMax), downMs: random.integer(0, 1_000) };
}
