import { number, select, sessionsOf, text } from '../query.js';
import { segmentExpressions } from '../segments.js';

/** Where sessions came from. */
export const acquisition = {
	isSegmented: true,
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
				bounceRate: number,
				/** Sessions with a checkout. */
				conversions: number,
				revenue: number,
			},
			(scope) => `SELECT ${segmentExpressions.channel} AS channel, entry_referrer_host AS referrer,
    utm_source AS source, utm_medium AS medium, utm_campaign AS campaign,
    count() AS sessions, uniqExact(visitor_id) AS visitors, countIf(is_bounce) / count() AS bounceRate,
    countIf(is_converted) AS conversions, sum(amount) AS revenue
FROM ${sessionsOf(scope)}
GROUP BY channel, referrer, source, medium, campaign
ORDER BY sessions DESC, referrer, source, medium, campaign
LIMIT 200`,
		),
		channels: select(
			{ channel: text, sessions: number, visitors: number, conversions: number, revenue: number },
			(
				scope,
			) => `SELECT ${segmentExpressions.channel} AS channel, count() AS sessions, uniqExact(visitor_id) AS visitors,
    countIf(is_converted) AS conversions, sum(amount) AS revenue
FROM ${sessionsOf(scope)}
GROUP BY channel
ORDER BY sessions DESC, channel`,
		),
	},
};
