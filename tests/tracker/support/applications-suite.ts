import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Application, applicationPage, applications, scriptsOf, shopPages } from './applications.js';
import { hasPrototype, trackerInBundle } from './libraries.js';
import type { startFixture, Visit } from './tracker-visit.js';

/**
 * Tests of the tracker in applications with libraries of others, in a real browser.
 *
 * @param start starts the browser
 */
export function describeApplications(start: typeof startFixture): void {
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

	/** Address, title and kind of page of each view that arrived. */
	const views = () =>
		visit.collector.arrivals.flatMap(({ batch }) =>
			batch.events
				.filter(({ name }) => name === 'view')
				.map(({ context, objId }) => {
					const { url, title } = batch.contexts[context] ?? {};
					return [url?.replace(visit.siteUrl, ''), title, objId];
				}),
		);
	const expected = ['/', '/mug', '/cart', '/mug'].map((path) => [path, ...(shopPages[path] ?? [])]);

	const isFound = ({ library }: Application) => hasPrototype || !library.startsWith('Prototype');
	const found = applications.filter(isFound);
	describe.each(found)('in an application with $library', (application) => {
		it('one view of each visited page arrives, with the title and the kind of that page', async () => {
			const tag = (url: string) =>
				`<script defer src="${url}/footfall.js" data-site="shop" data-flush-interval-ms="50"></script>`;
			visit = await fixture.visit((path, url) => applicationPage(application, path, tag(url)), scriptsOf(application));
			const page = await visit.open('/');
			const arrive = (count: number) => vi.waitFor(() => expect(views()).toHaveLength(count), patience);
			await arrive(1);
			await page.click('#product');
			await arrive(2);
			await page.click('#cart');
			await arrive(3);
			await page.evaluate('setTimeout(() => history.back())');
			await arrive(4);
			await page.evaluate('footfall.flush()');
			expect(views()).toEqual(expected);
			expect(visit.complaints).toEqual([]);
		});
	});

	describe.each(['the bundle', 'the script tag'])('a bundle and a script tag on one page, %s first', (first) => {
		const names = () => visit.collector.events.filter((event) => !event.startsWith('view'));

		/** Opens a page with both, the scripts of which run in the order in which they stand. */
		async function openBoth(isNamedTwice = true) {
			visit = await fixture.visit(
				(_path, url) => {
					const stub = `<script>window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) };
footfall('track', 'early');</script>`;
					const options = `{ site: 'shop', collector: '${url}', flushIntervalMs: 50 }`;
					const bundled = `<script src="/bundle.js"></script><script>bundle.${isNamedTwice ? `init(${options})` : `experiment('header', 'a')`}</script>`;
					const tag = `<script src="${url}/footfall.js" data-site="shop" data-flush-interval-ms="50"></script>`;
					const both = first === 'the bundle' ? bundled + tag : tag + bundled;
					return `<!doctype html><html lang="en"><head><title>Shoes</title>${stub}${both}</head><body></body></html>`;
				},
				{ '/bundle.js': trackerInBundle() },
			);
			return visit.open('/');
		}

		it('are one tracker, with one view, one stream and one visitor, and the calls of the stub run once', async () => {
			const page = await openBoth();
			await page.evaluate(`bundle.track('from-bundle'); footfall.track('from-page'); footfall('track', 'called')`);
			await page.evaluate('Promise.all([bundle.flush(), footfall.flush()])');
			expect(views()).toEqual([['/', 'Shoes', '']]);
			expect(names()).toEqual(['early', 'from-bundle', 'from-page', 'called']);
			const { arrivals, connected } = visit.collector;
			expect(new Set(arrivals.map(({ batch }) => batch.stream)).size).toBe(1);
			expect(new Set(arrivals.map(({ batch }) => batch.visitor)).size).toBe(1);
			expect(connected).toBe(1);
			expect(visit.complaints).toEqual([]);
		});

		it.each(['bundle', 'footfall'])('stop when the visitor says no to %s, and resume together', async (asked) => {
			const page = await openBoth();
			await page.evaluate(`bundle.flush()`);
			await page.evaluate(`${asked}.consent('denied'); bundle.track('no'); footfall.track('no');`);
			await page.evaluate(`${asked}.consent('granted'); bundle.track('yes'); footfall.track('yes'); bundle.flush()`);
			expect(names()).toEqual(['early', 'yes', 'yes']);
		});

		it('are one tracker with the site of the tag where the bundle has not named one', async () => {
			const page = await openBoth(false);
			await page.evaluate(`bundle.track('from-bundle'); bundle.flush()`);
			expect(views()).toEqual([['/', 'Shoes', '']]);
			expect(names()).toEqual(['early', 'from-bundle']);
		});

		it('share hooks, experiments and messages', async () => {
			const page = await openBoth();
			await page.evaluate(`bundle.beforeSend((event) => ({ ...event, objId: 'hooked' })); bundle.experiment('header', 'b');
				window.acks = []; bundle.on('ack', (ack) => acks.push(ack));
				footfall.track('sent'); footfall.flush()`);
			expect(names()).toContain('sent hooked');
			const variants = visit.collector.arrivals.flatMap(({ batch }) => batch.contexts.map((context) => context.exp));
			expect(variants.at(-1)).toEqual({ header: 'b' });
			expect(await page.evaluate('acks.length > 0')).toBe(true);
		});
	});

	it.each([
		['a frame of another origin', '<iframe name="footfall" src="data:text/html,"></iframe>'],
		['a form with fields', '<form id="footfall"><input name="q"><input name="init"></form>'],
	])('a bundle starts on a page where %s has the name footfall', async (_what, element) => {
		visit = await fixture.visit(
			(_path, url) => `<!doctype html><html lang="en"><head><title>Shoes</title></head><body>${element}
<script src="/bundle.js"></script><script>bundle.init({ site: 'shop', collector: '${url}', flushIntervalMs: 50 })</script>
</body></html>`,
			{ '/bundle.js': trackerInBundle() },
		);
		const page = await visit.open('/');
		await page.evaluate('bundle.flush()');
		expect(views()).toEqual([['/', 'Shoes', '']]);
		expect(await page.evaluate('typeof window.footfall.track')).toBe('function');
		expect(visit.complaints).toEqual([]);
	});
}
