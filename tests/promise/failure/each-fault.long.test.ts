import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PageClient } from '../../support/page-client.js';
import { ClickHouseUnderTest } from './clickhouse-under-test.js';
import { CollectorUnderTest } from './collector-under-test.js';
import type { ConnectionFault } from './connection-fault.js';
import { FaultyConnection } from './faulty-connection.js';

const events = 1_000;
/** Bytes after which a request is cut; the insert of a batch with so many events has about 112,000 bytes. */
const cuts = [1, 300, 66_000, 75_000, 99_000, 110_000];
/** Cuts so late that ClickHouse answers them, and more of them than refusals after which rows count as at fault. */
const lateCuts = Array.from({ length: 20 }, (_, i) => 72_000 + 1_900 * i);

let scratch: string;
let clickhouse: ClickHouseUnderTest;
/** Faults of the next exchanges with ClickHouse; later exchanges have none. */
let faults: ConnectionFault[];
let confirmed: string[];
const connections = new Set<FaultyConnection>();

const proxy = createServer((socket) => {
	const connection = new FaultyConnection(socket, clickhouse.port, {
		nextFault: () => faults.shift() ?? { kind: 'none' },
		confirmed: (segment) => confirmed.push(segment),
	});
	connections.add(connection);
});

beforeAll(async () => {
	scratch = mkdtempSync(join(tmpdir(), 'footfall-each-fault-'));
	clickhouse = await ClickHouseUnderTest.start(join(scratch, 'clickhouse'));
	proxy.listen(0, '127.0.0.1');
	await once(proxy, 'listening');
});

afterAll(async () => {
	proxy.close();
	for (const connection of connections) connection.reset();
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

let collector: CollectorUnderTest;

beforeEach(async () => {
	for (const connection of connections) connection.reset();
	connections.clear();
	faults = [];
	confirmed = [];
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
	const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
	collector = new CollectorUnderTest(clickhouse.addressBehind(url), mkdtempSync(join(scratch, 'log-')));
	await collector.start();
});

afterEach(() => collector.stop());

describe('a batch is stored once, and not quarantined, when', () => {
	it.each<[what: string, faults: ConnectionFault[]]>([
		['its insert is confirmed and the connection then reset', [{ kind: 'answer-then-reset' }]],
		['the answer is lost', [{ kind: 'answer-lost' }]],
		['the answer is lost again and again', Array.from({ length: 5 }, () => ({ kind: 'answer-lost' }))],
		['the answer is cut', [20, 200, 400].map((bytes) => ({ kind: 'answer-cut', bytes }))],
		['the request is cut', cuts.map((bytes) => ({ kind: 'request-cut', bytes }))],
		['the request is cut and answered', lateCuts.map((bytes) => ({ kind: 'request-ended', bytes }))],
		['its answer never arrives', [{ kind: 'silence', from: 'answer' }]],
		['it is never heard of', [{ kind: 'silence', from: 'request' }]],
	])('%s', async (_, planned) => {
		faults = [...planned];
		const page = await PageClient.connect(collector.publicUrl as string, 1, 1);
		page.send(0, events);
		while (page.acks.size === 0) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(page.acks.get(0)).toBe('stored');
		page.close();
		await collector.drain();
		const [row] = await clickhouse.warehouse.query(
			"SELECT count() AS rows, uniqExact(event_id) AS ids, countIf(segment LIKE '%/%') AS inRanges FROM events",
		);
		expect(row).toEqual({ rows: `${events}`, ids: `${events}`, inRanges: '0' });
		expect(new Set(confirmed).size).toBe(confirmed.length);
		expect(faults).toEqual([]);
		expect(collector.segmentsLeft).toEqual([]);
	});
});

describe('an insert that ClickHouse receives late', () => {
	it('is refused, where the collector was killed and its successor has inserted the segment', async () => {
		let release = () => {};
		faults = [{ kind: 'held', until: new Promise((resolve) => (release = resolve)) }];
		const page = await PageClient.connect(collector.publicUrl as string, 1, 1);
		page.send(0, events);
		while (faults.length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		const earlier = [...connections];
		await collector.kill();
		page.close();
		await collector.start();
		await collector.drain();
		expect(confirmed).toHaveLength(1);
		release();
		while (!earlier.every(({ isOver }) => isOver)) await new Promise((resolve) => setTimeout(resolve, 10));
		expect(confirmed).toHaveLength(1);
		const [row] = await clickhouse.warehouse.query('SELECT count() AS rows, uniqExact(event_id) AS ids FROM events');
		expect(row).toEqual({ rows: `${events}`, ids: `${events}` });
	});
});
