import type { Warehouse } from '@footfall/warehouse';

/** Average number of events of a visitor of `fillHistory` with orders and with `addVariety`. */
export const eventsPerVariedVisitor = 13.7;

const varietySql = `INSERT INTO events
    (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, props, exp, url, referrer, browser, os, device, is_bot, source, country)
WITH
    cityHash64(event_id, 'variety') AS draw,
    -- Few texts are frequent, as in searches of people.
    toUInt32(floor(20000 * pow((draw % 1000003) / 1000003, 3))) AS nth,
    multiIf(draw % 100 < 62, ('view', 'page', 'article', concat('/blog/article-', toString(nth % 3000))),
        draw % 100 < 82, ('search', '', '', '/catalog'),
        draw % 100 < 96, ('outbound', 'url', concat('https://partner-', toString(nth % 1500), '.example/'), '/about'),
        ('subscribe', '', '', '/about')) AS event
SELECT site, visitor_id, reinterpretAsUUID(sipHash128(event_id, 'variety')), ts + INTERVAL 1500 MILLISECOND,
    received_at + INTERVAL 1500 MILLISECOND, event.1, event.2, event.3,
    multiIf(event.1 = 'search', map('query', concat('words ', toString(nth)), 'results', toString(nth % 40)),
        event.1 = 'subscribe', map('plan', ['weekly', 'daily', 'never'][1 + nth % 3]), map()),
    exp, concat('https://shop.example', event.4), referrer, browser, os, device, is_bot, 'page', country
FROM events
WHERE site = {site:String} AND name = 'view' AND obj_id = 'main' AND cityHash64(event_id, 'varied') % 100 < 85`;

/**
 * Adds events of many names, pages, objects and values to the history of a site, as a site has them after a while:
 * articles that are read in the middle of a session, searches, links to other sites, and subscriptions with a plan. The
 * same history gives the same events.
 */
export async function addVariety(warehouse: Warehouse, site: string): Promise<void> {
	await warehouse.command(varietySql, {
		params: { site },
		settings: { async_insert: 0, max_partitions_per_insert_block: 0 },
	});
}
