import { isNarrowed, maybeNumber, number, ofDays, select, sessionsOf, text, userDaysOf, type View } from '../query.js';
import type { Scope } from '../scope.js';

/**
 * The mart, or the same made anew of what a segment has: views and visitors of its days of visitors, entries, exits and bounces of its
 * sessions. Pure.
 */
function pageDaysOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM page_days WHERE ${ofDays})`;
	return `(
    SELECT seen.path AS path, seen.views AS views, 1 AS visitors, 0 AS entries, 0 AS exits, 0 AS bounces
    FROM ${userDaysOf(scope)}
    ARRAY JOIN paths AS seen
    UNION ALL
    SELECT page.1, 0, 0, page.2, page.3, page.4
    FROM ${sessionsOf(scope)}
    ARRAY JOIN [(entry_path, 1, 0, toUInt8(is_bounce)), (exit_path, 0, 1, 0)] AS page
    WHERE page_views > 0
)`;
}

/** Pages by views. Visitors are counted once a day. */
export const pages = {
	narrowing: 'days',
	queries: {
		pages: select(
			{
				path: text,
				views: number,
				visitors: number,
				entries: number,
				exits: number,
				/** Part of the sessions that entered here and saw nothing else; null where none did. */
				bounceRate: maybeNumber,
			},
			(scope) => `SELECT path, sum(p.views) AS views, sum(p.visitors) AS visitors, sum(p.entries) AS entries,
    sum(p.exits) AS exits, if(entries = 0, NULL, sum(p.bounces) / entries) AS bounceRate
FROM ${pageDaysOf(scope)} AS p
GROUP BY path
ORDER BY views DESC, path
LIMIT 200`,
		),
	},
} as const satisfies View;
