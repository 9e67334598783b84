import type { SenderAddress } from '../limits/sender-address.js';
import { NetworkCounts } from './network-counts.js';
import type { PageSocket } from './page-socket.js';

/** The open WebSockets, and their number by network. */
export class OpenSockets {
	readonly #max: number;
	readonly #perAddressMax: number;
	readonly #pages = new Set<PageSocket>();
	readonly #counts = new NetworkCounts();

	constructor(max = Number.POSITIVE_INFINITY, perAddressMax = Number.POSITIVE_INFINITY) {
		this.#max = max;
		this.#perAddressMax = perAddressMax;
	}

	get size(): number {
		return this.#pages.size;
	}

	/**
	 * Returns whether the network may open another socket. For processes of this machine only the total limit applies.
	 */
	mayOpen(sender: SenderAddress): boolean {
		if (this.#pages.size >= this.#max) return false;
		return sender.isExempt || this.#counts.isBelow(sender, this.#perAddressMax);
	}

	add(page: PageSocket): void {
		this.#pages.add(page);
		this.#counts.add(page);
	}

	delete(page: PageSocket): void {
		if (this.#pages.delete(page)) this.#counts.remove(page);
	}

	[Symbol.iterator](): Iterator<PageSocket> {
		return this.#pages.values();
	}
}
