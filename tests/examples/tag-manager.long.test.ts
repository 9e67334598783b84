import { readFileSync } from 'node:fs';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openPage } from '../tracker/support/module-projects.js';
import { type RealCollector, startRealCollector } from '../tracker/support/real-collector.js';
import { copyExample, type ExampleServer } from './support/example.js';
import { servedOn } from './support/static-files.js';

/** Stops what was started, the last first. */
const cleanups: (() => unknown)[] = [];
let browser: Browser;
let collector: RealCollector;
let server: ExampleServer;

beforeAll(async () => {
	collector = await startRealCollector();
	cleanups.push(collector.stop);
	browser = await launchChromium();
	cleanups.push(() => browser.close());
	const example = copyExample('tag-manager', { collector: collector.url, withPort: servedOn });
	cleanups.push(example.remove);
	server = await example.serve();
	cleanups.push(() => server.stop());
});
afterAll(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
});

describe('the example tag-manager', () => {
	it('sends the views of its pages and the events of the data layer, and loads nothing of other hosts', async () => {
		const { page, complaints } = await openPage(browser, server.url);
		const hosts = new Set<string>();
		page.on('request', (request) => hosts.add(new URL(request.url()).origin));
		const events = async () =>
			(await collector.stored(server.url)).map(({ name, obj, obj_id, product_id, order_id, url }) =>
				[name, obj, obj_id, product_id || order_id, url.slice(server.url.length)].join(' '),
			);
		const arrive = (...expected: string[]) =>
			vi.waitFor(async () => expect(new Set(await events())).toEqual(new Set(expected)), {
				timeout: 30_000,
				interval: 200,
			});
		const first = ['view page   /', 'view product product mug /'];
		await arrive(...first);
		await page.click('text=Add to cart');
		await page.click('text=Buy');
		const all = [
			...first,
			'click button add_to_cart mug /',
			'view page   /thanks.html',
			'order   2026-1001 /thanks.html',
		];
		await arrive(...all);
		expect(await events()).toHaveLength(all.length);
		expect([...hosts].filter((origin) => ![server.url, collector.url].includes(origin))).toEqual([]);
		expect(complaints).toEqual([]);
	});

	it('has the tag of its README in the container', () => {
		const read = (name: string) => readFileSync(new URL(`../../examples/tag-manager/${name}`, import.meta.url), 'utf8');
		const [, tag = ''] = /^```html\n(.*)\n```$/m.exec(read('README.md')) ?? [];
		const { containerVersion } = JSON.parse(read('container.json'));
		const [{ parameter }] = containerVersion.tag;
		expect(parameter.find(({ key }: { key: string }) => key === 'html').value).toBe(tag);
	});
});
