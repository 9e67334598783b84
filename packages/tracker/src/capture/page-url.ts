import { settings } from '../settings.js';

/** Returns an address without its fragment, unless fragments name pages. */
export const withoutHash = (address: string) => (settings.hash == null ? address.replace(/#.*/, '') : address);

/** Returns an address without what may identify a person: parameters that the site has not named, and the fragment. */
export function cleanUrl(address: string): string {
	const url = new URL(withoutHash(address));
	for (const name of [...url.searchParams.keys()]) {
		if (!/^utm_/.test(name) && !`${settings.urlParams}`.split(' ').includes(name)) url.searchParams.delete(name);
	}
	return url.href;
}
