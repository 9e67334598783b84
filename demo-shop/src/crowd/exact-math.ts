/**
 * Logarithm, exponential and sine from + − × ÷ only, whose results are the same bits on every machine. The standard
 * leaves the precision of `Math.log` and similar functions to the engine. Accurate to about 15 digits in the ranges
 * that draws need.
 */

const naturalLogOf2 = Math.LN2;
const squareRootOf2 = Math.SQRT2;

/** Natural logarithm. @param x greater than 0 */
export function exactLog(x: number): number {
	let mantissa = x;
	let exponent = 0;
	for (; mantissa > squareRootOf2; exponent++) mantissa /= 2;
	for (; mantissa < squareRootOf2 / 2; exponent--) mantissa *= 2;
	// ln m = 2 artanh((m − 1) / (m + 1)), and the argument is below 0.172.
	const s = (mantissa - 1) / (mantissa + 1);
	const square = s * s;
	let sum = 0;
	for (let n = 21; n > 0; n -= 2) sum = sum * square + 1 / n;
	return exponent * naturalLogOf2 + 2 * s * sum;
}

/** e to the power of `x`. @param x −700 to 700 */
export function exactExp(x: number): number {
	const exponent = Math.round(x / naturalLogOf2);
	const rest = x - exponent * naturalLogOf2;
	let power = 1;
	for (let n = 18; n > 0; n--) power = 1 + (power * rest) / n;
	for (let n = 0; n < exponent; n++) power *= 2;
	for (let n = 0; n > exponent; n--) power /= 2;
	return power;
}

/** Sine of an angle in turns: 0.25 is a quarter of the circle. */
export function exactSine(turns: number): number {
	const phase = turns - Math.floor(turns);
	// Symmetry reduces the angle to a quarter of the circle.
	const quarter = phase < 0.25 ? phase : phase < 0.75 ? 0.5 - phase : phase - 1;
	const angle = quarter * (2 * Math.PI);
	const square = angle * angle;
	let sum = 1;
	for (let n = 20; n > 0; n -= 2) sum = 1 - (sum * square) / (n * (n + 1));
	return angle * sum;
}
