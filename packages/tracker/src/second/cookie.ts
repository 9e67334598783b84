import { attempt } from '../attempt.js';
import type { TrackerOptions } from '../options.js';
import { prefix } from '../store.js';

const name = `${prefix}visitor`;
/** Time for which browsers keep a cookie at most, s: https://httpwg.org/http-extensions/draft-ietf-httpbis-rfc6265bis.html */
const cookieAgeS = 400 * 86_400;

const domainOf = ({ cookieless, cookieDomain }: TrackerOptions) => (cookieless == null ? cookieDomain : undefined);

/**
 * Writes the cookie of the visitor, which pages on other hosts of the site's domain read.
 *
 * @param visitor the number of the visitor; 0 removes the cookie
 */
export function writeCookie(settings: TrackerOptions, visitor: number): void {
	const domain = domainOf(settings);
	if (!domain) return;
	const ageS = visitor && cookieAgeS;
	// It throws in a sandbox.
	attempt(() => {
		// biome-ignore lint/suspicious/noDocumentCookie: not every browser of the last three years has the Cookie Store API
		document.cookie = `${name}=${visitor};domain=${domain};path=/;max-age=${ageS};secure;samesite=lax`;
	});
}

/** Returns the visitor in the cookie, if the site wants one. */
export const cookieVisitor = (settings: TrackerOptions): unknown =>
	domainOf(settings) && attempt(() => Number.parseInt(document.cookie.split(`${name}=`)[1] ?? '0', 10));
