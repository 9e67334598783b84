import { clipInteger } from './encode/clip.js';

let offsetMs = 0;

/** The time on the page's clock, milliseconds since 1970, 0 when that makes no sense. Some libraries for dates make `Date.now` return one. */
export const now = () => clipInteger(Date.now());

/** @param nowMs what the collector's clock says */
export function setClock(nowMs: number): void {
	offsetMs = nowMs - now();
}

/** The time on the collector's clock, as far as known, milliseconds since 1970. */
export const collectorNow = () => clipInteger(now() + offsetMs);
