import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.js';
import { compileOrThrow } from '../compile/compile.js';
import { idOf, insertReceipts, receipt } from '../testing/raw-events.js';
import { latencyOf, martLatency } from './latency.js';

const run = (publishedAtMs: number, last: number) => ({
	publishedAtMs,
	watermark: { '202601': { blocks: [[1, last]] as const, mutation: 0 } },
});
const block = (number: number, atMs: number, events: number, partition = '202601') => ({
	partition,
	block: number,
	atMs,
	events,
});

describe('latencyOf', () => {
	it('is the time from the event to the first run that has seen its block', () => {
		const runs = [run(9_000, 3), run(5_000, 2), run(2_000, 1)];
		expect(latencyOf(runs, [block(1, 1_000, 50), block(2, 1_500, 49), block(3, 1_000, 1)])).toEqual({
			events: 100,
			p50Ms: 1_000,
			p99Ms: 3_500,
			maxMs: 8_000,
		});
	});

	it('leaves out events that no run has seen, and is never negative', () => {
		expect(latencyOf([run(2_000, 1)], [block(2, 1_000, 1), block(1, 1_000, 1, '202602')])).toBeUndefined();
		expect(latencyOf([run(2_000, 1)], [block(1, 2_500, 3)])).toMatchObject({ events: 3, p50Ms: 0, maxMs: 0 });
	});
});

describe('martLatency', () => {
	const project = compileOrThrow();
	let test: TestWarehouse;
	beforeAll(async () => {
		test = await startTestWarehouse();
	});
	afterAll(() => test.stop());

	it('measures events that are in the marts, even after their parts were merged', async () => {
		await build(test.warehouse, project);
		const sinceMs = Date.now();
		expect(await martLatency(test.warehouse, sinceMs)).toBeUndefined();
		const put = async (n: number, agoMs: number) => {
			await insertReceipts(test.warehouse, [
				receipt({ id: idOf(n), visitor: n, tsMs: sinceMs, receivedMs: sinceMs + agoMs }),
			]);
			await build(test.warehouse, project);
		};
		await put(1, 10);
		const first = await martLatency(test.warehouse, sinceMs);
		expect(first).toMatchObject({ events: 1 });
		await put(2, 20);
		await test.warehouse.command('OPTIMIZE TABLE events FINAL');
		const both = await martLatency(test.warehouse, sinceMs);
		expect(both).toMatchObject({ events: 2, p50Ms: first?.p50Ms });
		expect(both?.maxMs).toBeGreaterThan(first?.maxMs ?? 0);
		expect(await martLatency(test.warehouse, sinceMs + 60_000)).toBeUndefined();
	});
});
