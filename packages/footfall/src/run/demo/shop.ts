import { randomBytes } from 'node:crypto';
import { ServerReports, type Shop, startShop } from '@footfall/demo-shop';
import type { demoOptions } from '../../settings/option-groups.js';
import type { Settings } from '../../settings/options.js';
import type { SiteSetting } from '../../settings/values/site-list.js';
import type { Logger } from '../../stack/logger.js';
import type { Shutdown } from '../../stack/shutdown.js';
import { firstKeyOf } from '../site-keys.js';
import type { SentRecord } from './sent-record.js';

/** The sites of the demo, and the write key with which the shop's server tells of orders. */
export interface KeyedSites {
	sites: readonly SiteSetting[];
	key: string;
	/** Whether the key was made for this run. One from the settings is a secret, which is not printed. */
	isNew: boolean;
}

/** Gives the site of the demo a write key, if the settings have none. */
export function withWriteKey(sites: readonly SiteSetting[], site: string): KeyedSites {
	const given = firstKeyOf(sites, site);
	if (given !== undefined) return { sites, key: given, isNew: false };
	const key = randomBytes(24).toString('base64url');
	return { sites: sites.map((each) => (each.key === site ? { ...each, keys: [key] } : each)), key, isNew: true };
}

/** The origin of the simulated shoppers' pages: that of the shop, or one that the site accepts. Pure. */
export function originOfPages(sites: readonly SiteSetting[], site: string, shopUrl: string): string {
	const origins = sites.find(({ key }) => key === site)?.origins ?? 'any';
	return origins === 'any' || origins.includes(shopUrl) ? shopUrl : (origins[0] ?? shopUrl);
}

/** The shop of the demo, and what its server tells the collector. */
export interface DemoShop {
	shop: Shop;
	reports: ServerReports;
}

/** Starts the shop, and the reports of its server, which are added to the record. Both stop with `shutdown`. */
export async function startDemoShop(
	{ site, shopPort }: Pick<Settings<(typeof demoOptions)[number]>, 'site' | 'shopPort'>,
	{ key, collectorUrl }: { key: string; collectorUrl: string },
	record: SentRecord,
	{ shutdown, log }: { shutdown: Shutdown; log: Logger },
): Promise<DemoShop> {
	const reports = new ServerReports({
		...{ collectorUrl, site, key },
		onEvent({ eventId, visitorId: visitor, ...event }) {
			// Without a visitor it is not about one of the shoppers, whose pages have a tracker.
			if (visitor === undefined) return;
			record.addOfServer(eventId, visitor);
			record.addMoney({ ...event, visitor });
		},
		onFault: (line) => log.warn(line),
	});
	shutdown.add('reports of the shop', () => reports.close());
	const shop = await startShop({ host: '127.0.0.1', port: shopPort, collectorUrl, site, reports });
	shutdown.add('shop', () => shop.stop());
	return { shop, reports };
}
