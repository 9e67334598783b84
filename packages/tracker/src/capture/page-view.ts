import type { ReservedEventName, WireContext } from '@footfall/protocol';
import { safely } from '../attempt.js';
import { ofDocument } from '../browser.js';
import { now } from '../clock.js';
import { second } from '../second-file.js';
import { isOn, isWanted } from '../settings.js';
import { capture } from './capture.js';
import { declaredFields, pageElement } from './declared.js';
import { listenForNavigation } from './navigation.js';
import { pageContext, renewContext } from './page-context.js';
import { cleanUrl, withoutCampaign } from './page-url.js';

/** Time after which a changed address is a page that was shown, and not a redirect, ms. */
const redirectMs = 50;
/** Interval and number of the looks at a page that is being rendered. The last of them captures its view. */
const lookMs = 100;
const looksMax = 20;
/** Number of looks at which a new page must be the same before its view is captured. */
const calmLooks = 4;
/** Number of pages that are remembered for the web vitals that were measured on them. */
const pagesMax = 20;

/** Address of the last view, or of the one that is due, without what is cut off. */
let place = '';
/** Time of the last view, or of the one that is due, on the page's clock. */
let atMs = 0;
/** Timer of a view that is due. */
let dueView: ReturnType<typeof setTimeout> | undefined;
/** The page's description of itself at the last view, and at the last look. */
let shown: string;
let seen: string;
/** Number of looks in a row at which the page said the same. */
let calm: number;
/**
 * The last pages that were shown, the latest first: the time since which each was shown, on the page's clock, and its
 * context. A metric may be final only after the page on which it was measured.
 */
export const pages: [atMs: number, context: WireContext][] = [];

/** Returns what the page says of itself: its title, and the attributes of its element. */
const look = () => ofDocument('title') + Object.values({ ...pageElement()?.dataset });

/** Notes that a page is shown whose view is not captured yet. */
function arrive(): void {
	place = cleanUrl(location.href);
	atMs = now();
	calm = 0;
}

/**
 * Captures the view of the page at `place`, with the fields that the page's element declares.
 *
 * @param isAsked whether the site asks for it by a call
 */
const show = safely((isAsked?: boolean): void => {
	dueView = clearTimeout(dueView) as undefined;
	shown = look();
	renewContext();
	const context = pageContext(false, place);
	pages.unshift([atMs, context]);
	pages.splice(pagesMax);
	const dataset = { ...pageElement()?.dataset };
	if (isAsked || isWanted('view')) {
		const fields = { ...declaredFields(dataset), obj: 'page', objId: dataset.ffPage };
		capture('view' satisfies ReservedEventName, fields, context, atMs);
	}
});

/** Captures a view of the page as it is now. */
export function view(): void {
	if (!isOn) return;
	arrive();
	show(true);
}

/** Captures a view that is due, before the page is left. */
export const captureDueView = () => dueView && show();

/**
 * Captures the view of a page when it is rendered: when it says something new of itself, and says the same for a while.
 * Applications change the address first, and then, in any order, content and title. The view has the time of the first
 * change.
 */
function showWhenRendered(looks = 0): void {
	const before = seen;
	seen = look();
	calm = seen === before ? calm + 1 : 0;
	if (looks < looksMax && (calm < calmLooks || seen === shown)) {
		dueView = setTimeout(showWhenRendered, lookMs, looks + 1);
	} else show();
}

/**
 * Captures the first view when the document is parsed and the page is shown, not only prerendered:
 * https://wicg.github.io/nav-speculation/prerendering.html#dom-document-prerendering. Where the page has no element yet,
 * the browser may still render it.
 */
function viewWhenReady(): void {
	const event = ofDocument('prerendering' as never)
		? 'prerenderingchange'
		: ofDocument('readyState') === 'loading' && 'DOMContentLoaded';
	if (event) addEventListener(event, viewWhenReady);
	else {
		const isKnown = place || pageElement();
		arrive();
		if (isKnown) show();
		else showWhenRendered();
	}
}

/**
 * Captures the view of this page after the code that started the tracker, so that its hook and listeners get it too.
 */
export function watchView(): void {
	shown ??= look();
	queueMicrotask(viewWhenReady);
}

/** Captures the view of a later page of a single-page site, which changes the address and keeps the document. */
function changePage(): void {
	const next = cleanUrl(location.href);
	if (!isOn || !place || next === place || next === withoutCampaign(place)) return;
	// If the site redirects at once, only the last address is a view.
	if (now() - atMs < redirectMs) clearTimeout(dueView);
	else captureDueView();
	second.leavePage?.();
	arrive();
	showWhenRendered();
}

/** Captures the views of later pages of a single-page site. */
export const watchNavigation = (): void => listenForNavigation(changePage);
