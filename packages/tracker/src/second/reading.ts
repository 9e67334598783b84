import type { ReservedEventName, WireContext } from '@footfall/protocol';
import { elapsedMs, ofDocument } from '../browser.js';
import { listen } from '../listeners.js';
import type { EventFields } from '../options.js';
import type { Capture } from './capture.js';

/** Time after an input for which the visitor counts as engaged, ms. */
const attentionMs = 10_000;
/** Shortest engagement that is captured, ms. */
const glanceMs = 1_000;

/**
 * Time for which the page was visible and the visitor engaged, ms. Negative while it is being captured, so that a hook
 * that navigates does not capture it a second time.
 */
let engaged = 0;
/** Whether the page was hidden at the last measurement. */
let wasHidden: boolean;
/** Time of the last measurement, ms on the monotonic clock of the page. */
let last = 0;
/** Farthest scroll position, CSS pixels. */
let farthest = 0;

/** Adds the time since the last measurement. */
function measure(): void {
	const now = elapsedMs();
	// Firefox may stop `leavePage` while it captures (see `beaconKept` in batcher.ts), which leaves a negative time. It
	// next reports that the page is hidden, and a hidden page captures the time again.
	if (wasHidden) engaged = Math.abs(engaged);
	else engaged += Math.min(now - last, attentionMs);
	last = now;
	wasHidden = ofDocument('hidden');
	farthest = Math.max(farthest, scrollY);
}

/** Returns the part of the page that has been on the screen, percent of its height. */
const seenPercent = () =>
	Math.min(100, Math.round((100 * (farthest + innerHeight)) / ofDocument('documentElement').scrollHeight));

/** Captures both of a page that is left or hidden, and starts to count again. */
export let leavePage = (): void => {};

/** Measures engagement and scrolling, if the page wants one of these signals. */
export function watchReading(
	isWanted: (signal: string) => boolean,
	capture: Capture,
	lastContext: () => WireContext,
): void {
	if (!isWanted('scroll') && !isWanted('engaged')) return;
	listen('pointermove keydown scroll visibilitychange', measure);
	leavePage = () => {
		measure();
		if (engaged < glanceMs) return;
		const props: EventFields['props'] = {};
		if (isWanted('scroll')) props.scroll = seenPercent();
		if (isWanted('engaged')) props.engaged = Math.round(engaged);
		engaged = -engaged;
		capture('leave' satisfies ReservedEventName, { props }, lastContext());
		engaged = farthest = 0;
	};
}
