import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { liveness } from '@footfall/host';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Collector } from '../collector.js';
import { testEngine } from '../testing/engines.js';
import { frame } from '../testing/frames.js';
import { openPage } from '../testing/page.js';
import { quietLogger } from '../testing/quiet-logger.js';
import { startTestCollector } from '../testing/test-collector.js';
import { type CollectorGroupOptions, startCollectorGroup } from './collector-group.js';
import { ForkedProcess } from './forked-process.js';

let clickhouse: TestWarehouse;
let directory: string;
let collector: Collector;
const logger = quietLogger();

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});
afterAll(() => clickhouse.stop());
beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-one-worker-'));
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});
afterEach(async () => {
	await collector.stop();
	rmSync(directory, { recursive: true, force: true });
});

async function start(more: Partial<CollectorGroupOptions> = {}): Promise<Collector> {
	collector = await startCollectorGroup({
		workers: 1,
		walDirectory: join(directory, 'log'),
		sites: [{ key: 'shop', origins: 'any' }],
		warehouse: { url: clickhouse.server.url, ...clickhouse.server.writer },
		visitorSecret: 'the secret of the tests',
		trackerScript: Buffer.from('console.log("footfall")'),
		logger,
		port: 0,
		adminPort: 0,
		httpEngine: testEngine.name,
		sealAfterMs: 50,
		insertIntervalMs: 0,
		...more,
	});
	return collector;
}

/** The only child of this process that is a worker; `undefined` while there is none. */
function workerPid(): number | undefined {
	const pids = readdirSync('/proc').filter((name) => {
		if (!/^\d+$/.test(name)) return false;
		try {
			const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
			return Number(parent) === process.pid && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('worker-main');
		} catch {
			return false; // The process ended during the check.
		}
	});
	return pids.length === 0 ? undefined : Number(pids[0]);
}

/** Sends batches of one stream one after another and waits for their acks. */
async function send(batches: number, stream: number): Promise<void> {
	const page = await openPage(collector.publicUrl);
	for (let sequence = 0; sequence < batches; sequence++) {
		page.send(frame({ stream, sequence, events: 2 }));
		expect(await page.ack()).toEqual(['ack', stream, sequence, 'stored']);
	}
	page.close();
}

const storedCounts = () =>
	clickhouse.warehouse.query<{ all: number; different: number }>(
		'SELECT toUInt32(count()) AS all, toUInt32(uniqExact(event_id)) AS different FROM events',
	);

async function answerOf(path: string): Promise<[status: number, text: string]> {
	const reply = await fetch(collector.adminUrl + path);
	return [reply.status, await reply.text()];
}

/** Values of the `worker` label in the metrics. */
async function processesIn(metrics: Promise<[status: number, text: string]>): Promise<string[]> {
	const [status, text] = await metrics;
	expect(status).toBe(200);
	return [...text.matchAll(/^process_start_time_seconds\{worker="(\w+)"\} /gm)].map(([, worker]) => worker as string);
}

describe('a collector of one worker', () => {
	it('the worker runs in its own process, which accepts and delivers events, and ends with the collector', async () => {
		await start();
		const pid = workerPid();
		expect(pid).toBeDefined();
		await send(5, 1);
		await collector.drained();
		expect(await storedCounts()).toEqual([{ all: 10, different: 10 }]);
		expect(await processesIn(answerOf('/metrics'))).toEqual(['group', '1']);
		expect((await answerOf('/metrics'))[1]).toMatch(/^footfall_events_accepted_total\{worker="1"\} 10$/m);
		expect((await answerOf('/metrics'))[1].match(/^footfall_build_info.*$/gm)).toEqual([
			expect.stringMatching(/^footfall_build_info\{version="\d+\.\d+\.\d+",commit="\w*(-dirty)?",node="\d+\..*"\} 1$/),
		]);
		await collector.stop();
		expect(workerPid()).toBeUndefined();
	});

	it('the worker uses the process that was forked for it, unless that has ended', async () => {
		const spare = new ForkedProcess();
		await start({ spare });
		expect(workerPid()).toBe(spare.child.pid);
		await spare.discard();
		await send(1, 1);
		await collector.stop();
		expect(await spare.ended).toBe(0);

		const dead = new ForkedProcess();
		process.kill(dead.child.pid as number, 'SIGKILL');
		expect(await dead.ended).toBe('SIGKILL');
		await start({ spare: dead });
		await send(1, 2);
		await collector.stop();

		const unused = new ForkedProcess();
		await unused.discard();
		expect(await unused.ended).toBe('SIGKILL');
	});

	it('a taken port is refused, and the message says what to stop', async () => {
		await start();
		const port = Number(new URL(collector.publicUrl).port);
		const other = { walDirectory: join(directory, 'other'), port };
		await expect(startTestCollector(clickhouse.warehouse, other)).rejects.toThrow(`Cannot listen on port ${port}`);
		const same = startTestCollector(clickhouse.warehouse, { walDirectory: join(directory, 'log') });
		await expect(same).rejects.toThrow(`in use by another Footfall, process ${process.pid}; stop it first`);
	});

	it('health and metrics requests are answered while the worker is stuck, and the collector is ready when it resumes', async () => {
		await start();
		await send(1, 1);
		const pid = workerPid() as number;
		process.kill(pid, 'SIGSTOP');
		try {
			expect(await answerOf('/livez')).toEqual([200, JSON.stringify(liveness())]);
			expect(await answerOf('/readyz')).toEqual([503, '{"ready":false,"reason":"failing"}']);
			expect(await processesIn(answerOf('/metrics'))).toEqual(['group']);
			expect((await answerOf('/metrics'))[1]).toMatch(/^footfall_worker_up\{worker="1"\} 0$/m);
			// A stuck worker is not queried again each time, and a hand-off does not wait for it.
			await Promise.all([answerOf('/readyz'), answerOf('/metrics'), collector.handOff()]);
		} finally {
			process.kill(pid, 'SIGCONT');
		}
		let [status] = await answerOf('/readyz');
		while (status !== 200) [status] = await answerOf('/readyz');
		await send(1, 2);
		await collector.drained();
		expect(await storedCounts()).toEqual([{ all: 4, different: 4 }]);
		expect(await processesIn(answerOf('/metrics'))).toEqual(['group', '1']);
		const [, text] = await answerOf('/metrics');
		expect(text).toMatch(/^footfall_worker_up\{worker="1"\} 1$/m);
		expect(text).toMatch(/^footfall_worker_ends_total\{worker="1"\} 0$/m);
	});

	it('a stop succeeds although the worker is stuck, and the next collector delivers the acknowledged events', async () => {
		await start({ sealAfterMs: 60_000, stopMs: 100 });
		await send(3, 1);
		process.kill(workerPid() as number, 'SIGSTOP');
		await collector.stop();
		expect(workerPid()).toBeUndefined();
		await start();
		await collector.drained();
		expect(await storedCounts()).toEqual([{ all: 6, different: 6 }]);
	});

	it('a worker that runs out of memory is restarted with its WAL', async () => {
		// Every remembered batch takes heap, and the limit is hardly more than a start needs.
		await start({ heapBytesMax: 20 * 1_048_576, recentBatchesMax: 10_000_000, sealAfterMs: 60_000 });
		await send(3, 1);
		const pid = workerPid();
		const page = await openPage(collector.publicUrl);
		let isOpen = true;
		void page.closed.then(() => (isOpen = false));
		for (let sent = 0; isOpen && sent < 400_000; ) {
			for (let i = 0; i < 500; i++) page.send(frame({ visitor: 8, stream: 2, sequence: sent++ }));
			while (isOpen && page.messages.length < sent) await Promise.race([page.closed, sleep(1)]);
		}
		expect(isOpen).toBe(false);
		expect((await answerOf('/livez'))[0]).toBe(200);
		while (workerPid() === undefined || workerPid() === pid) await sleep(10);
		expect(logger.messages).toContain('a worker of the collector ended unexpectedly; restarting it');
		expect((await answerOf('/metrics'))[1]).toMatch(/^footfall_worker_ends_total\{worker="1"\} 1$/m);
		await collector.drained();
		const [row] = await clickhouse.warehouse.query(
			'SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(event_id)) AS ids FROM events WHERE visitor_id = 7',
		);
		expect(row).toEqual({ rows: 6, ids: 6 });
		await send(1, 3);
	});
});
