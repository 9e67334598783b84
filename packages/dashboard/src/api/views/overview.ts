import { day, flag, maybeNumber, number, select, sessionsOf } from '../query.js';

const measures = `uniqExact(visitor_id) AS visitors,
    count() AS sessions,
    sum(page_views) AS pageViews,
    sum(amount) AS revenue,
    sum(checkouts) AS orders,
    if(count() = 0, NULL, countIf(is_bounce) / count()) AS bounceRate,
    if(count() = 0, NULL, sum(duration_ms) / count()) AS averageDurationMs`;

const shape = {
	visitors: number,
	sessions: number,
	pageViews: number,
	/** Sum of the totals of checkouts. */
	revenue: number,
	orders: number,
	/** Part of the sessions, 0 to 1; null without sessions. */
	bounceRate: maybeNumber,
	averageDurationMs: maybeNumber,
};

/** The numbers of the period and of the one before, and both day by day. */
export const overview = {
	isSegmented: true,
	queries: {
		totals: select(
			{ isCurrent: flag, ...shape },
			(scope) => `SELECT day >= {from:Date} AS isCurrent,
    ${measures}
FROM ${sessionsOf(scope, 'before')}
GROUP BY isCurrent`,
		),
		days: select(
			{ day, ...shape },
			(scope) => `SELECT day,
    ${measures}
FROM ${sessionsOf(scope, 'before')}
GROUP BY day
ORDER BY day`,
		),
	},
};
