import type { Scope } from '../scope.js';
import { converted, hasRate, withFactors } from './converted.js';
import { movementsOf, orderDaysOf } from './order-rows.js';

/** SQL for the revenue of a site that has the revenue of orders. All functions of this file are pure. */

/** Whether the revenue is that of orders, of which these statements tell, and not that of clicks on `checkout`. */
export const hasOrderRevenue = ({ money }: Scope): boolean => money.kind !== 'checkouts';

/** Revenue of orders, less refunds, and number of orders by day, in both periods, as a table expression. */
export function revenueDaysOf(scope: Scope, isOpen: boolean): string {
	const prefix = scope.money.kind === 'confirmed' ? 'd.confirmed_' : 'd.';
	return `(
    SELECT d.day AS day, ifNull(sum(${converted(scope, `${prefix}amount - ${prefix}refunded`)}), 0) AS revenue,
        sumIf(${prefix}orders, ${hasRate(scope)}) AS orders
    FROM ${withFactors(scope, orderDaysOf(scope, isOpen), 'd')}
    GROUP BY day
)`;
}

/**
 * Revenue of orders, less refunds, by session, in the period, as a table expression. The session 0 has the orders whose
 * session is not known, so that all rows together are the revenue of the period.
 */
export const revenueSessionsOf = (scope: Scope): string => `(
    SELECT visitor_id, session_id, channel, referrer_host, utm_source, utm_medium, utm_campaign,
        ifNull(sum(${converted(scope, 'm.amount')}), 0) AS revenue, sum(m.orders) AS orders
    FROM ${withFactors(scope, movementsOf(scope, false), 'm')}
    WHERE m.day >= {from:Date} AND ${hasRate(scope)}${scope.money.kind === 'confirmed' ? ' AND m.is_confirmed' : ''}
    GROUP BY visitor_id, session_id, channel, referrer_host, utm_source, utm_medium, utm_campaign
)`;
