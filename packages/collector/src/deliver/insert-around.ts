import type { RowRange } from './event-block.js';

/** What became of a range of rows: stored, or refused for what the rows hold. Every other fault is thrown. */
export type RangeOutcome = { stored: true } | { stored: false; reason: string };

/** How rows came out of {@link insertAround}. */
export interface Isolated {
	stored: number;
	quarantined: number;
}

/**
 * Stores the rows that ClickHouse takes and quarantines those that it refuses, by inserting halves: of n rows with one bad
 * one it takes about 2·log2(n) inserts to find it. The halves are always cut at the same places, so that a later attempt
 * finds what an earlier one has stored.
 *
 * @param rows of the segment; known to be refused as a whole, for `reason`
 * @param quarantinedMax bad rows after which it is given up: then it is not the rows that are at fault
 * @returns `undefined` when it was given up
 */
export async function insertAround(
	rows: number,
	reason: string,
	{ insert, quarantine, quarantinedMax }: IsolationSteps,
): Promise<Isolated | undefined> {
	const isolated: Isolated = { stored: 0, quarantined: 0 };
	const refused: { range: RowRange; reason: string }[] = [{ range: { from: 0, to: rows }, reason }];
	for (let bad = refused.pop(); bad !== undefined; bad = refused.pop()) {
		const { from, to } = bad.range;
		if (to - from === 1) {
			if (isolated.quarantined === quarantinedMax) return undefined;
			await quarantine(bad.range, bad.reason);
			isolated.quarantined++;
			continue;
		}
		const middle = (from + to) >> 1;
		for (const range of [
			{ from: middle, to },
			{ from, to: middle },
		]) {
			const outcome = await insert(range);
			if (outcome.stored) isolated.stored += range.to - range.from;
			else refused.push({ range, reason: outcome.reason });
		}
	}
	return isolated;
}

/** What {@link insertAround} does to ranges. */
export interface IsolationSteps {
	insert: (range: RowRange) => Promise<RangeOutcome>;
	quarantine: (range: RowRange, reason: string) => Promise<void>;
	quarantinedMax: number;
}
