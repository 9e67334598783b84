import { NetworkBuckets } from './network-buckets.js';
import type { SenderAddress } from './sender-address.js';
import { type ByteRate, type Rate, type Refill, TokenBuckets } from './token-buckets.js';

/**
 * Reason for deferring a sender: too many events from the address, too many events of one visitor, or too much work for
 * the collector from the address, whether or not it was accepted.
 */
export type Excess = 'address-rate' | 'visitor-rate' | 'address-bytes';

/** The answer to a deferred sender. */
export interface Wait {
	reason: Excess;
	retryAfterMs: number;
}

/** Bounds of what one sender may send. */
export interface AdmissionOptions {
	addressRate: Rate;
	visitorRate: Rate;
	addressBytes: ByteRate;
	/** Addresses, and visitors of a site in a network, that are remembered. */
	sendersMax: number;
}

/** Events of one visitor of a site. */
export interface VisitorEvents {
	site: string;
	visitor: number;
	events: number;
}

/**
 * Bytes charged for work besides the bytes received. They make an input that is short but expensive cost its sender as
 * much as a long one. At the default rate an address can cause a thousand refusals per second.
 */
export const workBytes = {
	/** An HTTP request, before its body. */
	request: 512,
	/** One chunk of a body: a chunk can be a single byte. */
	piece: 512,
	/** A new WebSocket. */
	upgrade: 4_096,
	/** A control frame that makes the collector answer, such as a ping. */
	ping: 1_024,
	/** A refused batch, body or list event. */
	refusal: 2_048,
	/** A duplicate batch, or a batch that is deferred. */
	repeat: 2_048,
	/** Minimum charge for each frame or body that arrives while its sender is deferred. */
	excess: 4_096,
	/** Minimum charge for each frame or body for which there is no room. */
	busy: 2_048,
} as const;

/** Holds senders to their rates. Processes of this machine are not held to any. */
export class Admission {
	readonly #addresses: NetworkBuckets;
	readonly #visitors: TokenBuckets;
	readonly #work: NetworkBuckets;

	constructor({ addressRate, visitorRate, addressBytes, sendersMax }: AdmissionOptions) {
		const { bytesPerSecond, burstBytes } = addressBytes;
		this.#addresses = new NetworkBuckets(refillOf(addressRate), sendersMax);
		this.#visitors = new TokenBuckets(refillOf(visitorRate), sendersMax);
		// Bounds the debt, so that no sender waits longer than half of the burst takes to refill.
		this.#work = new NetworkBuckets({ tokensPerSecond: bytesPerSecond, burst: burstBytes }, sendersMax, burstBytes / 2);
	}

	/** Charges a sender for work, before the work is done or as soon as its amount is known. */
	charge(sender: SenderAddress, bytes: number): void {
		if (!sender.isExempt) this.#work.take(sender, bytes, performance.now());
	}

	/** Charges a sender for input that is deferred without being judged: receiving and inflating it is work too. */
	chargePutOff(sender: SenderAddress, reason: Excess | 'busy', bytes: number): void {
		this.charge(sender, Math.max(bytes, reason === 'busy' ? workBytes.busy : workBytes.excess));
	}

	/** Returns the deferral if the sender is in debt for its work; nothing it sends is then judged. */
	debt(sender: SenderAddress): Wait | undefined {
		if (sender.isExempt) return undefined;
		const retryAfterMs = this.#work.waitMs(sender, 0, performance.now());
		return retryAfterMs > 0 ? { reason: 'address-bytes', retryAfterMs } : undefined;
	}

	/** Returns whether the sender goes on causing work although it has been deferred for long. */
	isExhausted(sender: SenderAddress): boolean {
		return !sender.isExempt && this.#work.isExhausted(sender, performance.now());
	}

	/**
	 * Whether so many events may come now; if so, they count.
	 *
	 * @param visitors the visitors of the events; empty for duplicates, which count for the address only
	 * @returns `undefined` when they may, else why not and how many milliseconds to wait
	 */
	excess(sender: SenderAddress, events: number, visitors: readonly VisitorEvents[]): Wait | undefined {
		if (sender.isExempt) return undefined;
		const nowMs = performance.now();
		const visitorWaitMs = visitors.reduce(
			(longest, each) => Math.max(longest, this.#visitors.waitMs(keyOf(sender, each), each.events, nowMs)),
			0,
		);
		if (visitorWaitMs > 0) return { reason: 'visitor-rate', retryAfterMs: visitorWaitMs };
		const addressWaitMs = this.#addresses.waitMs(sender, events, nowMs);
		if (addressWaitMs > 0) return { reason: 'address-rate', retryAfterMs: addressWaitMs };
		// Only what comes in counts: a visitor does not pay for having been told to wait for others of the address.
		for (const each of visitors) this.#visitors.take(keyOf(sender, each), each.events, nowMs);
		this.#addresses.take(sender, events, nowMs);
		return undefined;
	}
}

/**
 * By network and site too: whoever knows or guesses the number of a visitor must not be able to put off what others send for
 * that visitor.
 */
function keyOf({ wideNetwork }: SenderAddress, { site, visitor }: VisitorEvents): string {
	return `${wideNetwork} ${site} v${visitor}`;
}

function refillOf({ eventsPerSecond, burstEvents }: Rate): Refill {
	return { tokensPerSecond: eventsPerSecond, burst: burstEvents };
}
