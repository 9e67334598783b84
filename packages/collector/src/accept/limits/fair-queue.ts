import type { MemoryBudget } from './memory-budget.js';
import type { SenderAddress } from './sender-address.js';

/** Memory of a waiting item besides its own bytes, for its request or promise, bytes. */
const itemBytes = 512;

interface Waiting<Item> {
	sender: SenderAddress;
	bytes: number;
	/** `undefined` after the item was withdrawn. */
	item: Item | undefined;
}

/**
 * A queue that is fair to networks: it serves the first item of each network in turn, however many items one network
 * has waiting. An IPv6 /48 counts as one network.
 */
export class FairQueue<Item> {
	readonly #budget: MemoryBudget;
	readonly #waiting = new Map<string, Waiting<Item>[]>();
	/** Networks with waiting items, in the order in which they are served. */
	readonly #networks: string[] = [];

	/** @param budget limits the bytes of the waiting items */
	constructor(budget: MemoryBudget) {
		this.#budget = budget;
	}

	get isEmpty(): boolean {
		return this.#networks.length === 0;
	}

	/** Returns whether an item of the sender's network waits. */
	has({ wideNetwork }: SenderAddress): boolean {
		return this.#waiting.has(wideNetwork);
	}

	/**
	 * Adds an item.
	 *
	 * @param bytes memory that the item holds
	 * @returns a function that withdraws the item, releases its memory, and returns whether the item was still waiting;
	 * `undefined` if the budget does not suffice
	 */
	add(sender: SenderAddress, bytes: number, item: Item): (() => boolean) | undefined {
		const waiting: Waiting<Item> = { sender, bytes: bytes + itemBytes, item };
		if (!this.#budget.reserve(sender, waiting.bytes)) return undefined;
		const networkQueue = this.#waiting.get(sender.wideNetwork);
		if (networkQueue !== undefined) {
			networkQueue.push(waiting);
		} else {
			this.#waiting.set(sender.wideNetwork, [waiting]);
			this.#networks.push(sender.wideNetwork);
		}
		return () => this.#takeOut(waiting) !== undefined;
	}

	/** Removes the next item and releases its memory. @returns `undefined` if the queue is empty */
	next(): Item | undefined {
		for (let network = this.#networks.shift(); network !== undefined; network = this.#networks.shift()) {
			const networkQueue = this.#waiting.get(network) ?? [];
			const first = networkQueue.shift();
			if (networkQueue.length > 0) this.#networks.push(network);
			else this.#waiting.delete(network);
			const item = first && this.#takeOut(first);
			if (item !== undefined) return item;
		}
		return undefined;
	}

	#takeOut(waiting: Waiting<Item>): Item | undefined {
		const { item, sender, bytes } = waiting;
		if (item !== undefined) this.#budget.release(sender, bytes);
		waiting.item = undefined;
		return item;
	}
}
