import type { Scope } from '../scope.js';
import { converted, moneyTables } from './converted.js';
import { movementsOf, orderDaysOf } from './order-rows.js';

/**
 * Common table expressions for the revenue of a site. `revenue_kind` is that of the settings of the site: `orders`,
 * `confirmed` or `checkouts`. A site without that setting has the revenue of its orders as soon as it has any, and
 * until then that of the clicks on `checkout`; never both.
 */
export const revenueTables = `
    multiIf(
        {revenue:String} != '', {revenue:String},
        (SELECT count() FROM order_days WHERE site = {site:String} AND orders > 0) > 0, 'orders',
        'checkouts'
    ) AS revenue_kind,${moneyTables}`;

/** Whether an order is part of the revenue. */
const isRevenue = (isConfirmed: string) =>
	`isNotNull(factor) AND (revenue_kind = 'orders' OR revenue_kind = 'confirmed' AND ${isConfirmed})`;

/** Chooses between the revenue of orders and that of checkouts. Pure. */
export const ofKind = (orders: string, checkouts: string): string =>
	`if(revenue_kind = 'checkouts', ${checkouts}, ${orders})`;

/** Revenue of orders, less refunds, and number of orders by day, in both periods, as a table expression. Pure. */
export const revenueDaysOf = (scope: Scope, isOpen: boolean): string => `(
    SELECT d.day AS day,
        ifNull(sum(if(revenue_kind = 'confirmed', ${converted('d.confirmed_amount - d.confirmed_refunded')}, ${converted('d.amount - d.refunded')})), 0) AS revenue,
        sumIf(if(revenue_kind = 'confirmed', d.confirmed_orders, d.orders), isNotNull(factor)) AS orders
    FROM ${orderDaysOf(scope, isOpen)} AS d
    LEFT JOIN factors ON d.day = factors.day AND d.currency = factors.currency
    WHERE revenue_kind != 'checkouts'
    GROUP BY day
)`;

/**
 * Revenue of orders, less refunds, by session, in the period, as a table expression. The session 0 has the orders whose
 * session is not known, so that all rows together are the revenue of the period. Pure.
 */
export const revenueSessionsOf = (scope: Scope): string => `(
    SELECT visitor_id, session_id, channel, referrer_host, utm_source, utm_medium, utm_campaign,
        ifNull(sum(${converted('m.amount')}), 0) AS revenue, sum(m.orders) AS orders
    FROM ${movementsOf(scope, false)} AS m
    LEFT JOIN factors ON m.day = factors.day AND m.currency = factors.currency
    WHERE m.day >= {from:Date} AND ${isRevenue('m.is_confirmed')}
    GROUP BY visitor_id, session_id, channel, referrer_host, utm_source, utm_medium, utm_campaign
)`;
