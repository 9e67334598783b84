import { attempt } from '../attempt.js';
import { settings } from '../settings.js';
import { signal } from './capture.js';
import { declaredFields } from './declared.js';
import { leavePage } from './leave.js';
import { listenForNavigation } from './navigation.js';

/** What a single-page site gets to set the new title before its view is captured, milliseconds. */
const settleMs = 50;

let place: string | undefined;
let settling: ReturnType<typeof setTimeout> | undefined;

const placeNow = () => location.pathname + location.search + (settings.hash == null ? '' : location.hash);

/** Captures a view, with what the page says of itself: on the first element with `data-ff-page`, mostly the body. */
export function view(): void {
	settling = clearTimeout(settling) as undefined;
	place = placeNow();
	const page = attempt(() => document.querySelector<HTMLElement>('[data-ff-page]'));
	signal('view', { ...(page && declaredFields(page)), obj: 'page', objId: page?.dataset.ffPage });
}

/** Captures the view that is about to come, before the page is left. */
export const settle = () => settling && view();

/** Captures a view when the page's elements are there and it is really looked at, not only prepared by the browser. */
function viewWhenReady(): void {
	if ((document as { prerendering?: boolean }).prerendering) addEventListener('prerenderingchange', viewWhenReady);
	else if (document.readyState === 'loading') addEventListener('DOMContentLoaded', view);
	else view();
}

/** Captures the view of this page, and of every other that takes its place while the script stays. */
export function watchViews(): void {
	// After the code that started us, so that its listeners hear of the first view too.
	queueMicrotask(viewWhenReady);
	listenForNavigation(() => {
		if (!place || place === placeNow()) return;
		// Where the site sends it on at once, only the last place is looked at.
		clearTimeout(settling);
		leavePage();
		place = placeNow();
		settling = setTimeout(view, settleMs);
	});
}
