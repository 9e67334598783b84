import { attempt } from '../attempt.js';
import { page } from '../browser.js';
import { settings } from '../settings.js';

/** Parameters of a fragment that look like secrets: by their names, or as JSON Web Tokens. */
const secrets = /[^#?&=]*((token|secret|passw|auth|session|key|code|sig|state|scope|expires)[^=&]*=|=eyJ)[^&]*&?/gi;

/** Names of the parameters of campaigns. */
const campaign = /^utm_/;

/**
 * Removes the parts of an address that may identify a person: all parameters except `utm_…` and those that the site has
 * named (`data-url-params`), and the fragment. Where fragments identify pages of the site (`data-hash`), it removes
 * what looks like a secret, such as the answer of a login (https://www.rfc-editor.org/rfc/rfc6749#section-4.2.2). Where a
 * page has a global `URL` of its own, all parameters are removed.
 *
 * @param always names of the parameters that are kept without being named
 */
export const cleanUrl = (address: string, always: RegExp = campaign): string =>
	attempt(() => {
		const url = new page.URL(address);
		for (const name of [...url.searchParams.keys()]) {
			if (!always.test(name) && !`${settings.urlParams}`.split(' ').includes(name)) url.searchParams.delete(name);
		}
		url.hash = settings.hash == null ? '' : url.hash.replace(secrets, '').replace(/[?&]$/, '');
		return url.href;
	}) ?? address.replace(/[?#].*/, '');

/**
 * Returns an address without the parameters of a campaign. Sites remove these from the address when they have read
 * them, and show the same page.
 */
export const withoutCampaign = (address: string): string => cleanUrl(address, /^$/);
