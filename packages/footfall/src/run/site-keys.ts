import type { SiteSetting } from '../settings/values/site-list.js';

/** A write key of a site; undefined if it has none. Pure. */
export function firstKeyOf(sites: readonly SiteSetting[], site: string): string | undefined {
	return sites.find(({ key }) => key === site)?.keys?.[0];
}
