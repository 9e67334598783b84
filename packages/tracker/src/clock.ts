import { elapsedMs } from './browser.js';
import { clipInteger } from './encode/clip.js';

let offsetMs = 0;
/** The latest time at which the page was opened, by any look at its clock, ms since 1970. */
let openedAtMs = 0;

/**
 * Returns the time on the page's clock, ms since 1970, or 0 if it is not a valid time. Some date libraries make
 * `Date.now` return a `Date`. When the clock is set back, the time goes on as if it was not. A step forward cannot be
 * told from a pause: many browsers stop the other clock while the device sleeps
 * (https://w3c.github.io/hr-time/#dfn-monotonic-clock).
 */
export function now(): number {
	const nowMs = clipInteger(Date.now());
	const openMs = elapsedMs();
	openedAtMs = Math.max(openedAtMs, nowMs - openMs);
	return nowMs && clipInteger(openedAtMs + openMs);
}

/**
 * Sets the collector's clock.
 *
 * @param nowMs the time on it, ms since 1970, also as text
 */
export function setClock(nowMs: number | string): void {
	offsetMs = (nowMs as number) - now();
}

/** Returns the time on the collector's clock, ms since 1970; on the page's clock until the collector has greeted. */
export const collectorNow = () => clipInteger(now() + offsetMs);
