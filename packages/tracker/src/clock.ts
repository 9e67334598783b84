import { clipInteger } from './encode/clip.js';

let offsetMs = 0;

/**
 * Returns the time on the page's clock, ms since 1970, or 0 if it is not a valid time. Some date libraries make
 * `Date.now` return a `Date`.
 */
export const now = () => clipInteger(Date.now());

/**
 * Sets the collector's clock.
 *
 * @param nowMs the time on it, ms since 1970
 */
export function setClock(nowMs: number): void {
	offsetMs = nowMs - now();
}

/** Returns the time on the collector's clock, ms since 1970; on the page's clock until the collector has greeted. */
export const collectorNow = () => clipInteger(now() + offsetMs);
