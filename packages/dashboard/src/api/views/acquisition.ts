import { isNarrowed, maybeNumber, number, ofDays, select, sessionsOf, text, type View } from '../query.js';
import type { Scope } from '../scope.js';
import { segmentExpressions } from '../segments.js';

/** Sessions by day and where they came from: the mart, or the same made anew of those sessions that a segment has. Pure. */
export function acquisitionOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM acquisition_days WHERE ${ofDays})`;
	return `(
    SELECT day, ${segmentExpressions.channel} AS channel, entry_referrer_host AS referrer_host, utm_source, utm_medium, utm_campaign,
        count() AS sessions, uniqExact(visitor_id) AS visitors, countIf(is_bounce) AS bounces, countIf(is_converted) AS conversions,
        sum(amount) AS amount
    FROM ${sessionsOf(scope)}
    GROUP BY day, channel, referrer_host, utm_source, utm_medium, utm_campaign
)`;
}

/** Where sessions came from. Visitors are counted once a day and source. */
export const acquisition = {
	narrowing: 'sessions',
	queries: {
		sources: select(
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
			(
				scope,
			) => `SELECT channel, referrer_host AS referrer, utm_source AS source, utm_medium AS medium, utm_campaign AS campaign,
    sum(a.sessions) AS sessions, sum(a.visitors) AS visitors, sum(a.bounces) / sessions AS bounceRate,
    sum(a.conversions) AS conversions, sum(a.amount) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY channel, referrer, source, medium, campaign
ORDER BY sessions DESC, referrer, source, medium, campaign
LIMIT 200`,
		),
		channels: select(
			{ channel: text, sessions: number, visitors: number, conversions: number, revenue: number },
			(scope) => `SELECT channel, sum(a.sessions) AS sessions, sum(a.visitors) AS visitors,
    sum(a.conversions) AS conversions, sum(a.amount) AS revenue
FROM ${acquisitionOf(scope)} AS a
GROUP BY channel
ORDER BY sessions DESC, channel`,
		),
	},
} as const satisfies View;
