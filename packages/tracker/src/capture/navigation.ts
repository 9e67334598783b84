/** Part of the Navigation API that the tracker uses: https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface */
interface Navigation {
	addEventListener(type: string, listener: (event: NavigateEvent) => void): void;
}

interface NavigateEvent extends Event {
	destination: { sameDocument: boolean };
}

const navigationApi = () => (window as { navigation?: Navigation }).navigation;

/**
 * Calls back after every change that may have changed the address of the page while the document stays: pushed entries,
 * replaced entries, traversals and fragments. Browsers without the Navigation API report no pushed or replaced entries
 * (https://html.spec.whatwg.org/multipage/indices.html#event-currententrychange does), so there these functions are
 * wrapped.
 */
export function listenForNavigation(onChange: () => void): void {
	navigationApi()?.addEventListener('currententrychange', onChange);
	addEventListener('popstate', onChange);
	for (const name of navigationApi() ? [] : (['pushState', 'replaceState'] as const)) {
		const change = history[name];
		history[name] = (...entry) => {
			change.apply(history, entry);
			onChange();
		};
	}
}

/**
 * Calls back when a link or code of this page starts a navigation to another document, before that document arrives.
 * Only browsers with the Navigation API report it: https://html.spec.whatwg.org/multipage/indices.html#event-navigate
 */
export function listenForDeparture(onDepart: () => void): void {
	navigationApi()?.addEventListener('navigate', ({ destination }) => destination.sameDocument || onDepart());
}
