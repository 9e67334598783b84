import { beforeEach, describe, expect, it, vi } from 'vitest';
import { type startFixture, type Visit, visitEachTest } from './tracker-visit.js';

/**
 * Tests of capturing in a real browser.
 *
 * @param start starts the browser
 */
export function describeCapture(start: typeof startFixture): void {
	const patience = { timeout: 20_000, interval: 25 };
	const everything = 'view click outbound download submit scroll engaged error vital';
	const currentVisit = visitEachTest(start);
	let visit: Visit;
	beforeEach(() => {
		visit = currentVisit();
	});

	const open = (attributes: string, path = '/') => visit.open(`${path}?${new URLSearchParams({ attributes })}`);
	const settle = (page: Awaited<ReturnType<typeof open>>) => page.evaluate('footfall.flush()');
	/** Opens a page that wants signals of the second file, and waits until that file has added its listeners. */
	const openWithSecondFile = async (attributes: string) => {
		const page = await open(attributes);
		// The same module as that of the tracker, which asked for it first and is therefore called first.
		await page.evaluate(`import('${visit.collector.url}/footfall-vitals.js').then(() => {})`);
		return page;
	};
	const events = () => visit.collector.arrivals.flatMap(({ batch }) => batch.events);
	const urls = () =>
		visit.collector.arrivals.flatMap(({ batch }) =>
			batch.events
				.filter(({ name }) => name === 'view')
				.map(({ context }) => batch.contexts[context]?.url.replace(visit.siteUrl, '')),
		);
	/** Code that waits until the view of a single-page site is captured, which waits for the title. */
	const rest = `new Promise((done) => setTimeout(done, 80))`;
	const sendsNothing = async () => {
		expect(visit.collector.arrivals).toEqual([]);
		expect(visit.collector.requests.map(({ path }) => path)).toEqual(['/footfall.js']);
	};

	describe.each(['with', 'without'])('views of a single-page site, %s the Navigation API', (which) => {
		beforeEach(async () => {
			if (which === 'without')
				await visit.context.addInitScript(`Object.defineProperty(window, 'navigation', { value: undefined })`);
		});

		it('are captured once for every new address, however it changed, with the new title', async () => {
			const page = await open('');
			await settle(page);
			await page.evaluate(`(async () => {
			history.pushState(null, '', '/one'); document.title = 'One'; await ${rest};
			history.replaceState(null, '', '/one'); await ${rest};
			history.replaceState({ scroll: 1 }, ''); await ${rest};
			history.pushState(null, '', '/redirect'); history.replaceState(null, '', '/two'); await ${rest};
			location.hash = 'part'; await ${rest};
			history.go(-2); await new Promise((done) => addEventListener('popstate', done, { once: true })); await ${rest};
		})()`);
			await settle(page);
			expect(urls().slice(1)).toEqual(['/one', '/two', '/one']);
			const titles = visit.collector.arrivals.flatMap(({ batch }) => batch.contexts.map(({ title }) => title));
			expect(titles).toContain('One');
		});

		it('are captured once for every fragment where fragments name pages', async () => {
			const page = await open('data-hash', '/app');
			await settle(page);
			await page.evaluate(
				`(async () => { location.hash = '/a'; await ${rest}; location.hash = '/b'; await ${rest}; })()`,
			);
			await settle(page);
			expect(urls().slice(1)).toEqual(['/app#/a', '/app#/b']);
		});
	});

	describe('views', () => {
		it('are captured again when a page returns from the back-forward cache, and not when it is only hidden', async () => {
			const page = await open('');
			await settle(page);
			const event = (name: string) => `dispatchEvent(new PageTransitionEvent('${name}', { persisted: true }));`;
			await page.evaluate(event('pagehide'));
			// Browsers keep no page in the back-forward cache that has a WebSocket or a lock.
			const locks = `navigator.locks.query().then(({ held }) => held.filter(({ name }) => name.startsWith('footfall_')).length)`;
			await vi.waitFor(async () => expect(await page.evaluate(locks)).toBe(0), patience);
			await vi.waitFor(() => expect(visit.collector.connected).toBe(0), patience);
			await page.evaluate(event('pageshow'));
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'view product']);
		});

		it('of a prerendered page are captured when the page is shown, or never', async () => {
			await visit.context.addInitScript(
				`Object.defineProperty(Document.prototype, 'prerendering', { get: () => !window.isActive })`,
			);
			const page = await open('');
			await settle(page);
			expect(visit.collector.events).toEqual([]);
			await page.evaluate(
				`window.isActive = true; document.dispatchEvent(new Event('prerenderingchange', { bubbles: true }))`,
			);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product']);
		});
	});

	describe('signals', () => {
		it('capture followed links, downloads and forms, and do not change what they do', async () => {
			const page = await open('');
			await page.evaluate(`
			document.body.insertAdjacentHTML('beforeend', \`
				<a id="out" href="https://other.example/page?user=ann">x</a><a id="blank" target="_blank" href="https://other.example/">x</a>
				<a id="file" href="/terms.pdf?v=2">x</a><a id="named" href="/data" download>x</a><a id="in" href="/in">x</a>
				<a id="mail" href="mailto:ann@shop.example">x</a>
				<div data-ff-mask><a id="masked" href="https://other.example/secret">x</a></div>
				<form id="f" name="g" action="/send?x=1"><input name="id" value="secret"><input name="dataset"></form>
				<form action="/plain?token=1"><input name="getAttribute0"></form>\`);
			window.prevented = [];
			addEventListener('click', (event) => { prevented.push(event.defaultPrevented); event.preventDefault(); });
			addEventListener('submit', (event) => { prevented.push(event.defaultPrevented); event.preventDefault(); });
			for (const id of ['out', 'blank', 'file', 'named', 'in', 'mail', 'masked']) document.getElementById(id).click();
			document.getElementById('out').dispatchEvent(new MouseEvent('auxclick', { bubbles: true, composed: true, button: 1 }));
			document.getElementById('out').dispatchEvent(new MouseEvent('auxclick', { bubbles: true, composed: true, button: 2 }));
			for (const form of document.forms) form.requestSubmit();
		`);
			await settle(page);
			expect(visit.collector.events.slice(1)).toEqual([
				'outbound https://other.example/page',
				'outbound https://other.example/',
				`download ${visit.siteUrl}/terms.pdf`,
				`download ${visit.siteUrl}/data`,
				'outbound',
				'outbound https://other.example/page',
				'submit f',
				'submit /plain',
			]);
			expect(new Set((await page.evaluate('prevented')) as boolean[])).toEqual(new Set([false]));
			expect(JSON.stringify(events())).not.toMatch(/secret|ann|token/);
		});

		it('add no listeners for frequent events where the page does not want their signals', async () => {
			await visit.context.addInitScript(`window.listened = [];
			const listen = addEventListener;
			window.addEventListener = (name, ...rest) => { listened.push(name); listen(name, ...rest); };`);
			const heard = async (page: Awaited<ReturnType<typeof open>>) => {
				await settle(page);
				return new Set(await page.evaluate<string[]>('listened'));
			};
			const busy = ['scroll', 'pointermove'];
			const byDefault = await heard(await open(''));
			expect(byDefault).toContain('click');
			expect(busy.filter((name) => byDefault.has(name))).toEqual([]);
			const both = await heard(await openWithSecondFile('data-capture="scroll"'));
			expect(busy.filter((name) => both.has(name))).toEqual(busy);
		});

		it('capture how far and for how long a page was read when it is left', async () => {
			const page = await openWithSecondFile(`data-capture="${everything}"`);
			await page.evaluate(`document.body.style.height = '${720 * 4}px'; scrollTo(0, 720)`);
			await page.waitForTimeout(1_200);
			await page.mouse.move(10, 10);
			await page.goto('about:blank');
			await vi.waitFor(() => expect(visit.collector.events).toContain('leave'), patience);
			const leaves = events().filter(({ name }) => name === 'leave');
			expect(leaves).toHaveLength(1);
			expect(leaves[0]?.props.scroll).toBe('50');
			const engagedMs = Number(leaves[0]?.props.engaged);
			expect(engagedMs).toBeGreaterThanOrEqual(1_000);
			expect(engagedMs).toBeLessThan(10_000);
		});

		it('capture the leaving of a page once when the hook of the site changes the address again', async () => {
			const page = await openWithSecondFile(`data-capture="${everything}"`);
			await page.evaluate(`document.body.style.height = '${720 * 4}px'; scrollTo(0, 720)`);
			await page.waitForTimeout(1_200);
			await page.evaluate(`
			footfall.beforeSend((event) => (event.name === 'leave' && history.pushState(null, '', '/again-' + performance.now()), event));
			history.pushState(null, '', '/on');`);
			await page.evaluate(rest);
			await settle(page);
			expect(events().filter(({ name }) => name === 'leave')).toHaveLength(1);
			expect(visit.complaints).toEqual([]);
		});

		it('capture every error once, and at most ten errors of a page', async () => {
			const page = await openWithSecondFile(`data-capture="error"`);
			// An image that fails to load is not an error of a script.
			await page.evaluate(`document.body.insertAdjacentHTML('beforeend', '<img src="data:,">');
			setTimeout(() => { dispatchEvent(new ErrorEvent('error', { message: 'place', filename: location.origin + '/error.js?token=1#x', lineno: 1 })) });
			for (let i = 0; i < 3; i++) setTimeout(() => { throw new Error('same') });
			Promise.reject(new Error('promise'));
			for (let i = 0; i < 20; i++) setTimeout(() => { throw new Error('many ' + i) }, 20);
			new Promise((done) => setTimeout(done, 50));`);
			await page.waitForTimeout(100);
			await settle(page);
			const messages = visit.collector.events;
			expect(messages).toHaveLength(10);
			expect(messages.filter((message) => message.includes('same'))).toHaveLength(1);
			expect(messages).toContain('error promise');
			const sourceOf = (text: string) => events().find(({ objId }) => objId.includes(text))?.props.source;
			expect(sourceOf('place')).toBe(`${visit.siteUrl}/error.js:1`);
			expect(sourceOf('promise')).toBe('');
			expect(visit.complaints.filter((line) => line.startsWith('footfall'))).toEqual([]);
		});

		it('do not load the second file after the visitor has denied consent', async () => {
			const page = await open(`data-capture="view vital"`);
			await page.evaluate(`footfall.consent('denied')`);
			await page.waitForTimeout(1_500);
			expect(visit.collector.requests.map(({ path }) => path)).not.toContain('/footfall-vitals.js');
		});

		it('measure web vitals with a second file, which is loaded only for them', async () => {
			const page = await open(`data-capture="view vital"`);
			const seesShifts = await page.evaluate(`PerformanceObserver.supportedEntryTypes.includes('layout-shift')`);
			const measured = ['vital FCP', 'vital LCP', ...(seesShifts ? ['vital CLS'] : [])];
			await page.click('#add');
			await vi.waitFor(() => expect(visit.collector.events).toContain('vital TTFB'), patience);
			expect(visit.collector.requests.map(({ path }) => path)).toContain('/footfall-vitals.js');
			await page.goto('about:blank');
			await vi.waitFor(() => expect(visit.collector.events).toEqual(expect.arrayContaining(measured)), patience);
			for (const { name, props } of events())
				if (name === 'vital') expect(Number(props.value)).toBeGreaterThanOrEqual(0);
			const names = visit.collector.events.filter((event) => event.startsWith('vital'));
			expect(new Set(names).size).toBe(names.length);
		});

		it('are captured only if the page wants them', async () => {
			const page = await open(`data-capture="outbound"`);
			await page.click('#add');
			await page.evaluate(`footfall.track('own')`);
			await settle(page);
			expect(visit.collector.events).toEqual(['own']);
			expect(visit.collector.requests.map(({ path }) => path)).toEqual(['/footfall.js']);
		});

		it('capture clicks by keyboard, in shadow roots, and on pages that stop the events', async () => {
			const page = await open('');
			await page.evaluate(`
			const host = document.body.appendChild(document.createElement('div'));
			host.attachShadow({ mode: 'open' }).innerHTML = '<button data-ff-click="inside"><b>x</b></button>';
			document.querySelector('#add').addEventListener('click', (event) => event.stopImmediatePropagation());
			document.querySelector('#add').focus();`);
			await page.keyboard.press('Enter');
			await page.evaluate(`document.querySelector('div').shadowRoot.querySelector('b').click()`);
			await settle(page);
			expect(visit.collector.events.slice(1)).toEqual(['click add_to_cart', 'click inside']);
		});
	});

	describe('orders', () => {
		it('have their fields and items, and refunds their amounts, under any names', async () => {
			const page = await open('');
			await page.evaluate(`
				Object.prototype.toJSON = Array.prototype.toJSON = () => 'spoiled';
				const items = [{ productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 99.95, quantity: 2 }];
				footfall.track('order', { orderId: 'T-1', amount: 199.9, currency: 'EUR', tax: 31.92, shipping: 0, discount: 5,
					coupon: 'SPRING', items, gift: { wrapped: true }, node: document.body });
				items.length = 0;
				footfall.track('refund', { orderId: 'T-1', amount: -20, refundId: 7 });
				footfall.track('purchase', { transaction_id: 'T-2', value: '9.90', currency: 'eur', items: [{ item_id: 7 }] });
				footfall.track('add_to_cart', { items: [{ item_id: 'SKU-1', price: 5 }] });
				footfall.track('own', { productId: '007', amount: 3 });
				document.body.insertAdjacentHTML('beforeend', '<b data-ff-click="buy" data-ff-product-id="SKU-2">Buy</b>');
				document.querySelector('[data-ff-click=buy]').click();
			`);
			await settle(page);
			const [, order, refund, purchase, added, own, click] = events();
			const item = { productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 99.95, quantity: 2 };
			const fields = { orderId: 'T-1', tax: 31.92, shipping: 0, discount: 5, coupon: 'SPRING', items: [item] };
			expect(order).toMatchObject({ name: 'order', amount: 199.9, currency: 'EUR', details: fields });
			expect(refund).toMatchObject({ name: 'refund', amount: 20, details: { orderId: 'T-1', refundId: '7' } });
			expect(purchase).toMatchObject({ name: 'order', amount: 9.9, currency: 'EUR', details: { orderId: 'T-2' } });
			expect(added).toMatchObject({ name: 'click', obj: 'button', objId: 'add_to_cart', amount: 5 });
			expect(own).toMatchObject({ name: 'own', productId: 0, amount: 3, details: { productId: '007' } });
			expect(click).toMatchObject({ name: 'click', objId: 'buy', details: { productId: 'SKU-2' } });
			expect(visit.complaints).toEqual([]);
		});

		it('give nothing back where the amount of a refund cannot be read', async () => {
			const page = await open('');
			await page.evaluate(`
				for (const amount of [NaN, '12,50', {}, 1e14])
					footfall.track('refund', { orderId: 'T-1', refundId: 7, amount });
			`);
			await settle(page);
			const none = { name: 'refund', amount: 0, details: { orderId: '', refundId: '' } };
			expect(events().slice(1)).toMatchObject([none, none, none, none]);
		});

		it('of a page that closes at once arrive, and hooks of the page see and change their fields', async () => {
			const page = await open('data-flush-interval-ms="5000"');
			await page.evaluate(`
				footfall.beforeSend(({ coupon, ...event }) => event);
				footfall.track('order', { orderId: 'T-1', amount: 5, currency: 'EUR', coupon: 'SECRET' });
				location.href = '/next';
			`);
			await vi.waitFor(() => expect(events().map(({ name }) => name)).toContain('order'), patience);
			const order = events().find(({ name }) => name === 'order');
			expect(order?.details).toMatchObject({ orderId: 'T-1', coupon: '' });
		});
	});

	describe('functions', () => {
		it('set the user, forget the visitor, and set the variant of an experiment', async () => {
			const page = await open('');
			await page.evaluate(`
			footfall.identify('ann', { plan: 'free', seats: 3 });
			footfall.experiment('header', 'c');
			footfall.track('before');
			footfall.reset();
			footfall.track('after');`);
			await settle(page);
			const seen = visit.collector.arrivals.flatMap(({ batch }) =>
				batch.events.map(({ name, context, props }) => [
					name,
					batch.visitor,
					batch.contexts[context]?.userId,
					batch.contexts[context]?.exp.header,
					props,
				]),
			);
			const [view, identify, before, after] = seen;
			expect(identify).toEqual(['identify', view?.[1], 'ann', 'b', { plan: 'free', seats: '3' }]);
			expect(before).toEqual(['before', view?.[1], 'ann', 'c', {}]);
			expect(after).toEqual(['after', expect.any(Number), '', 'b', {}]);
			expect(after?.[1]).not.toBe(view?.[1]);
		});

		it('let the hook of the page change and drop events, and drop an event when the hook throws', async () => {
			const page = await open('');
			await page.evaluate(`
			footfall.beforeSend((event) => {
				if (event.name === 'secret') return null;
				if (event.name === 'broken') throw new Error('mine');
				event.props = { ...event.props, checked: true };
				return event;
			});
			for (const name of ['secret', 'broken', 'fine']) footfall.track(name);`);
			await settle(page);
			expect(visit.collector.events.slice(1)).toEqual(['fine']);
			expect(events()[1]?.props).toEqual({ checked: 'true' });
			expect(visit.complaints).toEqual([expect.stringContaining('mine')]);
		});
	});

	describe('privacy', () => {
		const keys = `JSON.stringify(Object.keys(localStorage).filter((key) => key.startsWith('footfall_')))`;

		it.each([
			['Global Privacy Control', `Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })`, ''],
			['Do Not Track', `Object.defineProperty(navigator, 'doNotTrack', { value: '1' })`, ''],
			['no consent where the site asks first', '', 'data-consent="required"'],
			['no consent where the site asks first in other words', '', 'data-consent="granted"'],
		])('%s: no request, no storage, until the visitor says yes', async (_, init, attributes) => {
			await visit.context.addInitScript(init);
			const page = await open(`${attributes} data-capture="${everything}"`);
			await page.click('#add');
			await page.evaluate(`footfall.track('own'); footfall.identify('ann'); dispatchEvent(new Event('online'))`);
			await page.waitForTimeout(300);
			await sendsNothing();
			expect(await page.evaluate(keys)).toBe('[]');
			await page.evaluate(`footfall.consent('granted')`);
			await settle(page);
			expect(urls()).toHaveLength(1);
			await page.reload();
			await settle(page);
			expect(urls()).toHaveLength(2);
		});

		it('a visitor who denies consent is forgotten, on later pages too', async () => {
			const page = await open('');
			await settle(page);
			await page.evaluate(`footfall.track('unsent'); footfall.consent('denied'); footfall.track('later')`);
			expect(await page.evaluate(keys)).toBe('["footfall_consent"]');
			await page.reload();
			await page.evaluate(`footfall.track('later')`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product']);
		});

		it('an event is dropped when the visitor denies consent while the hook has it', async () => {
			const page = await open('');
			await settle(page);
			await page.evaluate(
				`footfall.beforeSend((event) => (footfall.consent('denied'), event)); footfall.track('asked')`,
			);
			expect(await page.evaluate(keys)).toBe('["footfall_consent"]');
			await page.evaluate(
				`footfall.beforeSend((event) => event); footfall.consent('granted'); footfall.track('later')`,
			);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'later', 'view product']);
		});

		it('cookieless stores nothing in the browser', async () => {
			const page = await open('data-cookieless');
			await page.evaluate(`footfall.identify('ann'); footfall.track('own')`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'own']);
			expect(await page.evaluate('localStorage.length + sessionStorage.length + document.cookie.length')).toBe(0);
		});

		it('parameters that the site has not named are cut off, of the page and of the referrer', async () => {
			const page = await open('data-url-params="page q"', '/list');
			await page.evaluate(`history.replaceState(null, '', '/list?q=tea&utm_source=letter&token=1&page=2#top')`);
			await page.evaluate(rest);
			await settle(page);
			expect(urls().at(-1)).toBe('/list?q=tea&utm_source=letter&page=2');
			const attributes = new URLSearchParams({ attributes: 'data-url-params="page q"' });
			await page.evaluate(`location.href = '/next?${attributes}'`);
			await vi.waitFor(() => expect(urls().at(-1)).toMatch(/^\/next/), patience);
			expect(visit.collector.arrivals.at(-1)?.batch.contexts[0]?.referrer).toBe('/list?q=tea&utm_source=letter&page=2');
		});

		it('the same visitors are sampled on every page, and events have the rate', async () => {
			const page = await open('data-sample="0.5"');
			const visit1 = async (visitor: number) => {
				await page.evaluate(`localStorage.footfall_visitor = '${visitor}'`);
				await page.reload();
				await page.evaluate(`footfall.track('own')`);
				await settle(page);
			};
			await settle(page);
			const before = events().length;
			await visit1(2 ** 52 + 1);
			expect(events()).toHaveLength(before);
			await visit1(2 ** 52 - 1);
			const sampled = events().slice(before);
			expect(sampled.map(({ name }) => name)).toEqual(['view', 'own']);
			expect(sampled.map(({ props }) => props.sample)).toEqual(['0.5', '0.5']);
		});

		it('no visitor is tracked if the sampling rate is not a number', async () => {
			const page = await open('data-sample="10%"');
			await page.evaluate(`footfall.track('own')`);
			await page.waitForTimeout(300);
			await sendsNothing();
		});
	});

	describe('the tracker in hostile pages', () => {
		it('runs under a strict policy with Trusted Types, without a violation', async () => {
			const page = await open(`data-capture="${everything}"`, '/strict');
			await page.click('#add');
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'click add_to_cart']);
			await vi.waitFor(
				() => expect(visit.collector.requests.map(({ path }) => path)).toContain('/footfall-vitals.js'),
				patience,
			);
			expect(await page.evaluate('violations')).toEqual([]);
			expect(visit.complaints).toEqual([]);
		});

		it('runs on when the storage is full', async () => {
			await visit.context.addInitScript(`
			try { for (let size = 4_000_000; size >= 1; size = size >> 1) for (;;) try {
				localStorage.setItem('filler' + size + Math.random(), 'x'.repeat(size));
			} catch { break; } } catch {}`);
			const page = await open('');
			await page.evaluate(`footfall.track('own')`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'own']);
			expect(visit.complaints).toEqual([]);
		});

		it('stops when the visitor denies consent and the storage is full, on the next page too', async () => {
			const page = await open('');
			await page.evaluate(`footfall.track('own')`);
			await settle(page);
			await page.evaluate(`
			try { for (let size = 4_000_000; size >= 1; size = size >> 1) for (;;) try {
				localStorage.setItem('filler' + size + Math.random(), 'x'.repeat(size));
			} catch { break; } } catch {}
			footfall.identify('ann'); footfall.track('unsent');`);
			await page.evaluate(`footfall.consent('denied')`);
			const kept = `JSON.stringify(Object.keys(localStorage).filter((key) => key.startsWith('footfall_')))`;
			expect(await page.evaluate(kept)).toBe('["footfall_consent"]');
			const before = visit.collector.events.length;
			await page.reload();
			await page.evaluate(`footfall.track('later')`);
			await settle(page);
			expect(visit.collector.events).toHaveLength(before);
		});

		it('starts when the script is inline in the page', async () => {
			const page = await visit.open('/?bare');
			await page.evaluate(`(async () => {
			const script = document.createElement('script');
			script.textContent = await (await fetch('${visit.collector.url}/footfall.js')).text();
			Object.assign(script.dataset, { site: 'shop', collector: '${visit.collector.url}', flushIntervalMs: 100 });
			document.head.append(script);
		})()`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product']);
			expect(visit.complaints).toEqual([]);
		});

		it('runs on when a form is the element of the page, and its fields hide its properties', async () => {
			const page = await open('');
			await page.evaluate(`document.body.removeAttribute('data-ff-page');
			document.body.insertAdjacentHTML('beforeend', '<form data-ff-page="order" data-ff-exp-x="y"><select name="attributes"><option></option></select></form>');
			footfall.page();
			footfall.track('own', { props: { '': 'nothing', colour: 'blue' } });`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'view order', 'own']);
			expect(events().at(-1)?.props).toEqual({ '': 'nothing', colour: 'blue' });
			expect(visit.complaints).toEqual([]);
		});

		it('captures masked forms without their address where a field hides the attributes of its form', async () => {
			const page = await open('');
			await page.evaluate(`
				document.body.insertAdjacentHTML('beforeend', '<form data-ff-mask id="secret" action="/orders/7">' +
					'<input name="dataset"><a href="https://elsewhere.example/7">Order</a></form>');
				addEventListener('submit', (event) => event.preventDefault());
				addEventListener('click', (event) => event.preventDefault());
				document.querySelector('form').requestSubmit();
				footfall.flush();
			`);
			await settle(page);
			const submitted = events().filter(({ name }) => name === 'submit');
			expect(submitted.map(({ objId }) => objId)).toEqual(['']);
		});

		it('runs on when names of elements hide methods of the document', async () => {
			const page = await open('');
			await page.evaluate(`document.body.insertAdjacentHTML('beforeend',
			'<img name="querySelector"><img name="title"><img name="referrer"><form name="addEventListener"></form><form name="readyState"></form>')`);
			await page.click('#add');
			await page.evaluate(`footfall.page(); footfall.track('own')`);
			await settle(page);
			expect(visit.collector.events).toEqual(['view product', 'click add_to_cart', 'view product', 'own']);
		});

		it('reads the time where a library makes Date.now return a Date', async () => {
			await visit.context.addInitScript('Date.now = () => new Date()');
			const startMs = Date.now();
			await settle(await open(''));
			expect(visit.collector.events).toEqual(['view product']);
			const [{ batch }] = visit.collector.arrivals as [(typeof visit.collector.arrivals)[0]];
			const happenedMs = batch.sentAtMs - (batch.events[0]?.ageMs ?? 0);
			// An invalid time becomes 1970.
			expect(Math.abs(happenedMs - startMs)).toBeLessThan(3_600_000);
			expect(visit.complaints).toEqual([]);
		});

		it('reports how many events a page had to drop', async () => {
			visit.collector.answer = () => undefined;
			const page = await open('');
			await page.evaluate(`for (let i = 0; i < 3_000; i++) footfall.track('fat', { objId: 'x'.repeat(900) })`);
			visit.collector.answer = () => ['stored'];
			visit.collector.cut();
			await page.waitForTimeout(2_000);
			await settle(page);
			await vi.waitFor(() => expect(visit.collector.events).toContain('lost'), patience);
			const lost = events().find(({ name }) => name === 'lost');
			const arrived = new Set(
				visit.collector.arrivals.flatMap(({ batch }) =>
					batch.events.flatMap(({ name }, index) => (name === 'fat' ? `${batch.sequence} ${index}` : [])),
				),
			);
			const told = (await page.evaluate('errors.reduce((sum, { events }) => sum + events, 0)')) as number;
			expect(Number(lost?.props.events)).toBe(told);
			expect(arrived.size + told).toBeGreaterThanOrEqual(3_000);
		});
	});
}
