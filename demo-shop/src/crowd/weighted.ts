import type { Random } from '@footfall/random';

/** Weighted choices. */
export interface Weighted<T> {
	readonly choices: readonly T[];
	/** Cumulated share of each choice and all before it; the last one is 1. */
	readonly ends: readonly number[];
}

/** @param weights choices with their relative frequencies, in any unit; at least one */
export function weighted<T>(weights: readonly (readonly [choice: T, weight: number])[]): Weighted<T> {
	const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
	let end = 0;
	const ends = weights.map(([, weight]) => {
		end += weight / total;
		return end;
	});
	return { choices: weights.map(([choice]) => choice), ends };
}

/** Draws a choice. Takes one draw of `random`. */
export function pickWeighted<T>({ choices, ends }: Weighted<T>, random: Random): T {
	const draw = random();
	const last = choices.length - 1;
	for (let n = 0; n < last; n++) if (draw < (ends[n] as number)) return choices[n] as T;
	return choices[last] as T;
}
