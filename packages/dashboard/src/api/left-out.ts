import { number, select, text } from './query.js';

/** What the marts do not count, by site; no row for a site of which they count everything. */
export const leftOut = select(
	{
		site: text,
		/** Visitors that are left out one by one. */
		visitors: number,
		/** 1 where the whole site is left out. */
		sites: number,
		/** Receipts of theirs. */
		events: number,
		/** Ids under which different events came, found within the last hour. */
		conflicts: number,
	},
	`SELECT site, sum(part.visitors) AS visitors, sum(part.sites) AS sites, sum(part.events) AS events, sum(part.conflicts) AS conflicts
FROM
(
    SELECT site, countIf(NOT is_site) AS visitors, countIf(is_site) AS sites, 0 AS events, 0 AS conflicts
    FROM transform_left_out FINAL
    GROUP BY site
    UNION ALL
    SELECT site, 0, 0, count(), 0
    FROM events
    WHERE (site, visitor_id) IN (SELECT site, visitor_id FROM transform_left_out WHERE NOT is_site)
        OR site IN (SELECT site FROM transform_left_out WHERE is_site)
    GROUP BY site
    UNION ALL
    SELECT site, 0, 0, 0, count()
    FROM event_conflicts FINAL
    WHERE found_at > now() - INTERVAL 1 HOUR
    GROUP BY site
) AS part
GROUP BY site`,
);
