import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartRefusal } from '@footfall/host';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../collector.js';
import { collectorDefaults } from '../options.js';
import { testEngine } from '../testing/engines.js';
import { frame } from '../testing/frames.js';
import { openPage, type Page } from '../testing/page.js';
import { quietLogger } from '../testing/quiet-logger.js';
import { startTestCollector } from '../testing/test-collector.js';
import { type CollectorGroupOptions, shareOf, startCollectorGroup } from './collector-group.js';

let clickhouse: TestWarehouse;
let directory: string;
let group: Collector | undefined;
const logger = quietLogger();

const address = () => ({ url: clickhouse.server.url, ...clickhouse.server.writer });

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});
afterAll(() => clickhouse.stop());
beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-group-'));
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});
afterEach(async () => {
	await group?.stop();
	group = undefined;
	rmSync(directory, { recursive: true, force: true });
});

function options(more: Partial<CollectorGroupOptions> = {}): CollectorGroupOptions {
	return {
		workers: 3,
		walDirectory: join(directory, 'log'),
		sites: [{ key: 'shop', origins: ['https://shop.example'] }],
		warehouse: address(),
		visitorSecret: 'the secret of the tests',
		trackerScript: Buffer.from('console.log("footfall")'),
		logger,
		port: 0,
		adminPort: 0,
		httpEngine: testEngine.name,
		sealAfterMs: 50,
		insertIntervalMs: 0,
		...more,
	};
}

const start = async (more?: Partial<CollectorGroupOptions>) => {
	group = await startCollectorGroup(options(more));
	return group;
};

/** Opens pages that each send one batch, and waits for their acks. */
async function visit(url: string, pages: number, firstStream = 1, site = 'shop'): Promise<Page[]> {
	return Promise.all(
		Array.from({ length: pages }, async (_, i) => {
			const page = await openPage(url);
			page.send(frame({ site, stream: firstStream + i, events: 2 }));
			expect(await page.ack()).toEqual(['ack', firstStream + i, 0, 'stored']);
			return page;
		}),
	);
}

const storedCounts = () =>
	clickhouse.warehouse.query<{ all: number; different: number }>(
		'SELECT toUInt32(count()) AS all, toUInt32(uniqExact(event_id)) AS different FROM events',
	);

/** Values of a metric by worker. */
async function byWorker({ adminUrl }: Collector, name: string): Promise<Map<string, number>> {
	const text = await (await fetch(`${adminUrl}/metrics`)).text();
	const samples = text.matchAll(new RegExp(`^${name}\\{worker="(\\w+)"\\} (\\S+)$`, 'gm'));
	return new Map([...samples].map(([, worker, value]) => [String(worker), Number(value)]));
}

const sum = (values: ReadonlyMap<string, number>) => [...values.values()].reduce((total, value) => total + value, 0);

/** Status and body of /readyz. */
async function readiness({ adminUrl }: Collector): Promise<[status: number, body: unknown]> {
	const reply = await fetch(`${adminUrl}/readyz`);
	return [reply.status, await reply.json()];
}

/** Child processes of this process that are workers. */
function workerPids(): number[] {
	return readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.filter((pid) => {
			try {
				const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
				return Number(parent) === process.pid && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-main');
			} catch {
				return false; // It ended while we looked.
			}
		})
		.map(Number);
}

describe('a group of workers', () => {
	it('workers share one port and its pages, and deliver every WAL', async () => {
		const collector = await start();
		const pages = await visit(collector.publicUrl, 60);
		const connections = await byWorker(collector, 'footfall_connections');
		expect(new Set(connections.keys())).toEqual(new Set(['1', '2', '3']));
		for (const open of connections.values()) expect(open).toBeGreaterThan(0);
		expect(sum(connections)).toBe(60);
		await collector.drained();
		expect(await storedCounts()).toEqual([{ all: 120, different: 120 }]);
		expect(sum(await byWorker(collector, 'footfall_events_accepted_total'))).toBe(120);
		expect(sum(await byWorker(collector, 'footfall_events_stored_total'))).toBe(120);
		expect((await byWorker(collector, 'process_resident_memory_bytes')).has('group')).toBe(true);
		for (const page of pages) page.close();
	});

	it('handOff delivers the acknowledged events of every worker', async () => {
		const collector = await start({ sealAfterMs: 60_000, insertIntervalMs: 60_000, handOffMsMax: 60_000 });
		const pages = await visit(collector.publicUrl, 30);
		expect(await storedCounts()).toEqual([{ all: 0, different: 0 }]);
		await collector.handOff();
		expect(await storedCounts()).toEqual([{ all: 60, different: 60 }]);
		for (const page of pages) page.close();
	});

	it('each metric of the group has one line of help', async () => {
		const collector = await start();
		const text = await (await fetch(`${collector.adminUrl}/metrics`)).text();
		const described = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
		expect(described).toContain('footfall_insert_seconds');
		expect(described).toContain('process_start_time_seconds');
		expect(new Set(described).size).toBe(described.length);
		const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
		expect(new Set(samples.map((line) => line.replace(/ \S+$/, ''))).size).toBe(samples.length);
	});

	it('a killed worker is restarted and delivers its acknowledged events', async () => {
		const collector = await start({ sealAfterMs: 60_000 });
		const pages = await visit(collector.publicUrl, 40);
		// A worker that starts again has the sites that are in force.
		await collector.replaceSites([{ key: 'added', origins: 'any' }]);
		const killed = workerPids();
		expect(killed).toHaveLength(3);
		for (const pid of killed) process.kill(pid, 'SIGKILL');
		await Promise.all(pages.map((page) => page.closed));
		expect(await readiness(collector)).toEqual([503, { ready: false, reason: 'failing' }]);
		await collector.drained();
		expect(await storedCounts()).toEqual([{ all: 80, different: 80 }]);
		expect(sum(await byWorker(collector, 'footfall_events_recovered_total'))).toBe(80);
		for (const page of await visit(collector.publicUrl, 5, 100, 'added')) page.close();
		expect(workerPids().filter((pid) => killed.includes(pid))).toEqual([]);
		expect(logger.messages).toContain('a worker of the collector ended unexpectedly; restarting it');
	});

	it('the group is ready until it stops, and the admin port answers until the end', async () => {
		const collector = await start({ workers: 2 });
		expect(await readiness(collector)).toEqual([200, { ready: true }]);
		const [page] = await visit(collector.publicUrl, 1);
		const stopped = collector.stop();
		expect(await readiness(collector)).toEqual([503, { ready: false, reason: 'stopping' }]);
		await stopped;
		expect(await page?.closed).toBe(1001);
		expect(page?.messages.at(-1)).toEqual(['goodbye', 2000]);
		await expect(fetch(`${collector.adminUrl}/livez`)).rejects.toThrow();
		expect(workerPids()).toEqual([]);
	});

	it('the group is not ready while a worker cannot store events', async () => {
		const collector = await start({ workers: 2 });
		rmSync(join(directory, 'log-2'), { recursive: true });
		let outcome: unknown;
		for (let stream = 1; outcome !== 'retry-later'; stream++) {
			const page = await openPage(collector.publicUrl);
			page.send(frame({ stream }));
			[, , , outcome] = await page.ack();
			page.close();
		}
		expect(await readiness(collector)).toEqual([503, { ready: false, reason: 'failing' }]);
	});

	it('a group with fewer workers delivers the events of all earlier workers', async () => {
		const away = { ...address(), url: 'http://127.0.0.1:9' };
		const before = await start({ workers: 4, warehouse: away, stopMs: 500 });
		for (const page of await visit(before.publicUrl, 40)) page.close();
		await before.stop();
		expect(await storedCounts()).toEqual([{ all: 0, different: 0 }]);
		const two = await start({ workers: 2 });
		await two.drained();
		expect(await storedCounts()).toEqual([{ all: 80, different: 80 }]);
		await two.stop();
		expect(readdirSync(directory).sort()).toEqual(['log', 'log-2']);
		const one = await startTestCollector(clickhouse.warehouse, { walDirectory: join(directory, 'log') });
		expect(existsSync(join(directory, 'log-2'))).toBe(false);
		await one.stop();
	});
});

describe('a group that cannot start', () => {
	it('a taken port is reported, also if another group has it, and no process remains', async () => {
		const first = await start({ workers: 2 });
		const port = Number(new URL(first.publicUrl).port);
		const others = { walDirectory: join(directory, 'other'), port };
		await expect(startCollectorGroup(options(others))).rejects.toThrow(`Cannot listen on port ${port}`);
		await expect(startTestCollector(clickhouse.warehouse, others)).rejects.toThrow(`Cannot listen on port ${port}`);
		const adminPort = Number(new URL(first.adminUrl).port);
		const taken = startCollectorGroup(options({ walDirectory: join(directory, 'third'), adminPort }));
		await expect(taken).rejects.toThrow('--admin-port');
		expect(workerPids()).toHaveLength(2);
	});

	it('a WAL in use is reported, and no process remains', async () => {
		const other = await startTestCollector(clickhouse.warehouse, { walDirectory: join(directory, 'log-2') });
		try {
			await expect(startCollectorGroup(options())).rejects.toThrow(/log-2 .*is in use by another Footfall/);
			await expect(startCollectorGroup(options({ workers: 1 }))).rejects.toThrow(StartRefusal);
			expect(workerPids()).toEqual([]);
		} finally {
			await other.stop();
		}
	});

	it('too small WALs are reported', async () => {
		const tooSmall = startCollectorGroup(options({ workers: 8, walBytes: 2 ** 26 }));
		await expect(tooSmall).rejects.toThrow(
			/Each of 8 workers needs a write-ahead log of 64MiB.*--wal-bytes is 64MiB.*512MiB or more/,
		);
	});
});

describe('the share of a worker', () => {
	it('a worker gets its own WAL, its share of the size, and a longer interval of inserts', () => {
		const { fileSystem: _, ...defaults } = collectorDefaults;
		const share = shareOf({ ...defaults, ...options({ workers: 4, insertIntervalMs: 1_000 }) }, 7070, 3);
		expect(share).toMatchObject({
			port: 7070,
			walDirectory: join(directory, 'log-3'),
			walBytes: collectorDefaults.walBytes / 4,
			insertIntervalMs: 4_000,
		});
	});
});
