/** Bounds of the wait between two attempts, ms. */
export interface Backoff {
	firstMs: number;
	maxMs: number;
}

/**
 * Exponential backoff with full jitter, so that several collectors do not retry at the same moment.
 *
 * @param attempt number of failed attempts, from 1
 * @param random a random number in 0…1
 * @returns the wait before the next attempt, ms
 */
export function backoffMs(attempt: number, random: number, { firstMs, maxMs }: Backoff): number {
	return random * Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
}
