import { Window } from 'happy-dom';
import { describe, expect, it } from 'vitest';
import { productPath, products } from './products.js';
import { renderPages } from './routes.js';
import { shopPages, ways } from './shoppers/transition-table.js';

const pages = renderPages({ collectorOrigin: 'http://127.0.0.1:7070', site: 'shop' });

function open(path: string) {
	const { document } = new Window();
	document.write(pages.get(path) ?? '');
	return document;
}

const tracked: Record<string, string> = {
	'/main': 'main',
	'/registration': 'registration',
	'/catalog': 'catalog',
	'/cart': 'cart',
	'/cart/checkout': 'checkout',
};

describe('the shop', () => {
	it('has a page for every row of the transition table and no other', () => {
		expect(new Set(pages.keys())).toEqual(new Set(shopPages));
	});

	it('sells the four products at their prices', () => {
		expect(
			products.map(({ id, role, price, addToCartProbability }) => [id, role, price, addToCartProbability]),
		).toEqual([
			[1, 'main', 100, 0.1],
			[2, 'related', 10, 0.07],
			[3, 'analog', 200, 0.08],
			[4, 'related analog', 9, 0.08],
		]);
	});
});

describe.each([...pages.keys()])('%s', (path) => {
	const document = open(path);

	it('has a language, a title, one heading, landmarks, a skip link and unique ids', () => {
		expect(document.documentElement.getAttribute('lang')).toBe('en');
		expect(document.title).toMatch(/^.+ · Slow Pour$/);
		expect(document.querySelectorAll('h1')).toHaveLength(1);
		for (const landmark of ['header', 'nav[aria-label]', 'main', 'footer']) {
			expect(document.querySelectorAll(landmark), landmark).toHaveLength(1);
		}
		const skip = document.querySelector('a')?.getAttribute('href');
		expect(skip).toBe('#content');
		expect(document.querySelector('main')?.id).toBe('content');
		const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
		expect(new Set(ids).size).toBe(ids.length);
	});

	it('has a label for every field, a name for every control, and only decorative pictures', () => {
		for (const field of document.querySelectorAll('input')) {
			expect(document.querySelectorAll(`label[for="${field.id}"]`), field.id).toHaveLength(1);
		}
		for (const picture of document.querySelectorAll('svg')) expect(picture.getAttribute('aria-hidden')).toBe('true');
		for (const control of document.querySelectorAll('a, button')) {
			expect(control.getAttribute('aria-label') ?? control.textContent?.trim(), control.outerHTML).not.toBe('');
		}
	});

	it("is instrumented by one script tag after the shop's own scripts, and by attributes of the body", () => {
		const scripts = [...document.querySelectorAll('script')];
		const tracker = scripts.pop();
		expect(tracker?.outerHTML).toBe(
			'<script defer="" src="http://127.0.0.1:7070/footfall.js" data-site="shop" data-capture="view click outbound download submit vital"></script>',
		);
		// Modules are deferred as well, so all scripts run in this order.
		for (const script of scripts) {
			expect(script.getAttribute('type')).toBe('module');
			expect(script.getAttribute('src')).toMatch(/^\/assets\/[a-z-]+\.js$/);
			expect(script.textContent).toBe('');
		}
		const product = products.find((one) => productPath(one) === path);
		expect(document.body.dataset.ffPage).toBe(product ? 'product' : tracked[path]);
		expect(document.body.getAttribute('data-ff-exp-cart_style')).toBe('default');
		if (!product) return;
		expect(document.body.dataset).toMatchObject({
			ffProductId: String(product.id),
			ffAmount: String(product.price),
			ffCurrency: 'EUR',
		});
	});

	it('tracks clicks on every link, with product and price on links to products', () => {
		for (const link of document.querySelectorAll('a:not(.skip-link)')) {
			expect(link.getAttribute('data-ff-click'), link.outerHTML).toBe('');
			const product = products.find((one) => productPath(one) === link.getAttribute('href'));
			expect(link.getAttribute('data-ff-product-id')).toBe(product ? String(product.id) : null);
			expect(link.getAttribute('data-ff-amount')).toBe(product ? String(product.price) : null);
		}
	});

	it('has a link or form to every next page in the table', () => {
		const page = shopPages.find((one) => one === path);
		if (!page) throw new Error(`${path} is not a page of the table.`);
		const hrefs = [...document.querySelectorAll('a')].map((link) => link.getAttribute('href'));
		const form = document.querySelector('form[action]')?.getAttribute('action');
		for (const way of ways(page)) expect([...hrefs, form], way.page).toContain(way.page);
	});
});

describe('buttons', () => {
	it.each(products)('that add $name to the cart have its product id and price', (product) => {
		const button = open(productPath(product)).querySelector('button[data-ff-click="add_to_cart"]');
		expect(button?.getAttribute('data-ff-product-id')).toBe(String(product.id));
		expect(button?.getAttribute('data-ff-amount')).toBe(String(product.price));
	});

	it('that check out are disabled in the page as sent, since the cart may be empty', () => {
		const button = open('/cart').querySelector('button[data-ff-click="checkout"]');
		expect(button?.hasAttribute('disabled')).toBe(true);
	});
});
