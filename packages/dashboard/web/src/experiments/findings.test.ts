import { describe, expect, it } from 'vitest';
import { findingsOf, inOrder, type Variant } from './findings.js';

const of = (variant: string, visitors: number, converted: number): Variant => ({ variant, visitors, converted });
const texts = (variants: Variant[], mixed = 0) => findingsOf(inOrder(variants), mixed).map(({ text }) => text);

describe('the findings of an experiment', () => {
	it('are nothing without variants', () => {
		expect(findingsOf([], 3)).toEqual([]);
	});

	it('say that one variant cannot be compared', () => {
		expect(texts([of('a', 1_000, 50)])).toEqual([
			'There is only one variant, so that there is nothing to compare it with.',
		]);
	});

	it('compare every variant with the baseline', () => {
		expect(
			texts([of('red', 1_000, 200), of('control', 1_000, 100), of('blue', 1_000, 105), of('dim', 1_000, 50)]),
		).toEqual([
			'blue: no clear difference to control. Its rate may be up to 2.2 percentage points lower or up to 3.2 higher.',
			'dim: its rate is lower than that of control by 5.0 percentage points, with 95% confidence by 2.7 to 7.3.',
			'red: its rate is higher than that of control by 10.0 percentage points, with 95% confidence by 6.9 to 13.1.',
		]);
	});

	it('are not turned round by the name of a variant', () => {
		const [text = ''] = texts([of('control', 1_000, 100), of('\u202Eder', 1_000, 200)]);
		expect(text).toMatch(/^\u2068der\u2069: its rate is higher than that of control by 10\.0 percentage points/);
	});

	it('say that there is too little', () => {
		expect(texts([of('a', 90, 20), of('b', 95, 70)])).toEqual([
			'b: there is too little to compare it with a. That takes at least 100 visitors in each of the two, of whom 5 converted.',
		]);
	});

	it('begin with an imbalanced split, and name the variant that is farthest from an equal one', () => {
		const [first] = findingsOf(inOrder([of('a', 5_300, 300), of('b', 4_700, 300)]), 0);
		expect(first).toMatchObject({ isWarning: true });
		expect(first?.text).toContain('Imbalanced split: a has 53% of the visitors, and an equal split would give it 50%.');
		const stray = findingsOf(inOrder([of('a', 5_000, 300), of('b', 5_000, 300), of('zzz', 1, 0)]), 0)[0];
		expect(stray?.text).toContain('zzz has 0% of the visitors, and an equal split would give it 33.3%.');
	});

	it('tell of mixed visitors', () => {
		expect(texts([of('a', 10, 1)], 1).at(-1)).toBe('1 visitor saw several variants and counts for none of them.');
		expect(texts([of('a', 10, 1)], 1_234).at(-1)).toBe(
			'1,234 visitors saw several variants and count for none of them.',
		);
	});

	it('quote a variant that looks like a word for none', () => {
		expect(texts([of('Unknown', 10, 1), of('control', 10, 1)])[0]).toMatch(/^"Unknown": there is too little/);
	});
});
