import { isWanted } from '../settings.js';
import { capture } from './capture.js';
import { engagedMs } from './engaged.js';
import { scrolled } from './scroll.js';

/** The page is left, or put aside: captures what was seen of it until now. */
export function leavePage(): void {
	const ms = engagedMs();
	if (!ms) return;
	const scroll = isWanted('scroll') && { scroll: scrolled() };
	const engaged = isWanted('engaged') && { engaged: ms };
	if (scroll || engaged) capture('leave', { props: { ...scroll, ...engaged } }, true);
}
