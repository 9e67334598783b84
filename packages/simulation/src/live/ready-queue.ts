/** A queue of the indices of ready actors, each at most once. Initially it contains all of them in order. */
export class ReadyQueue {
	readonly #ring: Uint32Array;
	#first = 0;
	#length: number;

	/** @param size number of actors */
	constructor(size: number) {
		this.#ring = Uint32Array.from({ length: size }, (_, n) => n);
		this.#length = size;
	}

	get length(): number {
		return this.#length;
	}

	/** Removes and returns the first index. The queue must not be empty. */
	next(): number {
		const index = this.#ring[this.#first] as number;
		this.#first = (this.#first + 1) % this.#ring.length;
		this.#length--;
		return index;
	}

	/** Appends an index that is not in the queue. */
	add(index: number): void {
		this.#ring[(this.#first + this.#length) % this.#ring.length] = index;
		this.#length++;
	}
}
