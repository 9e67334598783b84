import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPage } from '../../tracker/support/module-projects.js';
import { type RealCollector, startRealCollector } from '../../tracker/support/real-collector.js';
import { copyExample, type ExampleOptions, type ExampleServer } from './example.js';
import { startRegistry } from './registry.js';

interface ApplicationOptions extends Omit<ExampleOptions, 'nodeFolder'> {
	/** Variable of the build with the address of the collector. */
	collectorVariable: string;
	/** Prepares a Node for the commands. @default that of the tests */
	nodeFolder?(): string;
}

/** Addresses, titles and kinds of the two pages of every application. */
const home = ['/', 'A small shop', 'home'];
const mug = ['/mug', 'A mug', 'product'];

/**
 * Tests of an example that is built for the browser: it is installed and built by the commands of its README, with the
 * packages as they are published, and then a visitor uses its two pages.
 */
export function describeApplication(name: string, options: ApplicationOptions): void {
	/** Stops what was started, the last first. */
	const cleanups: (() => unknown)[] = [];
	let collector: RealCollector;
	let browser: Browser;
	let server: ExampleServer;

	beforeAll(async () => {
		collector = await startRealCollector();
		cleanups.push(collector.stop);
		browser = await launchChromium();
		cleanups.push(() => browser.close());
		const registry = await startRegistry();
		cleanups.push(registry.stop);
		const example = copyExample(name, { ...options, nodeFolder: options.nodeFolder?.() });
		cleanups.push(example.remove);
		await example.build(registry, { [options.collectorVariable]: collector.url });
		server = await example.serve();
		cleanups.push(() => server.stop());
	}, 600_000);
	afterAll(async () => {
		for (const cleanup of cleanups.reverse()) await cleanup();
	});

	describe(`the example ${name}`, () => {
		it('sends one view of each visited page, its clicks and its own event, also when the page is left', async () => {
			const context = await browser.newContext();
			const { page, complaints } = await openPage(context, server.url);
			// The time that a visitor spends on a page is captured from one second on.
			const read = () => page.waitForTimeout(1_100);
			await read();
			await page.click('text=A mug');
			await page.click('text=Add to cart');
			await read();
			await page.goBack();
			await page.waitForSelector('[data-ff-page="home"]');
			await read();
			await page.goForward();
			await page.waitForSelector('[data-ff-page="product"]');
			await read();
			// The last event has no time to be sent before the visitor leaves.
			await page.click('text=Add to the wish list');
			await page.close({ runBeforeUnload: true });

			const events = async () => {
				const stored = await collector.stored(server.url);
				return stored.map(({ url, ...event }) => ({ ...event, path: url.slice(server.url.length) }));
			};
			const named = async (...names: string[]) => (await events()).filter((event) => names.includes(event.name));
			await vi.waitFor(
				async () => {
					expect(await named('wish')).toHaveLength(1);
					expect(await named('leave')).toHaveLength(4);
				},
				{ timeout: 60_000, interval: 200 },
			);
			const views = (await named('view')).map(({ path, title, obj_id }) => [path, title, obj_id]);
			expect(views).toEqual([home, mug, home, mug]);
			const others = (await named('click', 'wish')).map((event) =>
				`${event.name} ${event.path} ${event.obj_id}`.trim(),
			);
			expect(others).toEqual(['click /mug add_to_cart', 'wish /mug']);
			expect((await named('leave')).map(({ path }) => path)).toEqual(['/', '/mug', '/', '/mug']);
			const vitals = (await named('vital')).map(({ obj_id, path }) => `${obj_id} ${path}`);
			expect(vitals).toEqual([...new Set(vitals)]);
			expect(vitals).toEqual(expect.arrayContaining(['FCP /', 'TTFB /']));
			const captured = ['view', 'click', 'wish', 'leave', 'vital'];
			expect((await events()).filter((event) => !captured.includes(event.name))).toEqual([]);
			expect(complaints).toEqual([]);
			await context.close();
		});
	});
}
