/** Whose turn it is: a queue of some numbers, each of which is in it at most once. All of them are at first. */
export class Turns {
	readonly #ring: Uint32Array;
	#first = 0;
	#length: number;

	/** @param size numbers from 0 up to, and without, this one */
	constructor(size: number) {
		this.#ring = Uint32Array.from({ length: size }, (_, n) => n);
		this.#length = size;
	}

	get length(): number {
		return this.#length;
	}

	/** Takes the one who has waited longest; there must be one. */
	next(): number {
		const number = this.#ring[this.#first] as number;
		this.#first = (this.#first + 1) % this.#ring.length;
		this.#length--;
		return number;
	}

	add(number: number): void {
		this.#ring[(this.#first + this.#length) % this.#ring.length] = number;
		this.#length++;
	}
}
