import type { SenderAddress } from './sender-address.js';
import type { SharedRoom } from './shared-room.js';

/** Bytes that a waiting item takes besides its own: the request or the promise behind it. */
const itemBytes = 512;

interface Waiting<Item> {
	sender: SenderAddress;
	bytes: number;
	/** `undefined` once it was withdrawn. */
	item: Item | undefined;
}

/**
 * What waits, in an order that is fair to networks: the first of each network in turn, however much one of them has waiting.
 * An IPv6 /48 is one network.
 */
export class FairQueue<Item> {
	readonly #room: SharedRoom;
	readonly #waiting = new Map<string, Waiting<Item>[]>();
	/** Networks that have something waiting, the next one first. */
	readonly #networks: string[] = [];

	/** @param room bounds the bytes of what waits */
	constructor(room: SharedRoom) {
		this.#room = room;
	}

	get isEmpty(): boolean {
		return this.#networks.length === 0;
	}

	/** Whether something of the sender's network waits. */
	has({ wideNetwork }: SenderAddress): boolean {
		return this.#waiting.has(wideNetwork);
	}

	/**
	 * @param bytes of memory that the item holds
	 * @returns what withdraws the item and gives its room back; `undefined` when there is no room for it
	 */
	add(sender: SenderAddress, bytes: number, item: Item): (() => void) | undefined {
		const waiting: Waiting<Item> = { sender, bytes: bytes + itemBytes, item };
		if (!this.#room.take(sender, waiting.bytes)) return undefined;
		const ofNetwork = this.#waiting.get(sender.wideNetwork);
		if (ofNetwork !== undefined) {
			ofNetwork.push(waiting);
		} else {
			this.#waiting.set(sender.wideNetwork, [waiting]);
			this.#networks.push(sender.wideNetwork);
		}
		return () => void this.#takeOut(waiting);
	}

	/** The next item, whose room is free again; `undefined` when nothing waits. */
	next(): Item | undefined {
		for (let network = this.#networks.shift(); network !== undefined; network = this.#networks.shift()) {
			const ofNetwork = this.#waiting.get(network) ?? [];
			const first = ofNetwork.shift();
			if (ofNetwork.length > 0) this.#networks.push(network);
			else this.#waiting.delete(network);
			const item = first && this.#takeOut(first);
			if (item !== undefined) return item;
		}
		return undefined;
	}

	#takeOut(waiting: Waiting<Item>): Item | undefined {
		const { item, sender, bytes } = waiting;
		if (item !== undefined) this.#room.giveBack(sender, bytes);
		waiting.item = undefined;
		return item;
	}
}
