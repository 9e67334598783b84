import { FairQueue } from './fair-queue.js';
import type { SharedRoom } from './memory-budget.js';
import type { SenderAddress } from './sender-address.js';

/**
 * Judges input without blocking the event loop: for a bounded time in each turn of the loop, and the remaining input in
 * later turns, one network after another. A sender therefore waits for about one item of each busy network, and not for
 * everything that one network has sent.
 */
export class FairTurns {
	readonly #turnMs: number;
	readonly #queue: FairQueue<() => void>;
	#spentMs = 0;
	/** Set until this turn of the event loop ends. */
	#turnEnd: NodeJS.Immediate | undefined;

	/**
	 * @param turnMs time budget of a turn, ms
	 * @param room bounds the bytes of the input that waits for later turns
	 */
	constructor(turnMs: number, room: SharedRoom) {
		this.#turnMs = turnMs;
		this.#queue = new FairQueue(room);
	}

	/** Returns whether there is time left in this turn and no input of the sender's network waits. */
	isOpenTo(sender: SenderAddress): boolean {
		return this.#spentMs < this.#turnMs && !this.#queue.has(sender);
	}

	/** Runs work in this turn and counts its time. */
	now<Result>(work: () => Result): Result {
		this.#endTurnSoon();
		const startMs = performance.now();
		try {
			return work();
		} finally {
			this.#spentMs += performance.now() - startMs;
		}
	}

	/**
	 * Queues work for a later turn.
	 *
	 * @param bytes memory that the work holds until then
	 * @param work must not throw
	 * @returns whether there is room for it
	 */
	later(sender: SenderAddress, bytes: number, work: () => void): boolean {
		this.#endTurnSoon();
		return this.#queue.add(sender, bytes, work) !== undefined;
	}

	#endTurnSoon(): void {
		this.#turnEnd ??= setImmediate(() => this.#endTurn());
	}

	/** Runs waiting work in a turn of its own, so that new input finds an unspent time budget. */
	#endTurn(): void {
		this.#turnEnd = undefined;
		const endMs = performance.now() + this.#turnMs;
		for (let work = this.#queue.next(); work !== undefined; work = this.#queue.next()) {
			work();
			if (performance.now() >= endMs) break;
		}
		this.#spentMs = 0;
		if (!this.#queue.isEmpty) this.#endTurnSoon();
	}
}
