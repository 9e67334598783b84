import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startCollector } from '@footfall/collector';
import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { freePort } from '@footfall/host';
import { historyToFile, historyToWarehouse, type SimulateLiveOptions, simulateLive } from '@footfall/simulation';
import { build, compileOrThrow } from '@footfall/transforms';
import { importFile } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { places } from '../../demo-shop/src/crowd/places.js';
import { inCountry, mmdb } from '../../packages/collector/src/testing/mmdb.js';
import { quietLogger } from '../../packages/collector/src/testing/quiet-logger.js';
import { acceptedEvents } from '../../packages/footfall/src/run/demo/accepted-events.js';
import { startCrowd } from '../../packages/footfall/src/run/demo/crowd.js';
import { SentRecord } from '../../packages/footfall/src/run/demo/sent-record.js';
import { eventually } from '../support/footfall-process.js';
import { startTlsProxy } from '../support/tls-proxy.js';

const directory = mkdtempSync(join(tmpdir(), 'footfall-simulation-'));
const sites = ['file', 'warehouse', 'live'];
/** Above what these tests send: a trusted proxy reports the visitors' addresses, so the rate limits apply to them. */
const boundless = { eventsPerSecond: 1_000_000, burstEvents: 1_000_000 };
let test: TestWarehouse;
let collector: Awaited<ReturnType<typeof startCollector>>;

beforeAll(async () => {
	test = await startTestWarehouse();
	const countries = join(directory, 'countries.mmdb');
	const networks = places.choices.map(({ address, country }) => [`${address}/32`, inCountry(country)]);
	writeFileSync(countries, mmdb(Object.fromEntries(networks)));
	collector = await startTestCollector('log', { countryDatabase: countries });
});
afterAll(async () => {
	await collector.stop();
	await test.stop();
	rmSync(directory, { recursive: true, force: true });
});

function startTestCollector(log: string, more: Partial<Parameters<typeof startCollector>[0]> = {}) {
	return startCollector({
		warehouse: test.warehouse,
		walDirectory: join(directory, log),
		sites: sites.map((key) => ({ key, origins: 'any' })),
		visitorSecret: 'the secret of the tests',
		trackerScript: Buffer.from('//'),
		logger: quietLogger(),
		port: 0,
		adminPort: 0,
		trustedProxies: ['127.0.0.1'],
		addressRate: boundless,
		visitorRate: boundless,
		...more,
	});
}

const crowd = {
	...crowdDefaults,
	seed: 3,
	dailyActiveUsers: 120,
	lifetimeMeanMs: 5 * 86_400_000,
	orders: true as const,
};
/** Shares of late and duplicate deliveries, neither of which may change a mart. */
const faulty = { ...crowd, lateShare: 0.05, duplicateShare: 0.05 };
const days = { from: '2026-01-27', to: '2026-02-02' };

function live(options: Partial<SimulateLiveOptions>) {
	const address = collector.publicUrl;
	return simulateLive({ crowd, site: 'live', address, transport: 'ws', shoppers: 20, ...options });
}

function stopping() {
	const controller = new AbortController();
	return { signal: controller.signal, stop: () => controller.abort() };
}

async function acceptsSome(adminUrl: string): Promise<void> {
	while ((await acceptedEvents(adminUrl)) === 0) await wait(20);
}

/** Columns that say who told of an order, which an import says of all its events. */
const senders = ['source', 'page_reports', 'import_reports'];

/** The rows of a site in each model, without the site's name, columns derived from it, and the states of sketches. */
async function martsOf(site: string): Promise<Map<string, unknown>> {
	const models = [
		'sessions',
		'users_activity',
		'int_user_days',
		'acquisition_days',
		'audience_days',
		'session_days',
		'visitor_returns',
		'page_days',
		'product_days',
		'funnel',
		'retention',
		'persons',
		'orders',
		'order_items',
		'refunds',
		'order_days',
	];
	const sums = new Map<string, unknown>();
	for (const model of models) {
		const columns = await test.warehouse.query<{ name: string }>(
			`SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {model:String} AND name NOT IN ('site', 'session_id', 'visitors_sketch') AND name NOT IN {senders:Array(String)}`,
			{ params: { model, senders } },
		);
		const names = columns.map(({ name }) => name).join(', ');
		const [row] = await test.warehouse.query(
			`SELECT count() AS rows, sum(cityHash64(toString(tuple(${names})))) AS content FROM ${model} WHERE site = {site:String}`,
			{ params: { site } },
		);
		sums.set(model, row);
	}
	return sums;
}

describe('the same seed', () => {
	it('makes the same marts from a file, straight from the generator, and through a collector', async () => {
		const path = join(directory, 'history.csv.zst');
		await historyToFile({ crowd, site: 'file', ...days }, path);
		expect(await importFile(test.warehouse, path, { fallbackSite: 'file' })).toMatchObject({ rejected: 0 });
		await historyToWarehouse({ crowd: faulty, site: 'warehouse', ...days }, test.warehouse);
		const counts = await live({ crowd: faulty, past: days });
		expect(counts).toMatchObject({ refused: 0, unanswered: 0, acked: counts.events });
		expect(counts.duplicates).toBeGreaterThan(10);
		await collector.drained();
		await build(test.warehouse, compileOrThrow());
		const [file, warehouse, sent] = await Promise.all(sites.map(martsOf));
		expect(file?.get('users_activity')).toMatchObject({ rows: '7' });
		expect(file?.get('refunds')).not.toMatchObject({ rows: '0' });
		expect(warehouse).toEqual(file);
		expect(sent).toEqual(file);
	});
});

describe('a crowd on the wire', () => {
	it.each(['ws', 'beacon', 'json'] as const)('is acknowledged to the last event by %s', async (transport) => {
		const progress: number[] = [];
		const counts = await live({
			transport,
			durationMs: 2_500,
			batchesPerSecond: 200,
			onProgress: ({ acked }) => progress.push(acked),
		});
		expect(counts).toMatchObject({ refused: 0, unanswered: 0, acked: counts.events });
		expect(counts.batches).toBeGreaterThan(50);
		expect(counts.batches).toBeLessThanOrEqual(600);
		expect(counts.latencyMs.p99).toBeGreaterThan(0);
		expect(progress.length).toBeGreaterThan(0);
		await collector.drained();
	});

	it.each(['ws', 'beacon'] as const)('sends by %s what a collector was not there for once it is', async (transport) => {
		const port = await freePort({ host: '127.0.0.1', port: 0 }, '--port');
		const before = await startTestCollector(`log-again-${transport}`, { port });
		const address = before.publicUrl;
		const { signal, stop } = stopping();
		const running = live({ address, transport, batchesPerSecond: 200, signal });
		await acceptsSome(before.adminUrl);
		await before.stop();
		await wait(300);
		const after = await startTestCollector(`log-again-${transport}`, { port });
		await acceptsSome(after.adminUrl);
		stop();
		const counts = await running;
		await after.stop();
		expect(counts.sentAgain).toBeGreaterThan(0);
		expect(counts).toMatchObject({ acked: counts.events, refused: 0, unanswered: 0 });
		// The latency counts from the first time that a batch was sent, although the answer is that of its last copy.
		expect(counts.latencyMs.max).toBeGreaterThan(200);
	});

	it.each(['ws', 'beacon'] as const)('sends nothing by %s after its end', async (transport) => {
		const port = await freePort({ host: '127.0.0.1', port: 0 }, '--port');
		const before = await startTestCollector(`log-end-${transport}`, { port });
		const address = before.publicUrl;
		const { signal, stop } = stopping();
		const running = live({ address, transport, batchesPerSecond: 200, signal, drainMsMax: 300 });
		await acceptsSome(before.adminUrl);
		await before.stop();
		await wait(300);
		stop();
		expect((await running).unanswered).toBeGreaterThan(0);
		const after = await startTestCollector(`log-end-${transport}`, { port });
		await wait(800);
		expect(await acceptedEvents(after.adminUrl)).toBe(0);
		await after.stop();
	});

	it.each(['ws', 'beacon', 'json'] as const)('goes by %s through a proxy that speaks TLS', async (transport) => {
		const proxy = await startTlsProxy(collector.publicUrl);
		// The certificate is self-signed.
		process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
		try {
			const counts = await live({ address: proxy.url, transport, durationMs: 500, batchesPerSecond: 100 });
			expect(counts.acked).toBeGreaterThan(10);
			expect(counts).toMatchObject({ acked: counts.events, refused: 0, unanswered: 0, sentAgain: 0 });
		} finally {
			Reflect.deleteProperty(process.env, 'NODE_TLS_REJECT_UNAUTHORIZED');
			proxy.stop();
		}
	});

	it('counts refused events', async () => {
		const counts = await live({ site: 'nobody', durationMs: 500, batchesPerSecond: 50 });
		expect(counts).toMatchObject({ acked: 0, refused: counts.events, unanswered: 0 });
	});

	it('fails with a message when there is no collector', async () => {
		for (const transport of ['ws', 'beacon'] as const) {
			await expect(live({ address: 'http://127.0.0.1:9', transport })).rejects.toThrow(
				'no collector answers at http://127.0.0.1:9',
			);
		}
	});
});

describe('the crowd of the demo', () => {
	const settings = { shoppers: 5, rps: 0, seed: 1, site: 'live' } as Parameters<typeof startCrowd>[0];

	it('stops with a warning before its record takes all memory', async () => {
		const record = new SentRecord();
		const warnings: string[] = [];
		const full = new Promise<void>((resolve) => {
			const warn = (line: string) => resolve(void warnings.push(line));
			startCrowd(settings, { address: collector.publicUrl }, record, { warn }, { eventsMax: 500 });
		});
		await full;
		// Batches that the collector has not acknowledged yet are still recorded.
		const held = await eventually(async () => {
			const before = record.ids().size;
			await wait(300);
			return record.ids().size === before ? before : undefined;
		});
		expect(held).toBeGreaterThanOrEqual(500);
		await wait(300);
		expect(record.ids().size).toBe(held);
		expect(warnings).toEqual([expect.stringContaining('counts at most 500 events')]);
	});

	it('warns when it cannot reach the collector, and lets the demo end', async () => {
		const warnings: string[] = [];
		const warn = (line: string) => void warnings.push(line);
		const crowd = startCrowd(settings, { address: 'http://127.0.0.1:9' }, new SentRecord(), { warn });
		while (warnings.length === 0) await wait(10);
		expect(warnings).toEqual(['simulated shoppers stop: no collector answers at http://127.0.0.1:9']);
		await crowd.stop();
	});
});
