import { list } from '../lists/lists.js';
import { moneyTables } from '../money/converted.js';
import { hasOrderRevenue, revenueBy } from '../money/revenue.js';
import { inScope, isFiltered, number, select, text, userDaysOf, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/**
 * The id of a product as text. The marts of versions whose ids were numbers have numbers, and 0 for any product, until
 * the first run of this version has published its own.
 */
const idOf = (column: string) => `toString(${column})`;

/** The funnel of all products: rows of the mart; with filters the same, recomputed from matching days. Pure. */
function funnelOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM funnel WHERE ${inScope} AND ${idOf('product_id')} IN ('', '0'))`;
	return `(
    SELECT countIf(funnel_step >= 1) AS viewers, countIf(funnel_step >= 2) AS adders,
        countIf(funnel_step >= 3) AS buyers
    FROM ${userDaysOf(scope)}
)`;
}

/** Products by day: rows of the mart; with filters the same columns, recomputed from matching days. Pure. */
function productDaysOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM product_days WHERE ${inScope})`;
	return `(
    SELECT product.product_id AS product_id, product.views AS views, product.views > 0 AS viewers, product.adds AS adds,
        product.adds > 0 AS adders, product.add_amount AS add_amount, product.funnel_step >= 3 AS buyers
    FROM ${userDaysOf(scope)}
    ARRAY JOIN products AS product
)`;
}

/** The funnel from a product view to a checkout, and products. A visitor counts once a day. */
export const shop = {
	funnel: select(
		{ viewers: number, adders: number, buyers: number },
		(scope) => `SELECT sum(f.viewers) AS viewers, sum(f.adders) AS adders, sum(f.buyers) AS buyers
FROM ${funnelOf(scope)} AS f`,
	),
	/**
	 * The orders of the revenue, by what was seen of them in their session before: a product that was viewed and then
	 * added to the cart, a session without these steps, or no session. None where the revenue is that of checkouts.
	 */
	orders: select(
		{
			orders: number,
			revenue: number,
			currency: text,
			afterSteps: number,
			withoutSteps: number,
			withoutSession: number,
		},
		(
			scope,
		) => `${moneyTables(scope)}SELECT sum(m.orders) AS orders, sum(m.revenue) AS revenue, {currency:String} AS currency,
    sumIf(m.orders, channel != '' AND funnel_step >= 2) AS afterSteps,
    sumIf(m.orders, channel != '' AND funnel_step < 2) AS withoutSteps,
    sumIf(m.orders, channel = '') AS withoutSession
FROM ${revenueBy(scope, ['funnel_step', 'channel'])} AS m
WHERE ${hasOrderRevenue(scope)}`,
	),
	products: list(
		{
			productId: text,
			views: number,
			viewers: number,
			adds: number,
			adders: number,
			/** Sum of the prices of products when they were added to a cart. */
			addAmount: number,
			buyers: number,
		},
		{
			rows: (
				scope,
			) => `SELECT ${idOf('product_id')} AS productId, sum(p.views) AS views, sum(p.viewers) AS viewers, sum(p.adds) AS adds,
        sum(p.adders) AS adders, sum(p.add_amount) AS addAmount, sum(p.buyers) AS buyers
    FROM ${productDaysOf(scope)} AS p
    GROUP BY productId`,
			searched: ['productId'],
			// Numbers are in their order.
			orderBy: 'views DESC, length(productId), productId',
			limit: 100,
		},
	),
} as const satisfies ViewQueries;
