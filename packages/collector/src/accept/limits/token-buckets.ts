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
 * Token buckets by key, of a limited number of keys. The least recently used bucket is removed first, which can only
 * favour its sender. Keys that a sender chooses must not consist of digits only: V8 hashes such strings without a seed,
 * so a sender could choose thousands with one hash.
 */
export class TokenBuckets {
	readonly #refill: Refill;
	readonly #debtMax: number;
	readonly #buckets: BoundedMap<string, Bucket>;
	/** The bucket used last. Most look-ups hit it, since a bucket is looked up before tokens are taken from it. */
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
	 * The time until this number of tokens is available; for more than a burst, until the bucket is full.
	 *
	 * @param nowMs time on the monotonic clock, ms
	 * @returns milliseconds; 0 if the tokens are available
	 */
	waitMs(key: string, tokens: number, nowMs: number): number {
		const { tokensPerSecond, burst } = this.#refill;
		const missing = Math.min(tokens, burst) - this.#bucket(key, nowMs).tokens;
		// Refills are sums of fractions and may miss the whole number slightly; a sender that has waited as long as it
		// was told must not have to wait again.
		return missing > roundingError ? Math.ceil((missing / tokensPerSecond) * 1_000) : 0;
	}

	/** Takes tokens, also if the bucket does not have them: it may be in debt. */
	take(key: string, tokens: number, nowMs: number): void {
		const bucket = this.#bucket(key, nowMs);
		bucket.tokens = Math.max(-this.#debtMax, bucket.tokens - tokens);
	}

	/** Returns whether the debt of the bucket is near its maximum. */
	isExhausted(key: string, nowMs: number): boolean {
		return this.#bucket(key, nowMs).tokens <= -0.9 * this.#debtMax;
	}

	/**
	 * Refills and returns the bucket of a key. A look-up counts as use, so that the bucket is not removed meanwhile.
	 */
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
