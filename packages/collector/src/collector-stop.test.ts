import { WarehouseError } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultyFileSystem } from './testing/disk/faulty-file-system.js';
import { frame } from './testing/frames.js';
import { openPage } from './testing/page.js';
import { startTestCollector } from './testing/test-collector.js';

let clickhouse: TestWarehouse;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

const count = async () => {
	const [row] = await clickhouse.warehouse.query<{ n: string }>('SELECT count() AS n FROM events FINAL');
	return Number(row?.n);
};

describe('a collector that stops', () => {
	it('a stop sends goodbye, answers and delivers accepted batches, and frees ports and directory', async () => {
		let release = () => {};
		let begun = () => {};
		const released = new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
		const started = new Promise<void>((resolve) => (begun = resolve));
		const fileSystem = faultyFileSystem({
			fsync() {
				begun();
				return released;
			},
		});
		const collector = await startTestCollector(clickhouse.warehouse, { sealAfterMs: 3_600_000, fileSystem });
		const page = await openPage(collector.publicUrl);
		page.send(frame({ stream: 1, events: 3 }));
		await started;
		const stopped = Promise.all([collector.stop(), collector.stop()]);
		release();
		await stopped;
		expect(await page.closed).toBe(1001);
		expect(page.messages.slice(1)).toEqual([
			['goodbye', 2_000],
			['ack', 1, 0, 'stored'],
		]);
		expect(await count()).toBe(3);
		await expect(fetch(collector.publicUrl)).rejects.toThrow();
		await expect(fetch(collector.adminUrl)).rejects.toThrow();
		const again = await startTestCollector(clickhouse.warehouse, { walDirectory: collector.directory });
		await again.remove();
	});

	it('a stop answers the requests that wait for the disk', async () => {
		let release = () => {};
		let begun = () => {};
		const started = new Promise<void>((resolve) => (begun = resolve));
		const fsync = () => {
			begun();
			return new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
		};
		const collector = await startTestCollector(clickhouse.warehouse, { fileSystem: faultyFileSystem({ fsync }) });
		const posted = fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ stream: 2 }) });
		await started;
		const stopped = collector.stop();
		release();
		expect(await (await posted).json()).toEqual(['ack', 2, 0, 'stored']);
		await stopped;
		await collector.remove();
	});

	it('a stopping collector is live but not ready, and accepts nothing more', async () => {
		let release = () => {};
		const held = new Promise<void>((resolve) => (release = resolve));
		const slow = {
			...clickhouse.warehouse,
			insertNative: (...insert: Parameters<typeof clickhouse.warehouse.insertNative>) =>
				held.then(() => clickhouse.warehouse.insertNative(...insert)),
		};
		const collector = await startTestCollector(slow);
		expect(await (await fetch(`${collector.adminUrl}/readyz`)).json()).toEqual({ ready: true });
		await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ stream: 3 }) });
		const stopped = collector.stop();
		const ready = await fetch(`${collector.adminUrl}/readyz`);
		expect([ready.status, await ready.json()]).toEqual([503, { ready: false, reason: 'stopping' }]);
		expect((await fetch(`${collector.adminUrl}/livez`)).status).toBe(200);
		release();
		await stopped;
		await collector.remove();
	});

	it('a stop ends in time although ClickHouse does not answer, and loses nothing', async () => {
		const before = await count();
		const dead = { ...clickhouse.warehouse, insertNative: () => new Promise<void>(() => {}) };
		const collector = await startTestCollector(dead, { stopMs: 600 });
		await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ stream: 4, events: 6 }) });
		await collector.stop();
		const next = await startTestCollector(clickhouse.warehouse, { walDirectory: collector.directory });
		await next.drained();
		expect(await count()).toBe(before + 6);
		await next.remove();
	});

	it('a stop does not wait for an unreachable ClickHouse', async () => {
		const insertNative = () => Promise.reject(new WarehouseError('connection refused', 'unknown'));
		const away = { ...clickhouse.warehouse, insertNative, killQuery: insertNative };
		const collector = await startTestCollector(away, { stopMs: 60_000, deliveryBackoffFirstMs: 60_000 });
		await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ stream: 5 }) });
		await collector.stop();
		await collector.remove();
	});
});
