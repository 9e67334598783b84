import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { StartRefusal } from '@footfall/host';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendants, isRunning } from '../testing/child-processes.js';
import { type ShopUnderTest, startShopWithScript } from '../testing/shop-in-browser.js';
import { startShoppers } from './browsers.js';
import { bundledVersion } from './bundled-chromium.js';
import type { RecordedEvent } from './page-record.js';

const require = createRequire(import.meta.url);
const tracker = readFileSync(require.resolve('@footfall/tracker/script'));
const onLinux = it.skipIf(process.platform !== 'linux');

let shop: ShopUnderTest;

beforeAll(async () => {
	shop = await startShopWithScript(tracker);
});

afterAll(() => shop.stop());

async function until(holds: () => boolean) {
	while (!holds()) await wait(50);
}

/** The page that an event is about or leads to, so that a click can be compared with the next view. */
function place({ name, obj, objId, productId }: RecordedEvent): string | undefined {
	if (name === 'click') return obj === 'url' || objId === 'checkout' ? (objId.split('/').at(-1) ?? '') : undefined;
	return objId === 'product' ? String(productId) : objId;
}

describe('shoppers in a real Chromium', () => {
	it('browse by clicks, and every event is recorded once, independently of its delivery', async () => {
		const events: RecordedEvent[] = [];
		const faults: string[] = [];
		const shoppers = await startShoppers({
			shopUrl: shop.url,
			shoppers: 2,
			seed: 3,
			thinkTimeMs: 0,
			onRecord: (event) => events.push(event),
			onError: ({ reason, events: lost }) => faults.push(`${lost} events lost: ${reason}`),
			onFault: (line) => faults.push(line),
		});
		await until(() => events.length >= 40);
		await shoppers.stop();
		expect(faults).toEqual([]);
		const ids = events.map(({ visitor, stream, sequence, index }) => [visitor, stream, sequence, index].join());
		expect(new Set(ids).size).toBe(ids.length);
		const byVisitor = new Map<number, RecordedEvent[]>();
		for (const event of events) byVisitor.set(event.visitor, [...(byVisitor.get(event.visitor) ?? []), event]);
		expect(byVisitor.size).toBeGreaterThan(2);
		expect(events.filter(({ name }) => name === 'click').length).toBeGreaterThan(5);
		for (const visit of byVisitor.values()) {
			const clicks = visit.flatMap((event, n) =>
				event.name === 'click' ? [[place(event), visit[n + 1]] as const] : [],
			);
			for (const [to, next] of clicks) if (to) expect(next && [next.name, place(next)]).toEqual(['view', to]);
		}
	});

	onLinux('leave no process behind when they are stopped, and mind no second stop', async () => {
		const before = new Set(descendants());
		const shoppers = await startShoppers({ shopUrl: shop.url, shoppers: 2, seed: 1, onRecord: () => undefined });
		const startedNow = () => descendants().filter((pid) => !before.has(pid));
		await until(() => startedNow().length > 1);
		const started = startedNow();
		await Promise.all([shoppers.stop(), shoppers.stop()]);
		await until(() => !started.some(isRunning));
	});

	onLinux('are not started, nor left half started, when it is called off', async () => {
		const before = new Set(descendants());
		const calledOff = new AbortController();
		const options = { shopUrl: shop.url, shoppers: 2, seed: 1, onRecord: () => undefined, signal: calledOff.signal };
		const starting = startShoppers(options);
		// A browser can start in less than the usual pause.
		while (!descendants().some((pid) => !before.has(pid))) await wait(1);
		calledOff.abort();
		await expect(starting).rejects.toThrow(/abort/i);
		await until(() => descendants().every((pid) => before.has(pid)));
		await expect(startShoppers(options)).rejects.toThrow(/abort/i);
	});

	onLinux('stop by themselves when the signal says so', async () => {
		const before = new Set(descendants());
		const over = new AbortController();
		await startShoppers({ shopUrl: shop.url, shoppers: 1, seed: 1, onRecord: () => undefined, signal: over.signal });
		over.abort();
		await until(() => descendants().every((pid) => before.has(pid)));
	});

	it('report an unreachable shop, and can still be stopped', async () => {
		const faults: string[] = [];
		const gone = await startShopWithScript('');
		await gone.stop();
		const shoppers = await startShoppers({
			shopUrl: gone.url,
			shoppers: 1,
			seed: 1,
			onRecord: () => undefined,
			onFault: (line) => faults.push(line),
		});
		await until(() => faults.length > 0);
		await shoppers.stop();
		expect(faults[0]).toMatch(/^A shopper's visit failed: .*ERR_CONNECTION_REFUSED/);
		expect(faults[0]).not.toContain('\n');
	});

	it('refuse a missing browser in one line', async () => {
		const starting = startShoppers({
			shopUrl: shop.url,
			shoppers: 1,
			seed: 1,
			onRecord: () => undefined,
			executablePath: '/nowhere/chromium',
		});
		await expect(starting).rejects.toThrow(StartRefusal);
		await expect(starting).rejects.toThrow(/^There is no Chromium at \/nowhere\/chromium; [^\n]+$/);
	});
});

describe('the Chromium of the package', () => {
	it('is unpacked to a folder named after the installed version', () => {
		const entry = require.resolve('@sparticuz/chromium');
		const manifest = readFileSync(entry.replace(/build\/.*$/, 'package.json'), 'utf8');
		expect(bundledVersion).toBe(JSON.parse(manifest).version);
	});
});
