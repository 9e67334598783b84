import type { SenderAddress } from './sender-address.js';

/** The part of the room that one network may take. */
const networkShare = 1 / 8;

/**
 * Memory budget that all senders share, and of which one network may take an eighth, so that a sender that fills its
 * own part leaves room for others. Processes of this machine may take all of it.
 */
export class SharedRoom {
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
	 * Takes room for a sender.
	 * @returns whether there was enough room
	 */
	take({ isExempt, wideNetwork }: SenderAddress, bytes: number): boolean {
		if (this.#bytes + bytes > this.#bytesMax) return false;
		const ofNetwork = (this.#perNetwork.get(wideNetwork) ?? 0) + bytes;
		if (!isExempt && ofNetwork > this.#bytesPerNetworkMax) return false;
		this.#bytes += bytes;
		this.#perNetwork.set(wideNetwork, ofNetwork);
		return true;
	}

	/** Gives back all or part of the room of a sender. */
	giveBack({ wideNetwork }: SenderAddress, bytes: number): void {
		this.#bytes -= bytes;
		const ofNetwork = (this.#perNetwork.get(wideNetwork) ?? 0) - bytes;
		if (ofNetwork > 0) this.#perNetwork.set(wideNetwork, ofNetwork);
		else this.#perNetwork.delete(wideNetwork);
	}
}
