import type { Random } from '@footfall/random';

/** Choices with weights, ready to be drawn from. */
export interface Weighted<T> {
	readonly choices: readonly T[];
	/** Of each choice, the share of it and of all before it. */
	readonly ends: readonly number[];
}

/** @param weights each choice with how often it is drawn, in any unit; at least one */
export function weighted<T>(weights: readonly (readonly [choice: T, weight: number])[]): Weighted<T> {
	const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
	let end = 0;
	const ends = weights.map(([, weight]) => {
		end += weight / total;
		return end;
	});
	return { choices: weights.map(([choice]) => choice), ends };
}

/** Takes one draw. */
export function pickWeighted<T>({ choices, ends }: Weighted<T>, random: Random): T {
	const draw = random();
	const last = choices.length - 1;
	for (let n = 0; n < last; n++) if (draw < (ends[n] as number)) return choices[n] as T;
	return choices[last] as T;
}
