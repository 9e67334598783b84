/** Numbers that look random and follow from a seed alone. */
export class Random {
	#state: number;

	/** @param purpose so that two uses of one seed do not draw the same numbers */
	constructor(seed: number, purpose: string) {
		this.#state = seed >>> 0;
		for (const character of purpose) this.#state = (Math.imul(this.#state, 31) + character.charCodeAt(0)) >>> 0;
	}

	/** 0 up to, and without, 1. Mulberry32. */
	fraction(): number {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	}

	/** A whole number from `min` to `max`, both included. */
	integer(min: number, max: number): number {
		return min + Math.floor(this.fraction() * (max - min + 1));
	}

	/** 53 bits, as a page draws its stream and visitor. */
	identity(): number {
		return this.integer(0, 0x1f_ffff) * 0x1_0000_0000 + this.integer(0, 0xffff_ffff);
	}

	/** From 1 to `max`, small ones as likely as large ones. */
	magnitude(max: number): number {
		return Math.max(1, Math.round(max ** this.fraction()));
	}

	chance(probability: number): boolean {
		return this.fraction() < probability;
	}

	pick<T>(choices: readonly T[]): T {
		return choices[this.integer(0, choices.length - 1)] as T;
	}

	/** One of the keys, each as often as its weight says. */
	weighted<T extends string>(weights: Record<T, number>): T {
		const entries = Object.entries(weights) as [T, number][];
		let left = this.fraction() * entries.reduce((sum, [, weight]) => sum + weight, 0);
		for (const [key, weight] of entries) {
			left -= weight;
			if (left < 0) return key;
		}
		return (entries.at(-1) as [T, number])[0];
	}
}
