import type { LossCounters } from './collector-under-test.js';
import type { RawVerdict } from './verify-raw.js';

/** The result of a run. */
export interface Verdict extends RawVerdict, LossCounters {
	seed: number;
	/** Number of acknowledged events. */
	acked: number;
	/** `equal`, or the first difference. */
	marts: string;
	/** Sums of the money of orders and refunds: `equal`, or the first difference. */
	money: string;
	/** Number of orders that were told. */
	orders: number;
	/** Number of batches and reports that were refused for good. */
	refused: number;
	/** Segments that were still in a WAL at the end. */
	segmentsLeft: number;
	collectorKills: number;
	clickhouseKills: number;
	/** Each end of ClickHouse that no kill caused, with its reason. */
	clickhouseCrashes: string[];
	/** Acknowledged events per second of the time in which pages sent. */
	eventsPerSecond: number;
	/** Number of batches and reports that were sent again. */
	sentAgain: number;
	/** Number of segments whose insert ClickHouse confirmed more than once. */
	segmentsInsertedTwice: number;
	/** Exchanges between collectors and ClickHouse, by what happened to them. */
	connectionFaults: Record<string, number>;
	/** Wall time of the run, s. */
	seconds: number;
}

/** Counts that must be 0. */
const zeros = [
	'lost',
	'duplicated',
	'unknown',
	'refused',
	'quarantined',
	'damagedEvents',
	'damagedRecords',
	'segmentsLeft',
] as const;

/** Counts that must also be 0 without merges: a merge can hide rows from the look-up before a second insert. */
const zerosWithoutMerges = ['insertedTwice', 'segmentsInsertedTwice'] as const;

/** Describes each violation of the promise; empty when it was kept. */
export function brokenPromises(verdict: Verdict, { merges }: { merges: boolean }): string[] {
	const names = merges ? zeros : [...zeros, ...zerosWithoutMerges];
	const broken = names.filter((name) => verdict[name] !== 0).map((name) => `${name}: ${verdict[name]}`);
	return [...broken, ...[verdict.marts, verdict.money].filter((difference) => difference !== 'equal')];
}
