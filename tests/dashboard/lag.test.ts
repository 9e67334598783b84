import { startDashboard } from '@footfall/dashboard';
import { fillHistory } from '@footfall/dashboard/testing';
import { build, freshness } from '@footfall/transforms';
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

/** What a dashboard says of how far the marts are behind, in its live view and in its metrics. */
async function told(source?: () => ReturnType<typeof freshness>) {
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
const asWriter = () => told(() => freshness(clickhouse.warehouse));
const insert = (received: string) =>
	clickhouse.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj) SETTINGS async_insert = 0
		SELECT 'shop', 7, generateUUIDv4(), now64(3), ${received}, 'view', 'page' FROM numbers(3)`,
	);

describe('what the dashboard says of the marts', () => {
	it('is that ClickHouse is up, before there is a run', async () => {
		expect((await asWriter()).isUp).toBe('1');
	});

	it('is up to date after a run, and behind once a backlog came whose receipts are older than the run', async () => {
		await fillHistory(clickhouse.warehouse, { days: 5, visitors: 50 });
		await build(clickhouse.warehouse);
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 0 }, waitingSeconds: 0 });
		await insert('now64(3) - INTERVAL 1 HOUR');
		const late = await asWriter();
		expect(late.marts?.waiting).toBe(3);
		expect(late.marts?.behindMs).toBeGreaterThanOrEqual(3_600_000);
		expect(late.waitingSeconds).toBeGreaterThanOrEqual(3_600);
		await build(clickhouse.warehouse);
	});

	it('is no negative time when the clock of a collector is ahead', async () => {
		await insert('now64(3) + INTERVAL 1 HOUR');
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 3 }, waitingSeconds: 0 });
	});

	it('is that the lag is not known, where there is only an account that may read', async () => {
		const unknown = { marts: { behindMs: null, waiting: null }, waitingSeconds: Number.NaN, isUp: '1' };
		expect(await told()).toEqual({ ...unknown, complaints: [] });
		// That account sees no parts.
		const refused = await told(() => freshness(reader));
		expect(refused).toEqual({ ...unknown, complaints: Array(1).fill('how far the marts are behind is not known') });
	});
});
