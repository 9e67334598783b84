import { isLoopback, networkOf } from './client-address.js';
import { type Rate, TokenBuckets } from './token-buckets.js';

/** Why a sender has to wait: too much from his address, or too much of one visitor. */
export type Excess = 'address-rate' | 'visitor-rate';

/** Bounds of what one sender may send. */
export interface AdmissionOptions {
	addressRate: Rate;
	visitorRate: Rate;
	/** Addresses, and visitors, that are remembered. */
	sendersMax: number;
}

/** Holds senders to their rates. Processes of this machine are not held to any. */
export class Admission {
	readonly #addresses: TokenBuckets;
	readonly #visitors: TokenBuckets;

	constructor({ addressRate, visitorRate, sendersMax }: AdmissionOptions) {
		this.#addresses = new TokenBuckets(addressRate, sendersMax);
		this.#visitors = new TokenBuckets(visitorRate, sendersMax);
	}

	/**
	 * Whether so many events may come now; if so, they count.
	 *
	 * @param visitor whose events they are; left out when they are of many
	 * @returns `undefined` when they may, else why not and how many milliseconds to wait
	 */
	excess(address: string, events: number, visitor?: number): { reason: Excess; retryAfterMs: number } | undefined {
		if (isLoopback(address)) return undefined;
		const nowMs = performance.now();
		const network = networkOf(address);
		const visitorWaitMs = visitor === undefined ? 0 : this.#visitors.waitMs(visitor, events, nowMs);
		if (visitorWaitMs > 0) return { reason: 'visitor-rate', retryAfterMs: visitorWaitMs };
		const addressWaitMs = this.#addresses.waitMs(network, events, nowMs);
		if (addressWaitMs > 0) return { reason: 'address-rate', retryAfterMs: addressWaitMs };
		// Only what comes in counts: a visitor does not pay for having been told to wait for others of his address.
		if (visitor !== undefined) this.#visitors.take(visitor, events, nowMs);
		this.#addresses.take(network, events, nowMs);
		return undefined;
	}
}
