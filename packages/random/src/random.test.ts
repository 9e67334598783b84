import { describe, expect, it } from 'vitest';
import { createRandom, Draws } from './index.js';

describe('createRandom', () => {
	it('draws the numbers of sfc32, on every machine', () => {
		const random = createRandom(1, 2);
		expect([random(), random(), random()].map((draw) => draw * 2 ** 32)).toEqual([3895822562, 3217130052, 1452878975]);
	});

	it('draws different numbers for different streams', () => {
		expect(createRandom(1, 0)()).not.toBe(createRandom(1, 1)());
	});

	it('draws uniformly from [0, 1)', () => {
		const random = createRandom(5);
		const tenths = Array.from({ length: 10 }, () => 0);
		for (let n = 0; n < 100_000; n += 1) {
			const tenth = Math.floor(random() * 10);
			tenths[tenth] = (tenths[tenth] as number) + 1;
		}
		// The chi-squared value of 9 degrees of freedom that is exceeded once in a thousand runs.
		expect(tenths.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(27.88);
	});
});

describe('Draws', () => {
	const draw = <T>(what: (draws: Draws) => T) => {
		const draws = new Draws(7, 3);
		return Array.from({ length: 10_000 }, () => what(draws));
	};
	const share = <T>(drawn: T[], value: T) => drawn.filter((each) => each === value).length / drawn.length;

	it('draws the same from the same seed and stream only', () => {
		expect(new Draws(7, 3).bytes(20)).toEqual(new Draws(7, 3).bytes(20));
		expect(new Draws(7, 3).bytes(20)).not.toEqual(new Draws(7, 4).bytes(20));
	});

	it('draws every possible value, and no other', () => {
		const integers = draw((draws) => draws.integer(-2, 2));
		expect(new Set(integers)).toEqual(new Set([-2, -1, 0, 1, 2]));
		expect(new Set(draw((draws) => draws.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
		expect(new Set(draw((draws) => draws.bytes(1)[0])).size).toBe(256);
	});

	it('draws values with the given probabilities', () => {
		expect(
			share(
				draw((draws) => draws.chance(0.2)),
				true,
			),
		).toBeCloseTo(0.2, 1);
		expect(new Set(draw((draws) => draws.chance(0)))).toEqual(new Set([false]));
		const weighted = draw((draws) => draws.weighted({ often: 7, never: 0, seldom: 3 }));
		expect(share(weighted, 'often')).toBeCloseTo(0.7, 1);
		expect(share(weighted, 'never')).toBe(0);
	});
});
