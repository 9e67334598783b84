import { list } from '../lists/lists.js';
import { moneyTables } from '../money/converted.js';
import { hasOrderRevenue, revenueBy } from '../money/revenue.js';
import { inScope, isFiltered, maybeNumber, number, select, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/**
 * Sessions by source: rows of the mart; with filters the same, recomputed from matching sessions. Where the revenue is
 * that of orders, revenue and conversions are in rows of orders beside them. Needs `moneyTables`. Pure.
 */
export function acquisitionOf(scope: Scope): string {
	if (!hasOrderRevenue(scope)) return sessionSourcesOf(scope);
	return `(
    SELECT channel, referrer_host, utm_source, utm_medium, utm_campaign, sessions, visitors, bounces,
        toUInt64(0) AS conversions, toDecimal128(0, 8) AS revenue
    FROM ${sessionSourcesOf(scope)}
    UNION ALL
    SELECT channel, entry_referrer_host, utm_source, utm_medium, utm_campaign, 0, 0, 0, conversions, revenue
    FROM ${revenueBy(scope, ['channel', 'entry_referrer_host', 'utm_source', 'utm_medium', 'utm_campaign'])}
)`;
}

function sessionSourcesOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM acquisition_days WHERE ${inScope})`;
	return `(
    SELECT channel, entry_referrer_host AS referrer_host,
        utm_source, utm_medium, utm_campaign, count() AS sessions, uniqExact(day, visitor_id) AS visitors,
        countIf(is_bounce) AS bounces, countIf(is_converted) AS conversions, sum(s.revenue) AS revenue
    FROM ${sessionsOf(scope)} AS s
    GROUP BY channel, referrer_host, utm_source, utm_medium, utm_campaign
)`;
}

/** Sources of sessions. A visitor counts once a day and source. */
export const acquisition = {
	sources: list(
		{
			channel: text,
			referrer: text,
			source: text,
			medium: text,
			campaign: text,
			sessions: number,
			visitors: number,
			bounceRate: maybeNumber,
			/** Sessions with an order, or with a checkout: see `money` of the overview. */
			conversions: number,
			revenue: number,
		},
		{
			rows: (
				scope,
			) => `${moneyTables(scope)}SELECT channel, referrer_host AS referrer, utm_source AS source, utm_medium AS medium, utm_campaign AS campaign,
        sum(a.sessions) AS sessions, sum(a.visitors) AS visitors, if(sessions = 0, NULL, sum(a.bounces) / sessions) AS bounceRate,
        sum(a.conversions) AS conversions, sum(a.revenue) AS revenue
    FROM ${acquisitionOf(scope)} AS a
    GROUP BY channel, referrer, source, medium, campaign`,
			searched: ['referrer', 'source', 'medium', 'campaign'],
			orderBy: 'sessions DESC, referrer, source, medium, campaign, channel',
			limit: 200,
		},
	),
	channels: select(
		{ channel: text, sessions: number, visitors: number, conversions: number, revenue: number },
		(scope) => `${moneyTables(scope)}SELECT channel, sum(a.sessions) AS sessions, sum(a.visitors) AS visitors,
    sum(a.conversions) AS conversions, sum(a.revenue) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY channel
ORDER BY sessions DESC, channel`,
	),
} as const satisfies ViewQueries;
