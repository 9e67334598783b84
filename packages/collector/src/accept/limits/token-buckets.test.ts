import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TokenBuckets } from './token-buckets.js';

const rate = { tokensPerSecond: 10, burst: 50 };

/** Takes the tokens if they are available. @returns 0, or the time to wait, ms */
function take(buckets: TokenBuckets, key: string, tokens: number, nowMs: number): number {
	const waitMs = buckets.waitMs(key, tokens, nowMs);
	if (waitMs === 0) buckets.take(key, tokens, nowMs);
	return waitMs;
}

it('a bucket admits a burst and then its rate', () => {
	const buckets = new TokenBuckets(rate, 10);
	expect(take(buckets, 'a', 50, 0)).toBe(0);
	expect(take(buckets, 'a', 10, 0)).toBe(1_000);
	expect(take(buckets, 'b', 50, 0)).toBe(0);
	expect(take(buckets, 'a', 10, 999)).toBe(1);
	expect(take(buckets, 'a', 10, 1_000)).toBe(0);
	expect(take(buckets, 'a', 1, 1_000)).toBe(100);
});

it('a full bucket admits more than a burst at once, and goes into debt', () => {
	const buckets = new TokenBuckets(rate, 10);
	expect(take(buckets, 'a', 100, 0)).toBe(0);
	expect(take(buckets, 'a', 50, 0)).toBe(10_000);
	expect(take(buckets, 'a', 50, 10_000)).toBe(0);
});

it('a bucket never admits more than rate and burst, and admits a caller that has waited as told', () => {
	const arrivals = fc.array(fc.record({ afterMs: fc.nat(2_000), events: fc.integer({ min: 1, max: 50 }) }));
	fc.assert(
		fc.property(arrivals, (list) => {
			const buckets = new TokenBuckets(rate, 10);
			let nowMs = 0;
			let taken = 0;
			for (const { afterMs, events } of list) {
				nowMs += afterMs;
				const waitMs = take(buckets, 'a', events, nowMs);
				nowMs += waitMs;
				if (waitMs > 0) expect(take(buckets, 'a', events, nowMs)).toBe(0);
				taken += events;
				expect(taken).toBeLessThanOrEqual(50 + (nowMs / 1_000) * 10 + 1e-3);
			}
		}),
	);
});

it('the number of buckets is limited', () => {
	const buckets = new TokenBuckets(rate, 2);
	take(buckets, 'a', 50, 0);
	take(buckets, 'b', 50, 0);
	expect(take(buckets, 'a', 1, 0)).toBeGreaterThan(0);
	take(buckets, 'c', 50, 0);
	expect(take(buckets, 'b', 1, 0)).toBe(0);
});
