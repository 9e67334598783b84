import { number, select } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import type { Scope } from './scope.js';
import { readSites } from './sites.js';

/** A request names a site that is neither configured nor has events. */
export class UnknownSite extends Error {
	override name = 'UnknownSite';
}

/** Whether a site has events. The key of the raw table begins with the site, so that one granule is read. */
const events = select(
	{ some: number },
	'SELECT count() AS some FROM (SELECT 1 FROM events WHERE site = {site:String} LIMIT 1)',
);
/** Whether a site is in the marts: its events may have been deleted from the raw table since. */
const activeDays = select(
	{ some: number },
	'SELECT count() AS some FROM (SELECT 1 FROM users_activity WHERE site = {site:String} LIMIT 1)',
);

/** Number of known sites that the error lists. */
const sitesNamedMax = 10;

/**
 * Creates a function that says what is wrong with the site of a request; undefined for a known one.
 *
 * @param configured sites that the collector accepts; undefined if they are not known. A site without events may then
 *   be one of them as long as no site has events.
 */
export function siteChecker(source: Parameters<typeof runQuery>[0], configured: readonly string[] | undefined) {
	const has = async (query: typeof events, scope: Scope) =>
		(await runQuery(source, query, scope)).some(({ some }) => some > 0);

	async function isKnown(scope: Scope): Promise<boolean> {
		try {
			return (await has(events, scope)) || (await has(activeDays, scope));
		} catch (error) {
			// Before the first run there are no marts. The queries of the view report what is wrong with ClickHouse.
			if (error instanceof QueryFault) return true;
			throw error;
		}
	}

	return async (scope: Scope): Promise<string | undefined> => {
		if (configured?.includes(scope.site) || (await isKnown(scope))) return undefined;
		const found = (await readSites(source)).map(({ site }) => site);
		const known = [...new Set([...(configured ?? []), ...found])];
		return known.length === 0 ? undefined : unknownSite(scope.site, known, configured !== undefined);
	};
}

/** The error for a site that is not known. Pure. */
function unknownSite(site: string, known: readonly string[], areConfigured: boolean): string {
	const named = known.slice(0, sitesNamedMax).join(', ');
	const others = known.length > sitesNamedMax ? ` and ${known.length - sitesNamedMax} more` : '';
	const why = areConfigured ? 'it is not one of --sites and has no events' : 'it has no events';
	return `The site ${JSON.stringify(site)} is not known: ${why}. Known sites: ${named}${others}.`;
}
