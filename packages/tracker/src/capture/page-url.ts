import { attempt } from '../attempt.js';
import { page } from '../browser.js';
import { second } from '../second-file.js';
import { settings } from '../settings.js';

/** Names of the parameters of campaigns. */
const campaign = /^utm_/;

/**
 * Removes the parts of an address that may identify a person: all parameters except `utm_…` and those that the site has
 * named (`data-url-params`), and the fragment. Where fragments name pages (`data-hash`), only secrets are removed from
 * them. Where a page has a global `URL` of its own, all parameters are removed.
 *
 * @param always names of the parameters that are kept without being named
 */
export const cleanUrl = (address: string, always: RegExp = campaign): string =>
	attempt(() => {
		const url = new page.URL(address);
		for (const [name] of [...url.searchParams]) {
			if (!always.test(name) && !`${settings.urlParams}`.split(' ').includes(name)) url.searchParams.delete(name);
		}
		url.hash = (settings.hash != null && second.cleanHash?.(url.hash)) || '';
		return url.href;
	}) ?? address.replace(/[?#].*/, '');

/**
 * Returns an address without the parameters of a campaign. Sites remove these from the address when they have read
 * them, and show the same page.
 */
export const withoutCampaign = (address: string): string => cleanUrl(address, /^$/);
