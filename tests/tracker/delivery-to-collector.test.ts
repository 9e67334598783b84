import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type CollectorProcess, Gate, startCollectorProcess } from '@footfall/collector/testing';
import { launchChromium } from '@footfall/demo-shop';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { builtScript } from '../../packages/tracker/src/testing/bundle.js';
import { type SiteServer, startSite } from './support/site-server.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const count = 20;
/** Longer than the tracker's longest pause between two attempts in these tests, a minute. */
const patienceMs = 90_000;
let script: string;
let browser: Browser;
let clickhouse: TestWarehouse;
let collector: CollectorProcess;
let walDirectory: string;
let gate: Gate;
let site: SiteServer;
let other: SiteServer;
let context: BrowserContext;

/** Returns a page with the tracker. `?bare` has no tracker, `?csp` forbids WebSockets. */
function html(path: string): string {
	const csp = `<meta http-equiv="content-security-policy" content="connect-src ${gate.url}/v1/batch">`;
	return `<!doctype html><title>Shop</title>${path.includes('csp') ? csp : ''}
${path.includes('bare') ? '' : `<script src="/footfall.js" data-site="shop" data-collector="${gate.url}" data-flush-interval-ms="200"></script>`}
<a id="next" href="/next?bare">Next</a>`;
}

const startCollector = () =>
	startCollectorProcess(
		{ url: clickhouse.server.url, ...clickhouse.server.writer },
		{ walDirectory, sealAfterMs: 50, insertIntervalMs: 0, stopMs: 2_000 },
	);

beforeAll(async () => {
	[script, browser, clickhouse, gate] = await Promise.all([
		builtScript('footfall.js'),
		launchChromium(),
		startTestWarehouse(),
		Gate.start(),
	]);
	walDirectory = mkdtempSync(join(tmpdir(), 'footfall-delivery-'));
	collector = await startCollector();
	gate.leadTo(collector.publicUrl);
	site = await startSite(html, { '/footfall.js': script });
	other = await startSite(() => '<!doctype html><title>Elsewhere</title>');
});

afterAll(async () => {
	await browser.close();
	await Promise.all([site.stop(), other.stop(), gate.stop()]);
	await collector.kill('SIGKILL');
	await clickhouse.stop();
	rmSync(walDirectory, { recursive: true, force: true });
});

beforeEach(async () => {
	gate.isMuted = false;
	gate.set('open');
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
	context = await browser.newContext();
});
afterEach(() => context.close());

async function open(path = '/'): Promise<Page> {
	const page = await context.newPage();
	await page.goto(site.url + path);
	return page;
}

/** Tracks events in one task. @returns their names in `obj_id` */
async function track(page: Page, name: string, events = count): Promise<string[]> {
	await page.evaluate(`for (let i = 0; i < ${events}; i++) footfall.track('t', { objId: '${name}' + i })`);
	return Array.from({ length: events }, (_, i) => name + i);
}
/** Closes a tab as a visitor does. */
async function close(page: Page): Promise<void> {
	const closed = page.waitForEvent('close');
	await page.close({ runBeforeUnload: true });
	await closed;
}

const settle = (page: Page) => page.evaluate('footfall.flush()');

/** Returns the tracked events in the raw table, with every copy that a reader sees. */
async function inRaw(): Promise<string[]> {
	await collector.drain();
	const rows = await clickhouse.warehouse.query<{ obj_id: string }>(`SELECT obj_id FROM events FINAL WHERE name = 't'`);
	return rows.map(({ obj_id }) => obj_id);
}

/** Waits until every sent event is in the raw table, once. */
async function expectAll(sent: readonly string[]): Promise<void> {
	const endMs = Date.now() + patienceMs;
	let found = await inRaw();
	while (found.length < sent.length && Date.now() < endMs) {
		await wait(200);
		found = await inRaw();
	}
	expect(found).toHaveLength(sent.length);
	expect(new Set(found)).toEqual(new Set(sent));
}

/**
 * Returns the number of rows that are copies, before duplicates collapse: batches that the collector did not recognise.
 */
async function copies(): Promise<number> {
	const [row] = await clickhouse.warehouse.query<{ n: string }>(
		`SELECT count() - uniqExact(event_id) AS n FROM events`,
	);
	return Number(row?.n);
}

/** Waits until the network has turned away this many attempts of the page. */
async function turnedAway(attempts: number): Promise<void> {
	const endMs = Date.now() + patienceMs;
	while (gate.turnedAway < attempts && Date.now() < endMs) await wait(50);
	expect(gate.turnedAway).toBeGreaterThanOrEqual(attempts);
}

describe('every tracked event is in the raw table once', () => {
	it('when a burst is followed by a navigation to a page without the tracker', async () => {
		const page = await open();
		const sent = await track(page, 'burst');
		await page.click('#next');
		await page.waitForURL('**/next?bare');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when a burst is followed by a navigation to another site, before a connection is open', async () => {
		const page = await context.newPage();
		await page.goto(`${site.url}/`, { waitUntil: 'commit' });
		await page.waitForFunction('window.footfall?.init');
		const sent = await track(page, 'early');
		await page.goto(other.url);
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when events are spread over time and another page then loads', async () => {
		const page = await open();
		const sent: string[] = [];
		for (let i = 0; i < 10; i++) {
			sent.push(...(await track(page, `spread${i}-`, 2)));
			await wait(60);
		}
		await page.goto(other.url);
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when the tab is closed right after', async () => {
		const page = await open();
		await settle(page);
		const sent = await track(page, 'close');
		await close(page);
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when every answer is 503 for a while', async () => {
		const page = await open();
		await settle(page);
		gate.set('unavailable');
		const sent = await track(page, 'unavailable');
		await turnedAway(3);
		sent.push(...(await track(page, 'still')));
		gate.set('open');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when the browser is offline for a while', async () => {
		const page = await open();
		await settle(page);
		await context.setOffline(true);
		gate.set('reset');
		const sent = await track(page, 'offline');
		await wait(3_000);
		gate.set('open');
		await context.setOffline(false);
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when connections are reset while the browser is online', async () => {
		const page = await open();
		await settle(page);
		gate.set('reset');
		const sent = await track(page, 'reset');
		await turnedAway(3);
		gate.set('open');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when the tab is closed offline and the site is visited again', async () => {
		const page = await open();
		await settle(page);
		gate.set('reset');
		const sent = await track(page, 'later');
		await close(page);
		// The browser sends the beacons of the closed tab at any time, and none of them may get through.
		await wait(2_000);
		gate.set('open');
		await wait(500);
		expect(await inRaw()).toEqual([]);
		await open('/again');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when the tab crashes right after, and the site is visited again', async () => {
		const page = await open();
		await settle(page);
		const sent = await track(page, 'crash');
		const session = await context.newCDPSession(page);
		const crashed = page.waitForEvent('crash');
		session.send('Page.crash').catch(() => undefined);
		await crashed;
		await open('/again');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when acknowledgements are lost, and the connection is cut', async () => {
		const page = await open();
		await settle(page);
		gate.isMuted = true;
		const sent = await track(page, 'muted');
		await expectAll(sent);
		gate.isMuted = false;
		gate.set('open');
		sent.push(...(await track(page, 'then')));
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it('when five tabs share the storage, two are closed offline, and one more is opened', async () => {
		const pages = await Promise.all(Array.from({ length: 5 }, (_, i) => open(`/${i}`)));
		await Promise.all(pages.map(settle));
		gate.set('reset');
		const sent = (await Promise.all(pages.map((page, i) => track(page, `tab${i}-`)))).flat();
		await Promise.all(pages.slice(0, 2).map(close));
		gate.set('open');
		await open('/more');
		await expectAll(sent);
		expect(await copies()).toBe(0);
	});

	it.runIf(isThorough)('when a policy of the page forbids WebSockets', async () => {
		const page = await open('/csp');
		await expectAll(await track(page, 'http'));
		expect(await copies()).toBe(0);
	});

	it('when one loop tracks 10,000 events', async () => {
		const page = await open();
		await expectAll(await track(page, 'loop', 10_000));
		expect(await copies()).toBe(0);
	});

	it('when the collector is killed and restarted', async () => {
		const page = await open();
		await settle(page);
		const sent = await track(page, 'before');
		await collector.kill('SIGKILL');
		gate.set('reset');
		sent.push(...(await track(page, 'meanwhile')));
		await close(page);
		const next = await open('/again');
		sent.push(...(await track(next, 'next')));
		collector = await startCollector();
		gate.leadTo(collector.publicUrl);
		gate.set('open');
		await expectAll(sent);
	});

	it('when the collector is killed and acknowledgements are withheld at random, while pages come and go', async () => {
		const random = seeded(7);
		const sent: string[] = [];
		let page = await open();
		for (let round = 0; round < 12; round++) {
			sent.push(...(await track(page, `round${round}-`, 5)));
			const fate = Math.floor(random() * 5);
			if (fate === 0) gate.isMuted = true;
			else if (fate === 1) gate.set('open');
			else if (fate === 2) await page.goto(`${site.url}/${round}`);
			else if (fate === 3) {
				await close(page);
				page = await open(`/${round}`);
			} else {
				await collector.kill('SIGKILL');
				collector = await startCollector();
				gate.leadTo(collector.publicUrl);
				gate.set('open');
			}
			await wait(random() * 400);
			if (random() < 0.5) gate.isMuted = false;
		}
		gate.isMuted = false;
		gate.set('open');
		await open('/last');
		await expectAll(sent);
	});
});

/** Returns a seeded source of numbers from 0 to 1. */
function seeded(state: number): () => number {
	let x = state;
	return () => {
		x = (x * 48_271) % 2_147_483_647;
		return x / 2_147_483_647;
	};
}
