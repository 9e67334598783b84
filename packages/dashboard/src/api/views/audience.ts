import { number, select, sessionsOf, text } from '../query.js';
import type { Scope } from '../scope.js';

/** Sessions by one thing that is known of their browser, the most frequent first. */
const by = (column: 'device' | 'browser' | 'os' | 'country') =>
	select(
		{ value: text, sessions: number, visitors: number, revenue: number },
		(
			scope: Scope,
		) => `SELECT ${column} AS value, count() AS sessions, uniqExact(visitor_id) AS visitors, sum(amount) AS revenue
FROM ${sessionsOf(scope)}
GROUP BY value
ORDER BY sessions DESC, value
LIMIT 100`,
	);

/** What visitors use, and where they are. An empty value is one that is not known. */
export const audience = {
	isSegmented: true,
	queries: { devices: by('device'), browsers: by('browser'), systems: by('os'), countries: by('country') },
};
