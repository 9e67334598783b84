import { expect } from 'vitest';

/** Critical values of chi-square for a significance of 0.001, by degrees of freedom. */
const criticalAt001 = [
	0.001, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32, 26.12, 27.88, 29.59, 31.26, 32.91, 34.53, 36.12, 37.7, 39.25,
	40.79, 42.31, 43.82, 45.31, 46.8, 48.27, 49.73,
];
/** Minimum number of observations: with fewer, a wrong distribution could pass. */
const countMin = 300;

/**
 * Tests counts against a distribution by Pearson's chi-square. Outcomes of probability 0 must not occur.
 *
 * @param seen count of each outcome
 * @param expected relative frequency of each outcome, in any unit; at most 24 outcomes above 0
 */
export function expectShares(seen: ReadonlyMap<string, number>, expected: ReadonlyMap<string, number>): void {
	const sum = (counts: Iterable<number>) => [...counts].reduce((total, n) => total + n, 0);
	const possible = [...expected].filter(([, weight]) => weight > 0);
	const forbidden = [...seen.keys()].filter((key) => !possible.some(([each]) => each === key));
	expect(forbidden).toEqual([]);
	const total = sum(seen.values());
	expect(total).toBeGreaterThan(countMin);
	const weights = sum(possible.map(([, weight]) => weight));
	const statistic = sum(
		possible.map(([key, weight]) => {
			const wanted = (total * weight) / weights;
			return ((seen.get(key) ?? 0) - wanted) ** 2 / wanted;
		}),
	);
	expect(statistic, `${JSON.stringify([...seen])} for ${JSON.stringify(possible)}`).toBeLessThan(
		criticalAt001[possible.length - 1] as number,
	);
}
