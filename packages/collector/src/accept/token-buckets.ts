import { BoundedMap } from './bounded-map.js';

const roundingError = 1e-6;

/** How much may come: so many events a second for long, so many at once. */
export interface Rate {
	eventsPerSecond: number;
	burstEvents: number;
}

interface Bucket {
	tokens: number;
	atMs: number;
}

/**
 * One token bucket for each key, of a bounded number of keys: the one used longest ago is forgotten first, which can only
 * be to its owner's favour.
 */
export class TokenBuckets {
	readonly #rate: Rate;
	readonly #buckets: BoundedMap<string | number, Bucket>;

	/** @param keysMax buckets that are kept */
	constructor(rate: Rate, keysMax: number) {
		this.#rate = rate;
		this.#buckets = new BoundedMap(keysMax);
	}

	/**
	 * How long until so many tokens may be taken; for more than a burst, until the bucket is full.
	 *
	 * @param nowMs of a clock that never goes back
	 * @returns milliseconds; 0 for now
	 */
	waitMs(key: string | number, tokens: number, nowMs: number): number {
		const { eventsPerSecond, burstEvents } = this.#rate;
		const missing = Math.min(tokens, burstEvents) - this.#bucket(key, nowMs).tokens;
		// Fractions add up to a whole only nearly: whoever has waited as told must not be told again.
		return missing > roundingError ? Math.ceil((missing / eventsPerSecond) * 1_000) : 0;
	}

	/** Takes tokens, whether they are there or not: a bucket may be in debt. */
	take(key: string | number, tokens: number, nowMs: number): void {
		this.#bucket(key, nowMs).tokens -= tokens;
	}

	/** The bucket as it is now; whoever is asked about is remembered, so that asking on and on does not make him forgotten. */
	#bucket(key: string | number, nowMs: number): Bucket {
		const { eventsPerSecond, burstEvents } = this.#rate;
		const bucket = this.#buckets.get(key) ?? { tokens: burstEvents, atMs: nowMs };
		bucket.tokens = Math.min(burstEvents, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * eventsPerSecond);
		bucket.atMs = nowMs;
		this.#buckets.set(key, bucket);
		return bucket;
	}
}
