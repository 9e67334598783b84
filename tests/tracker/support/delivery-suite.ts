import { beforeEach, describe, expect, it, vi } from 'vitest';
import { hide, type startFixture, type Visit, visitEachTest } from './tracker-visit.js';

/**
 * Tests of delivery in a real browser.
 *
 * @param start starts the browser
 * @param keepsSockets whether the browser keeps WebSockets open while the next page loads
 */
export function describeDelivery(start: typeof startFixture, { keepsSockets = true } = {}): void {
	const patience = { timeout: 20_000, interval: 25 };
	const currentVisit = visitEachTest(start);
	let visit: Visit;
	beforeEach(() => {
		visit = currentVisit();
	});

	const preflights = () => visit.collector.requests.filter(({ method }) => method === 'OPTIONS');
	const posts = () => visit.collector.requests.filter(({ method }) => method === 'POST');

	const contexts = () => visit.collector.arrivals.flatMap(({ batch }) => batch.contexts);

	describe('delivery in a real browser', () => {
		it('sends a page view and a click once each, over the socket, and nothing else', async () => {
			const page = await visit.open();
			await page.click('#add');
			await page.click('#other');
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product', 'click add_to_cart']);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toHaveLength(2);
			expect(visit.collector.arrivals.every(({ via }) => via === 'socket')).toBe(true);
			expect(posts()).toEqual([]);
			expect(visit.complaints).toEqual([]);
		});

		it('sends events as the hook has changed them, and reports the outcomes of their batches to listeners', async () => {
			const page = await visit.open();
			await page.evaluate('footfall.beforeSend((event) => ((window.seen ||= []).push({ ...event }), event))');
			await page.click('#add');
			await page.evaluate(
				`footfall.track('own', { obj: 'page', objId: 'x', productId: 7, amount: 1.5, currency: 'EUR', props: { a: 'b' } })`,
			);
			await page.evaluate('footfall.flush()');
			const arrived = visit.collector.arrivals.flatMap(({ batch: { events } }) => events);
			const say = ({ name, obj, objId, productId, amount, currency, props }: Record<string, unknown>) =>
				[name, obj, objId, Number(productId), Number(amount), currency, props].map((value) => value ?? '');
			expect(arrived.slice(1).map((event) => say({ ...event }))).toEqual([
				['click', 'button', 'add_to_cart', 3, 19.99, '', { colour: 'blue' }],
				['own', 'page', 'x', 7, 1.5, 'EUR', { a: 'b' }],
			]);
			expect(((await page.evaluate('seen')) as Record<string, unknown>[]).map(say)).toEqual(
				arrived.slice(1).map((event) => say({ ...event })),
			);
			const acks = visit.collector.arrivals.map(({ batch: { events } }) => ({
				outcome: 'stored',
				events: events.length,
			}));
			expect(await page.evaluate('acks')).toEqual(acks);
		});

		it.skipIf(!keepsSockets)('sends what is left over the socket while the next page still loads', async () => {
			const page = await visit.open('/?patient');
			await page.evaluate('footfall.flush()');
			await page.click('#next');
			await page.waitForURL('**/next?bare');
			await vi.waitFor(() => expect(visit.collector.events.length).toBeGreaterThan(1), patience);
			// A copy may follow as a beacon if the page is left before it has received the answer.
			expect(visit.collector.events.slice(0, 2)).toEqual(['view product', 'click /next?bare']);
			expect(visit.collector.arrivals[1]?.via).toBe('socket');
		});

		it('sends the last batches as beacons without content type or preflight in browsers without the Navigation API', async () => {
			await visit.context.addInitScript(`Object.defineProperty(window, 'navigation', { value: undefined })`);
			const page = await visit.open('/?patient');
			await page.evaluate('footfall.flush()');
			// The page of the link has no tracker, so everything that arrives now was sent by the page that was left.
			await page.click('#next');
			await page.waitForURL('**/next?bare');
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'click /next?bare']), patience);
			expect(visit.collector.arrivals.at(-1)?.via).toBe('http');
			expect(posts()).toEqual([{ method: 'POST', path: '/v1/batch', contentType: undefined }]);
			expect(preflights()).toEqual([]);
		});

		it('sends the last batches as beacons when the tab is closed', async () => {
			const page = await visit.open('/?patient');
			await page.evaluate('footfall.flush()');
			await page.evaluate(`document.querySelector('#add').click()`);
			await page.close({ runBeforeUnload: true });
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'click add_to_cart']), patience);
			expect(preflights()).toEqual([]);
		});

		it('sends the last batches over the socket, once, when the tab is only hidden', async () => {
			const page = await visit.open('/?patient');
			await page.evaluate('footfall.flush()');
			await page.evaluate(`footfall.track('last'); ${hide}`);
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'last']), patience);
			expect(posts()).toEqual([]);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toHaveLength(2);
		});

		it('resends the beacons of a page that was not unloaded after all, once, to get the answers', async () => {
			const page = await visit.open('/?patient');
			await page.evaluate('footfall.flush()');
			visit.collector.answer = () => ['duplicate'];
			await page.evaluate(`footfall.track('last'); dispatchEvent(new PageTransitionEvent('pagehide')); ${hide}`);
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'last', 'last']), patience);
			const [, beaconed, again] = visit.collector.arrivals;
			expect([beaconed?.via, again?.via]).toEqual(['http', 'socket']);
			expect(again?.bytes.equals(beaconed?.bytes ?? Buffer.alloc(0))).toBe(true);
			await page.evaluate('footfall.flush()');
			visit.collector.cut();
			await page.evaluate(`footfall.track('more'); footfall.flush()`);
			expect(visit.collector.events).toEqual(['view product', 'last', 'last', 'more']);
		});

		// PROTOCOL.md: P1, P3
		it('resends the same bytes when the connection closes without an answer, and removes them when the answer comes', async () => {
			visit.collector.answer = () => undefined;
			const page = await visit.open();
			await vi.waitFor(() => expect(visit.collector.arrivals).toHaveLength(1), patience);
			visit.collector.answer = () => ['stored'];
			visit.collector.cut();
			await page.evaluate('footfall.flush()');
			const [first, second, ...more] = visit.collector.arrivals;
			expect(second?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
			expect(more).toEqual([]);
			// A third connection has nothing to resend.
			visit.collector.cut();
			await page.click('#add');
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product', 'view product', 'click add_to_cart']);
		});

		// PROTOCOL.md: P1
		it('resends the same bytes after retry-later, over the same socket', async () => {
			let answers = 0;
			visit.collector.answer = () => (answers++ === 0 ? ['retry-later', 50] : ['duplicate']);
			const page = await visit.open();
			await vi.waitFor(() => expect(visit.collector.arrivals).toHaveLength(2), patience);
			const [first, second] = visit.collector.arrivals;
			expect(second?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
			expect(second?.via).toBe('socket');
			await page.evaluate('footfall.flush()');
			expect(visit.collector.arrivals).toHaveLength(2);
			expect(await page.evaluate('acks.map(({ outcome }) => outcome)')).toEqual(['duplicate']);
			expect(visit.complaints).toEqual([]);
		});

		it('reconnects after goodbye, and resends the batches without an answer', async () => {
			visit.collector.answer = () => undefined;
			const page = await visit.open();
			await vi.waitFor(() => expect(visit.collector.arrivals).toHaveLength(1), patience);
			visit.collector.answer = () => ['stored'];
			visit.collector.say(['goodbye', 10]);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product', 'view product']);
		});

		// PROTOCOL.md: P3
		it('removes a refused batch, logs the reason once on the console, and reports it to listeners every time', async () => {
			visit.collector.answer = () => ['unknown-site'];
			const page = await visit.open();
			await page.evaluate('footfall.flush()');
			await page.click('#add');
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product', 'click add_to_cart']);
			expect(visit.complaints).toEqual(['footfall: shop lost 1 events: unknown-site']);
			expect(await page.evaluate('errors')).toEqual([
				{ reason: 'unknown-site', events: 1 },
				{ reason: 'unknown-site', events: 1 },
			]);
		});

		it('posts batches where no WebSocket gets through, once each and without preflight', async () => {
			visit.collector.takesSockets = false;
			const page = await visit.open();
			await page.click('#add');
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product', 'click add_to_cart']), patience);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toHaveLength(2);
			expect(visit.collector.arrivals.every(({ via }) => via === 'http')).toBe(true);
			expect(posts().every(({ contentType }) => contentType === undefined)).toBe(true);
			expect(preflights()).toEqual([]);
			const outcomes = await page.evaluate('acks.map(({ outcome }) => outcome)');
			expect(new Set(outcomes as string[])).toEqual(new Set(['stored']));
		});

		it('delivers 10,000 events of one loop once each, in order and within the limits', async () => {
			const page = await visit.open();
			await page.evaluate(`for (let i = 0; i < 10_000; i++) footfall.track('tick', { objId: String(i) })`);
			await page.evaluate('footfall.flush()');
			const ticks = visit.collector.events.filter((event) => event.startsWith('tick'));
			expect(ticks).toEqual(Array.from({ length: 10_000 }, (_, i) => `tick ${i}`));
			expect(visit.complaints).toEqual([]);
		});

		it('sends the times of events on the clock of the collector', async () => {
			const hourMs = 3_600_000;
			visit.collector.clockOffsetMs = hourMs;
			const page = await visit.open();
			await page.evaluate('footfall.flush()');
			await page.click('#add');
			await page.evaluate('footfall.flush()');
			const { batch } = visit.collector.arrivals.at(-1) ?? {};
			const happenedMs = (batch?.sentAtMs ?? 0) - (batch?.events[0]?.ageMs ?? 0);
			expect(Math.abs(happenedMs - Date.now() - hourMs)).toBeLessThan(60_000);
		});
	});

	describe('capture in a real browser', () => {
		it('reads a view, a click and the page from the attributes', async () => {
			const page = await visit.open('/shoes?utm_source=letter');
			await page.click('#add b');
			await page.evaluate('footfall.flush()');
			const none = { context: 0, ageMs: expect.any(Number), eventId: undefined };
			const product = { productId: 3, amount: 19.99 };
			expect(visit.collector.arrivals.flatMap(({ batch }) => batch.events)).toEqual([
				{ ...none, ...product, name: 'view', obj: 'page', objId: 'product', currency: 'EUR', props: {} },
				{
					...none,
					...product,
					name: 'click',
					obj: 'button',
					objId: 'add_to_cart',
					currency: '',
					props: { colour: 'blue' },
				},
			]);
			expect(contexts()[0]).toEqual({
				url: `${visit.siteUrl}/shoes?utm_source=letter`,
				title: 'Shoes',
				referrer: '',
				userId: '',
				exp: { cart_style: 'default', header: 'b' },
				viewportWidth: 1280,
				viewportHeight: 720,
				screenWidth: 1280,
				screenHeight: 720,
				language: 'en-GB',
				timezone: 'Europe/Berlin',
			});
		});

		it('keeps visitor and user across pages, and gives every page a stream of its own', async () => {
			const page = await visit.open('/one');
			await page.evaluate(`footfall('identify', 'ann')`);
			await page.evaluate('footfall.flush()');
			await page.evaluate(`location.href = '/two'`);
			await page.waitForURL('**/two');
			await page.evaluate('footfall.flush()');
			const [one, two] = visit.collector.arrivals.map(({ batch }) => batch);
			expect(two?.visitor).toBe(one?.visitor);
			expect(two?.stream).not.toBe(one?.stream);
			expect([two?.contexts[0]?.userId, two?.contexts[0]?.referrer]).toEqual(['ann', '/one']);
		});

		it('gives the events after identify() the user, and the events before it none', async () => {
			const page = await visit.open();
			await page.evaluate(
				`footfall.track('before'); footfall.identify('ann'); footfall.track('after'); footfall.flush()`,
			);
			const users = visit.collector.arrivals.flatMap(({ batch }) =>
				batch.events.map(({ name, context }) => [name, batch.contexts[context]?.userId]),
			);
			expect(users).toEqual([
				['view', ''],
				['before', ''],
				['after', 'ann'],
			]);
		});

		it('runs calls from before it was loaded, and ignores calls of unknown functions', async () => {
			const page = await visit.open('/?bare');
			await page.evaluate(
				`footfall('identify', 'ann'); footfall('nonsense'); footfall('track', 'early', { amount: 5 })`,
			);
			await page.evaluate(`new Promise((onload) => {
			const script = Object.assign(document.createElement('script'), { src: '${visit.collector.url}/footfall.js', onload });
			script.dataset.site = 'shop';
			document.head.append(script);
		})`);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['early', 'view product']);
			expect(contexts()[0]?.userId).toBe('ann');
		});

		it('warns that the site key is missing, and starts when the page calls init', async () => {
			const page = await visit.open('/?bare');
			const { url } = visit.collector;
			await page.evaluate(
				`new Promise((onload) => document.head.append(Object.assign(document.createElement('script'), { src: '${url}/footfall.js', onload })))`,
			);
			expect(visit.complaints).toEqual(['footfall: data-site is missing']);
			await page.evaluate(`footfall.init({ site: 'shop', collector: '${url}/' })`);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product']);
		});

		it('captures a page that embeds the script twice once', async () => {
			const page = await visit.open('/?twice');
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product']);
		});

		it('runs where storage is forbidden, with a visitor of this page', async () => {
			const page = await visit.open('/?bare');
			// A sandboxed frame has an opaque origin, in which reading localStorage throws.
			await page.evaluate(`document.body.innerHTML = '<iframe sandbox="allow-scripts" src="/framed"></iframe>'`);
			await vi.waitFor(() => expect(visit.collector.events).toEqual(['view product']), patience);
			expect(visit.collector.arrivals[0]?.batch.visitor).toBeGreaterThan(0);
			expect(visit.complaints).toEqual([]);
		});

		it('sends valid batches whatever values the page passes', async () => {
			const page = await visit.open();
			await page.evaluate(`
			history.replaceState(null, '', '/' + 'ü'.repeat(5_000));
			document.title = '\\ud83d\\ude00'.repeat(1_000) + '\\ud83d';
			const props = Object.fromEntries(Array.from({ length: 99 }, (_, i) => [i + 'k'.repeat(200), '\\ud800' + '€'.repeat(2_000)]));
			props.constructor = 'x';
			footfall.identify('i'.repeat(5_000));
			footfall.track('n'.repeat(500), { obj: 'o'.repeat(500), objId: 'x'.repeat(5_000), productId: -1, amount: NaN, currency: 'EUROS ARE LONG', props });
			footfall.track('odd', { productId: 1.7, amount: '12.5', objId: null, props: { a: undefined, b: 1n, c: [1, 2], constructor: 'x' } });
			footfall.track('', {});
			footfall.track({ toString() { throw new Error('no name') } });
			footfall.track('symbol', { objId: Symbol('x') });
			footfall.track('getter', { get obj() { throw new Error('no field') } });
			footfall.track('last');
		`);
			// The view of the new address is last, because it waits for the title.
			const arrived = () => visit.collector.arrivals.flatMap(({ batch }) => batch.events);
			const names = ['view', 'n'.repeat(64), 'odd', 'last', 'view'];
			await vi.waitFor(() => expect(arrived().map(({ name }) => name)).toEqual(names), patience);
			const events = arrived();
			expect(events[1]).toMatchObject({ productId: 0, amount: 0, currency: 'EUROS AR', objId: 'x'.repeat(1_024) });
			expect(events[2]).toMatchObject({ productId: 1, amount: 12.5, objId: '' });
			expect(Object.entries(events[2]?.props ?? {})).toEqual(
				Object.entries({ a: '', b: '1', c: '1,2', constructor: 'x' }),
			);
			expect(contexts().at(-1)?.title).toBe('😀'.repeat(128));
			expect(visit.complaints).toHaveLength(4);
		});

		it('runs on when listeners throw, and reports their errors as errors of the page', async () => {
			const page = await visit.open();
			// The view of the page must be acknowledged before the listeners count.
			await page.evaluate('footfall.flush()');
			await page.evaluate(`
			footfall.on('ack', () => { throw new Error('mine') });
			const ending = new AbortController();
			const { signal } = ending;
			footfall.on('ack', ({ events }) => (window.heard = (window.heard || 0) + events), { signal });
			footfall.track('one');
			footfall.flush().then(() => {
				ending.abort();
				footfall.track('two');
			});
		`);
			await vi.waitFor(() => expect(visit.collector.events).toContain('two'), patience);
			await page.evaluate('footfall.flush()');
			expect(visit.collector.events).toEqual(['view product', 'one', 'two']);
			expect(await page.evaluate('heard')).toBe(1);
			expect(visit.complaints).toEqual(['Error: mine', 'Error: mine']);
		});
	});
}
