import type { Warehouse } from '@footfall/warehouse';

const price = 'round(amount * factor, 2)';

/** Copies every checkout of a site as an order, a third of a second later; a server tells of two of three, too. */
const ordersSql = `INSERT INTO events
    (site, visitor_id, event_id, user_id, ts, received_at, name, amount, currency, order_id, tax, items, url, is_bot, source, browser, os, device, country)
WITH
    cityHash64(event_id, 'order') AS draw,
    ['EUR', 'EUR', 'EUR', 'GBP', 'USD'][1 + draw % 5] AS paid_in,
    transform(paid_in, ['GBP', 'USD'], [0.9, 1.2], 1.) AS factor
SELECT site, visitor_id, reinterpretAsUUID(sipHash128(event_id, reporter)), user_id, ts + INTERVAL 300 MILLISECOND,
    received_at + INTERVAL 300 MILLISECOND, 'order', ${price}, paid_in, concat('S-', toString(draw)), round(${price} * 0.19 / 1.19, 2),
    [(toString(1 + draw % 4), concat('Product ', toString(1 + draw % 4)), '', '', ${price}, 1)],
    url, is_bot, reporter, browser, os, device, country
FROM events
ARRAY JOIN if(cityHash64(event_id, 'order') % 3 = 0, ['page'], ['page', 'server']) AS reporter
WHERE site = {site:String} AND name = 'click' AND obj_id = 'checkout'`;

/** Refunds every twelfth order, a day later, if that day has come: half of them as a whole. */
const refundsSql = `INSERT INTO events
    (site, visitor_id, event_id, user_id, ts, received_at, name, amount, currency, order_id, refund_id, url, is_bot, source)
SELECT site, visitor_id, reinterpretAsUUID(sipHash128(event_id, 'refund')), user_id, ts + INTERVAL 1 DAY,
    received_at + INTERVAL 1 DAY, 'refund', if(cityHash64(order_id) % 24 = 0, 0, round(amount / 4, 2)), currency, order_id,
    concat('R-', order_id), url, is_bot, 'server'
FROM events
WHERE site = {site:String} AND name = 'order' AND source = 'page' AND cityHash64(order_id) % 12 = 0
    AND ts + INTERVAL 1 DAY < now64(3)`;

/** Adds orders and refunds to the history of a site, in three currencies. The same history gives the same orders. */
export async function addOrders(warehouse: Warehouse, site: string): Promise<void> {
	for (const sql of [ordersSql, refundsSql]) {
		await warehouse.command(sql, {
			params: { site },
			settings: { async_insert: 0, max_partitions_per_insert_block: 0 },
		});
	}
}
