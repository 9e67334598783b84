import type { SegmentName, ViewName } from '@footfall/dashboard/contract';
import { ask, askSites, type Site } from './ask.js';
import { controlBar, navigation } from './controls.js';
import { byId, h } from './dom.js';
import { keepFocus } from './focus.js';
import { formatClock } from './format.js';
import { narrowingHint } from './narrowing.js';
import { addressOf, daysOf, readState, type State, viewTitles } from './state.js';
import { themeButton } from './theme.js';
import { shows } from './views/all.js';
import type { Stage } from './views/view.js';

/** How often a page that is looked at asks again, milliseconds. */
const refreshMs = 60_000;

const content = byId('content');
const status = byId('status');
const updated = h('p.updated');

let sites: Site[] = [];
let state = readState(location.search);
let { search } = location;
/** Ends whatever is asked for what is no longer shown. */
let current = new AbortController();

function go(change: Partial<State>): void {
	state = { ...state, ...change };
	history.pushState(null, '', addressOf(state));
	search = location.search;
	void show();
}

/** @param isQuiet nothing else is asked for: what is shown stays until there is something newer */
async function show(isQuiet = false): Promise<void> {
	current.abort();
	current = new AbortController();
	const { signal } = current;
	try {
		// A site that is new since the page was opened is among them, too.
		if (sites.length === 0 || isQuiet) sites = await askSites(signal);
		state = { ...state, site: state.site ?? sites[0]?.site };
		if (!isQuiet) {
			drawControls();
			setLoading();
		}
		const nodes = sites.length === 0 ? [welcome()] : await drawn(signal);
		if (signal.aborted) return;
		keepFocus(content, () => content.replaceChildren(...nodes));
		updated.textContent = `Updated ${formatClock(Date.now())}`;
		status.textContent = `${viewTitles[state.view]} loaded`;
	} catch (error) {
		if (signal.aborted) return;
		content.replaceChildren(fault(error));
	}
	content.removeAttribute('aria-busy');
	content.dataset.shown = state.view;
}

async function drawn(signal: AbortSignal): Promise<Node[]> {
	let hint: string | undefined;
	const days = daysOf(state.range, Date.now());
	const stage: Stage = {
		state,
		days,
		firstDay: sites.find(({ site }) => site === state.site)?.firstDay ?? days.from,
		isLastOpen: days.to === new Date().toISOString().slice(0, 10),
		signal,
		go,
		narrow: (segment: SegmentName, value: string) => go({ segments: { ...state.segments, [segment]: value } }),
		async ask(name) {
			const told = await ask(name, state, signal);
			if ((name as ViewName) === state.view) hint = narrowingHint(state.view, told.narrowing);
			return told;
		},
	};
	const nodes = await shows[state.view](stage);
	const isNarrowed = Object.keys(state.segments).length > 0;
	if (!isNarrowed || hint === undefined) return nodes;
	return [h('p.hint', {}, hint), ...nodes];
}

function drawControls(): void {
	const [nav, bar] = [byId('nav'), byId('bar')];
	keepFocus(nav, () => nav.replaceChildren(...navigation(state)));
	// On a phone there is room for some of the views only.
	const chosen = nav.querySelector<HTMLElement>('[aria-current]');
	if (chosen) nav.scrollLeft = chosen.offsetLeft - (nav.clientWidth - chosen.offsetWidth) / 2;
	keepFocus(bar, () => bar.replaceChildren(...controlBar(state, sites, go)));
	document.title = `${viewTitles[state.view]} · Footfall`;
}

/** The same view keeps its numbers, paler, until the new ones are there. */
function setLoading(): void {
	content.setAttribute('aria-busy', 'true');
	status.textContent = 'Loading';
	if (content.dataset.shown === state.view && content.querySelector('.card')) return;
	content.replaceChildren(h('div.skeleton.wide'), h('div.skeleton.wide.tall'), h('div.skeleton'), h('div.skeleton'));
}

function fault(error: unknown): HTMLElement {
	const message =
		error instanceof Error && error.name === 'AskFault' ? error.message : `Something is wrong in this page: ${error}`;
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
		h('p', {}, 'Put the tracker into your pages, with the address that Footfall printed when it started:'),
		h('pre', { tabindex: 0 }, '<script defer src="http://127.0.0.1:7070/footfall.js" data-site="shop"></script>'),
		h('p', {}, 'The first visit is here some seconds later.'),
	);
}

/** Links within the page change what is shown and load nothing. */
function followLinks(event: MouseEvent): void {
	const link = (event.target as Element).closest?.('a[href^="/"]') as HTMLAnchorElement | null;
	if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
	event.preventDefault();
	go(readState(link.search));
}

byId('side-foot').append(themeButton(), updated);
document.addEventListener('click', followLinks);
window.addEventListener('popstate', () => {
	// The link that skips to the numbers changes the address, too, and nothing that is shown.
	if (location.search === search) return;
	search = location.search;
	state = readState(location.search);
	void show();
});
setInterval(() => {
	// Who works in the page is not disturbed, and the live view looks by itself.
	const isBusy = content.contains(document.activeElement) && document.activeElement !== content;
	if (!document.hidden && !isBusy && state.view !== 'live') void show(true);
}, refreshMs);
drawControls();
void show();
