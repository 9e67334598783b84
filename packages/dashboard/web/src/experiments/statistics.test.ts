import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	baselineOf,
	type Counts,
	chiSquaredAbove,
	differenceOf,
	imbalanceOf,
	rateInterval,
	rateOf,
	verdictOf,
} from './statistics.js';

const counts = (converted: number, visitors: number): Counts => ({ converted, visitors });
const rounded = (value: number) => Number(value.toFixed(4));
const someCounts = fc
	.integer({ min: 1, max: 1_000_000 })
	.chain((visitors) => fc.integer({ min: 0, max: visitors }).map((converted) => counts(converted, visitors)));

describe('the interval of a rate', () => {
	it.each([
		// R. G. Newcombe, Two-sided confidence intervals for the single proportion: comparison of seven methods,
		// Statistics in Medicine 17 (1998), 857–872.
		[81, 263, 0.2553, 0.3662],
		[15, 148, 0.0624, 0.1605],
		[0, 20, 0, 0.1611],
		[1, 29, 0.0061, 0.1718],
	])('is the published one of %d of %d', (converted, visitors, lower, upper) => {
		const interval = rateInterval(counts(converted, visitors));
		expect([interval.lower, interval.upper].map(rounded)).toEqual([lower, upper]);
	});

	it('contains the rate and lies within 0 and 1', () => {
		fc.assert(
			fc.property(someCounts, (some) => {
				const { lower, upper } = rateInterval(some);
				const rate = rateOf(some) as number;
				expect(lower).toBeGreaterThanOrEqual(0);
				expect(lower).toBeLessThanOrEqual(rate);
				expect(upper).toBeGreaterThanOrEqual(rate);
				expect(upper).toBeLessThanOrEqual(1);
			}),
		);
	});

	it('is narrower with ten times the visitors at the same rate', () => {
		fc.assert(
			fc.property(someCounts, ({ converted, visitors }) => {
				const width = ({ lower, upper }: { lower: number; upper: number }) => upper - lower;
				const more = counts(converted * 10, visitors * 10);
				expect(width(rateInterval(more))).toBeLessThan(width(rateInterval(counts(converted, visitors))));
			}),
		);
	});

	it('is everything without visitors', () => {
		expect(rateInterval(counts(0, 0))).toEqual({ lower: 0, upper: 1 });
		expect(rateOf(counts(0, 0))).toBeUndefined();
	});
});

describe('the difference of two rates', () => {
	it.each([
		// Table II of R. G. Newcombe, Statistics in Medicine 17 (1998), 873–890, method 10.
		[56, 70, 48, 80, 0.2, 0.0524, 0.3339],
		[9, 10, 3, 10, 0.6, 0.1705, 0.809],
		[6, 7, 2, 7, 0.5714, 0.0582, 0.8062],
		[5, 56, 0, 29, 0.0893, -0.0381, 0.1926],
		[0, 10, 0, 20, 0, -0.1611, 0.2775],
		[0, 10, 0, 10, 0, -0.2775, 0.2775],
		[10, 10, 0, 20, 1, 0.6791, 1],
		[10, 10, 0, 10, 1, 0.6075, 1],
	])('is the published one of %d of %d and %d of %d', (a, m, b, n, difference, lower, upper) => {
		const compared = differenceOf(counts(a, m), counts(b, n));
		expect(compared && [compared.difference, compared.lower, compared.upper].map(rounded)).toEqual([
			difference,
			lower,
			upper,
		]);
	});

	it('changes its sign when the two are exchanged, contains the difference and lies within -1 and 1', () => {
		fc.assert(
			fc.property(someCounts, someCounts, (one, other) => {
				const there = differenceOf(one, other);
				const back = differenceOf(other, one);
				if (!there || !back) throw new Error('both have visitors');
				expect(there.difference).toBeCloseTo(-back.difference, 12);
				expect(there.lower).toBeCloseTo(-back.upper, 12);
				expect(there.upper).toBeCloseTo(-back.lower, 12);
				expect(there.lower).toBeLessThanOrEqual(there.difference);
				expect(there.upper).toBeGreaterThanOrEqual(there.difference);
				expect(there.lower).toBeGreaterThanOrEqual(-1 - 1e-12);
				expect(there.upper).toBeLessThanOrEqual(1 + 1e-12);
			}),
		);
	});

	it('is not known where one has no visitors', () => {
		expect(differenceOf(counts(0, 0), counts(1, 2))).toBeUndefined();
		expect(differenceOf(counts(1, 2), counts(0, 0))).toBeUndefined();
	});
});

describe('the verdict', () => {
	it('says nothing below 100 visitors or 5 converted visitors in either', () => {
		const many = counts(5_000, 10_000);
		expect(verdictOf(counts(5, 99), many)).toBe('few');
		expect(verdictOf(counts(4, 100), many)).toBe('few');
		expect(verdictOf(many, counts(5, 99))).toBe('few');
		expect(verdictOf(many, counts(4, 100))).toBe('few');
		expect(verdictOf(counts(5, 100), many)).toBe('lower');
		expect(verdictOf(many, counts(5, 100))).toBe('higher');
	});

	it('is unclear exactly while the interval contains 0', () => {
		fc.assert(
			fc.property(someCounts, someCounts, (variant, baseline) => {
				const verdict = verdictOf(variant, baseline);
				const { lower = 0, upper = 0 } = differenceOf(variant, baseline) ?? {};
				if (verdict === 'unclear') expect(lower <= 0 && upper >= 0).toBe(true);
				if (verdict === 'higher') expect(lower).toBeGreaterThan(0);
				if (verdict === 'lower') expect(upper).toBeLessThan(0);
			}),
		);
		expect(verdictOf(counts(100, 1_000), counts(100, 1_000))).toBe('unclear');
	});
});

describe('the baseline', () => {
	it('is control, or else the first in alphabetical order', () => {
		expect(baselineOf(['b', 'control', 'a'])).toBe('control');
		expect(baselineOf(['b', 'a'])).toBe('a');
		expect(baselineOf([])).toBeUndefined();
	});
});

describe('the test of an equal split', () => {
	it.each([
		// Critical values of the chi-squared distribution for 0.001 and 0.05.
		[10.828, 1, 0.001],
		[13.816, 2, 0.001],
		[16.266, 3, 0.001],
		[29.588, 10, 0.001],
		[3.841, 1, 0.05],
		[5.991, 2, 0.05],
		[18.307, 10, 0.05],
		[124.342, 100, 0.05],
	])('has %d with %d degrees of freedom at %d', (value, degrees, probability) => {
		expect(chiSquaredAbove(value, degrees) / probability).toBeCloseTo(1, 2);
	});

	it('holds with thousands of variants, where e^-x is 0 as a number', () => {
		expect(chiSquaredAbove(3_000, 3_000)).toBeCloseTo(0.4966, 3);
	});

	it('falls with the value and rises with the degrees of freedom', () => {
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 500, noNaN: true }),
				fc.double({ min: 0.01, max: 100, noNaN: true }),
				fc.integer({ min: 1, max: 200 }),
				(value, more, degrees) => {
					const above = chiSquaredAbove(value, degrees);
					expect(above).toBeGreaterThanOrEqual(0);
					expect(above).toBeLessThanOrEqual(1);
					expect(chiSquaredAbove(value + more, degrees)).toBeLessThanOrEqual(above + 1e-6);
					expect(chiSquaredAbove(value, degrees + 1)).toBeGreaterThanOrEqual(above - 1e-6);
				},
			),
		);
	});

	it('flags 5,200 to 4,800 and not 5,100 to 4,900', () => {
		expect(imbalanceOf([5_200, 4_800])).toMatchObject({ isImbalanced: true });
		expect(imbalanceOf([5_100, 4_900])).toMatchObject({ isImbalanced: false });
		expect(imbalanceOf([3_300, 3_400, 3_350])).toMatchObject({ isImbalanced: false });
		expect(imbalanceOf([3_300, 3_400, 2_900])).toMatchObject({ isImbalanced: true });
	});

	it('flags nothing without visitors or with one variant', () => {
		for (const visitors of [[], [0, 0], [7], [500, 500]])
			expect(imbalanceOf(visitors)).toEqual({ probability: 1, isImbalanced: false });
	});
});
