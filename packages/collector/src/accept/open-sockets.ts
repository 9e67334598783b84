import { isLoopback, networkOf } from './client-address.js';
import type { PageSocket } from './page-socket.js';

/** The pages that are connected, and how many of them each address has. */
export class OpenSockets {
	readonly #max: number;
	readonly #perAddressMax: number;
	readonly #pages = new Set<PageSocket>();
	readonly #perAddress = new Map<string, number>();

	constructor(max = Number.POSITIVE_INFINITY, perAddressMax = Number.POSITIVE_INFINITY) {
		this.#max = max;
		this.#perAddressMax = perAddressMax;
	}

	get size(): number {
		return this.#pages.size;
	}

	/** Whether one more may connect from there; processes of this machine may as long as there is any room. */
	hasRoomFor(address: string): boolean {
		if (this.#pages.size >= this.#max) return false;
		return isLoopback(address) || (this.#perAddress.get(networkOf(address)) ?? 0) < this.#perAddressMax;
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

	#count(page: PageSocket, change: 1 | -1): void {
		const network = networkOf(page.address);
		const count = (this.#perAddress.get(network) ?? 0) + change;
		if (count === 0) this.#perAddress.delete(network);
		else this.#perAddress.set(network, count);
	}
}
