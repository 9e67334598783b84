import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { launchChromium } from './shoppers/chromium.js';
import { type ShopUnderTest, startShopWithScript } from './testing/shop-in-browser.js';

let shop: ShopUnderTest;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
	shop = await startShopWithScript('');
	browser = await launchChromium();
});

afterAll(async () => {
	await shop.stop();
	await browser.close();
});

beforeEach(async () => {
	context = await browser.newContext({ viewport: { width: 360, height: 740 } });
	page = await context.newPage();
	complaints = [];
	page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
	page.on('pageerror', (error) => complaints.push(error.message));
});

afterEach(async () => {
	await context.close();
	expect(complaints).toEqual([]);
});

async function click(selector: string, path: string) {
	await Promise.all([page.waitForURL(shop.url + path), page.click(selector)]);
}

async function add(id: number) {
	await page.goto(`${shop.url}/catalog/product/${id}`);
	await page.click('[data-ff-click="add_to_cart"]');
}

/** The visible text: unlike the text content, without hidden elements. */
// biome-ignore lint/performance/useDomNodeTextContent: the test is about visible text
const seen = (selector: string) => page.innerText(selector);
const amounts = () =>
	page.evaluate(() => ({
		page: document.body.dataset.ffAmount,
		checkout: document.querySelector<HTMLElement>('[data-ff-click="checkout"]')?.dataset.ffAmount,
	}));
const cart = () => page.evaluate(() => JSON.parse(localStorage.getItem('shop_cart') ?? '{}'));

describe('the cart', () => {
	it('becomes an order with its two products, and is empty afterwards', async () => {
		await add(1);
		expect(await seen('[role=status]')).toBe('Pour-over kettle added. 1 thing in the cart.');
		await click('.cards a[href="/catalog/product/4"]', '/catalog/product/4');
		await page.click('[data-ff-click="add_to_cart"]');
		expect(await seen('[data-cart-count]')).toBe('2');
		await click('nav a[href="/cart"]', '/cart');
		expect(await seen('.checkout .total')).toMatch(/Total\s+€109.00/);
		expect(await amounts()).toEqual({ page: '109', checkout: '109' });
		await click('[data-ff-click="checkout"]', '/cart/checkout');
		expect(await seen('main')).toMatch(/Pour-over kettle.*× 1\s+€100.00.*Cloth filter.*× 1\s+€9.00.*Total\s+€109.00/s);
		expect((await amounts()).page).toBe('109');
		expect(await page.isVisible('[data-cart-count]')).toBe(false);
		expect(await cart()).toEqual({});
		await click('nav a[href="/cart"]', '/cart');
		expect(await seen('main')).toContain('Nothing in it yet.');
		expect(await page.isDisabled('[data-ff-click="checkout"]')).toBe(true);
	});

	it('shows an order again on reload, and counts it with amount 0', async () => {
		await add(2);
		await page.goto(`${shop.url}/cart`);
		await click('[data-ff-click="checkout"]', '/cart/checkout');
		await page.reload();
		expect(await seen('main')).toContain('€10.00');
		expect((await amounts()).page).toBe('0');
	});

	it('tells the server of its order, which is sent back once, and is another order when it is filled again', async () => {
		const posted: string[] = [];
		page.on('request', (request) => request.method() === 'POST' && posted.push(request.postData() ?? ''));
		const order = async () => {
			await add(2);
			await page.goto(`${shop.url}/cart`);
			await click('[data-ff-click="checkout"]', '/cart/checkout');
		};
		await order();
		await Promise.all([page.waitForEvent('load'), page.click('[data-ff-click="return"]')]);
		expect(await seen('main')).toContain('You have sent this order back.');
		expect(await page.isVisible('[data-ff-click="return"]')).toBe(false);
		await order();
		expect(await page.isVisible('[data-ff-click="return"]')).toBe(true);
		const [first, back, second] = posted.map((form) => Object.fromEntries(new URLSearchParams(form)));
		expect(first).toEqual({ order: expect.stringMatching(/^SP-/), cart: '{"2":1}', visitor: '' });
		expect(back).toEqual({ order: first?.order });
		expect(second).toEqual({ ...first, order: expect.not.stringMatching(String(first?.order)) });
	});

	it('updates the total after a change of quantity and a removal, and announces it', async () => {
		await add(3);
		await add(2);
		await page.goto(`${shop.url}/cart`);
		await page.fill('#quantity-2', '12');
		await page.press('#quantity-2', 'Tab');
		expect(await seen('[role=status]')).toBe('12 × Paper filters. Total €320.00.');
		expect(await amounts()).toEqual({ page: '320', checkout: '320' });
		await page.click('[data-cart-item="3"] [data-remove]');
		expect(await seen('[role=status]')).toBe('Electric kettle removed. Total €120.00.');
		expect(await page.evaluate(() => document.activeElement?.localName)).toBe('h1');
		expect(await cart()).toEqual({ 2: 12 });
		await page.fill('#quantity-2', '1000');
		await page.press('#quantity-2', 'Enter');
		expect(await cart()).toEqual({ 2: 99 });
	});

	it('treats an invalid stored cart as an empty one', async () => {
		await page.goto(`${shop.url}/main`);
		for (const stored of ['{"1":-3,"2":1.5,"x":"y"}', 'nonsense', 'null', '[]']) {
			await page.evaluate((value) => localStorage.setItem('shop_cart', value), stored);
			await page.goto(`${shop.url}/cart`);
			expect(await page.isDisabled('[data-ff-click="checkout"]')).toBe(true);
		}
	});

	it('can be filled and ordered with the keyboard only', async () => {
		await page.goto(`${shop.url}/catalog/product/1`);
		await tabTo('[data-ff-click="add_to_cart"]');
		await page.keyboard.press('Enter');
		expect(await seen('[data-cart-count]')).toBe('1');
		await tabTo('.actions a[href="/cart"]');
		await Promise.all([page.waitForURL(`${shop.url}/cart`), page.keyboard.press('Enter')]);
		await tabTo('[data-ff-click="checkout"]');
		expect(await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle)).toBe('solid');
		await Promise.all([page.waitForURL(`${shop.url}/cart/checkout`), page.keyboard.press('Enter')]);
		expect(await seen('main')).toContain('€100.00');
	});

	it('has the same content in a second tab', async () => {
		await page.goto(`${shop.url}/cart`);
		const other = await context.newPage();
		await other.goto(`${shop.url}/catalog/product/2`);
		await other.click('[data-ff-click="add_to_cart"]');
		await page.waitForSelector('[data-ff-click="checkout"]:enabled');
		expect(await seen('[data-cart-count]')).toBe('1');
	});
});

/** Presses Tab until the element has the focus; no page has more than forty focusable elements. */
async function tabTo(selector: string) {
	for (let presses = 0; presses < 40; presses += 1) {
		await page.keyboard.press('Tab');
		if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
	}
	throw new Error(`${selector} cannot be reached by Tab`);
}

describe('registration', () => {
	it('passes a customer id to the tracker, and not the entered name and email address', async () => {
		await page.goto(`${shop.url}/registration`);
		await page.fill('#name', 'Ada');
		await page.fill('#email', 'ada@shop.example');
		await page.press('#email', 'Enter');
		expect(await seen('[role=status]')).toBe('Welcome, Ada. You are registered.');
		const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
		const id = /customer-[0-9a-f-]{36}/g;
		expect(stored).toMatch(id);
		// An id of random digits may have the letters of the name.
		expect(stored.replaceAll(id, '')).not.toMatch(/ada/i);
	});
});

describe('on a phone', () => {
	it('no page is wider than the screen', async () => {
		await add(1);
		for (const path of ['/main', '/registration', '/catalog', '/catalog/product/3', '/cart', '/cart/checkout']) {
			await page.goto(shop.url + path);
			expect(await page.evaluate(() => document.documentElement.scrollWidth), path).toBeLessThanOrEqual(360);
		}
	});
});
