import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Warehouse } from '@footfall/warehouse';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectToData } from '../support/embedded-client.js';
import { eventually, type FootfallProcess, up } from '../support/footfall-process.js';

const archive = fileURLToPath(new URL('earlier-data/0.1.0.tar.gz', import.meta.url));
const deliveredVisitor = 1815;
const quarantinedVisitor = 1816;

const scratch = mkdtempSync(join(tmpdir(), 'footfall-earlier-data-'));
const data = join(scratch, 'data');
const log = join(data, 'log');
let footfall: FootfallProcess | undefined;

beforeAll(() => void execFileSync('tar', ['--extract', '--gzip', '--file', archive, '--directory', scratch]));
afterEach(async () => {
	if (footfall?.process.exitCode === null) await footfall.interrupt();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Starts the current version on the data, and returns a connection to its ClickHouse. */
async function start(): Promise<Warehouse> {
	footfall = up(data);
	await footfall.collectorUrl();
	return connectToData(data);
}

/** Waits until the published sessions of a visitor have a number of events. */
async function untilInSessions(warehouse: Warehouse, visitor: number, count: number): Promise<void> {
	const sql = 'SELECT toUInt32(sum(events)) AS count FROM sessions WHERE visitor_id = {visitor:UInt64}';
	await eventually(async () => {
		const [row] = await warehouse.query<{ count: number }>(sql, { params: { visitor } });
		return row?.count === count ? true : undefined;
	}, 60_000);
}

const eventsOf = (warehouse: Warehouse, visitor: number) =>
	warehouse.query(
		'SELECT name, obj, obj_id, amount, user_id FROM events FINAL WHERE visitor_id = {visitor:UInt64} ORDER BY ts, name DESC',
		{ params: { visitor } },
	);

const view = { name: 'view', obj: 'page', obj_id: 'main', amount: '0', user_id: 'ada' };
const click = { name: 'click', obj: 'button', obj_id: 'add_to_cart', amount: '100', user_id: 'ada' };

describe('a data directory of version 0.1.0', () => {
	it('keeps its events and accounts, and its undelivered segment reaches the marts', async () => {
		const accounts = readFileSync(join(data, 'clickhouse/accounts.json'), 'utf8');
		const warehouse = await start();
		await untilInSessions(warehouse, deliveredVisitor, 4);
		expect(await eventsOf(warehouse, deliveredVisitor)).toEqual([view, click, view, click]);
		expect(await eventsOf(warehouse, quarantinedVisitor)).toEqual([]);
		await warehouse.close();
		expect(await footfall?.interrupt()).toBe(0);
		expect(readFileSync(join(data, 'clickhouse/accounts.json'), 'utf8')).toBe(accounts);
		expect(readdirSync(log)).toEqual([expect.stringMatching(/\.poison$/)]);
	});

	it('has a quarantined segment that is delivered after it is renamed to .log', async () => {
		const [quarantined = ''] = readdirSync(log);
		renameSync(join(log, quarantined), join(log, quarantined.replace(/\.poison$/, '.log')));
		const warehouse = await start();
		await untilInSessions(warehouse, quarantinedVisitor, 2);
		expect(await eventsOf(warehouse, quarantinedVisitor)).toEqual([view, click]);
		await warehouse.close();
		expect(await footfall?.interrupt()).toBe(0);
		expect(readdirSync(log)).toEqual([]);
	});
});
