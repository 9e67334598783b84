import { number, select, text } from './query.js';

/*
 * Data that the marts leave out, and event ids shared by different events. Each has a query of its own, so that a query
 * that fails or takes long does not hide the others.
 */

/** Visitors and sites that the marts leave out, by site; no row for a site that is counted in full. */
export const leftOut = select(
	{
		site: text,
		/** Visitors that are left out individually. */
		visitors: number,
		/** 1 if the whole site is left out. */
		sites: number,
	},
	`SELECT site, countIf(NOT is_site) AS visitors, countIf(is_site) AS sites
FROM marts_left_out
GROUP BY site
ORDER BY site`,
);

/** Receipts of the events that are left out, by site. Reads the raw table. */
export const leftOutEvents = select(
	{ site: text, events: number },
	`SELECT site, count() AS events
FROM events
WHERE (site, visitor_id) IN (SELECT site, visitor_id FROM marts_left_out WHERE NOT is_site)
    OR site IN (SELECT site FROM marts_left_out WHERE is_site)
GROUP BY site
ORDER BY site`,
);

/** Event ids shared by different events, found within the last hour, by site. */
export const eventConflicts = select(
	{ site: text, conflicts: number },
	`SELECT site, count() AS conflicts
FROM event_conflicts FINAL
WHERE found_at > now() - INTERVAL 1 HOUR
GROUP BY site
ORDER BY site`,
);
