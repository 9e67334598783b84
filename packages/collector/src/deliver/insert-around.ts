import type { RowRange } from './block/event-block.js';

/** Result of inserting a range of rows: stored, or rejected because of the rows. Every other fault is thrown. */
export type RangeOutcome = { stored: true } | { stored: false; reason: string };

/** Result of {@link insertAround}. */
export interface Isolated {
	stored: number;
	quarantined: number;
}

/**
 * Stores the rows that ClickHouse accepts and quarantines those that it rejects, by inserting halves. For n rows with
 * one rejected row, it takes about 2·log2(n) inserts to find that row. The halves are always cut at the same positions,
 * so that a later attempt finds the ranges that an earlier one has stored.
 *
 * @param rows number of rows of the segment, which is known to be rejected as a whole
 * @param reason reason of that rejection
 * @param quarantinedMax maximum number of quarantined rows; above it, the cause is not in the rows
 * @returns `undefined` if there are more
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

/** Operations of {@link insertAround} on ranges. */
export interface IsolationSteps {
	insert: (range: RowRange) => Promise<RangeOutcome>;
	quarantine: (range: RowRange, reason: string) => Promise<void>;
	quarantinedMax: number;
}
