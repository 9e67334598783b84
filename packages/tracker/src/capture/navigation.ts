import { ownGlobal, page } from '../browser.js';
import { listen } from '../listeners.js';
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

/** The Navigation API, if the browser has it. */
export const navigationApi = () => ownGlobal('navigation') as Navigation | undefined;

/**
 * Calls back after every change that may have changed the address of the page while the document stays: pushed entries,
 * replaced entries, traversals and fragments. Browsers without the Navigation API report no pushed or replaced entries
 * (https://html.spec.whatwg.org/multipage/indices.html#event-currententrychange does), so there these functions are
 * wrapped, once, also where `document.open()` makes the tracker start again.
 */
export function listenForNavigation(onChange: () => void): void {
	const navigation = navigationApi();
	if (navigation) {
		navigation.addEventListener('currententrychange', onChange);
		return;
	}
	listen('popstate', onChange);
	if (isWrapped) return;
	isWrapped = true;
	for (const name of ['pushState', 'replaceState'] as const) {
		const change = page.history[name];
		page.history[name] = (...entry) => {
			change.apply(page.history, entry);
			outsideZones(onChange);
		};
	}
}
