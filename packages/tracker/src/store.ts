import { attempt } from './attempt.js';
import { settings } from './settings.js';

/** Of everything of ours that has a name in the page: keys, locks and messages. */
export const prefix = 'footfall_';

/** The site's storage, or as long as the page where that is not to be used, forbidden or full. */
export let store: Record<string, string> = {};

export function openStore(): void {
	store = (settings.cookieless == null && attempt(() => localStorage)) || {};
}

/** Storage makes text of a number. */
export function keep(key: string, value: string | number): void {
	try {
		store[key] = value as string;
	} catch {
		// A full storage is as good as none.
		store = { ...store, [key]: value as string };
	}
}

export const recall = (key: string) => store[key];

export function forget(key: string): void {
	delete store[key];
}

/** The keys of what is kept. */
export const keptKeys = () => Object.keys(store).filter((key) => key.startsWith(prefix));
