import { startDashboard } from '@footfall/dashboard';
import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow } from '@footfall/transforms';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openDashboard } from './support/dashboard-page.js';
import { token } from './support/dashboard-under-test.js';

const stops: (() => Promise<void>)[] = [];
let desk: OpenPage;

/** One visit with one event for each of `many` visitors; `rest` has url, referrer, name, obj_id and props. */
const visits = (site: string, first: number, many: number, rest: string) =>
	`INSERT INTO events (site, visitor_id, event_id, ts, received_at, obj, url, referrer, name, obj_id, props) SETTINGS async_insert = 0
	SELECT '${site}', ${first} + number, generateUUIDv4(), now64(3), now64(3), 'page', ${rest} FROM numbers(${many})`;

beforeAll(async () => {
	const clickhouse = await startTestWarehouse();
	const { warehouse } = clickhouse;
	// Each of 250 referrers has more visits than any of the 300 campaigns of one source, which together have the most.
	await warehouse.command(
		visits(
			'sources',
			1,
			500,
			"'https://shop.example/', concat('https://r', toString(number % 250), '.example/'), 'view', 'main', map()",
		),
	);
	const campaign = "concat('https://shop.example/?utm_source=mail&utm_campaign=', toString(number))";
	await warehouse.command(visits('sources', 10_000, 300, `${campaign}, '', 'view', 'main', map()`));
	// 80 pages, each with fewer measurements of INP than of other metrics.
	for (const [at, metric] of ['LCP', 'CLS', 'FCP', 'TTFB', 'INP'].entries()) {
		const page = "concat('https://shop.example/p/', toString(number % 80))";
		const many = metric === 'INP' ? 80 : 240;
		await warehouse.command(
			visits('vitals', 20_000 + at * 1_000, many, `${page}, '', 'vital', '${metric}', map('value', '0.1')`),
		);
	}
	// All five metrics on each day of the longest range that a request may have.
	await warehouse.command(`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, props, url) SETTINGS async_insert = 0
		SELECT 'long', 30000 + number, generateUUIDv4(), now64(3) - INTERVAL intDiv(number, 5) DAY, now64(3), 'vital', 'page',
			['LCP', 'CLS', 'FCP', 'TTFB', 'INP'][1 + number % 5], map('value', '0.1'), 'https://shop.example/'
		FROM numbers(5500)`);
	const { outcome } = await build(warehouse, compileOrThrow());
	expect(outcome).toBe('published');
	const dashboard = await startDashboard({ port: 0, token, warehouse, logger: { warn() {}, error() {} } });
	const browser = await launchChromium();
	stops.push(
		() => browser.close(),
		() => dashboard.stop(),
		() => clickhouse.stop(),
	);
	desk = await openDashboard(await browser.newContext(), { dashboard, token });
});
afterAll(async () => {
	for (const stop of stops) await stop();
});

describe('a list with a maximum length', () => {
	it('is aggregated before it is cut: a source of many campaigns counts with all of them', async () => {
		await desk.open('?site=sources');
		const rows = await desk.table('Top sources');
		expect(rows).toHaveLength(7);
		expect(rows[0]?.slice(0, 2)).toEqual(['mail', '300']);
	});

	it('has every day of three years of web vitals', async () => {
		const from = new Date(Date.now() - 1_099 * 86_400_000).toISOString().slice(0, 10);
		await desk.open(`?view=vitals&site=long&from=${from}&to=${new Date().toISOString().slice(0, 10)}`);
		for (const metric of ['LCP', 'CLS', 'FCP', 'TTFB', 'INP'])
			expect(await desk.page.locator(`[data-metric=${metric}]`).textContent()).toContain('in 1,100 views');
		expect(await desk.page.locator('.card svg').count()).toBe(5);
	});

	it('is cut between pages: each listed page has all of its web vitals', async () => {
		await desk.open('?view=vitals&site=vitals');
		const rows = await desk.table('By page');
		expect(rows).toHaveLength(50);
		expect(rows.filter((cells) => cells.includes('–'))).toEqual([]);
	});
});
