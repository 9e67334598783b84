import { day, flag, isNarrowed, maybeNumber, number, select, sessionsOf, text, type View } from '../query.js';
import type { Scope } from '../scope.js';
import { acquisitionOf } from './acquisition.js';

const ofBoth = 'site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}';

/**
 * Both periods by day, and how the visitors of several days are told from it. Visitors of the marts are those active on a day; of a
 * segment those with a session that started on it. Pure.
 */
function daysOf(scope: Scope): { days: string; visitors: string } {
	if (isNarrowed(scope)) {
		return {
			days: `SELECT day, uniqExactState(visitor_id) AS visitors_state, count() AS sessions, sum(page_views) AS page_views, sum(amount) AS amount,
        sum(checkouts) AS checkouts, countIf(is_bounce) AS bounces, sum(duration_ms) AS duration_ms
    FROM ${sessionsOf(scope, 'before')}
    GROUP BY day`,
			visitors: 'uniqExactMerge(visitors_state)',
		};
	}
	return {
		// Who was active before in the same period is counted there already.
		days: `SELECT day, 0 AS active, 0 AS active_first, sessions, page_views, amount, checkouts, bounces, duration_ms
    FROM session_days
    WHERE ${ofBoth}
    UNION ALL
    SELECT day, sum(visitors), sumIf(visitors, previous_day < if(day < {from:Date}, {before:Date}, {from:Date})), 0, 0, 0, 0, 0, 0
    FROM visitor_returns
    WHERE ${ofBoth}
    GROUP BY day`,
		visitors: 'if(isTotal, sum(active_first), sum(active))',
	};
}

/** The numbers of the period and of the one before, of the whole of each and of every day; and where most sessions came from. */
export const overview = {
	narrowing: 'sessions',
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
			(scope) => {
				const { days, visitors } = daysOf(scope);
				return `SELECT grouping(day) = 1 AS isTotal, day >= {from:Date} AS isCurrent, day,
    ${visitors} AS visitors,
    sum(days.sessions) AS sessions,
    sum(page_views) AS pageViews,
    sum(amount) AS revenue,
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
} as const satisfies View;
