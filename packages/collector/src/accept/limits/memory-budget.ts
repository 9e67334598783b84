import type { SenderAddress } from './sender-address.js';

/** Maximum share of the budget that one network may use. */
const networkShare = 1 / 8;

/**
 * A memory budget that all senders share. One network may use an eighth of it, so that a sender that exhausts its share
 * leaves memory for others. Processes of this machine may use all of it.
 */
export class MemoryBudget {
	readonly #bytesMax: number;
	readonly #bytesPerNetworkMax: number;
	#bytes = 0;
	readonly #perNetwork = new Map<string, number>();

	/** @param bytesMax total size in bytes */
	constructor(bytesMax: number) {
		this.#bytesMax = bytesMax;
		this.#bytesPerNetworkMax = bytesMax * networkShare;
	}

	/**
	 * Reserves memory for a sender.
	 * @returns whether the budget sufficed
	 */
	reserve({ isExempt, wideNetwork }: SenderAddress, bytes: number): boolean {
		if (this.#bytes + bytes > this.#bytesMax) return false;
		const networkBytes = (this.#perNetwork.get(wideNetwork) ?? 0) + bytes;
		if (!isExempt && networkBytes > this.#bytesPerNetworkMax) return false;
		this.#bytes += bytes;
		this.#perNetwork.set(wideNetwork, networkBytes);
		return true;
	}

	/** Releases all or part of the memory of a sender. */
	release({ wideNetwork }: SenderAddress, bytes: number): void {
		this.#bytes -= bytes;
		const networkBytes = (this.#perNetwork.get(wideNetwork) ?? 0) - bytes;
		if (networkBytes > 0) this.#perNetwork.set(wideNetwork, networkBytes);
		else this.#perNetwork.delete(wideNetwork);
	}
}
