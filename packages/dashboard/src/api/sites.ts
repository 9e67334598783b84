import { sitesMax } from '../contract/sites-max.js';
import { day, number, select, text } from './query.js';

/** Sites with active visitors, and their first and last active day; the busiest first. */
export const sites = select(
	{ site: text, firstDay: day, lastDay: day, visitorDays: number },
	`SELECT site, min(day) AS firstDay, max(day) AS lastDay, sum(dau) AS visitorDays
FROM users_activity
GROUP BY site
ORDER BY visitorDays DESC, site
LIMIT ${sitesMax}`,
);
