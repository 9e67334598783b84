import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventId } from '@footfall/protocol';
import { connect, migrate, startEmbeddedServer, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CollectorProcess, startCollectorProcess } from './testing/collector-process.js';
import { diskError, type Faults, faultyFileSystem } from './testing/disk/faulty-file-system.js';
import { frame } from './testing/frames.js';
import { openPage } from './testing/page.js';
import { startTestCollector } from './testing/test-collector.js';

let clickhouse: TestWarehouse;
let directory: string;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

beforeEach(async () => {
	directory = mkdtempSync(join(tmpdir(), 'footfall-durability-'));
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});

afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Ids of the events in the table: of all rows, and of the rows that readers see. */
async function ids(warehouse: Warehouse = clickhouse.warehouse) {
	const select = (final: string) =>
		warehouse.query<{ event_id: string }>(`SELECT event_id FROM events ${final} ORDER BY event_id`);
	const [all, final] = await Promise.all([select(''), select('FINAL')]);
	return { all: all.map((row) => row.event_id), final: final.map((row) => row.event_id) };
}

/**
 * Sends frames of 10 events until it is stopped, as fast as they are acknowledged.
 *
 * @returns the ids of the acknowledged events
 */
async function sendWhile(url: string, stream: number, going: () => boolean): Promise<string[]> {
	const page = await openPage(url);
	const acknowledged: string[] = [];
	let sequence = 0;
	const inFlight = new Set<number>();
	let open = true;
	while (open || inFlight.size > 0) {
		open &&= going();
		while (open && inFlight.size < 8) {
			inFlight.add(sequence);
			page.send(frame({ stream, sequence: sequence++, events: 10 }));
		}
		const ack = await Promise.race([page.ack(), page.closed]);
		if (typeof ack === 'number') break;
		inFlight.delete(ack[2] as number);
		if (ack[3] !== 'stored') continue;
		for (let index = 0; index < 10; index++) acknowledged.push(eventId(7, stream, ack[2] as number, index));
	}
	page.close();
	return acknowledged;
}

describe('acknowledged events', () => {
	it('acknowledged events are stored exactly once after repeated kills of the collector', async () => {
		const { url, writer } = clickhouse.server;
		const start = (sealAfterMs: number) =>
			startCollectorProcess({ url, ...writer }, { walDirectory: directory, sealAfterMs });
		const acknowledged: string[] = [];
		let collector: CollectorProcess;
		for (let round = 1; round <= 4; round++) {
			// In odd rounds nothing is delivered before the kill, in even ones the kill may hit an insert.
			collector = await start(round % 2 === 1 ? 60_000 : 20);
			let kill: Promise<number | string> | undefined;
			let acks = 0;
			const sent = sendWhile(collector.publicUrl, round, () => {
				if (++acks === 40 * round) kill = collector.kill('SIGKILL');
				return true;
			});
			acknowledged.push(...(await sent));
			expect(await kill).toBe('SIGKILL');
		}
		collector = await start(20);
		await collector.drain();
		expect(await collector.kill('SIGTERM')).toBe(0);
		const { all, final } = await ids();
		expect(acknowledged.length).toBeGreaterThan(500);
		expect(minus(acknowledged, final)).toEqual([]);
		expect(final.length).toBe(new Set(all).size);
	});

	it('acknowledged events are stored exactly once after ClickHouse was killed', async () => {
		const data = mkdtempSync(join(tmpdir(), 'footfall-killed-'));
		let server = await startEmbeddedServer({ directory: data });
		const warehouse = connect({ url: server.url, ...server.writer });
		await migrate(warehouse);
		const collector = await startTestCollector(warehouse, { sites: [{ key: 'shop', origins: 'any' }] });
		let going = true;
		const sent = sendWhile(collector.publicUrl, 1, () => going);
		await expectEventually(() => collector.metric('footfall_events_stored_total'));
		process.kill(server.pid, 'SIGKILL');
		await expectEventually(() => collector.metric('footfall_delivery_errors_total{outcome="unknown"}'));
		const before = await collector.metric('footfall_events_accepted_total');
		await expectEventually(async () => (await collector.metric('footfall_events_accepted_total')) - before);
		await server.stop();
		server = await startEmbeddedServer({ directory: data, httpPort: Number(new URL(server.url).port) });
		going = false;
		const acknowledged = await sent;
		await collector.drained();
		const { all, final } = await ids(warehouse);
		expect(final.length).toBe(new Set(all).size);
		expect(minus(acknowledged, final)).toEqual([]);
		expect(minus(final, acknowledged)).toEqual([]);
		expect(await collector.metric('footfall_events_stored_total')).toBe(acknowledged.length);
		await collector.remove();
		await warehouse.close();
		await server.stop();
		rmSync(data, { recursive: true, force: true });
	});

	// PROTOCOL.md: P2
	it('a batch whose fsync failed is not acknowledged, and counts once when it is resent', async () => {
		const faults: Faults = {};
		const fileSystem = faultyFileSystem(faults);
		const collector = await startTestCollector(clickhouse.warehouse, { fileSystem, walDirectory: directory });
		const page = await openPage(collector.publicUrl);
		page.send(frame({ sequence: 0 }));
		expect((await page.ack())[3]).toBe('stored');
		faults.fsync = () => diskError('EIO');
		page.send(frame({ sequence: 1 }));
		page.send(frame({ sequence: 1 }));
		expect([await page.ack(), await page.ack()]).toEqual([
			['ack', 11, 1, 'retry-later', 2_000],
			['ack', 11, 1, 'retry-later', 2_000],
		]);
		expect((await fetch(`${collector.adminUrl}/readyz`)).status).toBe(503);
		const refused = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ sequence: 1 }) });
		expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
		delete faults.fsync;
		let outcome: unknown = 'retry-later';
		while (outcome === 'retry-later') {
			page.send(frame({ sequence: 1 }));
			outcome = (await page.ack())[3];
		}
		expect(outcome).toBe('stored');
		expect((await fetch(`${collector.adminUrl}/readyz`)).status).toBe(200);
		page.close();
		await collector.drained();
		expect((await ids()).all).toEqual([eventId(7, 11, 0, 0), eventId(7, 11, 1, 0)]);
		await collector.stop();
	});
});

function minus(these: readonly string[], those: readonly string[]): string[] {
	const set = new Set(those);
	return these.filter((each) => !set.has(each));
}

async function expectEventually(read: () => Promise<number>): Promise<void> {
	for (let tries = 0; tries < 500; tries++) {
		if ((await read()) > 0) return;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error('it did not happen');
}
