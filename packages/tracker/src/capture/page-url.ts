import { settings } from '../settings.js';

/** An address without what follows `#`, unless that names a page. */
export const withoutHash = (address: string) => (settings.hash == null ? address.replace(/#.*/, '') : address);

/** An address without what it may say of a person: parameters that nobody has named, and what follows `#`. */
export function cleanUrl(address: string): string {
	const url = new URL(withoutHash(address));
	for (const name of [...url.searchParams.keys()]) {
		if (!/^utm_/.test(name) && !`${settings.urlParams}`.split(' ').includes(name)) url.searchParams.delete(name);
	}
	return url.href;
}
