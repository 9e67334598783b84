import { startDashboard } from '@footfall/dashboard';
import { viewNames } from '@footfall/dashboard/contract';
import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow } from '@footfall/transforms';
import { startTestWarehouse } from '@footfall/warehouse/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openDashboard } from './support/dashboard-page.js';
import { daysAgo, token } from './support/dashboard-under-test.js';

const stops: (() => Promise<void>)[] = [];
let desk: OpenPage;

/** One visit with one event for each of `many` visitors; `rest` has url, referrer, name, obj_id and props. */
const visits = (site: string, first: number, many: number, rest: string) =>
	`INSERT INTO events (site, visitor_id, event_id, ts, received_at, obj, url, referrer, name, obj_id, props) SETTINGS async_insert = 0
	SELECT '${site}', ${first} + number, generateUUIDv4(), now64(3), now64(3), 'page', ${rest} FROM numbers(${many})`;

/** A short run of the tests has one theme. It filters by every value of one kind, and by every fourth of the others. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const someOf = <Row>(rows: readonly Row[] = []) => rows.filter((_, at) => isThorough || at % 4 === 0);

/** Values that a page or an import may have sent, and that lists show like others, or in parts. */
const oddValues = [
	...['', 'Unknown', 'unknown', '–', '(none)', 'direct', '"quoted"', "it's", 'a,b;c', '100%', '%2541', '50%25', '<b>'],
	...[
		'a\\b',
		'tab\there',
		'two  spaces',
		' led',
		'Größe',
		'\u202eright',
		'\u{1f600}',
		'x'.repeat(200),
		'{site:String}',
	],
	...['Germany', 'DE', 'Mobile', 'mobile', '\u200b', 'NULL', '\\N'],
];
/** An address with a value as its path and as its campaign. */
const addressOf = (value: string) =>
	`https://shop.example/${encodeURIComponent(value).repeat(2)}?utm_source=${encodeURIComponent(value)}&utm_medium=${encodeURIComponent(value)}&utm_campaign=${encodeURIComponent(value)}`;

let browser: Browser;
let phone: (colorScheme: 'light' | 'dark') => Promise<OpenPage>;
let ask: (path: string) => Promise<{ rows: Record<string, Record<string, unknown>[]>; lists: Record<string, unknown> }>;

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
	// 100,000 pages, of which 200 are named apart. A visitor and day has at most 1,000 pages in the marts.
	await warehouse.command(
		visits(
			'many',
			40_000,
			100_000,
			"concat('https://shop.example/', if(number % 500 = 0, 'Größe/', 'p/'), toString(number)), '', 'view', 'main', map()",
		).replace('40000 + number', '40000 + intDiv(number, 1000)'),
	);
	for (const [at, value] of oddValues.entries()) {
		await warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, url, referrer, browser, os, device, country, amount) SETTINGS async_insert = 0
			SELECT 'odd', 50000 + ${at}, generateUUIDv4(), now64(3), now64(3), 'view', 'page', {url:String}, '', {value:String}, {value:String}, {value:String}, {value:String}, 0`,
			{ params: { value, url: addressOf(value) } },
		);
	}
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, amount) SETTINGS async_insert = 0
		SELECT 'odd', 60000 + number, generateUUIDv4(), now64(3), now64(3), 'click', 'button', 'checkout', 'https://shop.example/', 999999999 FROM numbers(20)`,
	);
	const campaignCalledDirect = 'utm_source=direct&utm_medium=direct&utm_campaign=direct';
	await warehouse.command(
		visits('odd', 61_000, 3, `'https://shop.example/?${campaignCalledDirect}', '', 'view', 'main', map()`),
	);
	// The longest key of a site.
	await warehouse.command(visits('w'.repeat(64), 62_000, 1, "'https://shop.example/', '', 'view', 'main', map()"));
	const { outcome } = await build(warehouse, compileOrThrow());
	expect(outcome).toBe('published');
	const dashboard = await startDashboard({ port: 0, token, warehouse, logger: { warn() {}, error() {} } });
	ask = async (path) => {
		const response = await fetch(`${dashboard.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
		return (await response.json()) as Awaited<ReturnType<typeof ask>>;
	};
	phone = async (colorScheme) => {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, colorScheme });
		return openDashboard(context, { dashboard, token });
	};
	browser = await launchChromium();
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

const last28 = `from=${daysAgo(27)}&to=${daysAgo(0)}`;

describe('a list of 100,000 pages', () => {
	it('says that it is cut, is searched in any case and any form of an address, and loads more rows', async () => {
		await desk.open('?view=pages&site=many');
		const status = desk.page.locator('.list-status');
		const pages = desk.page.locator('tbody th');
		expect(await status.textContent()).toBe('The first 200 of 100,000 pages. Titles sort these rows only.');
		await desk.page.getByRole('button', { name: 'Load 200 more' }).click();
		await status.getByText('The first 400 of 100,000 pages.').waitFor();
		expect(new Set(await pages.allTextContents()).size).toBe(400);
		for (const search of ['/GRÖß', '/gr%C3%B6%c3%9f']) {
			await desk.page.getByLabel('Search pages').fill(`${search}e/99`);
			await status.getByText('2 pages with').waitFor();
			expect((await pages.allTextContents()).sort()).toEqual(['/Größe/99000', '/Größe/99500']);
			await desk.page.getByLabel('Search pages').fill('nothing like this');
			await status.getByText('No pages with').waitFor();
		}
		expect(desk.errors).toEqual([]);
	});

	it('is paged without gaps or repetitions up to its end, in bounded answers', async () => {
		const seen = new Set<unknown>();
		for (const offset of [0, 200, 400, 99_800, 99_900]) {
			const { rows, lists } = await ask(`/api/pages?site=many&${last28}&list=pages&offset=${offset}`);
			expect(lists).toEqual({ pages: { total: 100_000, offset, limit: 200 } });
			for (const { path } of rows.pages ?? []) seen.add(path);
		}
		expect(seen.size).toBe(800);
		const { rows, lists } = await ask(`/api/pages?site=many&${last28}&list=pages&offset=100000`);
		expect({ rows, lists }).toEqual({
			rows: { pages: [] },
			lists: { pages: { total: null, offset: 100_000, limit: 200 } },
		});
	});

	it('takes every search as text', async () => {
		for (const search of ["'", '\\', '%', '_', '*', '\0', '{site:String}', '\n', '"', '%2']) {
			const { lists } = await ask(
				`/api/pages?${new URLSearchParams({ site: 'many', search, list: 'pages' })}&${last28}`,
			);
			expect(lists, search).toEqual({ pages: { total: 0, offset: 0, limit: 200 } });
		}
	});
});

describe('a value that a list shows', () => {
	/** Sessions of a site with a filter. */
	const sessionsWith = async (name: string, value: string) => {
		const { rows } = await ask(`/api/acquisition?${new URLSearchParams({ site: 'odd', [name]: value })}&${last28}`);
		return rows.channels?.reduce((sum, { sessions }) => sum + Number(sessions), 0);
	};

	it.runIf(isThorough)(
		'is taken by a filter, whatever it is',
		async () => {
			const { rows } = await ask(`/api/acquisition?site=odd&${last28}`);
			const sources = rows.sources ?? [];
			expect(sources.length).toBe(new Set(oddValues).size);
			for (const name of isThorough ? ['source', 'medium', 'campaign'] : ['campaign']) {
				for (const row of sources)
					expect(await sessionsWith(name, String(row[name])), String(row[name])).toBe(row.sessions);
			}
			const { rows: audience } = await ask(`/api/audience?site=odd&${last28}`);
			for (const { dimension, value, sessions } of someOf(audience.values))
				expect(await sessionsWith(String(dimension), String(value)), `${dimension} ${value}`).toBe(sessions);
			const { rows: pages } = await ask(`/api/pages?site=odd&${last28}`);
			for (const { path, entries } of someOf(pages.pages))
				expect(await sessionsWith('entry', String(path)), String(path)).toBe(entries);
		},
		300_000,
	);

	it('is taken in the form in which an address has it, as in links of earlier versions', async () => {
		expect(await sessionsWith('entry', '/Gr%C3%B6%C3%9FeGr%c3%b6%c3%9fe')).toBe(1);
	});

	it('is shown unlike every other value, and filters by itself when it is clicked', async () => {
		await desk.open('?view=audience&site=odd');
		const shown = (await desk.table('Browsers')).map(([name]) => name);
		expect(new Set(shown).size).toBe(shown.length);
		expect(shown).toEqual(expect.arrayContaining(['Unknown', '"Unknown"', '"unknown"', 'two  spaces', '""quoted""']));
		for (const name of ['"Unknown"', 'Unknown', "it's"]) {
			await desk.open('?view=audience&site=odd');
			await desk.table('Browsers');
			const card = desk.page.locator('section.card', { has: desk.page.getByRole('heading', { name: 'Browsers' }) });
			await card.getByRole('button', { name, exact: true }).click();
			await desk.page.getByRole('button', { name: `Remove the filter Browser: ${name}`, exact: true }).waitFor();
			await desk.page.waitForSelector('main[data-shown=audience]:not([aria-busy])');
			expect((await desk.table('Browsers')).map((cells) => cells[0])).toEqual([name]);
		}
	});

	it('is found by a search in any form of an address, also in a list that is whole', async () => {
		await desk.open('?view=pages&site=odd');
		await desk.page.getByLabel('Search pages').fill('/gr%C3%B6%c3%9fe');
		await desk.page.locator('.list-status').getByText('One of the pages with').waitFor();
		expect(await desk.page.locator('tbody th').allTextContents()).toEqual(['/GrößeGröße']);
	});

	it('is told from the word for sessions without a source', async () => {
		const { rows } = await ask(`/api/overview?site=odd&${last28}`);
		const direct = (rows.sources ?? []).filter(({ source }) => source === 'direct');
		expect(direct.map(({ channel }) => channel).sort()).toEqual(['campaign', 'direct']);
	});
});

describe('on a phone of 360 pixels', () => {
	it.runIf(isThorough).each(['light', 'dark'] as const)(
		'no text of a sender pushes a number out of sight in the %s theme',
		async (theme) => {
			const narrow = await phone(theme);
			for (const view of viewNames) {
				await narrow.open(`?view=${view}&site=odd&campaign=`);
				await narrow.open(`?view=${view}&site=odd`);
				const faults = await narrow.page.evaluate(() => {
					const numbers = [...document.querySelectorAll('td.number, .tile-value, .tile-change')];
					const isOut = (each: Element) =>
						each.scrollWidth > each.clientWidth + 1 || each.getBoundingClientRect().right > window.innerWidth;
					// A text takes at most four lines.
					const tall = [...document.querySelectorAll('.label')].filter(({ clientHeight }) => clientHeight > 100);
					const faults = [...numbers.filter(isOut), ...tall].map((each) => each.textContent);
					return [document.scrollingElement?.scrollWidth, ...faults];
				});
				expect(faults, view).toEqual([360]);
			}
			expect(narrow.errors).toEqual([]);
			await narrow.page.context().close();
		},
	);
});
