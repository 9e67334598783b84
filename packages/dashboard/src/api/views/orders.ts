import { list } from '../lists/lists.js';
import { converted, hasRate, moneyTables, withFactors } from '../money/converted.js';
import { countedOrdersOf, orderDaysOf, ordersOf } from '../money/order-rows.js';
import { day, flag, inScope, number, select, text, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/** Sums of orders and refunds, in the reporting currency. */
const sums = {
	orders: number,
	/** Sum of the orders of the period. */
	amount: number,
	/** Refunds in the period, of orders of any day, and their sum. */
	refunds: number,
	refunded: number,
	/** Orders of which a server told, their sum, and the sum of their refunds in the period. */
	confirmedOrders: number,
	confirmedAmount: number,
	confirmedRefunded: number,
};

/** The expressions of `sums` over days with a factor. Pure. */
const sumsOf = (scope: Scope) => {
	const sum = (amount: string) => `ifNull(sum(${converted(scope, amount)}), 0)`;
	const count = (number: string) => `sumIf(${number}, ${hasRate(scope)})`;
	return `${count('d.orders')} AS orders,
    ${sum('d.amount')} AS amount,
    ${count('d.refunds')} AS refunds,
    ${sum('d.refunded')} AS refunded,
    ${count('d.confirmed_orders')} AS confirmedOrders,
    ${sum('d.confirmed_amount')} AS confirmedAmount,
    ${sum('d.confirmed_refunded')} AS confirmedRefunded`;
};

/** The attributes of the session of an order by which orders are listed, and their expressions. */
const attributes = { channel: 'channel', campaign: 'utm_campaign', landing: 'entry_path' } as const;
const attributeNames = Object.keys(attributes) as (keyof typeof attributes)[];
/** SQL for each attribute, separated by commas. Pure. */
const forEach = (sql: (name: keyof typeof attributes) => string) => attributeNames.map(sql).join(', ');

/** Orders by each attribute of their session, for which they are read once. Pure. */
const byAttribute = (scope: Scope) => `SELECT
        multiIf(${forEach((name) => `grouping(of_${name}) = 0, '${name}'`)}, '') AS attribute,
        multiIf(${forEach((name) => `attribute = '${name}', of_${name}`)}, NULL) AS value,
        count() AS orders, sum(o.converted_amount) AS amount, sum(o.converted_net) AS net
    FROM
    (
        SELECT ${forEach((name) => `if(session_id = 0, NULL, toString(${attributes[name]})) AS of_${name}`)},
            ${converted(scope, 'd.amount')} AS converted_amount, ${converted(scope, 'd.net')} AS converted_net
        FROM ${withFactors(scope, countedOrdersOf(scope), 'd')}
        WHERE ${hasRate(scope)}
    ) AS o
    GROUP BY GROUPING SETS (${forEach((name) => `(of_${name})`)})`;

/** Orders, refunds and products sold. Amounts of other currencies are converted by the rate of the day. */
export const orders = {
	totals: select(
		{
			/** The row belongs to the requested period, not to the preceding one. */
			isCurrent: flag,
			/** ISO 4217 code of the currency of all sums; empty if the site has no orders. */
			currency: text,
			...sums,
		},
		(
			scope,
		) => `${moneyTables(scope)}SELECT d.day >= {from:Date} AS isCurrent, {currency:String} AS currency, ${sumsOf(scope)}
FROM ${withFactors(scope, orderDaysOf(scope), 'd')}
GROUP BY isCurrent
ORDER BY isCurrent`,
	),
	days: select(
		{ day, ...sums },
		(scope) => `${moneyTables(scope)}SELECT d.day AS day, ${sumsOf(scope)}
FROM ${withFactors(scope, orderDaysOf(scope), 'd')}
WHERE d.day >= {from:Date}
GROUP BY day
ORDER BY day`,
	),
	/** The same in the currencies of the orders, none of them converted. */
	currencies: select(
		{
			currency: text,
			orders: number,
			amount: number,
			refunded: number,
			/** A rate is missing on at least one day, so that the orders of this day are in no sum of other queries. */
			isLeftOut: flag,
		},
		(
			scope,
		) => `${moneyTables(scope)}SELECT d.currency AS currency, sum(d.orders) AS orders, sum(d.amount) AS amount, sum(d.refunded) AS refunded,
    countIf(NOT ${hasRate(scope)}) > 0 AS isLeftOut
FROM ${withFactors(scope, orderDaysOf(scope), 'd')}
WHERE d.day >= {from:Date}
GROUP BY currency
HAVING orders > 0 OR refunded > 0
ORDER BY orders DESC, currency`,
	),
	/** Reports that do not agree, or that count nowhere, over all sessions. */
	quality: select(
		{
			differing: number,
			refundsWithoutOrder: number,
			refundsInOtherCurrency: number,
			refundsCut: number,
			withoutId: number,
			ofBots: number,
			implausible: number,
		},
		`SELECT sum(differing_orders) AS differing, sum(refunds_without_order) AS refundsWithoutOrder,
    sum(refunds_in_other_currency) AS refundsInOtherCurrency, sum(refunds_cut) AS refundsCut,
    sum(reports_without_id) AS withoutId, sum(bot_orders) AS ofBots, sum(implausible_orders) AS implausible
FROM order_days
WHERE ${inScope}`,
	),
	products: list(
		{ productId: text, name: text, orders: number, units: number, amount: number },
		{
			rows: (
				scope,
			) => `${moneyTables(scope)}SELECT d.item.product_id AS productId, argMax(d.item.name, d.ordered_at) AS name, uniqExact(d.order_id) AS orders,
        sum(d.item.quantity) AS units, sum(${converted(scope, 'toDecimal128(d.item.price, 4) * d.item.quantity')}) AS amount
    FROM ${withFactors(scope, `(SELECT day, currency, ordered_at, order_id, item FROM ${countedOrdersOf(scope)} ARRAY JOIN items AS item)`, 'd')}
    WHERE ${hasRate(scope)}
    GROUP BY productId`,
			searched: ['productId', 'name'],
			orderBy: 'amount DESC, productId',
			limit: 100,
		},
	),
	sessions: list(
		{
			attribute: text,
			/** Null for orders of which the session is not known. */
			value: text.nullable(),
			orders: number,
			amount: number,
			/** Without what was refunded until now. */
			net: number,
		},
		{
			rows: (scope) => `${moneyTables(scope)}${byAttribute(scope)}`,
			searched: ["ifNull(value, '')"],
			orderBy: 'amount DESC, value',
			limit: 100,
			by: { column: 'attribute', lists: attributeNames },
		},
	),
	latest: list(
		{
			orderId: text,
			/** Milliseconds since 1970. */
			orderedAtMs: number,
			currency: text,
			/** In the currency of the order. */
			amount: number,
			refunded: number,
			/** Sender of the report that counts: page, server or import. */
			source: text,
			isConfirmed: flag,
			/** Number of reports by their sender. */
			pageReports: number,
			serverReports: number,
			importReports: number,
			/** Reports that differ from the one that counts. */
			differences: number,
			isBot: flag,
			isImplausible: flag,
			channel: text,
		},
		{
			rows: (
				scope,
			) => `SELECT order_id AS orderId, toUnixTimestamp64Milli(ordered_at) AS orderedAtMs, currency, amount, refunded,
        source, is_confirmed AS isConfirmed, page_reports AS pageReports, server_reports AS serverReports,
        import_reports AS importReports, differences, is_bot AS isBot, is_implausible AS isImplausible, channel
    FROM ${ordersOf(scope)}`,
			searched: ['orderId'],
			orderBy: 'orderedAtMs DESC, orderId',
			limit: 100,
		},
	),
} as const satisfies ViewQueries;
