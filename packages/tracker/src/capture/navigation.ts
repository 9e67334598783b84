import { ownGlobal, page } from '../browser.js';
import { outsideZones } from '../zone.js';

/** Part of the Navigation API that the tracker uses: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
interface Navigation {
	addEventListener(type: string, listener: (event: NavigateEvent) => void): void;
}

export interface NavigateEvent extends Event {
	destination: { sameDocument: boolean };
}

/** Whether the functions of the history are wrapped. */
let isWrapped = false;

const navigationApi = () => ownGlobal('navigation') as Navigation | undefined;

/**
 * Calls back after every change that may have changed the address of the page while the document stays: pushed entries,
 * replaced entries, traversals and fragments. Browsers without the Navigation API report no pushed or replaced entries
 * (https://html.spec.whatwg.org/multipage/indices.html#event-currententrychange does), so there these functions are
 * wrapped. A second call with the same function adds nothing.
 */
export function listenForNavigation(onChange: () => void): void {
	navigationApi()?.addEventListener('currententrychange', onChange);
	addEventListener('popstate', onChange);
	if (navigationApi() || isWrapped) return;
	isWrapped = true;
	for (const name of ['pushState', 'replaceState'] as const) {
		const change = page.history[name];
		page.history[name] = (...entry) => {
			change.apply(page.history, entry);
			outsideZones(onChange);
		};
	}
}

/**
 * Calls back when a link or code of this page starts a navigation, before the other document arrives. The page may stay
 * after all. Only browsers with the Navigation API report it:
 * https://html.spec.whatwg.org/multipage/indices.html#event-navigate
 */
export const listenForDeparture = (onNavigate: (event: NavigateEvent) => void): void =>
	navigationApi()?.addEventListener('navigate', onNavigate);
