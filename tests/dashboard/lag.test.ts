import { startDashboard } from '@footfall/dashboard';
import { fillHistory } from '@footfall/dashboard/testing';
import { build, compileOrThrow, freshness } from '@footfall/transforms';
import { connect, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { token } from './support/dashboard-under-test.js';

const headers = { authorization: `Bearer ${token}` };
let clickhouse: TestWarehouse;
let reader: Warehouse;
beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	const { url, reader: account } = clickhouse.server;
	reader = connect({ url, ...account });
});
afterAll(async () => {
	await reader.close();
	await clickhouse.stop();
});

/** Starts a dashboard and reads the lag of the marts from its live view and its metrics. */
async function reportedLag(source?: () => ReturnType<typeof freshness>) {
	const complaints: string[] = [];
	const complain = (_: object, message: string) => void complaints.push(message);
	const logger = { warn: complain, error: complain };
	const dashboard = await startDashboard({ port: 0, token, warehouse: reader, freshness: source, logger });
	const ask = (path: string) => fetch(`${dashboard.url}${path}`, { headers });
	const live = await ask('/api/live?site=shop&from=2026-01-01&to=2026-01-01');
	const metrics = await (await ask('/metrics')).text();
	await dashboard.stop();
	const metric = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(metrics)?.[1];
	return {
		marts: ((await live.json()) as { rows: { marts: { behindMs: number; waiting: number }[] } }).rows.marts[0],
		waitingSeconds: Number(metric('footfall_marts_waiting_seconds')),
		isUp: metric('footfall_clickhouse_up'),
		complaints,
	};
}
const asWriter = () => reportedLag(() => freshness(clickhouse.warehouse));
const insert = (received: string) =>
	clickhouse.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj) SETTINGS async_insert = 0
		SELECT 'shop', 7, generateUUIDv4(), now64(3), ${received}, 'view', 'page' FROM numbers(3)`,
	);

describe('the dashboard', () => {
	it('reports that ClickHouse is up before the first run of the transforms', async () => {
		expect((await asWriter()).isUp).toBe('1');
	});

	it('reports no lag after a run, and a lag once a backlog with receipts older than the run is inserted', async () => {
		await fillHistory(clickhouse.warehouse, { days: 5, visitors: 50 });
		await build(clickhouse.warehouse, compileOrThrow());
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 0 }, waitingSeconds: 0 });
		await insert('now64(3) - INTERVAL 1 HOUR');
		const late = await asWriter();
		expect(late.marts?.waiting).toBe(3);
		expect(late.marts?.behindMs).toBeGreaterThanOrEqual(3_600_000);
		expect(late.waitingSeconds).toBeGreaterThanOrEqual(3_600);
		await build(clickhouse.warehouse, compileOrThrow());
	});

	it('reports a lag of 0 instead of a negative one when the clock of a collector is ahead', async () => {
		await insert('now64(3) + INTERVAL 1 HOUR');
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 3 }, waitingSeconds: 0 });
	});

	it('reports that the lag is not known with only a read-only account', async () => {
		const unknown = { marts: { behindMs: null, waiting: null }, waitingSeconds: Number.NaN, isUp: '1' };
		expect(await reportedLag()).toEqual({ ...unknown, complaints: [] });
		// That account does not see the parts of the raw table.
		const refused = await reportedLag(() => freshness(reader));
		expect(refused).toEqual({ ...unknown, complaints: Array(1).fill('the lag of the marts is not known') });
	});
});
