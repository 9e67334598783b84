import { openDayOf, type ViewName, viewDefinitions } from '@footfall/dashboard/contract';
import { fetchSites, fetchView, NotInMarts, type Sites } from './api-client.js';
import { controlBar, navigation } from './controls.js';
import { byId, h } from './dom.js';
import { filterHint } from './filters.js';
import { keepFocus } from './focus.js';
import { formatClock, formatLongDay, formatUtcTime } from './format.js';
import { watchNotices } from './notices.js';
import { isWithoutEvents, siteKeys, unknownSite, welcome } from './sites/welcome.js';
import { addressOf, daysOf, readState, type State } from './state.js';
import { themeButton } from './theme.js';
import * as allViews from './views/all.js';
import { notInMartsCard } from './views/parts.js';
import type { View, ViewContext } from './views/view.js';

const views: Readonly<Record<ViewName, View>> = allViews;

/** Interval at which a visible page refreshes, milliseconds. */
const refreshMs = 60_000;
/** The same while it waits for the first visitor of a site. */
const welcomeRefreshMs = 5_000;

const content = byId('content');
const status = byId('status');
const updated = h('p.updated');

let sites: Sites = { sites: [], configured: null, collectorUrl: null };
let hasSites = false;
let state = readState(location.search);
let { search } = location;
/** Aborts requests for a state that is no longer shown. */
let current = new AbortController();

function go(change: Partial<State>): void {
	state = { ...state, ...change };
	history.pushState(null, '', addressOf(state));
	search = location.search;
	void show();
}

/**
 * Fetches and draws the state.
 *
 * @param isQuiet refreshes the same state: the content stays until the new one is there
 */
async function show(isQuiet = false): Promise<void> {
	current.abort();
	current = new AbortController();
	const { signal } = current;
	try {
		// A refresh finds sites that are new since the page was opened.
		if (!hasSites || isQuiet || sites.sites.length === 0) sites = await fetchSites(signal);
		hasSites = true;
		state = { ...state, site: state.site ?? siteKeys(sites)[0] };
		// The reader may be copying the snippet.
		if (isQuiet && content.querySelector('.welcome') && isEmpty()) return;
		if (!isQuiet) {
			drawControls();
			setLoading();
		}
		const nodes = await drawn(signal);
		if (signal.aborted) return;
		keepFocus(content, () => content.replaceChildren(...nodes));
		updated.textContent = `Updated ${formatClock(Date.now())}`;
		status.textContent = `${viewDefinitions[state.view].title} loaded`;
	} catch (error) {
		if (signal.aborted) return;
		const isUnknown = error instanceof Error && 'status' in error && error.status === 404;
		content.replaceChildren(isUnknown ? unknownSite(sites, state) : errorCard(error));
	}
	content.removeAttribute('aria-busy');
	content.dataset.shown = state.view;
}

/** Whether the site has nothing to show in this view. The live view shows events before they are in the marts. */
const isEmpty = () => !viewDefinitions[state.view].isLive && isWithoutEvents(sites, state.site);

async function drawn(signal: AbortSignal): Promise<Node[]> {
	if (isEmpty()) return [welcome(sites, state.site)];
	const days = daysOf(state.range, Date.now());
	const open = openDayOf(days, Date.now());
	const context: ViewContext = {
		state,
		days,
		firstDay: sites.sites.find(({ site }) => site === state.site)?.firstDay ?? days.from,
		open,
		isLastOpen: open?.today === days.to,
		signal,
		go,
		fetchView: (name) => fetchView(name, state, { signal }),
		fetchPart: (name, part) => fetchView(name, state, { signal, part }),
		addFilter: (name, value) => go({ filters: { ...state.filters, [name]: value } }),
	};
	const hint = Object.keys(state.filters).length > 0 ? filterHint(state.view) : undefined;
	const nodes = await views[state.view](context).catch((error: unknown) => {
		if (error instanceof NotInMarts) return [notInMartsCard(error)];
		throw error;
	});
	return [
		...(hint === undefined ? [] : [h('p.hint', {}, hint)]),
		...(open && !viewDefinitions[state.view].isLive ? [openDayLine(open.today, open.untilMs)] : []),
		...nodes,
	];
}

/** Says that the last day is not over, and up to when it is counted. */
function openDayLine(today: string, untilMs: number): HTMLElement {
	const other = state.range.kind === 'last' && state.range.days === 1 ? 'yesterday' : 'the day one period earlier';
	const compared = viewDefinitions[state.view].comparesToday ? `, and compared with the same time of ${other}` : '';
	const text = `Today, ${formatLongDay(today)}, is counted until ${formatUtcTime(untilMs)} UTC${compared}.`;
	return h('p.open-day', {}, text);
}

function drawControls(): void {
	const [nav, bar] = [byId('nav'), byId('bar')];
	keepFocus(nav, () => nav.replaceChildren(...navigation(state)));
	// On a phone the navigation scrolls sideways.
	const chosen = nav.querySelector<HTMLElement>('[aria-current]');
	if (chosen) nav.scrollLeft = chosen.offsetLeft - (nav.clientWidth - chosen.offsetWidth) / 2;
	keepFocus(bar, () => bar.replaceChildren(...controlBar(state, siteKeys(sites), go)));
	document.title = `${viewDefinitions[state.view].title} · Footfall`;
}

/** Shows that the view is loading. Numbers of the same view stay, paler, until the new ones are there. */
function setLoading(): void {
	content.setAttribute('aria-busy', 'true');
	status.textContent = 'Loading';
	if (content.dataset.shown === state.view && content.querySelector('.card')) return;
	content.replaceChildren(h('div.skeleton.wide'), h('div.skeleton.wide.tall'), h('div.skeleton'), h('div.skeleton'));
}

function errorCard(error: unknown): HTMLElement {
	const message =
		error instanceof Error && error.name === 'RequestError' ? error.message : `Unexpected error in the page: ${error}`;
	return h(
		'div.card.span-2.fault',
		{ role: 'alert' },
		h('p', {}, message),
		h('button.primary', { type: 'button', click: () => void show() }, 'Try again'),
	);
}

/** Links to other views change the state without loading the page again. */
function followLinks(event: MouseEvent): void {
	const link = (event.target as Element).closest?.('a[href^="/"]') as HTMLAnchorElement | null;
	if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
	event.preventDefault();
	go(readState(link.search));
}

byId('side-foot').append(themeButton(), updated);
document.addEventListener('click', followLinks);
window.addEventListener('popstate', () => {
	// The link that skips to the content changes only the hash, and not the state.
	if (location.search === search) return;
	search = location.search;
	state = readState(location.search);
	void show();
});
let refreshedMs = performance.now();
setInterval(() => {
	const isWelcome = content.querySelector('.welcome:not([data-unknown-site])') !== null;
	if (!isWelcome && performance.now() - refreshedMs < refreshMs) return;
	refreshedMs = performance.now();
	// A refresh would disturb a reader who uses the content. The live view refreshes itself.
	const hasFocus = content.contains(document.activeElement) && document.activeElement !== content;
	const isBusy = !isWelcome && (hasFocus || content.querySelector('.list[data-changed]') !== null);
	if (!document.hidden && !isBusy && !viewDefinitions[state.view].isLive) void show(true);
}, welcomeRefreshMs);
drawControls();
watchNotices();
void show();
