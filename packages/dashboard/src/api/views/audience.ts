import { isNarrowed, number, ofDays, select, sessionsOf, text, type View } from '../query.js';
import type { Scope } from '../scope.js';

/** Sessions by what visitors use and where they are: the mart, or the same made anew of those sessions that a segment has. Pure. */
function audienceOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM audience_days WHERE ${ofDays})`;
	// One look at the sessions for all four.
	return `(
    SELECT
        multiIf(grouping(device) = 0, 'device', grouping(browser) = 0, 'browser', grouping(os) = 0, 'os', 'country') AS dimension,
        multiIf(dimension = 'device', device, dimension = 'browser', browser, dimension = 'os', os, country) AS value,
        count() AS sessions, countIf(is_converted) AS conversions, sum(s.amount) AS amount
    FROM ${sessionsOf(scope)} AS s
    GROUP BY GROUPING SETS ((device), (browser), (os), (country))
)`;
}

/** What visitors use, and where they are: at most 100 values of each. An empty value is one that is not known. */
export const audience = {
	narrowing: 'sessions',
	queries: {
		values: select(
			{ dimension: text, value: text, sessions: number, conversions: number, revenue: number },
			(
				scope,
			) => `SELECT dimension, value, sum(a.sessions) AS sessions, sum(a.conversions) AS conversions, sum(a.amount) AS revenue
FROM ${audienceOf(scope)} AS a
GROUP BY dimension, value
ORDER BY sessions DESC, value
LIMIT 100 BY dimension`,
		),
	},
} as const satisfies View;
