import { attempt } from './attempt.js';
import { settings } from './settings.js';

/** Of everything of ours that has a name in the page: keys, locks and messages. */
export const prefix = 'footfall_';

/** The site's storage, or as long as the page where that is not to be used, forbidden or full. */
export let store: Record<string, string> = {};

export function openStore(): void {
	store = (settings.cookieless == null && attempt(() => localStorage)) || {};
}

export function keep(name: string, value: unknown): void {
	const key = prefix + name;
	const text = `${value}`;
	try {
		store[key] = text;
	} catch {
		// A full storage is as good as none.
		store = { ...store, [key]: text };
	}
}

export const recall = (name: string) => store[prefix + name];

export function forget(name: string): void {
	delete store[prefix + name];
}

/** The names of what is kept. */
export const keptNames = () =>
	Object.keys(store).flatMap((key) => (key.startsWith(prefix) ? key.slice(prefix.length) : []));
