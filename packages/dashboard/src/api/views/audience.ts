import { number, select, sessionsOf, text } from '../query.js';

/** What visitors use, and where they are: at most 100 values of each. An empty value is one that is not known. */
export const audience = {
	isSegmented: true,
	queries: {
		values: select(
			{ dimension: text, value: text, sessions: number, conversions: number, revenue: number },
			// One look at the sessions for all four.
			(scope) => `SELECT
    multiIf(grouping(device) = 0, 'device', grouping(browser) = 0, 'browser', grouping(os) = 0, 'os', 'country') AS dimension,
    multiIf(dimension = 'device', device, dimension = 'browser', browser, dimension = 'os', os, country) AS value,
    count() AS sessions, countIf(is_converted) AS conversions, sum(amount) AS revenue
FROM ${sessionsOf(scope)}
GROUP BY GROUPING SETS ((device), (browser), (os), (country))
ORDER BY sessions DESC, value
LIMIT 100 BY dimension`,
		),
	},
};
