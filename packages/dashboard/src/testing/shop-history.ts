import type { Warehouse } from '@footfall/warehouse';
import { addOrders } from './order-history.js';

export interface HistoryOptions {
	/** Length of the history, in UTC days; the last one is today. */
	days: number;
	/** Visitors over all days; each makes 10.6 events on average, in one to eight visits. */
	visitors: number;
	/** @default shop */
	site?: string;
	/** Whether every checkout becomes an order, in one of three currencies, and some are refunded. @default false */
	orders?: boolean;
}

/** Maximum number of visitors in one INSERT. */
const visitorsPerInsert = 50_000;

/**
 * Fills the raw table with a shop's history: the number of visitors grows, they return less and less often, are more
 * active in the daytime and on working days, and sometimes buy. The same options give the same events, relative to
 * today.
 */
export async function fillHistory(
	warehouse: Warehouse,
	{ days, visitors, site = 'shop', orders = false }: HistoryOptions,
): Promise<void> {
	for (let first = 0; first < visitors; first += visitorsPerInsert) {
		const count = Math.min(visitorsPerInsert, visitors - first);
		await warehouse.command(insertSql, {
			params: { site, first, count, days },
			settings: { async_insert: 0, max_insert_block_size: 1_000_000, max_partitions_per_insert_block: 0 },
		});
	}
	if (orders) await addOrders(warehouse, site);
}

/** An expression for a pseudo-random number from 0 to below 1 that depends on the given expressions only. */
const chance = (...of: (string | number)[]) => `(cityHash64(${of.join(', ')}) % 1000003 / 1000003)`;
/** An expression that picks an item of a list; earlier items are more likely. */
const pick = (list: string, ...of: (string | number)[]) =>
	`${list}[1 + toUInt32(floor(length(${list}) * pow(${chance(...of)}, 1.8)))]`;

const page = (id: string, path: string, product: string, amount: string) =>
	`('view', 'page', '${id}', ${path}, if(${product} = 0, '', toString(${product})), toFloat64(${amount}), '')`;
const click = (id: string, path: string, product: string, amount: string) =>
	`('click', 'button', '${id}', ${path}, if(${product} = 0, '', toString(${product})), toFloat64(${amount}), '')`;
const vital = (metric: string, value: string) =>
	`('vital', 'page', '${metric}', entry, '', toFloat64(0), toString(${value}))`;

const insertSql = `INSERT INTO events
    (site, visitor_id, event_id, user_id, ts, received_at, name, obj, obj_id, product_id, amount, currency, props, exp, url, title, referrer, language, browser, os, device, is_bot, source, country)
WITH
    ['/', '/catalog', '/catalog/product/1', '/catalog/product/2', '/guides/choosing-a-size', '/catalog/product/3', '/about', '/catalog/product/4'] AS entries,
    ['DE', 'FR', 'GB', 'US', 'NL', 'ES', 'PL', 'SE', 'IT', 'AT', ''] AS countries,
    ['', 'www.google.com', '', 'duckduckgo.com', 'www.instagram.com', 'blog.example', 'news.example'] AS referrers,
    ['spring', 'newsletter-12', 'retargeting'] AS campaigns,
    [100, 10, 200, 9] AS prices
SELECT
    {site:String}, cityHash64(u, 'visitor') % 9007199254740991, reinterpretAsUUID(sipHash128(u, j, e)),
    if(u % 9 = 0, concat('user-', toString(u)), ''),
    start + INTERVAL ((e - 1) * 1000 * pace + cityHash64(u, j, e) % 900) MILLISECOND AS ts,
    ts + INTERVAL (20 + cityHash64(u, j, e, 'lag') % 400) MILLISECOND,
    step.1, step.2, step.3, step.5, round(step.6, 2), if(step.6 > 0, 'EUR', ''),
    if(step.7 = '', map(), map('value', step.7)),
    -- Four of five visitors take part in an experiment. A few see a variant that has gone, and a few see both others.
    multiIf(u % 5 = 4, map(), u % 40 = 11, map('cart_style', 'dark'), map('cart_style', if((u + (u % 25 = 3 AND j % 2 = 1)) % 2 = 0, 'control', 'big'))),
    concat('https://shop.example', step.4, if(is_campaign, concat('?utm_source=', ${pick("['newsletter', 'instagram', 'google']", 'u', 'j', "'s'")}, '&utm_medium=', if(u % 2 = 0, 'email', 'cpc'), '&utm_campaign=', campaigns[1 + u % 3]), '')),
    'A page of the shop',
    if(referrer = '', '', concat('https://', referrer, '/')),
    'en-GB',
    if(device = 'mobile', ${pick("['Safari', 'Chrome', 'Samsung Internet']", 'u', "'b'")}, ${pick("['Chrome', 'Firefox', 'Edge', 'Safari']", 'u', "'b'")}),
    if(device = 'mobile', ${pick("['iOS', 'Android']", 'u', "'o'")}, ${pick("['Windows', 'macOS', 'Linux']", 'u', "'o'")}),
    device, u % 50 = 7, 'page', country
FROM
(
    SELECT *, arrayJoin(arrayEnumerate(steps)) AS e, steps[e] AS step
    FROM
    (
        SELECT
            u, j,
            if(j = 0, ${pick('entries', 'u', 'j', "'entry'")}, '/') AS entry,
            ${pick("['mobile', 'desktop', 'tablet']", 'u', "'device'")} AS device,
            ${pick('countries', 'u', "'country'")} AS country,
            if(j = 0, ${pick('referrers', 'u', "'referrer'")}, '') AS referrer,
            ${chance('u', 'j', "'campaign'")} < 0.16 AS is_campaign,
            1 + cityHash64(u, 'p') % 4 AS product,
            prices[product] AS price,
            concat('/catalog/product/', toString(product)) AS product_path,
            ${chance('u', 'j', "'depth'")} AS depth,
            8 + toUInt32(floor(90 * pow(${chance('u', 'j', "'pace'")}, 3))) AS pace,
            start,
            arrayConcat(
                [${page('main', 'entry', '0', '0')}],
                if(${chance('u', 'j', "'vitals'")} < 0.5, [
                    ${vital('TTFB', 'round(60 + 500 * pow(vital_chance, 2), 1)')},
                    ${vital('FCP', 'round(400 + 1400 * pow(vital_chance, 2), 1)')},
                    ${vital('LCP', 'round(700 + 3600 * pow(vital_chance, 3), 1)')},
                    ${vital('CLS', 'round(0.3 * pow(vital_chance, 4), 4)')}], []),
                if(depth > 0.36, [${page('catalog', "'/catalog'", '0', '0')}, ${page('product', 'product_path', 'product', 'price')}], []),
                if(depth > 0.36 AND vital_chance > 0.4, [${vital('INP', 'round(30 + 260 * pow(vital_chance, 3), 1)')}], []),
                if(depth > 0.55, [${page('product', "concat('/catalog/product/', toString(1 + product % 4))", '1 + product % 4', 'prices[1 + product % 4]')}], []),
                if(depth > 0.68, [${click('add_to_cart', 'product_path', 'product', 'price')}], []),
                if(depth > 0.80, [${page('cart', "'/cart'", '0', 'price')}], []),
                if(depth > 0.87, [${click('checkout', "'/cart'", '0', 'price * (1 + u % 2)')}, ${page('checkout', "'/cart/checkout'", '0', 'price * (1 + u % 2)')}], [])
            ) AS steps
        FROM
        (
            SELECT
                number AS u,
                arrayJoin(range(1 + toUInt32(floor(8 * pow(${chance('number', "'visits'")}, 4))))) AS j,
                ${chance('u', 'j', "'vital'")} AS vital_chance,
                toInt32(floor({days:UInt16} * sqrt(${chance('number', "'first'")}))) + toInt32(floor(j * (1 + 12 * pow(${chance('number', "'gap'")}, 2)))) AS day_number,
                toDateTime64(today(), 3, 'UTC') - INTERVAL ({days:UInt16} - 1 - day_number) DAY
                    + INTERVAL toInt64(86400000 * (${chance('u', 'j', "'t1'")} + ${chance('u', 'j', "'t2'")} + 0.3) / 2.3) MILLISECOND AS start
            FROM numbers({first:UInt64}, {count:UInt64})
        )
        WHERE day_number < {days:UInt16} AND (toDayOfWeek(start) < 6 OR ${chance('u', 'j', "'weekend'")} < 0.65)
    )
)
WHERE ts < now64(3)`;
