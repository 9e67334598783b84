import { isIP } from 'node:net';
import { isSameSecret, sessionOf } from './secret.js';

/** What is looked at before anything else of a request. */
export interface Credentials {
	host: string | undefined;
	origin: string | undefined;
	/** `Sec-Fetch-Site`: browsers say where a request comes from, and pages cannot change it. */
	fetchSite: string | undefined;
	authorization: string | undefined;
	cookie: string | undefined;
}

/** `foreign`: not a request of our own page, whoever sent it. `stranger`: without the token. */
export type Admission = 'foreign' | 'stranger' | 'reader';

export interface Door {
	token: string;
	/** Host names that a proxy in front has, in lower case, without ports. */
	hosts: readonly string[];
	/** Browsers keep cookies of all ports of a host together. */
	cookieName: string;
}

/** Pure. */
export function admit(door: Door, given: Credentials): Admission {
	if (!isOurHost(door.hosts, given.host)) return 'foreign';
	if (given.origin !== undefined && hostOf(given.origin) !== given.host?.toLowerCase()) return 'foreign';
	if (given.fetchSite === 'cross-site' || given.fetchSite === 'same-site') {
		// A link from elsewhere may open the page, but then its first request comes without our cookie.
		return 'stranger';
	}
	const bearer = /^Bearer ([^\s]+)$/.exec(given.authorization ?? '')?.[1];
	if (bearer !== undefined) return isSameSecret(bearer, door.token) ? 'reader' : 'stranger';
	const session = cookieValue(given.cookie, door.cookieName);
	return session !== undefined && isSameSecret(session, sessionOf(door.token)) ? 'reader' : 'stranger';
}

/**
 * A page elsewhere can make its own name point to this machine, but then the browser says that name. An address as host
 * cannot be made to point elsewhere.
 */
function isOurHost(hosts: readonly string[], host: string | undefined): boolean {
	const name = /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(host ?? '')?.[1]?.toLowerCase();
	if (name === undefined) return false;
	return name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) !== 0 || hosts.includes(name);
}

function hostOf(origin: string): string | undefined {
	return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function cookieValue(header: string | undefined, name: string): string | undefined {
	// A single pass: a request may have thousands of cookies.
	return new RegExp(`(?:^|;)\\s*${name}=([^;]*)`).exec(header ?? '')?.[1]?.trimEnd();
}
