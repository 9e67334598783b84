import type { LossCounters } from './collector-under-test.js';
import type { RawVerdict } from './verify-raw.js';

/** What came of a run. */
export interface Verdict extends RawVerdict, LossCounters {
	seed: number;
	/** Events acknowledged. */
	acked: number;
	/** `equal`, or the first difference. */
	marts: string;
	/** Batches refused for good. */
	refused: number;
	/** Segments that were still in a log at the very end. */
	segmentsLeft: number;
	collectorKills: number;
	clickhouseKills: number;
	/** Why ClickHouse ended without having been killed, each time that it did. */
	clickhouseCrashes: string[];
	/** Acknowledged per second of the time that pages sent. */
	eventsPerSecond: number;
	/** Batches that were sent for a second time or more. */
	sentAgain: number;
	/** Segments whose insert ClickHouse confirmed more than once. */
	segmentsInsertedTwice: number;
	/** Exchanges between collectors and ClickHouse, by what happened to them. */
	connectionFaults: Record<string, number>;
	/** Wall time of everything. */
	seconds: number;
}

/** What must be 0. */
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

/** What must be 0 as well, as long as no merge has hidden rows from the look-up that comes before a second insert. */
const zerosWithoutMerges = ['insertedTwice', 'segmentsInsertedTwice'] as const;

/** Everything that breaks the promise, in words; empty when it was kept. */
export function brokenPromises(verdict: Verdict, { merges }: { merges: boolean }): string[] {
	const names = merges ? zeros : [...zeros, ...zerosWithoutMerges];
	const broken = names.filter((name) => verdict[name] !== 0).map((name) => `${name}: ${verdict[name]}`);
	return verdict.marts === 'equal' ? broken : [...broken, verdict.marts];
}
