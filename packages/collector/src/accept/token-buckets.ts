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
	readonly #keysMax: number;
	readonly #buckets = new Map<string | number, Bucket>();

	/** @param keysMax buckets that are kept */
	constructor(rate: Rate, keysMax: number) {
		this.#rate = rate;
		this.#keysMax = keysMax;
	}

	/**
	 * Takes tokens, or none when there are too few. More than a burst has is taken from a full bucket, which is then in debt.
	 *
	 * @param nowMs of a clock that never goes back
	 * @returns 0, or how many milliseconds until there are enough
	 */
	take(key: string | number, tokens: number, nowMs: number): number {
		const { eventsPerSecond, burstEvents } = this.#rate;
		const bucket = this.#buckets.get(key) ?? { tokens: burstEvents, atMs: nowMs };
		bucket.tokens = Math.min(burstEvents, bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * eventsPerSecond);
		bucket.atMs = nowMs;
		this.#keep(key, bucket);
		const missing = Math.min(tokens, burstEvents) - bucket.tokens;
		// Fractions add up to a whole only nearly: whoever has waited as told must not be told again.
		if (missing > roundingError) return Math.ceil((missing / eventsPerSecond) * 1_000);
		bucket.tokens -= tokens;
		return 0;
	}

	#keep(key: string | number, bucket: Bucket): void {
		this.#buckets.delete(key);
		this.#buckets.set(key, bucket);
		if (this.#buckets.size <= this.#keysMax) return;
		for (const oldest of this.#buckets.keys()) {
			this.#buckets.delete(oldest);
			break;
		}
	}
}
