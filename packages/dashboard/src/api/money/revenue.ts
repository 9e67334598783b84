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
 * Revenue of orders, less refunds, in the period, by columns of the session of the order, as a table expression. Orders
 * whose session is not known have an empty one, so that all rows together are the revenue of the period.
 *
 * @param columns columns of the session, the same in `orders` and `refunds`
 */
export const revenueBy = (scope: Scope, columns: readonly string[]): string => `(
    SELECT ${columns.map((column) => `m.${column} AS ${column}`).join(', ')},
        ifNull(sum(${converted(scope, 'm.amount')}), 0) AS revenue, sum(m.orders) AS orders,
        uniqExactIf(m.visitor_id, m.session_id, m.orders = 1 AND m.session_id != 0) AS conversions
    FROM ${withFactors(scope, movementsOf(scope, ['visitor_id', 'session_id', ...columns], false), 'm')}
    WHERE m.day >= {from:Date} AND ${hasRate(scope)}${scope.money.kind === 'confirmed' ? ' AND m.is_confirmed' : ''}
    GROUP BY ${columns.join(', ')}
)`;
