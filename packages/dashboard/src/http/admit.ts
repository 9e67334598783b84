import { isIP } from 'node:net';
import { isSameSecret, sessionOf } from './secret.js';

/** Headers that decide whether a request is admitted. */
export interface Credentials {
	host: string | undefined;
	origin: string | undefined;
	/** `Sec-Fetch-Site`: the browser states the origin of a request here, and pages cannot change it. */
	fetchSite: string | undefined;
	authorization: string | undefined;
	cookie: string | undefined;
}

/**
 * `foreign`: not a request of the dashboard's own page, with or without the token. `stranger`: a request without the
 * token. `reader`: a request with it.
 */
export type Admission = 'foreign' | 'stranger' | 'reader';

export interface AccessPolicy {
	token: string;
	/** Host names of proxies in front, in lower case, without ports. */
	hosts: readonly string[];
	/** Has the port in it, since browsers share cookies among all ports of a host. */
	cookieName: string;
}

/** Decides whether a request is admitted. Pure. */
export function admit(policy: AccessPolicy, given: Credentials): Admission {
	if (!isOurHost(policy.hosts, given.host)) return 'foreign';
	if (given.origin !== undefined && hostOf(given.origin) !== given.host?.toLowerCase()) return 'foreign';
	if (given.fetchSite === 'cross-site' || given.fetchSite === 'same-site') {
		// A link on another site may open the page, but its first request comes without our cookie.
		return 'stranger';
	}
	const bearer = /^Bearer ([^\s]+)$/.exec(given.authorization ?? '')?.[1];
	if (bearer !== undefined) return isSameSecret(bearer, policy.token) ? 'reader' : 'stranger';
	const session = cookieValue(given.cookie, policy.cookieName);
	return session !== undefined && isSameSecret(session, sessionOf(policy.token)) ? 'reader' : 'stranger';
}

/**
 * Another site can make its own name resolve to this machine (DNS rebinding), but the browser then sends that name as
 * host. An IP address as host cannot be redirected.
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
	// A single pass, since a request may have thousands of cookies.
	return new RegExp(`(?:^|;)\\s*${name}=([^;]*)`).exec(header ?? '')?.[1]?.trimEnd();
}
