import { type Dashboard, startDashboard } from '@footfall/dashboard';
import { followReads, freshness, generation, type Reads } from '@footfall/transforms';
import { connect, type Warehouse, type WarehouseAddress } from '@footfall/warehouse';
import type { dashboardOptions } from '../settings/option-groups.js';
import type { Settings } from '../settings/options.js';
import type { SiteSetting } from '../settings/values/site-list.js';
import type { Logger } from './logger.js';
import type { Shutdown } from './shutdown.js';

interface DashboardSources {
	readerAddress: WarehouseAddress;
	writer: Warehouse | undefined;
	reads?: Reads | undefined;
	sites?: readonly SiteSetting[];
	money?: readonly SiteSetting[];
	collectorUrl?: string;
}

/**
 * Starts the dashboard on its own connection, with the read-only account if there is one.
 *
 * @param writer a connection that can read how old the marts are; without it the dashboard does not know
 * @param reads records when the dashboard is in use. @default in the database of `writer`
 * @param sites sites that the collector accepts, and its address for pages; undefined if it runs elsewhere
 * @param money sites with their settings on money. @default `sites`
 */
export async function startDashboardPart(
	settings: Settings<(typeof dashboardOptions)[number]>,
	{
		readerAddress,
		writer,
		reads = writer && followReads(writer),
		sites,
		money = sites,
		collectorUrl,
	}: DashboardSources,
	{ shutdown, log }: { shutdown: Shutdown; log: Logger },
): Promise<Dashboard> {
	const { clickhouseReaderUrl, dashboardHost, dashboardPort, dashboardToken, dashboardHosts = [] } = settings;
	const warehouse = connect(clickhouseReaderUrl === undefined ? readerAddress : { url: clickhouseReaderUrl });
	shutdown.add("the dashboard's ClickHouse client", () => warehouse.close());
	const dashboard = await startDashboard({
		host: dashboardHost,
		port: dashboardPort,
		token: dashboardToken,
		hosts: dashboardHosts,
		warehouse,
		freshness: writer && (() => freshness(writer)),
		generation,
		sites: sites?.map(({ key }) => key),
		money: Object.fromEntries((money ?? []).map(({ key, currency, revenue }) => [key, { currency, revenue }])),
		collectorUrl,
		onRead: reads?.note,
		logger: log,
	});
	shutdown.add('dashboard', () => dashboard.stop());
	return dashboard;
}
