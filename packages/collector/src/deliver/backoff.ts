/** Bounds of the waiting between two attempts, in milliseconds. */
export interface Backoff {
	firstMs: number;
	maxMs: number;
}

/**
 * Exponential backoff with full jitter, so that several collectors do not come back at the same moment.
 *
 * @param attempt failed attempts so far, from 1
 * @param random a number in 0…1
 */
export function backoffMs(attempt: number, random: number, { firstMs, maxMs }: Backoff): number {
	return random * Math.min(maxMs, firstMs * 2 ** Math.min(attempt - 1, 30));
}
