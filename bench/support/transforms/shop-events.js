/** Maximum number of rows of one insert. */
const rowsPerInsert = 500_000;

/**
 * Makes events of a shop: sessions of six events. Each visitor has two sessions within some hours, so that about one in
 * nine is also active on the next day; one in eight is a visitor of up to a month before.
 *
 * @param {{ firstDay: string, eventsPerDay: number, site?: string, orderShare?: number }} shop `firstDay` as
 *   `2025-01-06`; `orderShare` of the last events of sessions are orders with two items. @default 0
 * @returns an INSERT for each half a million events from a number on
 */
export function shopEvents({ firstDay, eventsPerDay, site = 'shop', orderShare = 0 }) {
	const isOrder = `k = 5 AND cityHash64(i, 3) % 1000 < ${Math.round(orderShare * 1000)}`;
	const order = `'EUR', if(${isOrder}, toString(i), ''), if(${isOrder}, [('SKU-1', 'A product', 'shoes', 'red', 10.5, 2), ('SKU-2', 'Another one', 'shoes', 'blue', 9, 1)], [])`;
	const visitorsPerDay = Math.round(eventsPerDay / 12);
	const insert = (first, rows) => `INSERT INTO events
		(site, visitor_id, event_id, ts, received_at, name, obj, obj_id, product_id, amount, url, user_id, referrer, browser, os, device, country, is_bot, source, title, language, timezone, viewport_width, currency, order_id, items)
		SELECT '${site}', cityHash64(v) % 9007199254740991, reinterpretAsUUID(sipHash128(i, '${site}')), ts, ts + INTERVAL 1 SECOND,
			multiIf(k < 3, 'view', ${isOrder}, 'order', 'click'),
			multiIf(k < 3, 'page', k = 3, 'url', 'button'),
			multiIf(k = 0, 'main', k = 1, 'product', k = 2, ['cart', 'product', 'checkout'][1 + r % 3], k = 3, '/catalog/product/2', k = 4, 'add_to_cart', r % 3 = 0, 'checkout', 'help'),
			if(k IN (1, 4), toString(1 + r % 4), ''), if(k IN (1, 4), [100, 10, 200, 9][1 + r % 4], if(k = 5, 300, 0)),
			concat('https://shop.example', ['/main', '/catalog', '/catalog/product/1', '/catalog/product/2', '/catalog/product/3', '/cart', '/cart/checkout'][1 + r % 7], if(s % 5 = 0, '?utm_source=news&utm_campaign=spring', '')),
			if(v % 10 = 0, concat('user-', toString(v)), ''), if(s % 4 = 0, 'https://search.example/?q=1', ''),
			['Chrome', 'Firefox', 'Safari'][1 + v % 3], ['Linux', 'Windows', 'macOS'][1 + v % 3], ['desktop', 'mobile'][1 + v % 2], ['DE', 'FR', 'US'][1 + v % 3],
			v % 97 = 0, 'page', 'A product of the shop', 'en-GB', 'Europe/Berlin', 1280, ${order}
		FROM
		(
			SELECT ${first} + number AS i, intDiv(i, 6) AS s, i % 6 AS k, cityHash64(i) AS r, intDiv(s, 2) AS newest,
				(cityHash64(newest, 7) % 30) * ${visitorsPerDay} AS earlier,
				if(newest % 8 = 0 AND earlier <= newest, newest - earlier, newest) AS v,
				toDateTime64('${firstDay} 00:00:00', 3, 'UTC') + INTERVAL intDiv(i, ${eventsPerDay}) DAY
					+ INTERVAL (cityHash64(intDiv(s, 2), 1) % 86400000 + (s % 2) * 9000000 + k * 41000 + r % 20000) MILLISECOND AS ts
			FROM system.numbers LIMIT ${rows}
		)
		SETTINGS async_insert = 0, max_insert_block_size = 1000000`;
	return (from, count) =>
		Array.from({ length: Math.ceil(count / rowsPerInsert) }, (_, i) => {
			const first = from + i * rowsPerInsert;
			return insert(first, Math.min(rowsPerInsert, from + count - first));
		});
}
