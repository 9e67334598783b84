import { type SenderAddress, wideNetworkShare } from '../limits/sender-address.js';
import type { PageSocket } from './page-socket.js';

/** The open WebSockets, and their number by network. */
export class OpenSockets {
	readonly #max: number;
	readonly #perAddressMax: number;
	readonly #pages = new Set<PageSocket>();
	/** Number of sockets by address or IPv6 /64, and by IPv6 /48. */
	readonly #perNetwork = new Map<string, number>();

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
	mayOpen({ isExempt, network, wideNetwork }: SenderAddress): boolean {
		if (this.#pages.size >= this.#max) return false;
		if (isExempt) return true;
		if (this.#of(network) >= this.#perAddressMax) return false;
		return wideNetwork === network || this.#of(wideNetwork) < wideNetworkShare * this.#perAddressMax;
	}

	add(page: PageSocket): void {
		this.#pages.add(page);
		this.#count(page, 1);
	}

	delete(page: PageSocket): void {
		if (this.#pages.delete(page)) this.#count(page, -1);
	}

	[Symbol.iterator](): Iterator<PageSocket> {
		return this.#pages.values();
	}

	#of(network: string): number {
		return this.#perNetwork.get(network) ?? 0;
	}

	#count({ network, wideNetwork }: PageSocket, change: 1 | -1): void {
		for (const each of network === wideNetwork ? [network] : [network, wideNetwork]) {
			const count = this.#of(each) + change;
			if (count === 0) this.#perNetwork.delete(each);
			else this.#perNetwork.set(each, count);
		}
	}
}
