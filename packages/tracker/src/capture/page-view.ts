import { signal } from './capture.js';
import { declaredFields, pageElement } from './declared.js';
import { listenForNavigation } from './navigation.js';
import { renewContext } from './page-context.js';
import { withoutHash } from './page-url.js';
import { leavePage } from './reading.js';

/** Time that a single-page site has to set the new title before the view is captured, ms. */
const titleMs = 50;

/** Address of the last view. */
let place: string | undefined;
/** Timer of a view that is due. */
let dueView: ReturnType<typeof setTimeout> | undefined;

const placeNow = () => withoutHash(location.href);

/** Captures a view, with the fields that the page's element declares. */
export function view(): void {
	place = placeNow();
	dueView = clearTimeout(dueView) as undefined;
	renewContext();
	const dataset = pageElement()?.dataset ?? {};
	signal('view', { ...declaredFields(dataset), obj: 'page', objId: dataset.ffPage });
}

/** Captures a view that is due, before the page is left. */
export const captureDueView = () => dueView && view();

/**
 * Captures a view when the document is parsed and the page is shown, not only prerendered:
 * https://wicg.github.io/nav-speculation/prerendering.html#dom-document-prerendering
 */
function viewWhenReady(): void {
	if ((document as { prerendering?: boolean }).prerendering) addEventListener('prerenderingchange', viewWhenReady);
	else if (document.readyState === 'loading') addEventListener('DOMContentLoaded', view);
	else view();
}

/**
 * Captures the view of this page after the code that started the tracker, so that its hook and listeners get it too.
 */
export const watchView = () => queueMicrotask(viewWhenReady);

/** Captures the views of later pages of a single-page site, which change the address and keep the document. */
export function watchNavigation(): void {
	listenForNavigation(() => {
		if (!place || place === placeNow()) return;
		// If the site redirects at once, only the last address is a view.
		clearTimeout(dueView);
		leavePage();
		place = placeNow();
		dueView = setTimeout(view, titleMs);
	});
}
