import { list } from '../lists/lists.js';
import { inScope, isFiltered, maybeNumber, number, select, sessionsOf, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/** Sessions by day and source: rows of the mart; with filters the same, recomputed from matching sessions. Pure. */
export function acquisitionOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM acquisition_days WHERE ${inScope})`;
	return `(
    SELECT day, channel, entry_referrer_host AS referrer_host,
        utm_source, utm_medium, utm_campaign, count() AS sessions, uniqExact(visitor_id) AS visitors,
        countIf(is_bounce) AS bounces, countIf(is_converted) AS conversions, sum(revenue) AS revenue
    FROM ${sessionsOf(scope)}
    GROUP BY day, channel, referrer_host, utm_source, utm_medium, utm_campaign
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
			/** Sessions with a checkout. */
			conversions: number,
			revenue: number,
		},
		{
			rows: (
				scope,
			) => `SELECT channel, referrer_host AS referrer, utm_source AS source, utm_medium AS medium, utm_campaign AS campaign,
        sum(a.sessions) AS sessions, sum(a.visitors) AS visitors, sum(a.bounces) / sessions AS bounceRate,
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
		(scope) => `SELECT channel, sum(a.sessions) AS sessions, sum(a.visitors) AS visitors,
    sum(a.conversions) AS conversions, sum(a.revenue) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY channel
ORDER BY sessions DESC, channel`,
	),
} as const satisfies ViewQueries;
