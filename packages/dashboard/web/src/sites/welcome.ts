import type { Sites } from '../api-client.js';
import { h } from '../dom.js';
import { addressOf, type State } from '../state.js';
import { snippetOf } from './snippet.js';

/** Default of the setting `--sites`. */
const siteDefault = 'shop';

/** Number of sites that the card of an unknown site links to. */
const sitesNamedMax = 20;

/** Keys of all sites: those with data, the busiest first, then the others that the collector accepts. Pure. */
export function siteKeys({ sites, configured }: Sites): string[] {
	return [...new Set([...sites.map(({ site }) => site), ...(configured ?? [])])];
}

/** Whether a site has no data, but may get some: the collector accepts it, or no site is known. Pure. */
export function isWithoutEvents(all: Sites, site: string | undefined): boolean {
	if (all.sites.some((each) => each.site === site)) return false;
	return site === undefined || siteKeys(all).length === 0 || (all.configured?.includes(site) ?? false);
}

/** The first step of the owner of a site without visitors. */
export function welcome({ collectorUrl }: Sites, site = siteDefault): HTMLElement {
	const { text, note } = snippetOf(site, collectorUrl, location);
	const code = h('code', {}, text);
	const copy = h('button.primary', { type: 'button', click: () => void copyText(code, copy) }, 'Copy');
	return h(
		'div.card.span-2.welcome',
		{},
		h('h2', {}, 'No visitors yet'),
		h('p', {}, `The site ${site} has no visitors so far. Add the tracker to the <head> of its pages:`),
		h('pre', { tabindex: 0, 'aria-label': 'Snippet' }, code),
		h('div.row', {}, copy, note === undefined ? undefined : h('p.note', {}, note)),
		h('p', {}, 'The first visit appears here within seconds.'),
	);
}

async function copyText(code: HTMLElement, button: HTMLElement): Promise<void> {
	const isCopied = await copied(code.textContent ?? '');
	// Without HTTPS, browsers give pages no clipboard, except on localhost. The reader then copies the selected text.
	if (!isCopied) getSelection()?.selectAllChildren(code);
	button.textContent = isCopied ? 'Copied' : 'Selected: press Ctrl+C';
}

async function copied(text: string): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		return false;
	}
}

/** Says that the site of the address is not known, with links to the known ones. */
export function unknownSite(all: Sites, state: State): HTMLElement {
	const keys = siteKeys(all);
	return h(
		'div.card.span-2.welcome',
		{ role: 'alert', 'data-unknown-site': true },
		h('h2', {}, 'Unknown site'),
		h(
			'p',
			{},
			`The site ${JSON.stringify(state.site)} is not known: it has no events${all.configured === null ? '' : ', and it is not one of --sites'}. Check the key in the address of this page.`,
		),
		h(
			'p',
			{},
			keys.length > sitesNamedMax ? `Known sites, the first ${sitesNamedMax} of ${keys.length}:` : 'Known sites:',
		),
		h(
			'ul',
			{},
			...keys.slice(0, sitesNamedMax).map((site) => h('li', {}, h('a', { href: addressOf({ ...state, site }) }, site))),
		),
	);
}
