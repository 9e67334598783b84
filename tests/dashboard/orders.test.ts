import { readFileSync } from 'node:fs';
import { fillHistory } from '@footfall/dashboard/testing';
import { launchChromium } from '@footfall/demo-shop';
import type { Warehouse } from '@footfall/warehouse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

const [from, to] = [daysAgo(29), daysAgo(1)];
/** The units of a currency that one euro is worth. USD has rates of some days only, the last ones. */
const perEuro = new Map([
	['EUR', 1],
	['GBP', 0.85],
	['USD', 1.1],
]);

async function addEvents(warehouse: Warehouse): Promise<void> {
	await fillHistory(warehouse, { days: 30, visitors: 200, site: 'tills', orders: true });
	await warehouse.command(`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, amount, currency, order_id, source)
		SETTINGS async_insert = 0 SELECT 'nobody', 0, generateUUIDv4(), now64(3) - INTERVAL 3 DAY, now64(3) - INTERVAL 3 DAY,
			'order', 10, 'EUR', toString(number), 'server' FROM numbers(7)`);
	await warehouse.command(`INSERT INTO exchange_rates (day, currency, per_euro)
		SELECT today() - 70 + number, 'GBP', 0.85 FROM numbers(60) UNION ALL SELECT today() - 70 + number, 'USD', 1.1 FROM numbers(65)`);
}

beforeAll(async () => {
	[test, browser] = await Promise.all([
		startDashboardUnderTest({ orders: true, money: { tills: { currency: 'USD', revenue: 'confirmed' } }, addEvents }),
		launchChromium(),
	]);
	desk = await openDashboard(await browser.newContext({ viewport: { width: 1360, height: 900 } }), test);
});
afterAll(async () => {
	await browser.close();
	await test.stop();
});

/** An event as it is stored. */
interface Told {
	order_id: string;
	day: string;
	amount: string;
	currency: string;
	source: string;
	is_bot: boolean;
}

/** The counted orders of a site on all days. */
const orderAmounts = (site: string) =>
	test.warehouse.query<{ currency: string; amount: string }>(
		`SELECT currency, amount FROM orders WHERE site = {site:String} AND NOT is_bot AND NOT is_implausible`,
		{ params: { site } },
	);

/** Orders and refunds of a site, counted in this test from the events themselves. */
async function recount(site: string, isConfirmedOnly = false) {
	const events = (name: string) =>
		test.warehouse.query<Told>(
			`SELECT order_id, toString(toDate(ts)) AS day, amount, currency, source, is_bot FROM events FINAL
			WHERE site = {site:String} AND name = {name:String} ORDER BY source = 'server' DESC, received_at, event_id`,
			{ params: { site, name } },
		);
	const orders = new Map<string, Told>();
	for (const event of await events('order')) if (!orders.has(event.order_id)) orders.set(event.order_id, event);
	const counts = ({ source, is_bot }: Told) =>
		(source === 'server' || !is_bot) && (!isConfirmedOnly || source === 'server');
	const inPeriod = ({ day }: Told) => day >= from && day <= to;
	const refunds = (await events('refund')).map((refund) => {
		const order = orders.get(refund.order_id) as Told;
		return { ...refund, amount: Number(refund.amount) === 0 ? order.amount : refund.amount, order };
	});
	return {
		orders: [...orders.values()].filter((order) => counts(order) && inPeriod(order)),
		refunds: refunds.filter((refund) => counts(refund.order) && inPeriod(refund)),
	};
}

const sumIn = (currency: string, rows: readonly Told[]) =>
	rows.reduce(
		(sum, row) => sum + (Number(row.amount) / (perEuro.get(row.currency) ?? 0)) * (perEuro.get(currency) ?? 0),
		0,
	);

/** The rows of a view by query, as the API answers them. */
type Rows = Record<string, Record<string, unknown>[] | undefined>;

/** Asks for the rows of a view. */
async function rowsOf(view: string, site: string, more = ''): Promise<Rows> {
	const address = `${test.dashboard.url}/api/${view}?site=${site}&from=${from}&to=${to}${more}`;
	const response = await fetch(address, { headers: test.headers });
	expect(response.status).toBe(200);
	return ((await response.json()) as { rows: Rows }).rows;
}
const sumOf = (rows: readonly Record<string, unknown>[] | undefined, name: string) =>
	(rows ?? []).reduce((sum, row) => sum + Number(row[name]), 0);
const totalRevenue = (rows: Rows) =>
	Number(rows.numbers?.find(({ isTotal, isCurrent }) => isTotal && isCurrent)?.revenue);

describe('the orders of a site', () => {
	it('are those of the events, each once, in the currency of most orders, by the rates of the days', async () => {
		const { orders, refunds } = await recount('shop');
		expect(refunds.length).toBeGreaterThan(3);
		expect(new Set(orders.map(({ currency }) => currency))).toEqual(new Set(perEuro.keys()));
		const { totals, days, currencies, products, sessions, quality } = await rowsOf('orders', 'shop');
		const now = totals?.find(({ isCurrent }) => isCurrent);
		expect(now).toMatchObject({ currency: 'EUR', orders: orders.length, refunds: refunds.length });
		expect(now?.amount).toBeCloseTo(sumIn('EUR', orders), 4);
		expect(now?.refunded).toBeCloseTo(sumIn('EUR', refunds), 4);
		expect(now?.confirmedOrders).toBe(orders.filter(({ source }) => source === 'server').length);
		for (const { day, amount, refunded } of days ?? []) {
			expect(amount).toBeCloseTo(
				sumIn(
					'EUR',
					orders.filter((order) => order.day === day),
				),
				4,
			);
			expect(refunded).toBeCloseTo(
				sumIn(
					'EUR',
					refunds.filter((refund) => refund.day === day),
				),
				4,
			);
		}
		expect(sumOf(days, 'orders')).toBe(orders.length);
		for (const { currency, orders: count, amount } of currencies ?? []) {
			const own = orders.filter((order) => order.currency === currency);
			expect(count).toBe(own.length);
			expect(amount).toBeCloseTo(
				own.reduce((sum, order) => sum + Number(order.amount), 0),
				4,
			);
		}
		expect(sumOf(products, 'units')).toBe(orders.length);
		expect(sumOf(products, 'amount')).toBeCloseTo(sumIn('EUR', orders), 4);
		for (const name of ['channel', 'campaign', 'landing'])
			expect(
				sumOf(
					sessions?.filter(({ attribute }) => attribute === name),
					'orders',
				),
			).toBe(orders.length);
		expect(Number(quality?.[0]?.ofBots)).toBeGreaterThan(0);
	});

	it('are its revenue in every view, in the sums of which nothing is lost', async () => {
		const { orders, refunds } = await recount('shop');
		const revenue = sumIn('EUR', orders) - sumIn('EUR', refunds);
		const overview = await rowsOf('overview', 'shop');
		expect(overview.money).toEqual([{ kind: 'orders', currency: 'EUR' }]);
		expect(totalRevenue(overview)).toBeCloseTo(revenue, 4);
		const { channels, sources } = await rowsOf('acquisition', 'shop');
		expect(sumOf(channels, 'revenue')).toBeCloseTo(revenue, 4);
		expect(sumOf(sources, 'revenue')).toBeCloseTo(revenue, 4);
		const { values } = await rowsOf('audience', 'shop');
		for (const name of ['device', 'country'])
			expect(
				sumOf(
					values?.filter(({ dimension }) => dimension === name),
					'revenue',
				),
			).toBeCloseTo(revenue, 4);
		const [funnel] = (await rowsOf('shop', 'shop')).orders ?? [];
		expect(funnel?.revenue).toBeCloseTo(revenue, 4);
		expect(funnel?.orders).toBe(orders.length);
		expect(sumOf([funnel ?? {}], 'afterSteps') + Number(funnel?.withoutSteps) + Number(funnel?.withoutSession)).toBe(
			orders.length,
		);
		const devices = ['mobile', 'desktop', 'tablet'];
		const filtered = await Promise.all(devices.map((device) => rowsOf('overview', 'shop', `&device=${device}`)));
		expect(filtered.reduce((sum, rows) => sum + totalRevenue(rows), 0)).toBeCloseTo(revenue, 4);
		const lists = await Promise.all(devices.map((device) => rowsOf('orders', 'shop', `&device=${device}`)));
		expect(lists.reduce((sum, rows) => sum + sumOf(rows.days, 'orders'), 0)).toBe(orders.length);
	});

	it('are in the currency of its settings, and its revenue those of which a server told, where it says so', async () => {
		const { orders, refunds } = await recount('tills', true);
		expect(orders.length).toBeGreaterThan(3);
		const overview = await rowsOf('overview', 'tills');
		expect(overview.money).toEqual([{ kind: 'confirmed', currency: 'USD' }]);
		expect(totalRevenue(overview)).toBeCloseTo(sumIn('USD', orders) - sumIn('USD', refunds), 4);
		const { channels } = await rowsOf('acquisition', 'tills');
		expect(sumOf(channels, 'revenue')).toBeCloseTo(sumIn('USD', orders) - sumIn('USD', refunds), 4);
		const { totals } = await rowsOf('orders', 'tills');
		const all = await recount('tills');
		expect(totals?.find(({ isCurrent }) => isCurrent)?.orders).toBe(all.orders.length);
	});

	it('that it does not have leave the clicks on checkout as its revenue', async () => {
		const [session] = await test.warehouse.query<{ revenue: string }>(
			`SELECT sum(s.revenue) AS revenue FROM session_days AS s WHERE site = 'blog' AND day BETWEEN '${from}' AND '${to}'`,
		);
		const overview = await rowsOf('overview', 'blog');
		expect(overview.money).toEqual([{ kind: 'checkouts', currency: '' }]);
		expect(totalRevenue(overview)).toBeCloseTo(Number(session?.revenue), 4);
		expect((await rowsOf('orders', 'blog')).totals).toEqual([]);
	});

	it('are converted by the SQL of the page about currencies, too', async () => {
		const page = readFileSync(new URL('../../docs/how-to/several-currencies.md', import.meta.url), 'utf8');
		const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(page) ?? [];
		const rows = await test.warehouse.query<{ currency: string; charged: string; euros: number }>(sql);
		const told = (await Promise.all(['shop', 'tills', 'nobody'].map(orderAmounts))).flat();
		expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(perEuro.keys()));
		for (const { currency, charged, euros } of rows) {
			const sum = told.filter((row) => row.currency === currency).reduce((total, row) => total + Number(row.amount), 0);
			expect(Number(charged)).toBeCloseTo(sum, 4);
			expect(Math.abs(euros - sum / (perEuro.get(currency) ?? 0))).toBeLessThan(0.01);
		}
	});

	it('in a currency without rates are shown by themselves, and said', async () => {
		await test.warehouse.command(
			"ALTER TABLE exchange_rates DELETE WHERE currency = 'GBP' SETTINGS mutations_sync = 2",
		);
		const { orders } = await recount('shop');
		const { totals, currencies } = await rowsOf('orders', 'shop');
		const convertible = orders.filter(({ currency }) => currency !== 'GBP');
		expect(totals?.find(({ isCurrent }) => isCurrent)).toMatchObject({ orders: convertible.length });
		expect(currencies?.map(({ currency, isLeftOut }) => [currency, isLeftOut])).toEqual(
			expect.arrayContaining([
				['EUR', false],
				['GBP', true],
				['USD', false],
			]),
		);
		await desk.open(`?view=orders&site=shop&from=${from}&to=${to}`);
		const card = desk.page.locator('section.card', { hasText: 'Orders and refunds' });
		await expect
			.poll(() => card.textContent(), { timeout: 20_000 })
			.toMatch(/GBP: .* not in the sums above, because there is no exchange rate/);
		expect(await card.textContent()).toMatch(/USD: .* converted by the rate of the day/);
	});

	it('of nobody are in its money, and in none of its visitors and sessions', async () => {
		const response = await fetch(`${test.dashboard.url}/api/sites`, { headers: test.headers });
		const { sites } = (await response.json()) as { sites: Record<string, unknown>[] };
		expect(sites.at(-1)).toEqual({ site: 'nobody', firstDay: daysAgo(3), lastDay: daysAgo(3), visitorDays: 0 });
		const { totals } = await rowsOf('orders', 'nobody');
		expect(totals?.find(({ isCurrent }) => isCurrent)).toMatchObject({ orders: 7, amount: 70 });
		const { numbers } = await rowsOf('overview', 'nobody');
		const now = numbers?.find(({ isTotal, isCurrent }) => isTotal && isCurrent);
		expect(now).toMatchObject({ visitors: 0, sessions: 0, revenue: 70 });
	});

	it('are on the page, with what told of each, and can be searched', async () => {
		const { orders } = await recount('shop');
		await desk.open(`?view=orders&site=shop&from=${from}&to=${to}`);
		expect((await desk.table('Revenue by day')).length).toBe(29);
		const latestIds = async () => (await desk.table('Latest orders')).map(([id]) => id);
		const latest = await desk.table('Latest orders');
		expect(new Set(latest.map(([, , , , told]) => told))).toEqual(new Set(['page', 'server, page']));
		const [order] = orders;
		const found = desk.page.waitForResponse((response) => response.url().includes('search='));
		await desk.page.getByRole('searchbox', { name: 'Search orders' }).fill(order?.order_id ?? '');
		await found;
		await expect.poll(() => latestIds(), { timeout: 20_000 }).toEqual([order?.order_id]);
		expect(desk.errors).toEqual([]);
		expect(test.complaints).toEqual([]);
	});
});
