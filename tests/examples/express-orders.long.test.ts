import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPage } from '../tracker/support/module-projects.js';
import { copyExample, type Example, type ExampleServer, freePort } from './support/example.js';
import { type OrderCollector, startOrderCollector } from './support/order-collector.js';
import { startRegistry } from './support/registry.js';

/** Stops what was started, the last first. */
const cleanups: (() => unknown)[] = [];
const patience = { timeout: 60_000, interval: 500 };
let browser: Browser;
let collector: OrderCollector;
let example: Example;
let server: ExampleServer;
let port: number;

const serve = async () => {
	const env = { FOOTFALL_COLLECTOR: collector.url, FOOTFALL_KEY: collector.key };
	server = await example.serve(env, port);
};
const spool = () => {
	const folder = join(example.folder, 'spool');
	const files = existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: 'utf8' }) : [];
	return files
		.filter((file) => file.endsWith('.ndjson'))
		.map((file) => readFileSync(join(folder, file), 'utf8'))
		.join('');
};
const buy = async (page: Page) => {
	await page.goto(server.url);
	await page.click('text=Buy');
	await page.waitForURL('**/thanks');
};

beforeAll(async () => {
	collector = await startOrderCollector('express-orders');
	cleanups.push(collector.stop);
	browser = await launchChromium();
	cleanups.push(() => browser.close());
	const registry = await startRegistry();
	cleanups.push(registry.stop);
	example = copyExample('express-orders');
	cleanups.push(() => example.remove());
	await example.build(registry);
	port = await freePort();
	await serve();
	cleanups.push(() => server.stop());
});
afterAll(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
});

const sold = { money: '12.5 EUR', source: 'server', server_reports: '1' };

describe('the example express-orders', () => {
	it('sends the order of a visit once, with its visitor', async () => {
		const { page, complaints } = await openPage(browser, server.url);
		await page.waitForFunction('window.footfall');
		const visitor = await page.evaluate('footfall.visitor()');
		await page.click('text=Buy');
		await page.waitForURL('**/thanks');
		await vi.waitFor(
			async () =>
				expect((await collector.events()).toSorted((a, b) => a.localeCompare(b))).toEqual([
					'click checkout /',
					'order  /orders',
					'view product /',
					'view thanks /thanks',
				]),
			patience,
		);
		expect(await collector.orders()).toEqual([expect.objectContaining({ ...sold, visitor })]);
		expect(complaints).toEqual([]);
		await page.close();
	});

	it('keeps the orders in the spool while the collector is away, also when the server is killed', async () => {
		const page = await browser.newPage();
		await buy(page);
		await vi.waitFor(async () => expect(await collector.orderIds()).toHaveLength(2), patience);
		expect(spool()).toBe('');
		await collector.goAway();
		await buy(page);
		expect(spool().match(/"order_id"/g)).toHaveLength(1);
		await server.stop('SIGKILL');
		await serve();
		await buy(page);
		await collector.comeBack();
		await vi.waitFor(async () => expect(await collector.orderIds()).toHaveLength(4), patience);
		expect(await collector.orders()).toEqual(Array.from({ length: 4 }, () => expect.objectContaining(sold)));
		await vi.waitFor(() => expect(spool()).toBe(''), patience);
		await page.close();
	});

	it('sends the order of a page without a tracker, and one with a made-up visitor, as orders of nobody', async () => {
		const before = await collector.orderIds();
		for (const visitor of ['', 'not a number', '99999999999999999999']) {
			const body = new URLSearchParams({ visitor });
			const { status } = await fetch(`${server.url}/orders`, { method: 'POST', body, redirect: 'manual' });
			expect(status).toBe(303);
		}
		await vi.waitFor(async () => expect(await collector.orderIds()).toHaveLength(before.length + 3), patience);
		expect((await collector.orders()).slice(before.length).map(({ visitor }) => visitor)).toEqual(['0', '0', '0']);
	});
});
