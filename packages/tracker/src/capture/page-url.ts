import { settings } from '../settings.js';

/** Returns an address without its fragment, unless fragments identify pages of the site (`data-hash`). */
export const withoutHash = (address: string) => (settings.hash == null ? address.replace(/#.*/, '') : address);

/**
 * Removes the parts of an address that may identify a person: the fragment, and all URL parameters except `utm_…` and
 * those that the site lists (`data-url-params`).
 */
export function cleanUrl(address: string): string {
	const url = new URL(withoutHash(address));
	for (const name of [...url.searchParams.keys()]) {
		if (!/^utm_/.test(name) && !`${settings.urlParams}`.split(' ').includes(name)) url.searchParams.delete(name);
	}
	return url.href;
}
