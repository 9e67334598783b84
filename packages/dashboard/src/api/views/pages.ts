import { maybeNumber, number, ofDays, select, text } from '../query.js';

/** Pages by views. Visitors are counted once a day. */
export const pages = {
	isSegmented: false,
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
			`SELECT path, sum(p.views) AS views, sum(p.visitors) AS visitors, sum(p.entries) AS entries,
    sum(p.exits) AS exits, if(entries = 0, NULL, sum(p.bounces) / entries) AS bounceRate
FROM page_days AS p
WHERE ${ofDays}
GROUP BY path
ORDER BY views DESC, path
LIMIT 200`,
		),
	},
};
