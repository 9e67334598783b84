import { createRandom, type Random } from './create-random.js';

/** What can be drawn from a seeded source. */
export class Draws {
	readonly #random: Random;

	/** @param stream so that two uses of one seed do not draw the same; see createRandom */
	constructor(seed: number, stream = 0) {
		this.#random = createRandom(seed, stream);
	}

	/** 0 up to, and without, 1. */
	fraction(): number {
		return this.#random();
	}

	/** A whole number from `min` to `max`, both included. */
	integer(min: number, max: number): number {
		return min + Math.floor(this.#random() * (max - min + 1));
	}

	chance(probability: number): boolean {
		return this.#random() < probability;
	}

	/** One of the choices, of which there is at least one. */
	pick<T>(choices: readonly T[]): T {
		return choices[this.integer(0, choices.length - 1)] as T;
	}

	/** One of the keys, each as often as its weight says. */
	weighted<T extends string>(weights: Record<T, number>): T {
		const entries = Object.entries(weights) as [T, number][];
		let left = this.#random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [key, weight] of entries) {
			left -= weight;
			if (left < 0) return key;
		}
		return (entries.at(-1) as [T, number])[0];
	}

	bytes(count: number): Buffer {
		return Buffer.from(Array.from({ length: count }, () => this.integer(0, 255)));
	}
}
