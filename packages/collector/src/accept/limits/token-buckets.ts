import { BoundedMap } from './bounded-map.js';

const roundingError = 1e-6;

/** An event rate: events per second, and burst. */
export interface Rate {
	eventsPerSecond: number;
	burstEvents: number;
}

/** A byte rate: bytes per second, and burst. */
export interface ByteRate {
	bytesPerSecond: number;
	burstBytes: number;
}

/** The refill rate and size of a bucket. */
export interface Refill {
	tokensPerSecond: number;
	/** Tokens of a full bucket. */
	burst: number;
}

interface Bucket {
	key: string;
	tokens: number;
	atMs: number;
}

/**
 * One token bucket for each key, of a bounded number of keys: the one used longest ago is forgotten first, which can
 * only be to its owner's favour. Keys that a sender chooses must not be digits only: V8 hashes such texts without a
 * seed, so that a sender could choose thousands with one hash.
 */
export class TokenBuckets {
	readonly #refill: Refill;
	readonly #debtMax: number;
	readonly #buckets: BoundedMap<string, Bucket>;
	/** The newest buckets. Most look-ups hit them, since a bucket is looked up before tokens are taken from it. */
	#lastUsed: Bucket | undefined;

	/**
	 * @param keysMax maximum number of buckets
	 * @param debtMax maximum debt of a bucket, tokens; a larger debt is forgotten
	 */
	constructor(refill: Refill, keysMax: number, debtMax: number = Number.POSITIVE_INFINITY) {
		this.#refill = refill;
		this.#debtMax = debtMax;
		this.#buckets = new BoundedMap(keysMax);
	}

	/**
	 * How long until so many tokens may be taken; for more than a burst, until the bucket is full.
	 *
	 * @param nowMs of a clock that never goes back
	 * @returns milliseconds; 0 for now
	 */
	waitMs(key: string, tokens: number, nowMs: number): number {
		const { tokensPerSecond, burst } = this.#refill;
		const missing = Math.min(tokens, burst) - this.#bucket(key, nowMs).tokens;
		// Fractions add up to a whole only nearly: whoever has waited as told must not be told again.
		return missing > roundingError ? Math.ceil((missing / tokensPerSecond) * 1_000) : 0;
	}

	/** Takes tokens, whether they are there or not: a bucket may be in debt. */
	take(key: string, tokens: number, nowMs: number): void {
		const bucket = this.#bucket(key, nowMs);
		bucket.tokens = Math.max(-this.#debtMax, bucket.tokens - tokens);
	}

	/** Returns whether the debt of the bucket is near its maximum. */
	isExhausted(key: string, nowMs: number): boolean {
		return this.#bucket(key, nowMs).tokens <= -0.9 * this.#debtMax;
	}

	/** The bucket as it is now; whoever is asked about is remembered, so that asking on and on does not make him forgotten. */
	#bucket(key: string, nowMs: number): Bucket {
		const { tokensPerSecond, burst } = this.#refill;
		const bucket = this.#lastUsed?.key === key ? this.#lastUsed : this.#use(key, nowMs);
		bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * tokensPerSecond);
		bucket.atMs = nowMs;
		return bucket;
	}

	#use(key: string, nowMs: number): Bucket {
		const bucket = this.#buckets.get(key) ?? { key, tokens: this.#refill.burst, atMs: nowMs };
		this.#buckets.set(key, bucket);
		this.#lastUsed = bucket;
		return bucket;
	}
}
