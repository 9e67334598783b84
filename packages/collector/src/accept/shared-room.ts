import type { SenderAddress } from './sender-address.js';

/** What one network may take of a room that all share. */
const networkShare = 1 / 8;

/**
 * Room in memory that all senders share, of which one network may take an eighth: a sender that fills its own part must not
 * leave nothing to others. Processes of this machine may take all of it.
 */
export class SharedRoom {
	readonly #bytesMax: number;
	readonly #bytesPerNetworkMax: number;
	#bytes = 0;
	readonly #perNetwork = new Map<string, number>();

	/** @param bytesMax bytes of all together */
	constructor(bytesMax: number) {
		this.#bytesMax = bytesMax;
		this.#bytesPerNetworkMax = bytesMax * networkShare;
	}

	/** @returns whether there was so much left for the sender; if so, it is taken */
	take({ isExempt, wideNetwork }: SenderAddress, bytes: number): boolean {
		if (this.#bytes + bytes > this.#bytesMax) return false;
		const ofNetwork = (this.#perNetwork.get(wideNetwork) ?? 0) + bytes;
		if (!isExempt && ofNetwork > this.#bytesPerNetworkMax) return false;
		this.#bytes += bytes;
		this.#perNetwork.set(wideNetwork, ofNetwork);
		return true;
	}

	/** Gives back what the sender took, or a part of it. */
	giveBack({ wideNetwork }: SenderAddress, bytes: number): void {
		this.#bytes -= bytes;
		const ofNetwork = (this.#perNetwork.get(wideNetwork) ?? 0) - bytes;
		if (ofNetwork > 0) this.#perNetwork.set(wideNetwork, ofNetwork);
		else this.#perNetwork.delete(wideNetwork);
	}
}
