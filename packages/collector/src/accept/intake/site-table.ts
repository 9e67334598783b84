import type { Rejection } from '@footfall/protocol';
import { StartRefusal } from '@footfall/warehouse';

/** A site that may send. */
export interface Site {
	/** What pages give as `data-site`. */
	key: string;
	/** Origins of the site's pages, like `https://shop.example`, or `'any'`. */
	origins: readonly string[] | 'any';
}

/** Sites by key, the first one first. */
export type SiteTable = ReadonlyMap<string, ReadonlySet<string> | 'any'>;

/** @throws StartRefusal when there is no site, or an origin is not one */
export function siteTable(sites: readonly Site[]): SiteTable {
	if (sites.length === 0) throw new StartRefusal('No site is configured: name at least one site key and its origins.');
	return new Map(
		sites.map(({ key, origins }) => [key, origins === 'any' ? origins : new Set(origins.map((o) => originOf(key, o)))]),
	);
}

/** Why a site's events are not taken from a page on this origin (empty when the request named none), if so. */
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
 * Whether a request from this origin may send for the site. Requests without an `Origin` header do not come from a page in
 * a browser: whoever sends them could write any header he likes, so there is nothing to check.
 */
export function allowsOrigin(origins: ReadonlySet<string> | 'any', origin: string): boolean {
	return origin === '' || origins === 'any' || origins.has(origin);
}

function originOf(site: string, origin: string): string {
	const parsed = URL.canParse(origin) ? new URL(origin) : undefined;
	if (parsed !== undefined && (parsed.protocol === 'https:' || parsed.protocol === 'http:')) {
		if (parsed.pathname === '/' && parsed.search === '' && parsed.hash === '') return parsed.origin;
	}
	throw new StartRefusal(`Site "${site}": "${origin}" is not an origin; write it like https://shop.example.`);
}
