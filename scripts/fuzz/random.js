/** Everything random about one frame follows from the seed and the frame's number, so that any frame can be made again. */
export class Random {
	#state;

	/** @param {number} seed @param {number} index */
	constructor(seed, index) {
		this.#state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)) >>> 0;
		// Neighbours start far apart.
		for (let i = 0; i < 3; i++) this.next();
	}

	/** A number in 0…1 (mulberry32). */
	next() {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	}

	/** A whole number of 0…max, max included. */
	upTo(max) {
		return Math.floor(this.next() * (max + 1));
	}

	chance(probability) {
		return this.next() < probability;
	}

	oneOf(choices) {
		return choices[this.upTo(choices.length - 1)];
	}

	bytes(count) {
		return Buffer.alloc(count).map(() => this.upTo(255));
	}
}
