import { signal } from './capture.js';
import { declaredFields, pageElement } from './declared.js';
import { listenForNavigation } from './navigation.js';
import { renewContext } from './page-context.js';
import { withoutHash } from './page-url.js';
import { leavePage } from './reading.js';

/** What a single-page site gets to set the new title before its view is captured, milliseconds. */
const settleMs = 50;

let place: string | undefined;
let settling: ReturnType<typeof setTimeout> | undefined;

const placeNow = () => withoutHash(location.href);

/** Captures a view, with what the page says of itself: on the first element with `data-ff-page`, mostly the body. */
export function view(): void {
	place = placeNow();
	settling = clearTimeout(settling) as undefined;
	renewContext();
	const dataset = pageElement()?.dataset ?? {};
	signal('view', { ...declaredFields(dataset), obj: 'page', objId: dataset.ffPage });
}

/** Captures the view that is about to come, before the page is left. */
export const settle = () => settling && view();

/** Captures a view when the page's elements are there and it is really looked at, not only prepared by the browser. */
function viewWhenReady(): void {
	if ((document as { prerendering?: boolean }).prerendering) addEventListener('prerenderingchange', viewWhenReady);
	else if (document.readyState === 'loading') addEventListener('DOMContentLoaded', view);
	else view();
}

/** Captures the view of this page, after the code that started us, so that its listeners hear of it too. */
export const watchView = () => queueMicrotask(viewWhenReady);

/** Captures the view of every page that takes the place of the first while the script stays. */
export function watchNavigation(): void {
	listenForNavigation(() => {
		if (!place || place === placeNow()) return;
		// Where the site sends it on at once, only the last place is looked at.
		clearTimeout(settling);
		leavePage();
		place = placeNow();
		settling = setTimeout(view, settleMs);
	});
}
