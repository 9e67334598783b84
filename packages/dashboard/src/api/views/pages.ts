import { sessionAttributes } from '../../contract/session-attributes.js';
import { list } from '../lists/lists.js';
import { inScope, isFiltered, maybeNumber, number, sessionsOf, text, userDaysOf, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

const { entry, exit } = sessionAttributes;

/**
 * Rows of the mart. With filters the same columns are recomputed: views and visitors from matching days, landings
 * (`entries`), exits and bounces from matching sessions. Pure.
 */
function pageDaysOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM page_days WHERE ${inScope})`;
	return `(
    SELECT seen.path AS path, seen.views AS views, 1 AS visitors, 0 AS entries, 0 AS exits, 0 AS bounces
    FROM ${userDaysOf(scope)}
    ARRAY JOIN paths AS seen
    UNION ALL
    SELECT page.1, 0, 0, page.2, page.3, page.4
    FROM ${sessionsOf(scope)}
    ARRAY JOIN [(${entry.column}, 1, 0, toUInt8(is_bounce)), (${exit.column}, 0, 1, 0)] AS page
    WHERE page_views > 0
)`;
}

/** Pages by views. A visitor counts once a day and page. */
export const pages = {
	pages: list(
		{
			path: text,
			views: number,
			visitors: number,
			/** Sessions that landed here. */
			entries: number,
			exits: number,
			/** Share of the sessions that landed here and did nothing else; null if none landed here. */
			bounceRate: maybeNumber,
		},
		{
			rows: (scope) => `SELECT path, sum(p.views) AS views, sum(p.visitors) AS visitors, sum(p.entries) AS entries,
        sum(p.exits) AS exits, if(entries = 0, NULL, sum(p.bounces) / entries) AS bounceRate
    FROM ${pageDaysOf(scope)} AS p
    GROUP BY path`,
			searched: ['path'],
			isPaths: true,
			orderBy: 'views DESC, path',
			limit: 200,
		},
	),
} as const satisfies ViewQueries;
