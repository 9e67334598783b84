import { isWanted } from '../settings.js';
import { capture } from './capture.js';
import { engagedMs, watchEngagement } from './engaged.js';
import { scrolled, watchScroll } from './scroll.js';

/** Follows what is seen of the page, where that is wanted: a scroll costs it a look at the layout. */
export function watchReading(): void {
	if (isWanted('scroll') || isWanted('engaged')) {
		watchScroll();
		watchEngagement();
	}
}

/** The page is left, or put aside: captures what was seen of it until now. */
export function leavePage(): void {
	const ms = engagedMs();
	if (!ms) return;
	const scroll = isWanted('scroll') && { scroll: scrolled() };
	const engaged = isWanted('engaged') && { engaged: ms };
	if (scroll || engaged) capture('leave', { props: { ...scroll, ...engaged } }, true);
}
