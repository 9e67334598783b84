import { day, flag, maybeNumber, number, select, sessionsOf, text } from '../query.js';
import { acquisitionOf } from './acquisition.js';

/** The numbers of the period and of the one before, of the whole of each and of every day; and where most sessions came from. */
export const overview = {
	isSegmented: true,
	queries: {
		numbers: select(
			{
				/** Of all days of a period; then its `day` says nothing. */
				isTotal: flag,
				/** Of the period that is asked for, not of the one before. */
				isCurrent: flag,
				day,
				visitors: number,
				sessions: number,
				pageViews: number,
				/** Sum of the totals of checkouts. */
				revenue: number,
				orders: number,
				/** Part of the sessions, 0 to 1; null without sessions. */
				bounceRate: maybeNumber,
				averageDurationMs: maybeNumber,
			},
			// Sessions are read once, and the visitors of a period are put together from those of its days.
			(scope) => `SELECT grouping(day) = 1 AS isTotal, day >= {from:Date} AS isCurrent, day,
    uniqExactMerge(visitors_state) AS visitors,
    sum(days.sessions) AS sessions,
    sum(page_views) AS pageViews,
    sum(amount) AS revenue,
    sum(checkouts) AS orders,
    if(sessions = 0, NULL, sum(bounces) / sessions) AS bounceRate,
    if(sessions = 0, NULL, sum(duration_ms) / sessions) AS averageDurationMs
FROM
(
    SELECT day, uniqExactState(visitor_id) AS visitors_state, count() AS sessions, sum(page_views) AS page_views, sum(amount) AS amount,
        sum(checkouts) AS checkouts, countIf(is_bounce) AS bounces, sum(duration_ms) AS duration_ms
    FROM ${sessionsOf(scope, 'before')}
    GROUP BY day
) AS days
GROUP BY GROUPING SETS ((isCurrent), (isCurrent, day))
ORDER BY isTotal DESC, day`,
		),
		/** Campaigns by their source, the others by the host that referred. */
		sources: select(
			{ source: text, sessions: number, revenue: number },
			(scope) => `SELECT multiIf(utm_source != '', utm_source, referrer_host != '', referrer_host, 'direct') AS source,
    sum(a.sessions) AS sessions, sum(a.amount) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY source
ORDER BY sessions DESC, source
LIMIT 7`,
		),
	},
};
