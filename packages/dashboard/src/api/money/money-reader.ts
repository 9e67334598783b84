import { number, select, text } from '../query.js';
import { QueryFault, runQuery } from '../run-query.js';
import type { Scope } from '../scope.js';
import { type MoneySettings, noMoney, type SiteMoney, siteMoneyOf } from './site-money.js';

/** The currencies of all orders of a site, and the number of orders in each. */
const orderCurrencies = select(
	{ currency: text, orders: number },
	`SELECT currency, sum(o.orders) AS orders
FROM order_days AS o
WHERE site = {site:String}
GROUP BY currency
ORDER BY orders DESC, currency`,
);

/**
 * Creates a function that reads how the money of a site is counted.
 *
 * @param settings settings of sites by their keys
 */
export function moneyReader(
	source: Parameters<typeof runQuery>[0],
	settings: Readonly<Record<string, MoneySettings>> = {},
): (scope: Scope) => Promise<SiteMoney> {
	return async (scope) => {
		const own = Object.hasOwn(settings, scope.site) ? (settings[scope.site] ?? {}) : {};
		try {
			return siteMoneyOf(own, await runQuery(source, orderCurrencies, scope));
		} catch (error) {
			// Marts of an earlier version have no orders. The queries of the view report what is wrong with ClickHouse.
			if (error instanceof QueryFault) return noMoney;
			throw error;
		}
	};
}
