import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { launchChromium } from '@footfall/demo-shop';
import type { Warehouse } from '@footfall/warehouse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectToData } from '../support/embedded-client.js';
import { eventually, type FootfallProcess, up } from '../support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-event-to-mart-'));
let footfall: FootfallProcess;
/** Write key of the site, with which servers tell of orders. */
const key = 'the-write-key-of-the-tests';
let collectorUrl: string;
let pages: Server;
let pagesUrl: string;
let browser: Browser;
let warehouse: Warehouse;

/** That of a person, since the bundled Chromium names itself as a program. */
const userAgent = 'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

/** A page as the README tells developers to write it. */
const page = (collector: string, site: string) => `<!doctype html><html lang="en"><title>One product</title>
<script defer src="${collector}/footfall.js" data-site="${site}"></script>
<body data-ff-page="product" data-ff-product-id="7" data-ff-amount="19.99" data-ff-currency="EUR">
<button id="declared" data-ff-click="add_to_cart" data-ff-product-id="7" data-ff-amount="19.99" data-ff-prop-colour="blue">Add</button>
<button id="undeclared">Help</button>
<input id="secret" type="password" value="hunter2"></body></html>`;

/** The page after an order of a shop that has Google's tags, with one script tag more. */
const thanksPage = (collector: string) => `<!doctype html><html lang="en"><title>Thanks</title>
<script>window.dataLayer = window.dataLayer || [];
dataLayer.push({ event: 'view_item', ecommerce: { items: [{ item_id: 'SKU-1', price: 57.53 }] } });
dataLayer.push({ ecommerce: null });
dataLayer.push({ event: 'purchase', user_data: { email: 'hunter2' }, ecommerce: {
	transaction_id: 'T-1001', value: 119.95, currency: 'EUR', tax: 19.15, shipping: 4.9, coupon: 'SPRING',
	items: [{ item_id: 'SKU-1', item_name: 'Shoe', item_category: 'Shoes', item_variant: '42', price: 57.53, quantity: 2 }],
} });</script>
<script defer src="${collector}/footfall.js" data-site="shop" data-capture="view click datalayer"></script>
<body>Thanks</body></html>`;

beforeAll(async () => {
	footfall = up(data, [], { FOOTFALL_SITES: JSON.stringify({ shop: { keys: [key] } }) });
	collectorUrl = await footfall.collectorUrl();
	pages = createServer((request, response) => {
		const site = new URL(request.url ?? '/', 'http://x').searchParams.get('site') ?? 'shop';
		const html = request.url?.startsWith('/thanks') ? thanksPage(collectorUrl) : page(collectorUrl, site);
		response.setHeader('content-type', 'text/html').end(html);
	}).listen(0, 'localhost');
	await once(pages, 'listening');
	pagesUrl = `http://localhost:${(pages.address() as AddressInfo).port}`;
	browser = await launchChromium({});
	warehouse = connectToData(data);
});

afterAll(async () => {
	await browser.close();
	pages.close();
	await warehouse.close();
	await footfall.interrupt();
	rmSync(data, { recursive: true, force: true });
});

/** Sends an event of the order 2026-1001, as a backend does that has a key. */
async function backendTells(agent: string, visitor: string, fields: Record<string, unknown>): Promise<void> {
	const event = {
		dt: new Date(),
		url: 'https://shop.example/',
		obj: '',
		order_id: '2026-1001',
		user_id: 'ada',
		visitor_id: visitor,
		...fields,
	};
	const response = await fetch(`${collectorUrl}/v1/events`, {
		method: 'POST',
		headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', 'User-Agent': agent },
		body: JSON.stringify(event),
	});
	expect([agent, response.status]).toEqual([agent, 200]);
}

/** The numbers of a day in the overview, as the dashboard's page gets them. */
async function overviewOf(day: string): Promise<Record<string, unknown> | undefined> {
	const { origin, hash } = new URL(await footfall.printed(/^Dashboard\s+(\S+)/m));
	const response = await fetch(`${origin}/api/overview?site=shop&from=${day}&to=${day}`, {
		headers: { Authorization: `Bearer ${hash.replace('#token=', '')}` },
	});
	const { rows } = (await response.json()) as { rows: { numbers?: Record<string, unknown>[] } };
	return rows.numbers?.find(({ isTotal, isCurrent }) => isTotal && isCurrent);
}

describe('a click in a real browser', () => {
	it('becomes one row in raw and one count in every mart, and nothing else does', async () => {
		const tab = await browser.newPage({ userAgent });
		await tab.goto(`${pagesUrl}/product?utm_source=letter`);
		await tab.click('#declared');
		await tab.click('#undeclared');
		await tab.click('#secret');
		const [session] = await eventually(async () => {
			const sessions = await warehouse.query<{ events: string }>(`SELECT * FROM sessions WHERE site = 'shop'`);
			return sessions.some(({ events }) => events === '2') ? sessions : undefined;
		});
		expect(session).toMatchObject({
			events: '2',
			page_views: '1',
			adds_to_cart: '1',
			checkouts: '0',
			entry_path: '/product',
			utm_source: 'letter',
			device: 'desktop',
			is_bot: false,
			is_bounce: false,
			is_converted: false,
		});
		const [day] = await warehouse.query(`SELECT * FROM int_user_days`);
		expect(day).toMatchObject({
			events: '2',
			product_view_count: '1',
			product_view_amount: '19.99',
			add_to_cart_count: '1',
			add_to_cart_amount: '19.99',
			checkout_count: '0',
			first_checkout_at: null,
			last_checkout_at: null,
		});
		expect(await warehouse.query('SELECT site, dau, wau, mau, stickiness FROM users_activity')).toEqual([
			{ site: 'shop', dau: '1', wau: '1', mau: '1', stickiness: 1 },
		]);
		const raw = await warehouse.query<Record<string, unknown>>(
			'SELECT *, path FROM events FINAL ORDER BY ts, event_id',
		);
		expect(raw.map(({ name, obj, obj_id }) => [name, obj, obj_id])).toEqual([
			['view', 'page', 'product'],
			['click', 'button', 'add_to_cart'],
		]);
		expect(raw[1]).toMatchObject({
			product_id: '7',
			amount: '19.99',
			currency: '',
			props: { colour: 'blue' },
			browser: 'Chrome',
			ts_bounded: false,
		});
		expect(raw[0]).toMatchObject({
			currency: 'EUR',
			title: 'One product',
			path: '/product',
			url: `${pagesUrl}/product?utm_source=letter`,
		});
		// No column contains the text that was typed or the visitor's address.
		expect(JSON.stringify(raw)).not.toMatch(/hunter2|127\.0\.0\.1|::1/);
		await tab.close();
	});

	it('and the orders that its backend tells are of one visitor, who is no bot, and count once', async () => {
		const tab = await browser.newPage({ userAgent });
		await tab.goto(`${pagesUrl}/product?utm_source=shop-of-a-backend`);
		const visitor = await tab.evaluate<string>('footfall.visitor()');
		const order = { orderId: '2026-1001', amount: 119.95, currency: 'EUR' };
		await tab.evaluate((fields) => window.footfall?.('track', 'order', fields), order);
		// A webhook, and its repeats by other programs, none of which repeats the id of the event.
		for (const agent of [
			'node',
			'curl/8.5.0',
			'python-requests/2.32.3',
			'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
		])
			await backendTells(agent, visitor, { name: 'order', amount: 119.95, currency: 'EUR' });
		await backendTells('node', visitor, { name: 'refund', amount: 20, refund_id: 'r-1' });
		const [sold] = await eventually(async () => {
			const orders = await warehouse.query<{ server_reports: string; page_reports: string; refunds: string }>(
				`SELECT order_id, toString(visitor_id) AS visitor, amount, net, currency, source, is_confirmed, is_bot, page_reports,
					server_reports, refunds, differences, utm_source, entry_path FROM orders`,
			);
			const [told] = orders;
			const isWhole = told?.server_reports === '4' && told.page_reports === '1' && told.refunds === '1';
			return isWhole && orders.length === 1 ? orders : undefined;
		});
		expect(sold).toMatchObject({
			...{ order_id: '2026-1001', visitor, amount: '119.95', net: '99.95', currency: 'EUR', source: 'server' },
			...{ is_confirmed: true, is_bot: false, page_reports: '1', differences: '0' },
			...{ utm_source: 'shop-of-a-backend', entry_path: '/product' },
		});
		const visits = `FROM sessions WHERE utm_source = 'shop-of-a-backend'`;
		expect(await warehouse.query(`SELECT toString(visitor_id) AS visitor, is_bot, events ${visits}`)).toEqual([
			{ visitor, is_bot: false, events: '7' },
		]);
		expect(await overviewOf(new Date().toISOString().slice(0, 10))).toMatchObject({ visitors: 2, revenue: 99.95 });
		await tab.close();
	});

	it("and the event of README's call of curl are in the charts", async () => {
		const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
		const [, command = '', answer = ''] = /^(curl http:\/\/127\.0\.0\.1:7070[\s\S]*?')\n# (.*)$/m.exec(readme) ?? [];
		const { stdout } = await promisify(execFile)('sh', ['-c', command.replace('http://127.0.0.1:7070', collectorUrl)]);
		expect(stdout).toBe(answer);
		await eventually(async () => ((await overviewOf('2026-01-31'))?.visitors === 1 ? true : undefined));
		expect(await overviewOf('2026-01-31')).toMatchObject({ sessions: 1, pageViews: 1 });
	});

	it('with a site key that is not configured is refused with a reason and stored nowhere', async () => {
		const tab = await browser.newPage();
		const warnings: string[] = [];
		tab.on('console', (message) => warnings.push(message.text()));
		await tab.goto(`${pagesUrl}/?site=nobody`);
		await eventually(async () => (warnings.length > 0 ? true : undefined));
		expect(warnings).toEqual(['footfall: nobody lost 1 events: unknown-site']);
		await tab.close();
		expect(await warehouse.query(`SELECT count() AS n FROM events WHERE site != 'shop'`)).toEqual([{ n: '0' }]);
	});
});

describe('an order in the data layer of a page', () => {
	it('becomes one order of the marts with its items, also when the page is loaded again', async () => {
		const tab = await browser.newPage({ userAgent });
		await tab.goto(`${pagesUrl}/thanks`);
		const reported = (times: number) =>
			eventually(async () => {
				const orders = await warehouse.query<{ page_reports: string; visitor_id: string }>(
					`SELECT * FROM orders WHERE order_id = 'T-1001'`,
				);
				return Number(orders[0]?.page_reports) === times ? orders : undefined;
			});
		await reported(1);
		await tab.reload();
		const order = { order_id: 'T-1001', currency: 'EUR', amount: '119.95', tax: '19.15', shipping: '4.9' };
		expect(await reported(2)).toEqual([
			expect.objectContaining({ ...order, coupon: 'SPRING', source: 'page', differences: '0', is_bot: false }),
		]);
		const columns = 'product_id, name, category, variant, price, quantity';
		expect(await warehouse.query(`SELECT ${columns} FROM order_items WHERE order_id = 'T-1001'`)).toEqual([
			{ product_id: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: '57.53', quantity: 2 },
		]);
		// A page that was shown twice has two page views, with an event of its own about a product, too.
		const [{ visitor_id } = {}] = await reported(2);
		const views = `SELECT page_views, product_views FROM sessions WHERE visitor_id = ${visitor_id}`;
		// The page view may come later than the order.
		const isWhole = `SELECT countIf(name = 'view' AND obj = 'page') >= 2 AND
			count() = (SELECT sum(events) FROM sessions WHERE visitor_id = ${visitor_id}) AS yes
			FROM events FINAL WHERE visitor_id = ${visitor_id}`;
		await eventually(async () => ((await warehouse.query<{ yes: number }>(isWhole))[0]?.yes ? true : undefined));
		expect(await warehouse.query(views)).toEqual([{ page_views: '2', product_views: '2' }]);
		expect(JSON.stringify(await warehouse.query('SELECT * FROM events'))).not.toContain('hunter2');
		await tab.close();
	});
});
