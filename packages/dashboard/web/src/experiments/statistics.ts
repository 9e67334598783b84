/**
 * The statistics of experiments. All functions are pure. Rates and differences are shares: 0.05 is 5 % or 5 percentage
 * points. Intervals have a confidence of 95 %. Each holds for one look at the numbers: looking every day until one
 * excludes 0 finds a difference that is not there more often than one time in twenty.
 */

/** Visitors of a variant, and those of them who converted. 0 ≤ `converted` ≤ `visitors`. */
export interface Counts {
	visitors: number;
	converted: number;
}

/** Both ends belong to the interval. */
export interface Interval {
	lower: number;
	upper: number;
}

/** 97.5th percentile of the standard normal distribution. */
const z = 1.959963984540054;

/** Below these counts in a variant, nothing is said about a difference. */
export const countsMin: Readonly<Counts> = { visitors: 100, converted: 5 };

/** Below this probability of an equal split, the split counts as imbalanced. */
const imbalanceMax = 0.001;

/** Share of the visitors who converted; undefined without visitors. */
export const rateOf = ({ visitors, converted }: Counts): number | undefined =>
	visitors === 0 ? undefined : converted / visitors;

/**
 * Wilson score interval of a rate, without continuity correction: E. B. Wilson, Probable inference, the law of
 * succession, and statistical inference, Journal of the American Statistical Association 22 (1927), 209–212. Within 0
 * and 1, also for rates of 0 and 1.
 *
 * @returns 0 to 1 without visitors
 */
export function rateInterval({ visitors, converted }: Counts): Interval {
	if (visitors === 0) return { lower: 0, upper: 1 };
	const rate = converted / visitors;
	const centre = 2 * converted + z ** 2;
	const reach = z * Math.sqrt(z ** 2 + 4 * converted * (1 - rate));
	const whole = 2 * (visitors + z ** 2);
	return {
		// Exact at the ends, where rounding would give 1e-17.
		lower: converted === 0 ? 0 : (centre - reach) / whole,
		upper: converted === visitors ? 1 : (centre + reach) / whole,
	};
}

/**
 * The rate of a variant minus that of the baseline, with the hybrid score interval, method 10 of R. G. Newcombe,
 * Interval estimation for the difference between independent proportions: comparison of eleven methods, Statistics in
 * Medicine 17 (1998), 873–890. Within −1 and 1.
 *
 * @returns undefined if one of the two has no visitors
 */
export function differenceOf(variant: Counts, baseline: Counts): (Interval & { difference: number }) | undefined {
	const [rate, baseRate] = [rateOf(variant), rateOf(baseline)];
	if (rate === undefined || baseRate === undefined) return undefined;
	const [own, base] = [rateInterval(variant), rateInterval(baseline)];
	const difference = rate - baseRate;
	return {
		difference,
		lower: difference - Math.hypot(rate - own.lower, base.upper - baseRate),
		upper: difference + Math.hypot(own.upper - rate, baseRate - base.lower),
	};
}

/**
 * The result of a comparison.
 *
 * - `few`: one of the two has fewer visitors or converted visitors than `countsMin`
 * - `unclear`: the interval of the difference contains 0
 * - `higher`, `lower`: the whole interval is above, or below, 0
 */
export type Verdict = 'few' | 'unclear' | 'higher' | 'lower';

export function verdictOf(variant: Counts, baseline: Counts): Verdict {
	const isFew = ({ visitors, converted }: Counts) => visitors < countsMin.visitors || converted < countsMin.converted;
	const compared = differenceOf(variant, baseline);
	if (compared === undefined || isFew(variant) || isFew(baseline)) return 'few';
	if (compared.lower > 0) return 'higher';
	return compared.upper < 0 ? 'lower' : 'unclear';
}

/** The variant that the others are compared with: `control`, or else the first in alphabetical order. */
export function baselineOf(variants: readonly string[]): string | undefined {
	return variants.includes('control') ? 'control' : [...variants].sort((a, b) => (a < b ? -1 : 1))[0];
}

/**
 * Pearson's chi-squared test of whether as many visitors saw each variant (sample ratio mismatch). It assumes that the
 * site splits visitors equally: a site that shows a variant to a tenth of its visitors is imbalanced by intention.
 *
 * @param visitors of each variant
 * @returns the probability of a split that is at least as unequal, and whether it is below 0.001
 */
export function imbalanceOf(visitors: readonly number[]): { probability: number; isImbalanced: boolean } {
	const expected = visitors.reduce((sum, count) => sum + count, 0) / Math.max(1, visitors.length);
	if (visitors.length < 2 || expected === 0) return { probability: 1, isImbalanced: false };
	const chiSquared = visitors.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
	const probability = chiSquaredAbove(chiSquared, visitors.length - 1);
	return { probability, isImbalanced: probability < imbalanceMax };
}

/**
 * Probability that a chi-squared variable is above a value, from Q(a + 1, x) = Q(a, x) + x^a e^-x / Γ(a + 1), where Q
 * is the regularised upper incomplete gamma function. With an error below 2e-7 of the result.
 *
 * @param value at least 0
 * @param degrees degrees of freedom, an integer of at least 1
 */
export function chiSquaredAbove(value: number, degrees: number): number {
	const x = value / 2;
	if (x === 0) return 1;
	const isOdd = degrees % 2 === 1;
	let probability = isOdd ? complementaryError(Math.sqrt(x)) : Math.exp(-x);
	// Logarithms, since e^-x is 0 as a number where there are hundreds of variants.
	let logTerm = isOdd ? 0.5 * Math.log(x) - x - Math.log(Math.sqrt(Math.PI) / 2) : Math.log(x) - x;
	for (let a = isOdd ? 0.5 : 1; a < degrees / 2; a++) {
		probability += Math.exp(logTerm);
		logTerm += Math.log(x / (a + 1));
	}
	return Math.min(1, probability);
}

/**
 * The complementary error function of a number of at least 0, by the Chebyshev fit in W. H. Press and others, Numerical
 * Recipes in C (1992), section 6.2. With an error below 1.2e-7 of the result.
 */
function complementaryError(x: number): number {
	const t = 1 / (1 + x / 2);
	const coefficients = [
		0.17087277, -0.82215223, 1.48851587, -1.13520398, 0.27886807, -0.18628806, 0.09678418, 0.37409196, 1.00002368,
		-1.26551223,
	];
	return t * Math.exp(coefficients.reduce((sum, coefficient) => sum * t + coefficient, 0) - x * x);
}
