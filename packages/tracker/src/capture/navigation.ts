/** What the tracker needs of the Navigation API. */
interface Navigation {
	addEventListener(type: string, listener: (event: NavigateEvent) => void): void;
}

interface NavigateEvent extends Event {
	destination: { sameDocument: boolean };
}

const navigationApi = () => (window as { navigation?: Navigation }).navigation;

/**
 * Calls back after everything that may have changed the address of the page while it stays: entries pushed, replaced or
 * gone back to, and hashes. Older browsers say nothing of the first two, so there the functions are wrapped.
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

/** Calls back when links or code of this page set out for another one, before it comes; only newer browsers say so. */
export function listenForDeparture(onDepart: () => void): void {
	navigationApi()?.addEventListener('navigate', ({ destination }) => destination.sameDocument || onDepart());
}
