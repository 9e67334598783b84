import { NetworkBuckets } from './network-buckets.js';
import type { SenderAddress } from './sender-address.js';
import { type ByteRate, type Rate, type Refill, TokenBuckets } from './token-buckets.js';

/**
 * Why a sender has to wait: too many events from the address, too many of one visitor, or too much work for the collector
 * from the address, whatever became of what it sent.
 */
export type Excess = 'address-rate' | 'visitor-rate' | 'address-bytes';

/** What a sender is told who has to wait. */
export interface Wait {
	reason: Excess;
	retryAfterMs: number;
}

/** Bounds of what one sender may send. */
export interface AdmissionOptions {
	addressRate: Rate;
	visitorRate: Rate;
	addressBytes: ByteRate;
	/** Addresses, and visitors, that are remembered. */
	sendersMax: number;
}

/** Events of one visitor. */
export interface VisitorEvents {
	visitor: number;
	events: number;
}

/**
 * Bytes that count for work besides those that came: so that what takes the collector long for few bytes costs its sender as
 * much as what is long. At the default rate an address gets through with a thousand refusals a second.
 */
export const workBytes = {
	/** A request over HTTP, before its body. */
	request: 512,
	/** A piece of a body that comes in many: chunks may be of one byte. */
	piece: 512,
	/** A new WebSocket. */
	upgrade: 4_096,
	/** A control frame that the sender of a WebSocket makes the collector answer. */
	ping: 1_024,
	/** A refused batch, body or event of a list. */
	refusal: 2_048,
	/** A batch that was stored before, or for which the sender has to wait. */
	repeat: 2_048,
	/** The least that each frame and body counts which comes although the sender has to wait. */
	excess: 4_096,
	/** The least that each frame and body counts for which there is no room. */
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
		// However much comes meanwhile, nobody waits for longer than half of the burst takes to come back.
		this.#work = new NetworkBuckets({ tokensPerSecond: bytesPerSecond, burst: burstBytes }, sendersMax, burstBytes / 2);
	}

	/** Counts work for a sender, before it is done or as soon as it is known how much it was. */
	charge(sender: SenderAddress, bytes: number): void {
		if (!sender.isExempt) this.#work.take(sender, bytes, performance.now());
	}

	/** Counts what is put off without being judged: receiving it, and unpacking it, has been work too. */
	chargePutOff(sender: SenderAddress, reason: Excess | 'busy', bytes: number): void {
		this.charge(sender, Math.max(bytes, reason === 'busy' ? workBytes.busy : workBytes.excess));
	}

	/** Why nothing of this sender is looked at now, if so: it has made more work than it may. */
	debt(sender: SenderAddress): Wait | undefined {
		if (sender.isExempt) return undefined;
		const retryAfterMs = this.#work.waitMs(sender, 0, performance.now());
		return retryAfterMs > 0 ? { reason: 'address-bytes', retryAfterMs } : undefined;
	}

	/** Whether the sender goes on making work although it has long been told to wait. */
	isExhausted(sender: SenderAddress): boolean {
		return !sender.isExempt && this.#work.isExhausted(sender, performance.now());
	}

	/**
	 * Whether so many events may come now; if so, they count.
	 *
	 * @param visitors whose events they are; empty for events that were stored before, which count for the address alone
	 * @returns `undefined` when they may, else why not and how many milliseconds to wait
	 */
	excess(sender: SenderAddress, events: number, visitors: readonly VisitorEvents[]): Wait | undefined {
		if (sender.isExempt) return undefined;
		const nowMs = performance.now();
		const visitorWaitMs = visitors.reduce(
			(longest, { visitor, events }) => Math.max(longest, this.#visitors.waitMs(keyOf(visitor), events, nowMs)),
			0,
		);
		if (visitorWaitMs > 0) return { reason: 'visitor-rate', retryAfterMs: visitorWaitMs };
		const addressWaitMs = this.#addresses.waitMs(sender, events, nowMs);
		if (addressWaitMs > 0) return { reason: 'address-rate', retryAfterMs: addressWaitMs };
		// Only what comes in counts: a visitor does not pay for having been told to wait for others of the address.
		for (const { visitor, events } of visitors) this.#visitors.take(keyOf(visitor), events, nowMs);
		this.#addresses.take(sender, events, nowMs);
		return undefined;
	}
}

function keyOf(visitor: number): string {
	return `v${visitor}`;
}

function refillOf({ eventsPerSecond, burstEvents }: Rate): Refill {
	return { tokensPerSecond: eventsPerSecond, burst: burstEvents };
}
