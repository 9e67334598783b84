import { monotonicNowMs } from '../../monotonic-clock.js';
import { FairQueue } from './fair-queue.js';
import type { MemoryBudget } from './memory-budget.js';
import type { SenderAddress } from './sender-address.js';

/**
 * Checks input without blocking the event loop: for a limited time in each iteration of the loop, and the remaining
 * input in later iterations, one network after another. A sender therefore waits for about one item of each busy
 * network, and not for everything that one network has sent.
 */
export class FairScheduler {
	readonly #timeSliceMs: number;
	readonly #queue: FairQueue<() => void>;
	#spentMs = 0;
	/** Set until this iteration of the event loop ends. */
	#iterationEnd: NodeJS.Immediate | undefined;

	/**
	 * @param timeSliceMs time budget of an iteration of the event loop, ms
	 * @param budget limits the bytes of the input that waits for later iterations
	 */
	constructor(timeSliceMs: number, budget: MemoryBudget) {
		this.#timeSliceMs = timeSliceMs;
		this.#queue = new FairQueue(budget);
	}

	/** Returns whether this iteration has time left and no input of the sender's network waits. */
	hasTimeFor(sender: SenderAddress): boolean {
		return this.#spentMs < this.#timeSliceMs && !this.#queue.has(sender);
	}

	/** Runs work immediately and counts its time. */
	runNow<Result>(work: () => Result): Result {
		this.#endIterationSoon();
		const startMs = monotonicNowMs();
		try {
			return work();
		} finally {
			this.#spentMs += monotonicNowMs() - startMs;
		}
	}

	/**
	 * Queues work for a later iteration.
	 *
	 * @param bytes memory that the work holds until then
	 * @param work must not throw
	 * @returns whether the memory budget suffices for it
	 */
	enqueue(sender: SenderAddress, bytes: number, work: () => void): boolean {
		this.#endIterationSoon();
		return this.#queue.add(sender, bytes, work) !== undefined;
	}

	#endIterationSoon(): void {
		this.#iterationEnd ??= setImmediate(() => this.#endIteration());
	}

	/** Runs waiting work in an iteration of its own, so that new input finds an unspent time budget. */
	async #endIteration(): Promise<void> {
		this.#iterationEnd = undefined;
		const endMs = monotonicNowMs() + this.#timeSliceMs;
		for (let work = this.#queue.next(); work !== undefined; work = this.#queue.next()) {
			work();
			// The answer to this work may close its socket, whose other messages are then not checked. It is given in a
			// microtask.
			await undefined;
			if (monotonicNowMs() >= endMs) break;
		}
		this.#spentMs = 0;
		if (!this.#queue.isEmpty) this.#endIterationSoon();
	}
}
