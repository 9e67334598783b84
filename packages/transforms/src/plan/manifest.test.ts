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
		expect(seenCondition(replacePartitions(base, rangesOf([12]), 2n), 'day', 'all')).toBe(
			'((run = 1 AND (day BETWEEN toDate(10) AND toDate(11) OR day BETWEEN toDate(13) AND toDate(20))) OR (run = 2 AND (day = toDate(12))))',
		);
		expect(seenCondition([], 'day', 'all')).toBe('false');
	});

	it('joins neighbours of one run, so that it does not grow with each run', () => {
		const next = replacePartitions(replacePartitions(base, [{ from: 21, to: 21 }], 2n), [{ from: 22, to: 23 }], 2n);
		expect(next).toEqual([...base, { from: 21, to: 23, run: 2n }]);
		expect(replacePartitions(next, [{ from: 10, to: 20 }], 2n)).toEqual([{ from: 10, to: 23, run: 2n }]);
	});

	it('is cut to the days that a statement reads', () => {
		const manifest = replacePartitions(base, rangesOf([12]), 2n);
		expect(seenCondition(manifest, 'day', [{ from: 12, to: 13 }])).toBe(
			'((run = 2 AND (day = toDate(12))) OR (run = 1 AND (day = toDate(13))))',
		);
		expect(seenCondition(manifest, 'day', [{ from: 21, to: 30 }])).toBe('false');
		expect(seenCondition(manifest, 'day', [])).toBe('false');
	});

	it('becomes a list of days and runs when it has many ranges', () => {
		const manifest = [11, 13, 15].reduce(
			(ranges, day, i) => replacePartitions(ranges, rangesOf([day]), BigInt(i + 2)),
			base,
		);
		expect(seenCondition(manifest, 'day', [{ from: 10, to: 16 }])).toBe(
			'(run IN (1,2,3,4) AND day BETWEEN toDate(10) AND toDate(16) AND (toUInt16(day), run) IN ' +
				'((10,1),(11,2),(12,1),(13,3),(14,1),(15,4),(16,1)))',
		);
	});

	it('joins neighbouring Mondays into a range when time partitions are weeks', () => {
		expect(rangesOf([18, 4, 11, 32], 7)).toEqual([
			{ from: 4, to: 18 },
			{ from: 32, to: 32 },
		]);
	});
});
