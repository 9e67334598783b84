import { filterConditions, inScope, isFiltered } from '../query.js';
import type { Scope } from '../scope.js';

/** SQL for the orders of a site. Orders and refunds have the columns of their session, by which filters choose. */

/** Orders that count: neither those of bots nor implausible ones. */
const areCounted = 'NOT is_bot AND NOT is_implausible';

/** Days of both periods. */
const inBothPeriods = 'site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}';

/** The orders of the period, of matching sessions, as a table expression. Pure. */
export const ordersOf = (scope: Scope): string => `(SELECT * FROM orders WHERE ${inScope}${filterConditions(scope)})`;

/** Those of them that count. Pure. */
export const countedOrdersOf = (scope: Scope): string => `(SELECT * FROM ${ordersOf(scope)} WHERE ${areCounted})`;

/**
 * Movements of money in both periods, as a table expression: an order on its day, and a refund, with a negative
 * `amount`, on the day of the refund. Each has the columns of the session of the order, or an empty one. Pure.
 *
 * @param columns columns of the session
 * @param isOpen whether the period is not over. The day that today is compared with then ends at the same time of day
 */
export function movementsOf(scope: Scope, columns: readonly string[], isOpen: boolean): string {
	const untilNow = (time: string) =>
		isOpen
			? ` AND (day != {today_before:Date} OR ${time} < fromUnixTimestamp64Milli({until_before:Int64}, 'UTC'))`
			: '';
	const ofSession = columns.map((column) => `, ${column}`).join('');
	return `(
    SELECT day, toString(currency) AS currency, is_confirmed, toUInt64(1) AS orders, toUInt64(0) AS refunds,
        toDecimal128(amount, 4) AS amount${ofSession}
    FROM orders
    WHERE ${inBothPeriods} AND ${areCounted}${filterConditions(scope)}${untilNow('ordered_at')}
    UNION ALL
    SELECT day, toString(currency), is_order_confirmed, 0, 1, -r.amount${ofSession}
    FROM refunds AS r
    WHERE ${inBothPeriods} AND is_order_counted AND r.amount > 0${filterConditions(scope)}${untilNow('refunded_at')}
)`;
}

/**
 * Orders and refunds of both periods by day and currency: rows of the mart; with filters, and where the period is not
 * over, the same columns, recomputed from the movements. Pure.
 *
 * @param isOpen see `movementsOf`. @default whole days
 */
export function orderDaysOf(scope: Scope, isOpen = false): string {
	if (!isFiltered(scope) && !isOpen) return `(SELECT * FROM order_days WHERE ${inBothPeriods})`;
	return `(
    SELECT day, currency, sum(m.orders) AS orders, sumIf(m.amount, m.orders = 1) AS amount,
        sumIf(m.orders, is_confirmed) AS confirmed_orders, sumIf(m.amount, m.orders = 1 AND is_confirmed) AS confirmed_amount,
        sum(m.refunds) AS refunds, -sumIf(m.amount, m.refunds = 1) AS refunded,
        -sumIf(m.amount, m.refunds = 1 AND is_confirmed) AS confirmed_refunded
    FROM ${movementsOf(scope, [], isOpen)} AS m
    GROUP BY day, currency
)`;
}
