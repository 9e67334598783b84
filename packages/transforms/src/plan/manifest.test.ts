import { describe, expect, it } from 'vitest';
import { rangesOf, replacePartitions, seenCondition } from './manifest.js';

describe('a manifest', () => {
	const base = [{ from: 10, to: 20, run: 1n }];

	it('names the new run for replaced time partitions and the old run for the others', () => {
		expect(replacePartitions(base, rangesOf([12, 14, 13, 20, 25]), 2n)).toEqual([
			{ from: 10, to: 11, run: 1n },
			{ from: 12, to: 14, run: 2n },
			{ from: 15, to: 19, run: 1n },
			{ from: 20, to: 20, run: 2n },
			{ from: 25, to: 25, run: 2n },
		]);
	});

	it('becomes a condition with one part for each run', () => {
		expect(seenCondition(replacePartitions(base, rangesOf([12]), 2n), 'day')).toBe(
			'((run = 1 AND (day BETWEEN toDate(10) AND toDate(11) OR day BETWEEN toDate(13) AND toDate(20))) OR (run = 2 AND (day = toDate(12))))',
		);
		expect(seenCondition([], 'day')).toBe('false');
	});

	it('joins neighbouring Mondays into a range when time partitions are weeks', () => {
		expect(rangesOf([18, 4, 11, 32], 7)).toEqual([
			{ from: 4, to: 18 },
			{ from: 32, to: 32 },
		]);
	});
});
