/** A counting semaphore with a bounded queue. */
export class Semaphore {
	#running = 0;
	readonly #queue: (() => void)[] = [];
	readonly #runningMax: number;
	readonly #queueMax: number;

	/**
	 * @param runningMax number of permits
	 * @param queueMax callers that may wait for a permit
	 */
	constructor(runningMax: number, queueMax: number) {
		this.#runningMax = runningMax;
		this.#queueMax = queueMax;
	}

	/** Waits for a permit. Resolves to false, without one, if the queue is full. */
	async acquire(): Promise<boolean> {
		if (this.#running < this.#runningMax) {
			this.#running++;
			return true;
		}
		if (this.#queue.length >= this.#queueMax) return false;
		// `release` passes its permit on, so no other caller can take it in between.
		await new Promise<void>((resolve) => this.#queue.push(resolve));
		return true;
	}

	/** Returns a permit, which goes to the first caller in the queue. */
	release(): void {
		const next = this.#queue.shift();
		if (next) next();
		else this.#running--;
	}
}
