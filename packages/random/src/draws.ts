import { createRandom, type Random } from './create-random.js';

/** Draws of several kinds from a seeded source. */
export class Draws {
	readonly #random: Random;

	/** @param stream keeps two uses of one seed apart; see {@link createRandom} */
	constructor(seed: number, stream = 0) {
		this.#random = createRandom(seed, stream);
	}

	/** Returns a number from [0, 1). */
	fraction(): number {
		return this.#random();
	}

	/** Returns an integer from `min` to `max`, both included. */
	integer(min: number, max: number): number {
		return min + Math.floor(this.#random() * (max - min + 1));
	}

	/** Returns true with this probability, 0 to 1. */
	chance(probability: number): boolean {
		return this.#random() < probability;
	}

	/** Returns one of the choices, all equally likely. There must be at least one. */
	pick<T>(choices: readonly T[]): T {
		return choices[this.integer(0, choices.length - 1)] as T;
	}

	/** Returns one of the keys, each with a probability in proportion to its weight. */
	weighted<T extends string>(weights: Record<T, number>): T {
		const entries = Object.entries(weights) as [T, number][];
		let left = this.#random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [key, weight] of entries) {
			left -= weight;
			if (left < 0) return key;
		}
		return (entries.at(-1) as [T, number])[0];
	}

	/** Returns so many random bytes. */
	bytes(count: number): Buffer {
		return Buffer.from(Array.from({ length: count }, () => this.integer(0, 255)));
	}
}
