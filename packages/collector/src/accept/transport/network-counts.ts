import { type SenderNetworks, wideNetworkShare } from '@footfall/addresses';

/** Numbers of connections by address or IPv6 /64, and by IPv6 /48. */
export class NetworkCounts {
	readonly #counts = new Map<string, number>();

	/**
	 * Returns whether a network has fewer than `max`. An IPv6 /48 may have four times as many, whichever of its
	 * addresses use them.
	 */
	isBelow({ network, wideNetwork }: SenderNetworks, max: number): boolean {
		if (this.#of(network) >= max) return false;
		return wideNetwork === network || this.#of(wideNetwork) < wideNetworkShare * max;
	}

	add({ network, wideNetwork }: SenderNetworks): void {
		this.#change(network, 1);
		if (wideNetwork !== network) this.#change(wideNetwork, 1);
	}

	remove({ network, wideNetwork }: SenderNetworks): void {
		this.#change(network, -1);
		if (wideNetwork !== network) this.#change(wideNetwork, -1);
	}

	#of(network: string): number {
		return this.#counts.get(network) ?? 0;
	}

	#change(network: string, change: 1 | -1): void {
		const count = this.#of(network) + change;
		if (count <= 0) this.#counts.delete(network);
		else this.#counts.set(network, count);
	}
}
