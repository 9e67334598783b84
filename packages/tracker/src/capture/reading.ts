import { listen } from '../listeners.js';
import type { EventFields } from '../options.js';
import { isWanted } from '../settings.js';
import { capture } from './capture.js';

/** How long one movement counts as attention, milliseconds. */
const attentionMs = 10_000;
/** Who leaves earlier has not read anything, milliseconds. */
const glanceMs = 1_000;

/**
 * Milliseconds in which somebody has looked at the page and done something there. Below 0 while they are captured, so that a
 * hook that navigates is not asked again.
 */
let engaged = 0;
let wasHidden: boolean;
let last = 0;
/** The farthest that the page was scrolled, pixels. */
let farthest = 0;

function see(): void {
	const now = performance.now();
	// Firefox may stop the code of a page that is closed before they are, but it tells the page next that it is hidden.
	if (wasHidden) engaged = Math.abs(engaged);
	else engaged += Math.min(now - last, attentionMs);
	last = now;
	wasHidden = document.hidden;
	farthest = Math.max(farthest, scrollY);
}

/** Follows what is seen of the page, where that is wanted. */
export function watchReading(): void {
	if (isWanted('scroll') || isWanted('engaged')) listen('pointermove keydown scroll visibilitychange', see);
}

/** How much of the page has been seen, percent of its height. */
const seenPercent = () =>
	Math.min(100, Math.round((100 * (farthest + innerHeight)) / document.documentElement.scrollHeight));

/** The page is left, or put aside: captures what was seen of it until now. */
export function leavePage(): void {
	see();
	if (engaged < glanceMs) return;
	const props: EventFields['props'] = {};
	if (isWanted('scroll')) props.scroll = seenPercent();
	if (isWanted('engaged')) props.engaged = Math.round(engaged);
	engaged = -engaged;
	if (Object.keys(props).length) capture('leave', { props }, true);
	engaged = farthest = 0;
}
