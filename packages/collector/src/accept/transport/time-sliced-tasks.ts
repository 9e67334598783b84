/**
 * Runs small tasks soon: for a bounded time in each turn of the event loop, in their order, and the remaining tasks in
 * later turns. A thousand connections may have to be closed at once.
 */
export class PacedWork {
	readonly #turnMs: number;
	#waiting: (() => void)[] = [];
	#turn: NodeJS.Immediate | undefined;

	/** @param turnMs time budget of a turn, ms */
	constructor(turnMs: number) {
		this.#turnMs = turnMs;
	}

	/** @param work must not throw */
	soon(work: () => void): void {
		this.#waiting.push(work);
		this.#turn ??= setImmediate(() => this.#work());
	}

	#work(): void {
		this.#turn = undefined;
		const endMs = performance.now() + this.#turnMs;
		let done = 0;
		for (const work of this.#waiting) {
			work();
			done++;
			if (performance.now() >= endMs) break;
		}
		this.#waiting = this.#waiting.slice(done);
		if (this.#waiting.length > 0) this.#turn ??= setImmediate(() => this.#work());
	}
}
