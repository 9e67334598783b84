import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { launchChromium } from './shoppers/chromium.js';
import { type RecordedEvent, recordPages } from './shoppers/page-record.js';
import { type ShopUnderTest, startShopWithScript } from './testing/shop-in-browser.js';

const tracker = readFileSync(createRequire(import.meta.url).resolve('@footfall/tracker/script'));

let shop: ShopUnderTest;
let browser: Browser;

beforeAll(async () => {
	shop = await startShopWithScript(tracker);
	browser = await launchChromium();
});

afterAll(async () => {
	await shop.stop();
	await browser.close();
});

/** An event in the columns of the events table. */
function say({ name, obj, objId, productId, amount }: RecordedEvent) {
	return [name, obj, objId, productId, amount];
}

async function click(page: Page, selector: string, path: string) {
	await Promise.all([page.waitForURL(shop.url + path), page.click(selector)]);
}

describe('the real tracker on the real pages', () => {
	it('captures a visit in the form of the events table, although nothing is delivered', async () => {
		const context = await browser.newContext();
		const events: RecordedEvent[] = [];
		const record = await recordPages(context, shop.url, { onRecord: (event) => events.push(event) });
		const page = await context.newPage();
		await page.goto(`${shop.url}/main`);
		await click(page, 'nav a[href="/catalog"]', '/catalog');
		await click(page, 'a[href="/catalog/product/3"]', '/catalog/product/3');
		await page.click('[data-ff-click="add_to_cart"]');
		await click(page, 'a[href="/catalog/product/4"]', '/catalog/product/4');
		await page.click('[data-ff-click="add_to_cart"]');
		await page.click('[data-ff-click="add_to_cart"]');
		await click(page, 'nav a[href="/cart"]', '/cart');
		await click(page, '[data-ff-click="checkout"]', '/cart/checkout');
		await page.reload();
		await Promise.all([page.waitForEvent('load'), page.click('[data-ff-click="return"]')]);
		await click(page, 'nav a[href="/registration"]', '/registration');
		await record.collect(page);
		await context.close();
		expect(events.map(say)).toEqual([
			['view', 'page', 'main', 0, 0],
			['click', 'url', '/catalog', 0, 0],
			['view', 'page', 'catalog', 0, 0],
			['click', 'url', '/catalog/product/3', 3, 200],
			['view', 'page', 'product', 3, 200],
			['click', 'button', 'add_to_cart', 3, 200],
			['click', 'url', '/catalog/product/4', 4, 9],
			['view', 'page', 'product', 4, 9],
			['click', 'button', 'add_to_cart', 4, 9],
			['click', 'button', 'add_to_cart', 4, 9],
			['click', 'url', '/cart', 0, 0],
			['view', 'page', 'cart', 0, 218],
			['click', 'button', 'checkout', 0, 218],
			['submit', 'form', '/cart/checkout', 0, 0],
			// The script of the page tells of the order before the tracker has started.
			['order', '', '', 0, 218],
			['view', 'page', 'checkout', 0, 218],
			// A repeated view of the same order is not a second order.
			['view', 'page', 'checkout', 0, 0],
			['click', 'button', 'return', 0, 0],
			['submit', 'form', '/cart/return', 0, 0],
			['view', 'page', 'checkout', 0, 0],
			['click', 'url', '/registration', 0, 0],
			['view', 'page', 'registration', 0, 0],
		]);
		expect(events.find(({ name }) => name === 'order')).toMatchObject({
			currency: 'EUR',
			details: {
				orderId: expect.stringMatching(/^SP-[A-Z0-9]{14}$/),
				items: [
					{ productId: '3', name: 'Electric kettle', price: 200, quantity: 1 },
					{ productId: '4', name: 'Cloth filter', price: 9, quantity: 2 },
				],
			},
		});
		expect(new Set(events.map(({ visitor }) => visitor)).size).toBe(1);
		expect(new Set(events.map(({ stream }) => stream)).size).toBe(9);
	});

	it('reports events that were captured and not stored, because the storage is full', async () => {
		const context = await browser.newContext();
		const losses: unknown[] = [];
		const onRecord = () => expect.unreachable();
		const record = await recordPages(context, shop.url, { onRecord, onError: (loss) => losses.push(loss) });
		// The storage holds five million characters, and what is left of them is less than an event.
		await context.addInitScript(`for (let size = 6e6; size >= 1; size /= 2) {
			try { localStorage.filling = (localStorage.filling || '') + 'x'.repeat(size); } catch {}
		}`);
		const page = await context.newPage();
		await page.goto(`${shop.url}/main`);
		await vi.waitFor(() => expect(losses).toEqual([{ reason: 'not-kept', events: 1 }]), { timeout: 10_000 });
		await record.collect(page);
		await context.close();
	});

	it('gets the customer id at registration, and no other data of the customer', async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		await page.goto(`${shop.url}/registration`);
		await page.fill('#name', 'Ada');
		await page.fill('#email', 'ada@shop.example');
		await page.press('#email', 'Enter');
		const kept = await page.evaluate(() => ({ ...localStorage }));
		await context.close();
		expect(kept.footfall_user).toMatch(/^customer-[0-9a-f-]{36}$/);
		expect(kept.footfall_user).toBe(kept.shop_customer);
		// An id of random digits may have the letters of the name.
		expect(JSON.stringify(kept).replaceAll(kept.footfall_user ?? '', '')).not.toMatch(/ada/i);
	});
});
