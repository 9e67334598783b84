import { FairQueue } from './fair-queue.js';
import type { SenderAddress } from './sender-address.js';
import type { SharedRoom } from './shared-room.js';

/**
 * Judges what senders send without holding the event loop: for so many milliseconds in each of its turns, and what then is
 * left in later turns, one network after another. So a sender waits for about one piece of work of each busy network, and not
 * for all that one of them has sent.
 */
export class FairTurns {
	readonly #turnMs: number;
	readonly #queue: FairQueue<() => void>;
	#spentMs = 0;
	/** Set while the end of this turn is still to come. */
	#turnEnd: NodeJS.Immediate | undefined;

	/**
	 * @param turnMs milliseconds of a turn
	 * @param room bounds the bytes of what waits for later turns
	 */
	constructor(turnMs: number, room: SharedRoom) {
		this.#turnMs = turnMs;
		this.#queue = new FairQueue(room);
	}

	/** Whether there is time left in this turn, and nothing of the sender's network waits. */
	isOpenTo(sender: SenderAddress): boolean {
		return this.#spentMs < this.#turnMs && !this.#queue.has(sender);
	}

	/** Does work in this turn, whose time counts. */
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
	 * Does work in a later turn.
	 *
	 * @param bytes of memory that it holds until then
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

	/** What waits has a turn of its own, so that what comes meanwhile finds its own unspent. */
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
