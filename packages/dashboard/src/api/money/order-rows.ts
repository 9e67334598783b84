import { filterConditions, inScope, isFiltered } from '../query.js';
import type { Scope } from '../scope.js';

/** Orders that count: neither those of bots nor those with an implausible amount. */
const areCounted = 'NOT is_bot AND NOT is_implausible';

/** Days of both periods. */
const inBothPeriods = 'site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}';

/** Condition on sessions: those of orders that the periods have, or that were refunded in them. */
export const ofOrders = `site = {site:String} AND (visitor_id, session_id) IN (
            SELECT visitor_id, session_id FROM orders
            WHERE ${inBothPeriods}
                OR site = {site:String} AND order_id IN (SELECT order_id FROM refunds WHERE ${inBothPeriods})
        )`;

/**
 * A condition on orders: they belong to a matching session, which may have begun on any day. A server may tell of an
 * order in the visit of a bot, which counts. Pure.
 */
function ofMatchingSession(scope: Scope): string {
	if (!isFiltered(scope)) return '';
	return ` AND (visitor_id, session_id) IN (
        SELECT visitor_id, session_id FROM sessions
        WHERE ${ofOrders}${filterConditions(scope)}
    )`;
}

/** The orders of the period, of matching sessions, as a table expression. Pure. */
export const ordersOf = (scope: Scope): string => `(SELECT * FROM orders WHERE ${inScope}${ofMatchingSession(scope)})`;

/** Those of them that count. Pure. */
export const countedOrdersOf = (scope: Scope): string => `(SELECT * FROM ${ordersOf(scope)} WHERE ${areCounted})`;

/** Columns of the session of an order, which `session_id` 0 has not. */
const sessionColumns = [
	'visitor_id',
	'session_id',
	'channel',
	'referrer_host',
	'utm_source',
	'utm_medium',
	'utm_campaign',
] as const;

/**
 * Movements of money in both periods, as a table expression: an order on its day, and a refund, with a negative
 * `amount`, on the day of the refund. Each has the session of the order. Pure.
 *
 * @param isOpen whether the period is not over. The day that today is compared with then ends at the same time of day
 */
export function movementsOf(scope: Scope, isOpen: boolean): string {
	const untilNow = (time: string) =>
		isOpen
			? ` AND (day != {today_before:Date} OR ${time} < fromUnixTimestamp64Milli({until_before:Int64}, 'UTC'))`
			: '';
	const refunds = `SELECT * FROM refunds WHERE ${inBothPeriods} AND is_order_counted AND amount > 0${untilNow('refunded_at')}`;
	const ofOrder = sessionColumns.map((column) => `o.${column} AS ${column}`).join(', ');
	return `(
    SELECT day, toString(currency) AS currency, ${sessionColumns.join(', ')}, is_confirmed, toUInt64(1) AS orders,
        toUInt64(0) AS refunds, toDecimal128(amount, 4) AS amount
    FROM orders
    WHERE ${inBothPeriods} AND ${areCounted}${ofMatchingSession(scope)}${untilNow('ordered_at')}
    UNION ALL
    SELECT r.day, toString(r.currency), ${ofOrder}, o.is_confirmed, 0, 1, -r.amount
    FROM (${refunds}) AS r
    INNER JOIN
    (
        SELECT * FROM orders
        WHERE site = {site:String}${ofMatchingSession(scope)} AND order_id IN (SELECT order_id FROM (${refunds}))
    ) AS o ON r.order_id = o.order_id
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
    FROM ${movementsOf(scope, isOpen)} AS m
    GROUP BY day, currency
)`;
}
