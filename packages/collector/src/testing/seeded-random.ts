/** Numbers in 0…1, the same for the same seed (mulberry32). */
export type Random = () => number;

/** Starts a sequence of them. @param seed 32 bits */
export function seededRandom(seed: number): Random {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	};
}

/** A whole number of 0…max, max included. */
export function upTo(random: Random, max: number): number {
	return Math.floor(random() * (max + 1));
}

/** One of these. */
export function oneOf<T>(random: Random, choices: readonly [T, ...T[]]): T {
	return choices[upTo(random, choices.length - 1)] as T;
}
