import { attempt } from './attempt.js';
import { page } from './browser.js';
import { settings } from './settings.js';

/** Prefix of the tracker's names in the page: storage keys, locks and messages. */
export const prefix = 'footfall_';

/** The site's storage, or an object that lives as long as the page where storage is unwanted, forbidden or full. */
export let store: Record<string, string> = {};

/**
 * Opens the store. Reading `localStorage` throws where the visitor or a sandbox forbids it:
 * https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage-dev
 */
export function openStore(): void {
	store = (settings.cookieless == null && attempt(() => page.localStorage)) || {};
}

/** Stores a value. Storage makes text of a number. */
export function keep(key: string, value: string | number): void {
	try {
		store[key] = value as string;
	} catch {
		// The storage is full (https://html.spec.whatwg.org/multipage/webstorage.html#dom-storage-setitem-dev): a copy in
		// memory takes its place.
		store = { ...store, [key]: value as string };
	}
}

/** Returns a stored value, or `undefined`. */
export const recall = (key: string) => store[key];

/** Removes a stored value. */
export function forget(key: string): void {
	delete store[key];
}

/** Returns the keys of everything that the tracker has stored. */
export const keptKeys = () => Object.keys(store).filter((key) => key.startsWith(prefix));
