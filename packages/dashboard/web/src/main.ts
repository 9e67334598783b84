import { type ViewName, viewDefinitions } from '@footfall/dashboard/contract';
import { fetchRows, fetchSites, type Site } from './api-client.js';
import { controlBar, navigation } from './controls.js';
import { byId, h } from './dom.js';
import { filterHint } from './filters.js';
import { keepFocus } from './focus.js';
import { formatClock } from './format.js';
import { addressOf, daysOf, readState, type State } from './state.js';
import { themeButton } from './theme.js';
import * as allViews from './views/all.js';
import type { View, ViewContext } from './views/view.js';

const views: Readonly<Record<ViewName, View>> = allViews;

/** Interval at which a visible page refreshes, milliseconds. */
const refreshMs = 60_000;

const content = byId('content');
const status = byId('status');
const updated = h('p.updated');

let sites: Site[] = [];
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
		if (sites.length === 0 || isQuiet) sites = await fetchSites(signal);
		state = { ...state, site: state.site ?? sites[0]?.site };
		if (!isQuiet) {
			drawControls();
			setLoading();
		}
		const nodes = sites.length === 0 ? [welcome()] : await drawn(signal);
		if (signal.aborted) return;
		keepFocus(content, () => content.replaceChildren(...nodes));
		updated.textContent = `Updated ${formatClock(Date.now())}`;
		status.textContent = `${viewDefinitions[state.view].title} loaded`;
	} catch (error) {
		if (signal.aborted) return;
		content.replaceChildren(errorCard(error));
	}
	content.removeAttribute('aria-busy');
	content.dataset.shown = state.view;
}

async function drawn(signal: AbortSignal): Promise<Node[]> {
	const days = daysOf(state.range, Date.now());
	const context: ViewContext = {
		state,
		days,
		firstDay: sites.find(({ site }) => site === state.site)?.firstDay ?? days.from,
		isLastOpen: days.to === new Date().toISOString().slice(0, 10),
		signal,
		go,
		fetchRows: (name) => fetchRows(name, state, signal),
		addFilter: (name, value) => go({ filters: { ...state.filters, [name]: value } }),
	};
	const hint = Object.keys(state.filters).length > 0 ? filterHint(state.view) : undefined;
	const nodes = await views[state.view](context);
	return hint === undefined ? nodes : [h('p.hint', {}, hint), ...nodes];
}

function drawControls(): void {
	const [nav, bar] = [byId('nav'), byId('bar')];
	keepFocus(nav, () => nav.replaceChildren(...navigation(state)));
	// On a phone the navigation scrolls sideways.
	const chosen = nav.querySelector<HTMLElement>('[aria-current]');
	if (chosen) nav.scrollLeft = chosen.offsetLeft - (nav.clientWidth - chosen.offsetWidth) / 2;
	keepFocus(bar, () => bar.replaceChildren(...controlBar(state, sites, go)));
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

function welcome(): HTMLElement {
	return h(
		'div.card.span-2.welcome',
		{},
		h('h2', {}, 'No visitors yet'),
		h('p', {}, 'Add the tracker to your pages, with the address that Footfall printed when it started:'),
		h('pre', { tabindex: 0 }, '<script defer src="http://127.0.0.1:7070/footfall.js" data-site="shop"></script>'),
		h('p', {}, 'The first visit appears here within seconds.'),
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
setInterval(() => {
	// A refresh would disturb a reader who uses the content. The live view refreshes itself.
	const isBusy = content.contains(document.activeElement) && document.activeElement !== content;
	if (!document.hidden && !isBusy && !viewDefinitions[state.view].isLive) void show(true);
}, refreshMs);
drawControls();
void show();
