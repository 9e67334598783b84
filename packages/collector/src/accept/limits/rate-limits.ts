import { monotonicNowMs } from '../../monotonic-clock.js';
import { NetworkBuckets } from './network-buckets.js';
import type { SenderAddress } from './sender-address.js';
import { type ByteRate, type Rate, type Refill, TokenBuckets } from './token-buckets.js';

/**
 * The limit that a sender has exceeded: events of its address, events of one visitor, or bytes of work that its address
 * causes, whether or not the input was accepted.
 */
export type ExceededLimit = 'address-rate' | 'visitor-rate' | 'address-bytes';

/** The reason and the wait of a `retry-later` answer to a sender above a limit. */
export interface RetryLater {
	reason: ExceededLimit;
	retryAfterMs: number;
}

/** Rate limits of one sender. */
export interface RateLimitOptions {
	addressRate: Rate;
	visitorRate: Rate;
	addressBytes: ByteRate;
	/** Maximum number of addresses, and of visitors per site and network, whose rates are remembered. */
	sendersMax: number;
}

/** Number of events of one visitor of a site. */
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
	chunk: 512,
	/** A new WebSocket. */
	upgrade: 4_096,
	/** A control frame that makes the collector answer, such as a ping. */
	ping: 1_024,
	/** A body that cannot be inflated, or becomes too large: a few bytes can make this much before that is known. */
	inflatedInVain: 1_048_576,
	/** A refused batch, body or list event. */
	refusal: 2_048,
	/** A duplicate batch, or a batch that is answered `retry-later` after it was checked. */
	repeat: 2_048,
	/** Minimum charge for each frame or body that arrives while its sender is above a limit. */
	excess: 4_096,
	/** Minimum charge for each frame or body that does not fit into the memory budget. */
	busy: 2_048,
} as const;

/** Enforces the rate limits of senders, with token buckets. Processes of this machine have no limits. */
export class RateLimits {
	readonly #addresses: NetworkBuckets;
	readonly #visitors: TokenBuckets;
	readonly #work: NetworkBuckets;

	constructor({ addressRate, visitorRate, addressBytes, sendersMax }: RateLimitOptions) {
		const { bytesPerSecond, burstBytes } = addressBytes;
		this.#addresses = new NetworkBuckets(refillOf(addressRate), sendersMax);
		this.#visitors = new TokenBuckets(refillOf(visitorRate), sendersMax);
		// The debt is limited so that no sender waits longer than half of the burst takes to refill.
		this.#work = new NetworkBuckets({ tokensPerSecond: bytesPerSecond, burst: burstBytes }, sendersMax, burstBytes / 2);
	}

	/** Charges a sender for work, before the work is done or as soon as its amount is known. */
	charge(sender: SenderAddress, bytes: number): void {
		if (!sender.isExempt) this.#work.take(sender, bytes, monotonicNowMs());
	}

	/** Charges a sender for input that is answered `retry-later` unchecked: receiving and inflating it is work too. */
	chargeUnchecked(sender: SenderAddress, reason: ExceededLimit | 'busy', bytes: number): void {
		this.charge(sender, Math.max(bytes, reason === 'busy' ? workBytes.busy : workBytes.excess));
	}

	/** Returns the wait if the sender is in debt for its work. Its input is then not checked. */
	debt(sender: SenderAddress): RetryLater | undefined {
		if (sender.isExempt) return undefined;
		const retryAfterMs = this.#work.waitMs(sender, 0, monotonicNowMs());
		return retryAfterMs > 0 ? { reason: 'address-bytes', retryAfterMs } : undefined;
	}

	/** Returns whether the sender has gone on sending for long after `retry-later` answers. */
	isExhausted(sender: SenderAddress): boolean {
		return !sender.isExempt && this.#work.isExhausted(sender, monotonicNowMs());
	}

	/**
	 * Admits events if no limit is exceeded, and then counts them.
	 *
	 * @param visitors the visitors of the events; empty for duplicates, which count for the address only
	 * @returns `undefined` if the events are admitted, else the exceeded limit and the wait
	 */
	admit(sender: SenderAddress, events: number, visitors: readonly VisitorEvents[]): RetryLater | undefined {
		if (sender.isExempt) return undefined;
		const nowMs = monotonicNowMs();
		const visitorWaitMs = visitors.reduce(
			(longest, each) => Math.max(longest, this.#visitors.waitMs(keyOf(sender, each), each.events, nowMs)),
			0,
		);
		if (visitorWaitMs > 0) return { reason: 'visitor-rate', retryAfterMs: visitorWaitMs };
		const addressWaitMs = this.#addresses.waitMs(sender, events, nowMs);
		if (addressWaitMs > 0) return { reason: 'address-rate', retryAfterMs: addressWaitMs };
		// Only admitted events count: a visitor is not charged for events that exceeded the limit of the address.
		for (const each of visitors) this.#visitors.take(keyOf(sender, each), each.events, nowMs);
		this.#addresses.take(sender, events, nowMs);
		return undefined;
	}
}

/**
 * The key includes network and site, so that a sender who knows or guesses the number of a visitor cannot use up the
 * rate of that visitor in other networks.
 */
function keyOf({ wideNetwork }: SenderAddress, { site, visitor }: VisitorEvents): string {
	return `${wideNetwork} ${site} v${visitor}`;
}

function refillOf({ eventsPerSecond, burstEvents }: Rate): Refill {
	return { tokensPerSecond: eventsPerSecond, burst: burstEvents };
}
