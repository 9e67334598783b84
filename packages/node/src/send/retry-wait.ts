const firstMs = 500;
const mostMs = 30_000;

/**
 * Returns the wait before the next attempt, ms: doubled with each attempt up to 30 s, or the longer one that the
 * collector asks for, and up to a quarter longer at random, so that servers do not return all at once. Pure.
 *
 * @param failures number of attempts in a row without an answer for the events, from 1
 * @param askedMs wait that the collector asks for
 * @param random from 0 to below 1
 */
export function retryWaitMs(failures: number, askedMs: number | undefined, random: number): number {
	const ownMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 10));
	return Math.max(ownMs, Math.min(askedMs ?? 0, mostMs)) * (1 + random / 4);
}
