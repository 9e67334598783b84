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
	 * Whether so many events may come now.
	 *
	 * @param visitor whose events they are; left out when they are of many
	 * @returns `undefined` when they may, else why not and how many milliseconds to wait
	 */
	excess(address: string, events: number, visitor?: number): { reason: Excess; retryAfterMs: number } | undefined {
		if (isLoopback(address)) return undefined;
		const nowMs = performance.now();
		const visitorWaitMs = visitor === undefined ? 0 : this.#visitors.take(visitor, events, nowMs);
		if (visitorWaitMs > 0) return { reason: 'visitor-rate', retryAfterMs: visitorWaitMs };
		const addressWaitMs = this.#addresses.take(networkOf(address), events, nowMs);
		return addressWaitMs > 0 ? { reason: 'address-rate', retryAfterMs: addressWaitMs } : undefined;
	}
}
