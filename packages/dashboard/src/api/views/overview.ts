import { day, flag, isFiltered, maybeNumber, number, select, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';
import { acquisitionOf } from './acquisition.js';

const inBothPeriods = 'site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}';

/**
 * A subquery for both periods by day, and the expression that counts distinct visitors over its rows. Without filters a
 * visitor counts on each day with activity, with filters on each day on which they started a matching session. Pure.
 */
function daysOf(scope: Scope): { days: string; visitors: string } {
	if (isFiltered(scope)) {
		return {
			days: `SELECT day, uniqExactState(visitor_id) AS visitors_state, count() AS sessions, sum(page_views) AS page_views,
        sum(revenue) AS revenue, sum(checkouts) AS checkouts, countIf(is_bounce) AS bounces, sum(duration_ms) AS duration_ms
    FROM ${sessionsOf(scope, 'before')}
    GROUP BY day`,
			visitors: 'uniqExactMerge(visitors_state)',
		};
	}
	return {
		// A visitor whose previous active day is in the same period is already counted on that day.
		days: `SELECT day, 0 AS active, 0 AS active_first, sessions, page_views, revenue, checkouts, bounces, duration_ms
    FROM session_days
    WHERE ${inBothPeriods}
    UNION ALL
    SELECT day, sum(visitors), sumIf(visitors, previous_day < if(day < {from:Date}, {before:Date}, {from:Date})), 0, 0, 0, 0, 0, 0
    FROM visitor_returns
    WHERE ${inBothPeriods}
    GROUP BY day`,
		visitors: 'if(isTotal, sum(active_first), sum(active))',
	};
}

/** Numbers of the period and of the preceding one, in total and by day; and the sources with most sessions. */
export const overview = {
	numbers: select(
		{
			/** The row covers all days of a period. Its `day` then has no meaning. */
			isTotal: flag,
			/** The row belongs to the requested period, not to the preceding one. */
			isCurrent: flag,
			day,
			visitors: number,
			sessions: number,
			pageViews: number,
			/** Sum of the checkout totals. */
			revenue: number,
			orders: number,
			/** Share of the sessions, 0 to 1; null without sessions. */
			bounceRate: maybeNumber,
			averageDurationMs: maybeNumber,
		},
		(scope) => {
			const { days, visitors } = daysOf(scope);
			return `SELECT grouping(day) = 1 AS isTotal, day >= {from:Date} AS isCurrent, day,
    ${visitors} AS visitors,
    sum(days.sessions) AS sessions,
    sum(page_views) AS pageViews,
    sum(revenue) AS revenue,
    sum(checkouts) AS orders,
    if(sessions = 0, NULL, sum(bounces) / sessions) AS bounceRate,
    if(sessions = 0, NULL, sum(duration_ms) / sessions) AS averageDurationMs
FROM
(
    ${days}
) AS days
GROUP BY GROUPING SETS ((isCurrent), (isCurrent, day))
ORDER BY isTotal DESC, day`;
		},
	),
	/** Campaigns by their source, other sessions by the referring host. */
	sources: select(
		{ source: text, sessions: number, revenue: number },
		(scope) => `SELECT multiIf(utm_source != '', utm_source, referrer_host != '', referrer_host, 'direct') AS source,
    sum(a.sessions) AS sessions, sum(a.revenue) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY source
ORDER BY sessions DESC, source
LIMIT 7`,
	),
} as const satisfies ViewQueries;
