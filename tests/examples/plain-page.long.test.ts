import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchChromium } from '@footfall/demo-shop';
import type { Warehouse } from '@footfall/warehouse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectToData } from '../support/embedded-client.js';
import { eventually, up } from '../support/footfall-process.js';
import { copyExample, type ExampleServer } from './support/example.js';
import { servedOn } from './support/static-files.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-plain-page-'));
/** Stops what was started, the last first. */
const cleanups: (() => unknown)[] = [() => rmSync(data, { recursive: true, force: true })];
let browser: Browser;
let server: ExampleServer;
let warehouse: Warehouse;

beforeAll(async () => {
	const footfall = up(data);
	cleanups.push(() => footfall.interrupt());
	const collector = await footfall.collectorUrl();
	warehouse = connectToData(data);
	cleanups.push(() => warehouse.close());
	browser = await launchChromium();
	cleanups.push(() => browser.close());
	const example = copyExample('plain-page', { collector, withPort: servedOn });
	cleanups.push(example.remove);
	server = await example.serve();
	cleanups.push(() => server.stop());
});
afterAll(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
});

describe('the example plain-page', () => {
	it('counts both pages, both clicks and the revenue in a mart, also when the page is left at once', async () => {
		// A headless browser's own name is that of a bot, which the marts leave out.
		const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) Chrome/147.0.0.0 Safari/537.36';
		const context = await browser.newContext({ userAgent });
		const page = await context.newPage();
		await page.goto(server.url);
		await page.click('text=A mug');
		// Until the page has loaded, its tracker captures no click.
		await page.waitForURL('**/mug.html');
		await page.click('text=Add to cart');
		await page.click('text=Buy');
		await page.close({ runBeforeUnload: true });
		const session = await eventually(async () => {
			const sessions = await warehouse.query<{ checkouts: string }>(
				`SELECT page_views, adds_to_cart, checkouts, toString(amount) AS amount, entry_path, exit_path, is_converted, is_bot
				FROM sessions`,
			);
			return sessions[0]?.checkouts === '1' ? sessions : undefined;
		}, 60_000);
		expect(session).toEqual([
			{
				...{ page_views: '2', adds_to_cart: '1', checkouts: '1', amount: '12.5' },
				...{ entry_path: '/', exit_path: '/mug.html', is_converted: true, is_bot: false },
			},
		]);
		const events = await warehouse.query<{ name: string; obj_id: string; path: string }>(
			`SELECT name, obj_id, path FROM events FINAL WHERE name != 'vital' ORDER BY ts`,
		);
		expect(events.map(({ name, obj_id, path }) => `${name} ${obj_id} ${path}`)).toEqual([
			'view home /',
			'view product /mug.html',
			'click add_to_cart /mug.html',
			'click checkout /mug.html',
		]);
		await context.close();
	});
});
