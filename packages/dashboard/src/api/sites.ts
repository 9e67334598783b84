import { sitesMax } from '../contract/sites-max.js';
import { day, number, select, text } from './query.js';
import { QueryFault, runQuery } from './run-query.js';
import { noScope } from './scope.js';

const columns = { site: text, firstDay: day, lastDay: day, visitorDays: number };

/** Sites with active visitors, and their first and last active day; the busiest first. */
const visitedSites = select(
	columns,
	`SELECT site, min(day) AS firstDay, max(day) AS lastDay, sum(dau) AS visitorDays
FROM users_activity
GROUP BY site
ORDER BY visitorDays DESC, site
LIMIT ${sitesMax}`,
);

/** Sites with orders or refunds: those of a till, or of a server that names nobody, have no visitors. */
const sellingSites = select(
	columns,
	`SELECT site, min(day) AS firstDay, max(day) AS lastDay, 0 AS visitorDays
FROM order_days
GROUP BY site
ORDER BY site
LIMIT ${sitesMax}`,
);

/**
 * Reads the sites with active visitors, the busiest first, then those with orders alone, each with its first and last
 * day.
 *
 * @throws QueryFault if ClickHouse does not answer
 */
export async function readSites(source: Parameters<typeof runQuery>[0]) {
	const [visited, selling] = await Promise.all([
		runQuery(source, visitedSites, noScope),
		runQuery(source, sellingSites, noScope).catch((error: unknown) => {
			// Marts of an earlier version have no orders. The other query reports what is wrong with ClickHouse.
			if (error instanceof QueryFault) return [];
			throw error;
		}),
	]);
	const known = new Set(visited.map(({ site }) => site));
	return [...visited, ...selling.filter(({ site }) => !known.has(site))].slice(0, sitesMax);
}
