import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { trackerInBundle } from './libraries.js';
import type { startFixture, Visit } from './tracker-visit.js';

/**
 * Tests of the signal `datalayer` in a real browser: pages that give ecommerce events to Google's tags.
 *
 * @param start starts the browser
 */
export function describeDataLayer(start: typeof startFixture): void {
	describe('in pages with a data layer', () => {
		const patience = { timeout: 20_000, interval: 25 };
		let fixture: Awaited<ReturnType<typeof startFixture>>;
		let visit: Visit;

		beforeAll(async () => {
			fixture = await start();
		});
		afterAll(() => fixture?.close());
		afterEach(async () => {
			expect(visit.collector.broken).toEqual([]);
			await visit.end();
		});

		const tag = (url: string, attributes = 'data-capture="view datalayer"') =>
			`<script nonce="n" defer src="${url}/footfall.js" data-site="shop" data-flush-interval-ms="50" ${attributes}></script>`;
		const gtag = 'window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments) }';
		const item = `{ item_id: 'SKU-1', item_name: 'Shoe', price: 9, quantity: 1 }`;
		const add = (value: number) => `{ event: 'add_to_cart', ecommerce: { value: ${value}, items: [${item}] } }`;
		const order = (id: string) =>
			`{ event: 'purchase', ecommerce: { transaction_id: '${id}', value: 9, currency: 'EUR', items: [${item}] } }`;
		/**
		 * Code that does to the layer as Google Tag Manager does: a function in the place of `push` calls the one before,
		 * keeps at most 300 elements, handles the events, and returns whether they are handled.
		 */
		const tagManager = `(() => {
			const layer = window.dataLayer = window.dataLayer || [];
			const before = layer.push;
			window.handled = layer.slice();
			layer.push = function () {
				const elements = [].slice.call(arguments, 0);
				const result = before.apply(layer, elements);
				handled.push.apply(handled, elements);
				while (this.length > 300) this.shift();
				return typeof result !== 'boolean' || result;
			};
		})();`;

		async function open(head: string, attributes?: string, body = ''): Promise<Page> {
			visit = await fixture.visit(
				(_, url) =>
					`<!doctype html><title>Shop</title><script nonce="n">${head}</script>${tag(url, attributes)}<body data-ff-page="home">${body}`,
			);
			return visit.open();
		}
		const events = () =>
			visit.collector.arrivals
				.flatMap(({ batch }) => batch.events)
				.filter(({ name, objId }) => name !== 'view' || objId !== 'home');
		/** The amounts of the additions to the cart, and the ids of the orders, in the order of their arrival. */
		const seen = () => events().map(({ amount, details }) => details?.orderId || amount);
		const arrive = (expected: readonly unknown[]) => vi.waitFor(() => expect(seen()).toEqual(expected), patience);
		/** Waits until an expression is true in the page. */
		const becomesTrue = (page: Page, expression: string) =>
			vi.waitFor(async () => expect(await page.evaluate(`Boolean(${expression})`)).toBe(true), patience);
		const hasStarted = (page: Page) => becomesTrue(page, 'window.footfall?.init');
		const isRead = (page: Page, name = 'dataLayer') => becomesTrue(page, `Object.hasOwn(window.${name}, 'push')`);

		it('captures both shapes, those from before the file was loaded and each later one, with their fields', async () => {
			const page = await open(`${gtag}
				dataLayer.push({ 'gtm.start': 1, event: 'gtm.js' }, { ecommerce: null }, ${order('T-1')});
				gtag('event', 'add_to_cart', { value: 2, items: [${item}] });
				gtag('config', 'G-1', { email: 'a@b.example' });`);
			await arrive(['T-1', 2]);
			await page.evaluate(`gtag('event', 'purchase', { transaction_id: 'T-2', value: '19.90', currency: 'eur', tax: 3,
				shipping: 4, coupon: 'SPRING', user_data: { email: 'a@b.example' }, items: [{ item_id: 'SKU-2', item_name: 'Mug',
				item_category: 'Home', item_variant: 'red', price: 9.95, quantity: 2, email: 'a@b.example' }] });
				dataLayer.push({ ecommerce: null });
				dataLayer.push({ event: 'begin_checkout', email: 'a@b.example', ecommerce: { value: 5, items: [${item}] } });
				dataLayer.push({ event: 'view_item', ecommerce: { items: [${item}] } }, { event: 'view_cart', ecommerce: {} });
				dataLayer.push({ event: 'refund', ecommerce: { transaction_id: 'T-1', value: 4, currency: 'EUR' } });`);
			await arrive(['T-1', 2, 'T-2', 5, 9, 'T-1']);
			const [first, , second, checkout, view, refund] = events();
			expect(first).toMatchObject({ name: 'order', amount: 9, currency: 'EUR' });
			const { details } = second ?? {};
			expect(second).toMatchObject({ name: 'order', amount: 19.9, currency: 'EUR' });
			expect(details).toMatchObject({ tax: 3, shipping: 4, coupon: 'SPRING' });
			expect(details?.items).toEqual([
				{ productId: 'SKU-2', name: 'Mug', category: 'Home', variant: 'red', price: 9.95, quantity: 2 },
			]);
			expect(checkout).toMatchObject({ name: 'click', objId: 'checkout', details: { productId: 'SKU-1' } });
			expect(view).toMatchObject({ name: 'view', objId: 'product', details: { productId: 'SKU-1' } });
			expect(refund).toMatchObject({ name: 'refund', amount: 4 });
			expect(visit.collector.arrivals.some(({ bytes }) => bytes.includes('a@b.example'))).toBe(false);
			expect(visit.complaints).toEqual([]);
		});

		it.each(['before', 'after'])(
			'reads each element once where a tag manager takes over the layer %s it',
			async (when) => {
				const start = `window.dataLayer = [${order('T-0')}]; ${when === 'before' ? tagManager : ''}`;
				const page = await open(start, undefined, '<p>Shop');
				await arrive(['T-0']);
				if (when === 'after') await page.evaluate(tagManager);
				expect(await page.evaluate(`dataLayer.push(${add(1)}, ${add(2)})`)).toBe(true);
				await page.evaluate(`for (let i = 0; i < 400; i++) dataLayer.push({ event: 'gtm.scroll' });
				dataLayer.push(${order('T-1')});`);
				await arrive(['T-0', 1, 2, 'T-1']);
				expect(await page.evaluate('[dataLayer.length, handled.length]')).toEqual([300, 404]);
				expect(visit.complaints).toEqual([]);
			},
		);

		it('leaves results, exceptions and objects of the page as they are', async () => {
			const page = await open(`window.dataLayer = []; window.pushed = dataLayer.push;
				dataLayer.push = function (...elements) {
					elements[0].ecommerce.value = 'changed';
					if (elements[0].fails) throw new Error('of the page');
					pushed.apply(this, elements);
					return 'of the page';
				};`);
			await becomesTrue(page, `!/of the page/.test(dataLayer.push)`);
			expect(await page.evaluate(`dataLayer.push(${add(1)})`)).toBe('of the page');
			const failing = `{ ...${add(2)}, fails: true }`;
			expect(await page.evaluate(`try { dataLayer.push(${failing}) } catch ({ message }) { message }`)).toBe(
				'of the page',
			);
			await arrive([1, 2]);
			expect(await page.evaluate('[dataLayer.length, dataLayer[0].ecommerce.value]')).toEqual([1, 'changed']);
			expect(visit.complaints).toEqual([]);
		});

		it.each([
			['the usual snippet', `window.dataLayer = window.dataLayer || []; dataLayer.push(${order('T-1')});`],
			[
				'a variable',
				`document.head.append(Object.assign(document.createElement('script'), { textContent:
				"var dataLayer = dataLayer || []; dataLayer.push(${order('T-1')});" }))`,
			],
			['a list of elements', `dataLayer = [${order('T-1')}];`],
			[
				'a list after other values',
				`window.dataLayer = null; window.dataLayer = 'x'; window.dataLayer = [${order('T-1')}];`,
			],
		])('waits for a layer that the page defines later by %s', async (_, code) => {
			const page = await open('');
			await becomesTrue(page, `Object.getOwnPropertyDescriptor(window, 'dataLayer')?.set`);
			expect(await page.evaluate('typeof dataLayer')).toBe('undefined');
			await page.evaluate(`{ ${code} }`);
			await page.evaluate(`dataLayer.push(${add(2)})`);
			await arrive(['T-1', 2]);
			expect(await page.evaluate(`Object.getOwnPropertyDescriptor(window, 'dataLayer').writable`)).toBe(true);
			expect(visit.complaints).toEqual([]);
		});

		it.each([
			['an element', '', '<a id="dataLayer" name="push"></a><form id="dataLayer"></form>'],
			['a text', `window.dataLayer = 'text'`, ''],
			['null', 'window.dataLayer = null', ''],
			['another value of a variable', 'var dataLayer = { push: 1 }', ''],
			['a frozen list', `window.dataLayer = Object.freeze([${order('T-1')}])`, ''],
		])('leaves %s of the name of the layer alone', async (_, head, body) => {
			const page = await open(head, undefined, body);
			const before = await page.evaluate('String(window.dataLayer)');
			await vi.waitFor(
				() => expect(visit.collector.requests.map(({ path }) => path)).toContain('/footfall-datalayer.js'),
				patience,
			);
			await page.evaluate(`import('${visit.collector.url}/footfall-datalayer.js').then(() => {})`);
			await page.evaluate(`footfall.track('own', { amount: 7 })`);
			await arrive(head.includes('freeze') ? ['T-1', 7] : [7]);
			expect(await page.evaluate('String(window.dataLayer)')).toBe(before);
			expect(visit.complaints).toEqual([]);
		});

		it('is bounded in pages that push a great deal, and reads the last elements', async () => {
			const page = await open(`window.dataLayer = [];
				const cyclic = ${order('T-0')}; cyclic.ecommerce.items[0].item_name = cyclic; cyclic.ecommerce.self = cyclic;
				const throwing = { get event() { throw new Error('getter') } };
				dataLayer.push(${order('T-lost')});
				for (let i = 0; i < 10_000; i++) dataLayer.push({ event: 'gtm.scroll' }, throwing);
				dataLayer.push(cyclic, throwing, null, undefined, document.body, window, () => {}, ${order('T-1')});`);
			await arrive(['T-0', 'T-1']);
			await page.evaluate(`dataLayer.push(...Array(10_000).fill({ event: 'gtm.scroll' }), ${order('T-2')})`);
			await arrive(['T-0', 'T-1', 'T-2']);
			expect(visit.complaints).toEqual([]);
		});

		it('reads a layer of another name, and no other', async () => {
			const page = await open(
				`window.dataLayer = [${order('T-1')}]; window.shopLayer = [${order('T-2')}];`,
				'data-capture="view datalayer:shopLayer"',
			);
			await isRead(page, 'shopLayer');
			await page.evaluate(`dataLayer.push(${add(1)}); shopLayer.push(${add(2)})`);
			await arrive(['T-2', 2]);
			expect(visit.complaints).toEqual([]);
		});

		it('reads nothing where the page does not want it, and says what it does not know', async () => {
			const page = await open(`window.dataLayer = [${order('T-1')}]`, 'data-capture="view datalayers"');
			await vi.waitFor(() => expect(visit.complaints).toHaveLength(1), patience);
			await page.evaluate('footfall.flush()');
			expect(visit.complaints).toEqual(['footfall: "view,datalayers" is taken as "view"']);
			expect(visit.collector.requests.map(({ path }) => path)).not.toContain('/footfall-datalayer.js');
			expect(seen()).toEqual([]);
		});

		it('follows consent: what the page has pushed is read when the visitor agrees, and nothing after a no', async () => {
			const page = await open(
				`window.dataLayer = [${order('T-1')}]`,
				'data-capture="view datalayer" data-consent="required" data-sample="1"',
			);
			await hasStarted(page);
			await page.evaluate(`dataLayer.push(${add(1)})`);
			expect(visit.collector.requests.map(({ path }) => path)).toEqual(['/footfall.js']);
			await page.evaluate(`footfall.consent('granted')`);
			await arrive(['T-1', 1]);
			await page.evaluate(`footfall.consent('denied'); dataLayer.push(${add(2)})`);
			await page.evaluate(`footfall.consent('granted'); dataLayer.push(${add(3)})`);
			await arrive(['T-1', 1, 3]);
			await visit.context.addInitScript(
				`localStorage.clear(); Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`,
			);
			visit.collector.requests.length = 0;
			const other = await visit.open();
			await hasStarted(other);
			await other.evaluate(`dataLayer.push(${add(4)})`);
			expect(visit.collector.requests.map(({ path }) => path)).toEqual(['/footfall.js']);
		});

		it('reads nothing of a page that is prerendered until it is shown', async () => {
			const page = await open(`window.dataLayer = [${order('T-1')}];
				Object.defineProperty(Document.prototype, 'prerendering', { get: () => !window.isActive });`);
			await page.evaluate(`import('${visit.collector.url}/footfall-datalayer.js').then(() => {})`);
			await page.evaluate(`footfall.track('own', { amount: 7 })`);
			await arrive([7]);
			await page.evaluate(
				`window.isActive = true; document.dispatchEvent(new Event('prerenderingchange', { bubbles: true }))`,
			);
			await arrive([7, 'T-1']);
		});

		it('follows sampling and the hook of the page', async () => {
			const page = await open(`window.dataLayer = [${order('T-1')}];
				window.footfall = function () { (footfall.q = footfall.q || []).push(arguments) };
				footfall('beforeSend', (event) => event.name === 'purchase' ? null : { ...event, props: { hooked: 1 } });`);
			await hasStarted(page);
			await isRead(page);
			await page.evaluate(`dataLayer.push(${add(1)})`);
			await arrive([1]);
			expect(events()[0]?.props).toEqual({ hooked: '1' });
			await visit.end();
			const sampled = await open(
				`window.dataLayer = [${order('T-1')}]`,
				'data-capture="view datalayer" data-sample="0"',
			);
			await hasStarted(sampled);
			expect(visit.collector.requests.map(({ path }) => path)).toEqual(['/footfall.js']);
		});

		it('runs once in a page with two script tags, a bundle and a document that is opened again', async () => {
			visit = await fixture.visit(
				(_, url) => `<!doctype html><title>Shop</title><script>window.dataLayer = [${order('T-1')}]</script>
					${tag(url)}${tag(url)}<script src="/bundle.js"></script>
					<script>bundle.init({ site: 'shop', collector: '${url}', capture: ['view', 'datalayer'] })</script>
					<body data-ff-page="home">`,
				{ '/bundle.js': trackerInBundle() },
			);
			const page = await visit.open();
			await arrive(['T-1']);
			await page.evaluate(`dataLayer.push(${add(1)})`);
			await arrive(['T-1', 1]);
			const again = `<title>Shop</title>${tag(visit.collector.url)}<body data-ff-page="home">`;
			await page.evaluate(`document.open(); document.write('${again}'); document.close()`);
			await page.evaluate(`import('${visit.collector.url}/footfall-datalayer.js').then(() => {})`);
			await page.evaluate(`dataLayer.push(${add(2)})`);
			await arrive(['T-1', 1, 2]);
			expect(visit.complaints).toEqual([]);
		});

		it('is left out where a policy forbids the file, and runs under a strict one', async () => {
			const pushing = `window.dataLayer = [${order('T-1')}];
				window.violations = []; addEventListener('securitypolicyviolation', () => violations.push(1));`;
			const page = (policy: string) => (_: string, url: string) =>
				`<!doctype html><title>Shop</title>
				<meta http-equiv="content-security-policy" content="${policy.replaceAll('COLLECTOR', url)}">
				<script nonce="n">${pushing}</script>${tag(url)}<body data-ff-page="home">`;
			visit = await fixture.visit(
				page(`script-src 'nonce-n' 'strict-dynamic'; require-trusted-types-for 'script'; trusted-types 'none'`),
			);
			const strict = await visit.open();
			await arrive(['T-1']);
			expect(await strict.evaluate('violations')).toEqual([]);
			expect(visit.complaints).toEqual([]);
			await visit.end();
			visit = await fixture.visit(
				page(`script-src 'unsafe-inline' COLLECTOR/footfall.js COLLECTOR/footfall-vitals.js`),
			);
			const forbidding = await visit.open();
			await vi.waitFor(async () => expect(await forbidding.evaluate('violations')).toHaveLength(1), patience);
			await forbidding.evaluate(`footfall.track('own', { amount: 7 }); dataLayer.push(${add(1)})`);
			await arrive([7]);
			// Firefox itself reports what it has blocked.
			expect(visit.complaints.filter((line) => !line.startsWith('Content-Security-Policy'))).toEqual([]);
		});
	});
}
