import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Application, applicationPage, applications, scriptsOf, shopPages } from './applications.js';
import { hasPrototype } from './libraries.js';
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

	// The first view of a page that the browser renders may come too early.
	const isRight = ({ library, code }: Application) => !code && (hasPrototype || !library.startsWith('Prototype'));
	const found = applications.filter(isRight);
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
}
