import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { library } from './libraries.js';
import type { startFixture, Visit } from './tracker-visit.js';

/**
 * Tests of the tracker in pages that differ from what it expects, in a real browser: elements and globals that hide
 * what it reads, applications that render late, several tabs, and calls with mistakes.
 *
 * @param start starts the browser
 */
export function describePages(start: typeof startFixture): void {
	describe('in pages that differ', () => {
		const patience = { timeout: 20_000, interval: 25 };
		let fixture: Awaited<ReturnType<typeof startFixture>>;
		let visit: Visit;
		/** Another origin, which must not get any request, and the paths that were requested from it. */
		let foreign: Server;
		let foreignUrl = '';
		const foreignPaths: string[] = [];

		beforeAll(async () => {
			fixture = await start();
			foreign = createServer((request, response) => {
				foreignPaths.push(request.url ?? '');
				response.setHeader('access-control-allow-origin', '*').setHeader('content-type', 'text/javascript');
				response.end('window.isForeign = true; export default () => {};');
			}).listen(0, '127.0.0.1');
			await new Promise((resolve) => foreign.once('listening', resolve));
			foreignUrl = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
		});
		afterAll(async () => {
			await fixture?.close();
			foreign?.close();
		});
		afterEach(async () => {
			expect(visit.collector.broken).toEqual([]);
			await visit.end();
		});

		const tag = (url: string, attributes = '') =>
			`<script nonce="n" defer src="${url}/footfall.js" data-site="shop" data-flush-interval-ms="50" ${attributes}></script>`;
		const declared = '<body data-ff-page="home">';

		/** Opens a page of this HTML; later pages of the site are empty. */
		async function open(
			html: (collectorUrl: string) => string,
			path = '/',
			scripts: Record<string, string> = {},
		): Promise<Page> {
			visit = await fixture.visit((_, url) => html(url), scripts);
			return visit.open(path);
		}
		const settle = (page: Page) => page.evaluate('footfall.flush()');
		const events = () => visit.collector.arrivals.flatMap(({ batch }) => batch.events);
		const views = () =>
			visit.collector.arrivals.flatMap(({ batch }) =>
				batch.events
					.filter(({ name }) => name === 'view')
					.map(({ context, objId }) => {
						const { url = '', title } = batch.contexts[context] ?? {};
						return [url.replace(visit.siteUrl, ''), title, objId];
					}),
			);

		describe('elements that hide what the tracker reads', () => {
			const policy = `<meta http-equiv="content-security-policy" content="script-src 'nonce-n' 'strict-dynamic'; object-src 'none'; base-uri 'none'">`;

			it('cannot choose the collector, nor run code, under a policy with strict-dynamic', async () => {
				foreignPaths.length = 0;
				const evil = `data-site="shop" data-capture="view vital" data-collector="${foreignUrl}" src="data:,"`;
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${policy}
				<img name="currentScript" ${evil}><form name="currentScript" ${evil}></form>
				${declared}<a id="footfall"></a><a id="footfall" name="init"></a>
				${tag(url, 'data-capture="view vital"')}`,
				);
				await settle(page);
				expect(views()).toEqual([['/', 'Shop', 'home']]);
				await vi.waitFor(
					() => expect(visit.collector.requests.map(({ path }) => path)).toContain('/footfall-vitals.js'),
					patience,
				);
				expect(foreignPaths).toEqual([]);
				expect(await page.evaluate('typeof isForeign')).toBe('undefined');
				expect(visit.complaints).toEqual([]);
			});

			it('are not taken for what the document has, whatever their kind', async () => {
				const names =
					'title referrer hidden visibilityState readyState prerendering documentElement head body cookie querySelector addEventListener defaultView baseURI location constructor __proto__ URL'.split(
						' ',
					);
				const kinds = ['img', 'form', 'embed', 'object', 'iframe'];
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				${names.map((name, i) => `<${kinds[i % 5]} name="${name}" id="${name}"></${kinds[i % 5]}>`).join('')}
				<iframe name="Zone"></iframe><img id="navigation"><img id="Temporal"><img id="localStorage">
				<button id="buy" data-ff-click="buy">Buy</button>${tag(url, 'data-capture="view click scroll engaged"')}`,
				);
				await page.evaluate(`document.getElementById ? 0 : 1`);
				await page.click('#buy');
				await page.evaluate(`history.pushState(null, '', '/next')`);
				await settle(page);
				expect(visit.collector.events.filter((event) => !event.startsWith('leave'))).toEqual([
					'view home',
					'click buy',
					'view home',
				]);
				expect(views().map(([url, title]) => [url, title])).toEqual([
					['/', 'Shop'],
					['/next', 'Shop'],
				]);
				expect(visit.complaints).toEqual([]);
			});

			it('do not hide the functions of a form from a click that the form declares', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				<form data-ff-click="buy"><input name="getAttribute"><input name="hasAttribute"><b id="buy">Buy</b></form>${tag(url)}`,
				);
				// Playwright's own click calls these functions of the form.
				await page.evaluate(`document.querySelector('#buy').click()`);
				await settle(page);
				expect(visit.collector.events).toEqual(['view home', 'click buy']);
				expect(visit.complaints).toEqual([]);
			});

			it.each(['footfall', 'twin'])('do not stand for the stub (%s)', async (id) => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				<form id="${id}"><input name="init"><input name="q"><input name="q"></form><img id="init"><img name="q">${tag(url)}`,
				);
				await page.evaluate(`footfall.track('own')`);
				await settle(page);
				expect(visit.collector.events).toEqual(['view home', 'own']);
				expect(visit.complaints).toEqual([]);
			});
		});

		describe('a frame of another origin that has the name footfall', () => {
			it('does not keep the tracker from starting', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				<iframe name="footfall" src="data:text/html,"></iframe>
				<script>onload = () => document.body.append(Object.assign(document.createElement('script'), {
					src: '${url}/footfall.js?site=shop',
				}));</script>`,
				);
				await vi.waitFor(
					async () => expect(await page.evaluate('window.footfall === window[0]')).toBe(false),
					patience,
				);
				await page.evaluate(`footfall.track('own')`);
				await settle(page);
				expect(visit.collector.events).toEqual(['view home', 'own']);
				expect(visit.complaints).toEqual([]);
			});
		});

		describe('globals of the page', () => {
			it.each([
				['variables', 'var URL = "x", Set = 1, Map = {}, fetch = 2, JSON = "text", performance = {};'],
				[
					'functions',
					'function URL() {} function Set() {} function fetch() {} function JSON() {} function CustomEvent() {}',
				],
				[
					'constants',
					'const URL = 1, Set = 2, fetch = 3, JSON = {}, history = [], crypto = {}, WebSocket = 4, localStorage = {};',
				],
			])('with the names of what the browser has (%s) stop nothing', async (_, code) => {
				await open(
					(url) => `<!doctype html><title>Shop</title><script>${code}</script>${declared}
				<a id="out" href="https://other.example/x?y=1">x</a>${tag(url)}
				<script>addEventListener('load', () => {
					addEventListener('click', (event) => event.preventDefault());
					document.querySelector('#out').click();
					footfall.track('own', { objId: ${JSON.stringify('"\\')} });
				});</script>`,
					'/?token=1',
				);
				await vi.waitFor(() => expect(visit.collector.events).toHaveLength(3), patience);
				expect(visit.collector.events).toEqual(['view home', 'outbound https://other.example/x', 'own "\\']);
				expect(JSON.stringify(visit.collector.arrivals.map(({ batch }) => batch.contexts))).not.toContain('token');
				expect(visit.complaints).toEqual([]);
			});

			it('that change JSON, as Prototype does, spoil no batch', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title><script>
				for (const { prototype } of [Array, String, Number, Object]) prototype.toJSON = () => 'spoiled';</script>${declared}${tag(url)}`,
				);
				await page.evaluate(`footfall.track('own', { objId: 'é"\\\\\\u2028', props: { a: 'b' } })`);
				await settle(page);
				expect(events().map(({ name, objId, props }) => [name, objId, props])).toEqual([
					['view', 'home', {}],
					['own', 'é"\\\u2028', { a: 'b' }],
				]);
				expect(visit.complaints).toEqual([]);
			});
		});

		describe('a page that is rendered late', () => {
			const shell = (url: string) => `<!doctype html><title>Application</title><div id="root"></div>${tag(url)}`;
			const render = (title: string, kind: string, id: number, afterMs: number) =>
				`setTimeout(() => {
				document.querySelector('#root').innerHTML = '<main data-ff-page="${kind}" data-ff-product-id="${id}"></main>';
				setTimeout(() => document.title = '${title}', 20);
			}, ${afterMs});`;

			it('has its own title, object and product in every view, the first one too', async () => {
				const page = await open((url) => `${shell(url)}<script>${render('Mug', 'product', 3, 150)}</script>`, '/mug');
				await vi.waitFor(() => expect(views()).toEqual([['/mug', 'Mug', 'product']]), patience);
				// A lazy route.
				await page.evaluate(`history.pushState(null, '', '/cup'); ${render('Cup', 'product', 4, 300)}`);
				await vi.waitFor(() => expect(views()).toHaveLength(2), patience);
				// A route whose title comes long after its content.
				await page.evaluate(`history.pushState(null, '', '/cart');
				document.querySelector('main').dataset.ffPage = 'cart';
				delete document.querySelector('main').dataset.ffProductId;
				setTimeout(() => document.title = 'Cart', 300);`);
				await vi.waitFor(() => expect(views()).toHaveLength(3), patience);
				expect(views().slice(1)).toEqual([
					['/cup', 'Cup', 'product'],
					['/cart', 'Cart', 'cart'],
				]);
				expect(events().map(({ productId }) => productId)).toEqual([3, 4, 0]);
			});

			it('is captured with what there is when it is left before it is rendered', async () => {
				const page = await open(shell, '/mug');
				await page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide'))`);
				await vi.waitFor(() => expect(views()).toEqual([['/mug', 'Application', '']]), patience);
			});

			it('is captured once when nothing changes, and without parameters that change nothing', async () => {
				const page = await open(shell, '/?utm_source=letter&fbclid=1');
				await page.evaluate(`(async () => {
				for (const query of ['?utm_source=letter', '', '?q=t', '?q=te', '?q=tea']) {
					history.replaceState(null, '', '/' + query);
					await new Promise((done) => setTimeout(done, 80));
				}
			})()`);
				await settle(page);
				expect(views()).toEqual([['/?utm_source=letter', 'Application', '']]);
			});
		});

		it('stores a web vital under the page on which it was measured', async () => {
			const page = await open(
				(url) => `<!doctype html><title>Home</title>${declared}<p>Text of the page</p>
			<button id="go" onclick="history.pushState(null, '', '/mug'); document.title = 'Mug'">Mug</button>${tag(url, 'data-capture="view vital"')}`,
			);
			await vi.waitFor(() => expect(visit.collector.events).toContain('vital TTFB'), patience);
			await page.click('#go');
			await vi.waitFor(() => expect(visit.collector.events).toContain('vital LCP'), patience);
			const urls = visit.collector.arrivals.flatMap(({ batch }) =>
				batch.events.filter(({ objId }) => objId === 'LCP').map(({ context }) => batch.contexts[context]?.url),
			);
			expect(urls).toEqual([`${visit.siteUrl}/`]);
		});

		describe('several tabs', () => {
			it('stop together when the visitor says no, and have one visitor and one user', async () => {
				const one = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url)}`);
				const two = await visit.open('/two');
				await settle(one);
				await settle(two);
				await one.evaluate(`footfall.reset(); footfall.identify('ann')`);
				const visitor = await one.evaluate('footfall.visitor()');
				await vi.waitFor(async () => expect(await two.evaluate('footfall.visitor()')).toBe(visitor), patience);
				await vi.waitFor(async () => {
					await two.evaluate(`footfall.track('own')`);
					await settle(two);
					const last = visit.collector.arrivals.at(-1)?.batch;
					expect([`${last?.visitor}`, last?.contexts[0]?.userId]).toEqual([visitor, 'ann']);
				}, patience);
				await one.evaluate(`footfall.consent('denied')`);
				await vi.waitFor(async () => expect(await two.evaluate('footfall.visitor()')).toBe(''), patience);
				const before = visit.collector.events.length;
				await two.evaluate(`footfall.track('late')`);
				await two.evaluate('footfall.flush()');
				await vi.waitFor(() => expect(visit.collector.connected).toBe(0), patience);
				expect(visit.collector.events).toHaveLength(before);
				const keys = `JSON.stringify(Object.keys(localStorage).filter((key) => key.startsWith('footfall_')))`;
				expect(await two.evaluate(keys)).toBe('["footfall_consent"]');
				await one.evaluate(`footfall.consent('granted')`);
				await vi.waitFor(async () => expect(await two.evaluate('footfall.visitor()')).not.toBe(''), patience);
			});
		});

		it('is one visitor on all hosts of the domain of its cookie, until the visitor says no', async () => {
			const html = (attributes: string) => (url: string) =>
				`<!doctype html><title>Shop</title>${declared}${tag(url, attributes)}`;
			const one = await open(html('data-cookie-domain="shop.localhost"'));
			const on = (host: string) => visit.siteUrl.replace('127.0.0.1', `${host}.shop.localhost`);
			await one.goto(`${on('www')}/`);
			await settle(one);
			const visitor = await one.evaluate('footfall.visitor()');
			expect(visitor).toMatch(/^\d{10,}$/);
			expect(await one.evaluate('document.cookie')).toBe(`footfall_visitor=${visitor}`);
			await one.goto(`${on('checkout')}/`);
			await settle(one);
			expect(await one.evaluate('footfall.visitor()')).toBe(visitor);
			await one.evaluate(`footfall.consent('denied')`);
			expect(await one.evaluate('document.cookie')).toBe('');
			await visit.end();
			const cookieless = await open(html('data-cookieless data-cookie-domain="shop.localhost"'));
			await cookieless.goto(`${on('www')}/`);
			await settle(cookieless);
			expect(await cookieless.evaluate('document.cookie')).toBe('');
		});

		it('leaves no timer in the zone of an application', async () => {
			const page = await open(
				(url) => `<!doctype html><title>Shop</title><script src="/zone.js"></script>${declared}${tag(url)}`,
				'/',
				{ '/zone.js': library('zone.js') },
			);
			const tasks = await page.evaluate(`(async () => {
			const tasks = [];
			const zone = Zone.current.fork({
				name: 'application',
				onScheduleTask: (delegate, current, target, task) => (tasks.push(task.source), delegate.scheduleTask(target, task)),
			});
			zone.run(() => { footfall.track('own'); history.pushState(null, '', '/next'); footfall.identify('ann'); });
			zone.run(() => { footfall.flush(); });
			await footfall.flush();
			return tasks.join();
		})()`);
			expect(tasks).toBe('');
			expect(visit.collector.events).toContain('own');
		});

		describe('clicks', () => {
			it('count once on a label, not on a prevented link, and in images, image maps and made files', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				<label data-ff-click="agree"><input id="box" type="checkbox"> <b id="text">agree</b></label>
				<label data-ff-click="prevented" onclick="event.preventDefault()"><input type="checkbox"><b id="kept">x</b></label>
				<a id="no" href="https://other.example/no" onclick="event.preventDefault()">x</a>
				<a id="stopped" href="https://other.example/stopped" target="_blank" onclick="event.stopPropagation()">x</a>
				<svg><a id="svg" href="https://other.example/svg"><text id="word">x</text></a></svg>
				<map name="m"><area id="area" href="https://other.example/area" shape="default"></map><img usemap="#m" src="data:,">
				<a id="blob" href="blob:${visit?.siteUrl ?? url}/1" download="report.csv">x</a>
				<a id="data" href="data:,x" download="note.txt">x</a>${tag(url)}`,
				);
				await page.evaluate(`window.open = () => null;
				addEventListener('click', (event) => event.target.closest?.('a, area') && event.preventDefault());
				for (const id of ['text', 'box', 'kept', 'no', 'word', 'area', 'blob', 'data']) {
					document.getElementById(id).dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, composed: true }));
				}`);
				await settle(page);
				expect(visit.collector.events.slice(1)).toEqual([
					'click agree',
					'click agree',
					'click prevented',
					'outbound https://other.example/svg',
					'outbound https://other.example/area',
					'download report.csv',
					'download note.txt',
				]);
			});

			it('of a form in a shadow root are captured, and a masked one without its name', async () => {
				const page = await open(
					(url) =>
						`<!doctype html><title>Shop</title>${declared}<div id="plain"></div><section data-ff-mask><div id="masked"></div></section>${tag(url)}`,
				);
				await page.evaluate(`
				for (const id of ['plain', 'masked']) {
					const root = document.getElementById(id).attachShadow({ mode: 'open' });
					root.innerHTML = '<form id="search"><button>Go</button></form>';
					root.querySelector('form').addEventListener('submit', (event) => event.preventDefault());
					root.querySelector('button').click();
					root.querySelector('button').click();
				}`);
				await settle(page);
				expect(visit.collector.events.slice(1)).toEqual(['submit search', 'submit search', 'submit', 'submit']);
			});
		});

		it('captures a view by page() where automatic views are off, and no leave where the page stays', async () => {
			const page = await open(
				(url) =>
					`<!doctype html><title>Shop</title>${declared}<a id="mail" href="/file" download>x</a>${tag(url, 'data-capture="click engaged"')}`,
			);
			await page.evaluate('footfall.page()');
			await page.waitForTimeout(1_200);
			await page.click('#mail');
			await page.waitForTimeout(300);
			await settle(page);
			expect(visit.collector.events).toEqual(['view home']);
		});

		it('takes parameters of its address as attributes, and says that a second site gets nothing', async () => {
			const page = await open(
				(url) => `<!doctype html><title>Shop</title>${declared}<p id="x" data-ff-click="x">x</p>
			<script src="${url}/footfall.js?site=shop&amp;flush-interval-ms=50&amp;capture=view+outbound&amp;urlParams=q%20r&amp;broken=%E0"></script>
			<script src="${url}/footfall.js" data-site="blog"></script>`,
				'/?q=1&r=2&s=3',
			);
			await page.click('#x');
			await settle(page);
			expect(views()).toEqual([['/?q=1&r=2', 'Shop', 'home']]);
			expect(visit.collector.events).toEqual(['view home']);
			const notes = ['footfall: "blog" is taken as "shop"'];
			await vi.waitFor(() => expect(visit.complaints).toEqual(notes), patience);
		});

		it('starts again in the document that document.open() has made', async () => {
			const page = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url)}`);
			await settle(page);
			await page.evaluate(`
			document.open();
			document.write('<!doctype html><title>New</title><body data-ff-page="new"><p id="buy" data-ff-click="buy">x</p>');
			document.write(${JSON.stringify(tag('URL'))}.replace('URL', ${JSON.stringify(visit.collector.url)}));
			document.close();`);
			await vi.waitFor(() => expect(views()).toHaveLength(2), patience);
			await page.click('#buy');
			await settle(page);
			expect(visit.collector.events).toEqual(['view home', 'view new', 'click buy']);
			expect(visit.complaints).toEqual([]);
		});

		it('captures rejections of any value', async () => {
			const page = await open(
				(url) => `<!doctype html><title>Shop</title>${declared}${tag(url, 'data-capture="error"')}`,
			);
			await page.evaluate(`
			Promise.reject({ code: 'E_SECRET', status: 404 });
			Promise.reject(Symbol('odd'));
			Promise.reject(Object.assign(Object.create(null), { reason: 1 }));
			Promise.reject(undefined);
			new Promise((done) => setTimeout(done, 50));`);
			await settle(page);
			// They wait for the second file, which may come after the flush.
			await vi.waitFor(() => expect(visit.collector.events).toHaveLength(4), patience);
			expect(visit.collector.events).toEqual([
				'error object: code,status',
				'error Symbol(odd)',
				'error object: reason',
				'error undefined',
			]);
		});

		it('keeps the time when the clock is set back while the page is open', async () => {
			const page = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url)}`);
			await settle(page);
			await page.evaluate(`{ const real = Date.now; Date.now = () => real() - 5 * 3_600_000; footfall.track('own'); }`);
			await settle(page);
			const { batch } = visit.collector.arrivals.at(-1) ?? {};
			expect(Math.abs((batch?.sentAtMs ?? 0) - (batch?.events[0]?.ageMs ?? 0) - Date.now())).toBeLessThan(60_000);
		});

		it('keeps no secret of a fragment that names a page', async () => {
			const page = await open(
				(url) => `<!doctype html><title>Shop</title>${declared}${tag(url, 'data-hash')}`,
				'/#access_token=a&token_type=b&expires_in=3600&state=c',
			);
			await vi.waitFor(async () => expect(await page.evaluate('footfall.visitor()')).not.toBe(''), patience);
			await page.evaluate(`(async () => {
			for (const hash of ['/list?page=2', '/list?page=3&api_key=secret&sort=up', '/reset?token=secret', '/me?x=eyJsecret.secret.secret']) {
				location.hash = hash;
				await new Promise((done) => setTimeout(done, 80));
			}
		})()`);
			await settle(page);
			expect(views().map(([url]) => url)).toEqual([
				'/',
				'/#/list?page=2',
				'/#/list?page=3&sort=up',
				'/#/reset',
				'/#/me',
			]);
		});

		describe('what the second file does', () => {
			it('includes errors and calls from before it is there', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}
				<script src="${url}/footfall.js" data-site="shop" data-flush-interval-ms="50" data-capture="view error"></script>
				<script>window.visitorAtStart = footfall.visitor(); footfall.track('own'); setTimeout(() => { throw new Error('early') });</script>`,
				);
				await vi.waitFor(() => expect(visit.collector.events).toHaveLength(3), patience);
				const expected = ['view home', 'own', expect.stringMatching(/^error .*early$/)];
				expect(visit.collector.events).toEqual(expect.arrayContaining(expected));
				expect(await page.evaluate('visitorAtStart')).toMatch(/^\d+$/);
			});

			it.each([
				['at once without its signals', 'data-capture="view error scroll"'],
				['after five seconds without its cookie', 'data-cookie-domain="shop.localhost"'],
			])('keeps no tracker from starting while its request has no answer: it starts %s', async (_, attributes) => {
				visit.collector.withholdsSecondFile = true;
				const page = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url, attributes)}`);
				await page.evaluate(`footfall.track('own')`);
				await vi.waitFor(() => expect(visit.collector.events).toHaveLength(2), { timeout: 20_000, interval: 50 });
				expect(visit.collector.events.toSorted()).toEqual(['own', 'view home']);
				await page.close();
			});

			it('is left out where a policy of the page forbids it, and everything else works', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>
				<meta http-equiv="content-security-policy" content="script-src ${url}/footfall.js">${declared}
				${tag(url, 'data-hash data-cookie-domain="shop.localhost" data-capture="view scroll vital"')}`,
					'/#/list?token=secret',
				);
				await page.evaluate(`footfall.track('own')`);
				await settle(page);
				expect(views()).toEqual([['/', 'Shop', 'home']]);
				expect(visit.collector.events).toEqual(['view home', 'own']);
				// Firefox itself reports what it has blocked.
				const own = visit.complaints.filter((line) => !line.startsWith('Content-Security-Policy'));
				expect(own).toEqual([]);
			});

			it('includes the sending of batches that an earlier version has stored as JSON', async () => {
				const page = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url)}`);
				await settle(page);
				await page.evaluate(`const now = Date.now(); localStorage.footfall_7_0 = JSON.stringify([1, 'shop', 5, 7, 0, now,
				[['https://shop.example/']], [[now - 100_000, 0, 'old', '', '\\u00e9\\n"']], now - 90_000]);`);
				await visit.open('/again');
				await vi.waitFor(() => expect(visit.collector.events).toContain('old é\n"'), patience);
				expect(events().find(({ name }) => name === 'old')?.ageMs).toBe(10_000);
			});
		});

		describe('calls', () => {
			it('of the browser that throw at once lose nothing and reach no page', async () => {
				const page = await open((url) => `<!doctype html><title>Shop</title>${declared}${tag(url)}`);
				await settle(page);
				await page.evaluate(`for (const name of ['fetch', 'WebSocket']) window[name] = () => { throw new Error(name) };
				navigator.sendBeacon = () => { throw new Error('beacon') };`);
				visit.collector.cut();
				await page.evaluate(`footfall.track('own'); dispatchEvent(new PageTransitionEvent('pagehide'))`);
				await visit.open('/again');
				await page.close();
				await vi.waitFor(() => expect(visit.collector.events).toContain('own'), patience);
				expect(visit.complaints).toEqual([]);
			});

			it('with mistakes get one line each, and a right one follows', async () => {
				const page = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}<script>
				window.footfall = function () { (footfall.q = footfall.q || []).push(arguments) };
				footfall('init', { site: 'shop', capture: undefined, flushIntervalMs: 50, collector: undefined });
				</script><script src="${url}/footfall.js"></script>`,
				);
				await page.evaluate(`footfall.track('own', { amount: '12,50' }); footfall.track('own', { amount: '12,50' })`);
				await settle(page);
				expect(visit.collector.events).toEqual(['view home', 'own', 'own']);
				await vi.waitFor(() => expect(visit.complaints).toEqual(['footfall: "12,50" is taken as "0"']), patience);
				await visit.end();
				const other = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}${tag(url, 'data-sample="10%"')}`,
				);
				await settle(other);
				expect(visit.collector.events).toEqual([]);
				await vi.waitFor(() => expect(visit.complaints).toEqual(['footfall: "10%" is taken as "0"']), patience);
				await visit.end();
				const third = await open(
					(url) => `<!doctype html><title>Shop</title>${declared}${tag(url, 'data-capture="view clicks,submit"')}`,
				);
				await settle(third);
				expect(visit.collector.events).toEqual(['view home']);
				const notes = ['footfall: "view,clicks,submit" is taken as "view,submit"'];
				await vi.waitFor(() => expect(visit.complaints).toEqual(notes), patience);
			});

			it('as a module say what to write instead', async () => {
				const page = await open(
					(url) =>
						`<!doctype html><title>Shop</title>${declared}<script type="module" src="${url}/footfall.js" data-site="shop"></script>`,
				);
				await page.waitForTimeout(200);
				expect(visit.complaints).toEqual([expect.stringMatching(/data-site is missing: write <script defer/)]);
			});
		});
	});
}
