import { number, ofDays, select } from '../query.js';

/** From a look at a product to a checkout. Visitors are counted once a day. */
export const shop = {
	isSegmented: false,
	queries: {
		funnel: select(
			{ viewers: number, adders: number, buyers: number },
			`SELECT sum(f.viewers) AS viewers, sum(f.adders) AS adders, sum(f.buyers) AS buyers
FROM funnel AS f
WHERE ${ofDays} AND product_id = 0`,
		),
		products: select(
			{
				productId: number,
				views: number,
				viewers: number,
				adds: number,
				adders: number,
				/** Sum of the prices of adds. */
				addAmount: number,
				buyers: number,
			},
			`SELECT product_id AS productId, sum(p.views) AS views, sum(p.viewers) AS viewers, sum(p.adds) AS adds,
    sum(p.adders) AS adders, sum(p.add_amount) AS addAmount, sum(p.buyers) AS buyers
FROM product_days AS p
WHERE ${ofDays}
GROUP BY productId
ORDER BY views DESC, productId
LIMIT 100`,
		),
	},
};
