import { type Dashboard, type DashboardOptions, startDashboard } from '@footfall/dashboard';
import { fillHistory } from '@footfall/dashboard/testing';
import { type Definitions, defaultDefinitions } from '@footfall/definitions';
import { build, compileOrThrow, defaultParameters, freshness } from '@footfall/transforms';
import { connect, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';

export interface DashboardUnderTest {
	dashboard: Dashboard;
	/** Headers that authorize a program. */
	headers: { authorization: string };
	token: string;
	/** ClickHouse with the account of the writer, for queries of the test itself. */
	warehouse: Warehouse;
	clickhouse: TestWarehouse;
	/** Warnings and errors that the dashboard logged. */
	complaints: string[];
	stop(): Promise<void>;
}

export const token = 'token-of-the-tests-0001';

/** Settings of the dashboard and its sites that only some tests have. */
interface TestOptions {
	/** Whether checkouts of the shop are orders, too. @default false */
	orders?: boolean;
	/** Settings of sites on their money. @default none */
	money?: DashboardOptions['money'];
	/** Goals and funnels. @default those without a definitions.json */
	definitions?: Definitions | undefined;
	/** Adds further events before the marts are built. @default none */
	addEvents?: ((warehouse: Warehouse) => Promise<void>) | undefined;
}

/**
 * Starts a dashboard over real marts of a shop and a blog, with a third site without events. It has the account that it
 * has in `footfall up`.
 */
export async function startDashboardUnderTest({
	orders = false,
	money,
	definitions,
	addEvents,
}: TestOptions = {}): Promise<DashboardUnderTest> {
	const isPlain = !orders && addEvents === undefined && definitions === undefined;
	// The history ends today. Files without orders share one shop.
	const clickhouse = await startTestWarehouse(
		isPlain ? { name: `shop-experiment-${daysAgo(0)}`, prepare: (warehouse) => buildShop(warehouse, {}) } : undefined,
	);
	const { warehouse, server } = clickhouse;
	if (!isPlain) await buildShop(warehouse, { orders, definitions, addEvents });
	const reader = connect({ url: server.url, ...server.reader });
	const complaints: string[] = [];
	const complain = (fields: object, message: string) => void complaints.push(`${message} ${JSON.stringify(fields)}`);
	const logger = { warn: complain, error: complain };
	const dashboard = await startDashboard({
		port: 0,
		token,
		warehouse: reader,
		freshness: () => freshness(warehouse),
		sites: ['shop', 'blog', 'empty'],
		collectorUrl: 'http://0.0.0.0:7171',
		money,
		logger,
	});
	return {
		dashboard,
		headers: { authorization: `Bearer ${token}` },
		token,
		warehouse,
		clickhouse,
		complaints,
		async stop() {
			await dashboard.stop();
			await reader.close();
			await clickhouse.stop();
		},
	};
}

/** Those of a shop, and an experiment of which its history has variants. */
const shopDefinitions: Definitions = {
	...defaultDefinitions,
	experiments: [{ name: 'cart', title: 'Style of the cart', key: 'cart_style', goal: 'checkout', sites: ['shop'] }],
};

async function buildShop(
	warehouse: Warehouse,
	{ orders = false, definitions = shopDefinitions, addEvents }: TestOptions,
): Promise<void> {
	await fillHistory(warehouse, { days: 60, visitors: 1_500, orders });
	await fillHistory(warehouse, { days: 20, visitors: 100, site: 'blog' });
	await fillMidnights(warehouse);
	await addEvents?.(warehouse);
	const models = compileOrThrow(undefined, { ...defaultParameters, definitions });
	const { outcome } = await build(warehouse, models);
	if (outcome !== 'published') throw new Error(`the marts are ${outcome}`);
}

/**
 * Two visitors of the shop, one with each kind of device, who open two pages at the start of every day. The history is
 * busy in the daytime, so that soon after midnight today would have no session, and no visitor of two days in a row.
 */
const fillMidnights = (warehouse: Warehouse) =>
	warehouse.command(`INSERT INTO events
			(site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, browser, os, device, country)
		SELECT 'shop', 1 + number % 2, generateUUIDv4(),
			toDateTime64(today(), 3, 'UTC') - INTERVAL intDiv(number, 4) DAY + INTERVAL intDiv(number, 2) % 2 MILLISECOND AS at,
			at, 'view', 'page', 'main', 'https://shop.example/',
			'Firefox', if(number % 2 = 0, 'Android', 'Linux'), if(number % 2 = 0, 'mobile', 'desktop'), 'DE'
		FROM numbers(60 * 4)`);

/** The UTC day so many days before today, as `2026-01-31`. */
export function daysAgo(days: number): string {
	return new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
}
