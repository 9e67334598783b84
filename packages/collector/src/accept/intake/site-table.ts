import { StartRefusal } from '@footfall/host';
import type { Rejection } from '@footfall/protocol';

/** A site that may send events. */
export interface Site {
	/** Site key, which pages name as `data-site`. */
	key: string;
	/** Origins of the site's pages, like `https://shop.example`, or `'any'`. */
	origins: readonly string[] | 'any';
	/**
	 * Write keys of the site's servers, at most 128 characters each; no two sites have the same. Only with one may a
	 * server send orders and refunds of the site. @default none: any server may
	 */
	keys?: readonly string[];
}

/** Allowed origins by site key, in the configured order. */
export type SiteTable = ReadonlyMap<string, ReadonlySet<string> | 'any'>;

/** Builds the table. @throws StartRefusal when there is no site, or an origin is not valid */
export function siteTable(sites: readonly Site[]): SiteTable {
	if (sites.length === 0)
		throw new StartRefusal('No site is configured: configure at least one site key and its origins.');
	return new Map(
		sites.map(({ key, origins }) => [key, origins === 'any' ? origins : new Set(origins.map((o) => originOf(key, o)))]),
	);
}

/**
 * Returns why events of a site are rejected from this origin; `undefined` if they are accepted.
 *
 * @param origin value of the `Origin` header; empty if there is none
 */
export function siteRefusal(
	sites: SiteTable,
	site: string,
	origin: string,
): Extract<Rejection, 'unknown-site' | 'origin-not-allowed'> | undefined {
	const origins = sites.get(site);
	if (origins === undefined) return 'unknown-site';
	return allowsOrigin(origins, origin) ? undefined : 'origin-not-allowed';
}

/**
 * Returns whether a request from this origin may send for the site. A request without an `Origin` header does not come
 * from a page in a browser. Its sender could write any header, so there is nothing to check.
 */
export function allowsOrigin(origins: ReadonlySet<string> | 'any', origin: string): boolean {
	return origin === '' || origins === 'any' || origins.has(origin);
}

function originOf(site: string, origin: string): string {
	const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
	if (parsed !== undefined && (parsed.protocol === 'https:' || parsed.protocol === 'http:')) {
		if (parsed.pathname === '/' && parsed.search === '' && parsed.hash === '') return parsed.origin;
	}
	throw new StartRefusal(`Site "${site}": "${origin}" is not a valid origin: write it like https://shop.example.`);
}
