import type { Random } from '@footfall/random';
import { exactExp, exactLog } from './exact-math.js';

/** A Weibull distribution of durations. */
export interface Weibull {
	/** Above 1, the end becomes more likely with age. */
	readonly shape: number;
	readonly mean: number;
	/** The 63 % quantile. */
	readonly scale: number;
}

/** @param shape 1 to 10 @param mean in any unit; draws have the same */
export function weibull(shape: number, mean: number): Weibull {
	return { shape, mean, scale: mean / gamma(1 + 1 / shape) };
}

/** Draws a value by inversion. Takes one draw of `random`. */
export function drawWeibull({ shape, scale }: Weibull, random: Random): number {
	return scale * quantile(shape, random());
}

/** The quantile of a share. @param share at least 0 and less than 1 */
export function weibullQuantile({ shape, scale }: Weibull, share: number): number {
	return scale * quantile(shape, share);
}

function quantile(shape: number, share: number): number {
	const hazard = -exactLog(1 - share);
	return hazard === 0 ? 0 : exactExp(exactLog(hazard) / shape);
}

/** Coefficients of the Lanczos approximation with six terms, accurate to ten digits for arguments of 1 to 2. */
const lanczos: readonly number[] = [
	1.000000000190015, 76.18009172947146, -86.50532032941678, 24.01409824083091, -1.231739572450155,
	0.1208650973866179e-2, -0.5395239384953e-5,
];

/** Gamma function. @param x 1 to 2 */
function gamma(x: number): number {
	const series = lanczos.reduce((sum, weight, n) => sum + (n === 0 ? weight : weight / (x + n)), 0);
	const base = x + 5.5;
	return (exactExp((x + 0.5) * exactLog(base) - base) * 2.5066282746310007 * series) / x;
}
