import { openDayOf } from '../../contract/day-range.js';
import { moneyTables } from '../money/converted.js';
import { hasOrderRevenue, revenueDaysOf } from '../money/revenue.js';
import { day, flag, isFiltered, maybeNumber, number, select, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';
import { acquisitionOf } from './acquisition.js';

/**
 * Condition on the days of both periods. While the period is not over, the preceding one has the days that are compared
 * with whole days only. Pure.
 */
const wholeDays = (isOpen: boolean) =>
	`site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}${isOpen ? ' AND (day >= {from:Date} OR day < {today_before:Date})' : ''}`;

const until = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** Visitors who had been active by the same time of the day that today is compared with. */
const activeUntilNow = `site = {site:String} AND day = {today_before:Date} AND first_seen_at < ${until('until_before')}`;
const areCounted = 'NOT is_bot AND NOT has_invalid_time';

/**
 * The same visitors, in total and those who are not counted on an earlier day of the period. Only `int_presence_days`
 * has the previous day of a visitor. Its rows are in the order of the visitors, so that the whole history of the site
 * is read; a period of one day needs none of it. Pure.
 */
const visitorsUntilNow = ({ from, to }: Scope) =>
	from === to
		? `SELECT day, count(), count(), 0, 0, 0, 0, 0, 0
    FROM int_user_days
    WHERE ${activeUntilNow} AND ${areCounted}
    GROUP BY day`
		: `SELECT day, count(), countIf(previous_day < {before:Date}), 0, 0, 0, 0, 0, 0
    FROM int_presence_days
    WHERE site = {site:String} AND day = {today_before:Date} AND ${areCounted}
        AND visitor_id IN (SELECT visitor_id FROM int_user_days WHERE ${activeUntilNow})
    GROUP BY day`;

/**
 * The day of the preceding period that today is compared with, up to the same time: sessions that had started by then,
 * and visitors who had been active by then. The marts by day do not have times. Pure.
 */
const dayUntilNow = (scope: Scope) => `
    UNION ALL
    SELECT day, 0, 0, count(), sum(page_views), sum(revenue), sum(checkouts), countIf(is_bounce), sum(duration_ms)
    FROM sessions
    WHERE site = {site:String} AND day = {today_before:Date} AND NOT is_bot AND started_at < ${until('until_before')}
    GROUP BY day
    UNION ALL
    ${visitorsUntilNow(scope)}`;

/**
 * A subquery for both periods with the days, and the expression that counts distinct visitors over its rows. Without
 * filters a visitor counts on each day with activity, with filters on each day on which they started a matching
 * session. Pure.
 */
function daysOf(scope: Scope, isOpen: boolean): { days: string; visitors: string } {
	if (isFiltered(scope)) {
		const inTime = isOpen ? `\n    WHERE day >= {from:Date} OR started_at < ${until('until_before')}` : '';
		return {
			// One row for each session: states of distinct visitors by day would have to be merged for the totals.
			days: `SELECT day, visitor_id, 1 AS sessions, page_views, revenue, checkouts, is_bounce AS bounces, duration_ms
    FROM ${sessionsOf(scope, 'before')}${inTime}`,
			visitors: 'uniqExactIf(visitor_id, days.sessions > 0)',
		};
	}
	return {
		// A visitor whose previous active day is in the same period is already counted on that day.
		days: `SELECT day, 0 AS active, 0 AS active_first, sessions, page_views, revenue, checkouts, bounces, duration_ms
    FROM session_days
    WHERE ${wholeDays(isOpen)}
    UNION ALL
    SELECT day, sum(visitors), sumIf(visitors, previous_day < if(day < {from:Date}, {before:Date}, {from:Date})), 0, 0, 0, 0, 0, 0
    FROM visitor_returns
    WHERE ${wholeDays(isOpen)}
    GROUP BY day${isOpen ? dayUntilNow(scope) : ''}`,
		visitors: 'if(isTotal, sum(active_first), sum(active))',
	};
}

/** The same days with the revenue and the number of orders in place of those of checkouts. Pure. */
const withOrders = (
	scope: Scope,
	days: string,
	isOpen: boolean,
) => `SELECT * REPLACE (toDecimal128(0, 8) AS revenue, 0 AS checkouts)
    FROM
    (
    ${days}
    )
    UNION ALL
    SELECT day, ${isFiltered(scope) ? '' : '0, '}0, 0, 0, d.revenue, d.orders, 0, 0 FROM ${revenueDaysOf(scope, isOpen)} AS d`;

/** Time up to which a row counts. Pure. */
const untilMsOf = (isOpen: boolean) =>
	isOpen
		? `multiIf(isCurrent AND (isTotal OR day = {today:Date}), {until:Int64}, NOT isCurrent AND (isTotal OR day = {today_before:Date}), {until_before:Int64}, NULL)`
		: 'NULL';

/** Numbers of the period and of the preceding one, in total and by day; and the sources with most sessions. */
export const overview = {
	numbers: select(
		{
			/** The row covers all days of a period. Its `day` then has no meaning. */
			isTotal: flag,
			/** The row belongs to the requested period, not to the preceding one. */
			isCurrent: flag,
			day,
			/**
			 * Time up to which the row counts, milliseconds since 1970, if the period is not over: now, and the same time of
			 * the day that today is compared with. Null for whole days.
			 */
			untilMs: maybeNumber,
			visitors: number,
			sessions: number,
			pageViews: number,
			/** Orders less refunds, in the currency of `money`, or the sum of the checkout totals. */
			revenue: number,
			/** Orders, or checkouts. */
			orders: number,
			/** Share of the sessions, 0 to 1; null without sessions. */
			bounceRate: maybeNumber,
			averageDurationMs: maybeNumber,
		},
		(scope, nowMs) => {
			const isOpen = openDayOf(scope, nowMs) !== undefined;
			const { days, visitors } = daysOf(scope, isOpen);
			// Grouped by a column of a subquery: ClickHouse takes a function of the day out of the keys beside the day.
			return `${moneyTables(scope)}SELECT grouping(day) = 1 AS isTotal, is_current AS isCurrent, day, ${untilMsOf(isOpen)} AS untilMs,
    ${visitors} AS visitors,
    sum(days.sessions) AS sessions,
    sum(page_views) AS pageViews,
    sum(days.revenue) AS revenue,
    sum(checkouts) AS orders,
    if(sessions = 0, NULL, sum(bounces) / sessions) AS bounceRate,
    if(sessions = 0, NULL, sum(duration_ms) / sessions) AS averageDurationMs
FROM
(
    SELECT *, day >= {from:Date} AS is_current
    FROM
    (
    ${hasOrderRevenue(scope) ? withOrders(scope, days, isOpen) : days}
    )
) AS days
GROUP BY GROUPING SETS ((is_current), (is_current, day))
ORDER BY isTotal DESC, isCurrent, day`;
		},
	),
	/** The kind of revenue, and its currency: empty for checkouts, whose amounts are added as they are. */
	money: select(
		{ kind: text, currency: text },
		({ money }) => `SELECT '${money.kind}' AS kind, {currency:String} AS currency`,
	),
	/** Campaigns by their source, other sessions by the referring host. Direct sessions have the source `direct`. */
	sources: select(
		/** The channel tells direct sessions from a campaign whose source is called so. */
		{ channel: text, source: text, sessions: number, revenue: number },
		(scope) => `${moneyTables(scope)}SELECT channel,
    multiIf(utm_source != '', utm_source, referrer_host != '', referrer_host, 'direct') AS source,
    sum(a.sessions) AS sessions, sum(a.revenue) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY channel, source
ORDER BY sessions DESC, source, channel
LIMIT 7`,
	),
} as const satisfies ViewQueries;
