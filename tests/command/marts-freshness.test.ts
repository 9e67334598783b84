import { build, compileOrThrow, freshness, martLatency } from '@footfall/transforms';
import { connect, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { health } from '../../packages/dashboard/src/api/health.js';

let test: TestWarehouse;
let reader: Warehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	reader = connect({ url: test.server.url, ...test.server.reader });
});
afterAll(async () => {
	await reader.close();
	await test.stop();
});

async function addEvent(visitor: number): Promise<void> {
	await test.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url) SETTINGS async_insert = 0
		SELECT 'shop', ${visitor}, generateUUIDv4(), now64(3), now64(3), 'view', 'page', 'main', 'https://shop.test/main'`,
	);
}

/** When the run that the metrics of the dashboard name was published, milliseconds since 1970. */
async function publishedAtMs(): Promise<number> {
	const [row] = await reader.query<{ publishedAgoSeconds: number | null; nowMs: string }>(
		`SELECT *, toUnixTimestamp64Milli(now64(3)) AS nowMs FROM (${health.sql({} as never)})`,
	);
	if (row?.publishedAgoSeconds == null) return Number.NaN;
	return Number(row.nowMs) - row.publishedAgoSeconds * 1_000;
}

it('what was imported does not count as waiting time of pages', async () => {
	const project = compileOrThrow();
	await build(test.warehouse, project);
	const put = (segment: string, receivedAt: string) =>
		test.warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, segment) SETTINGS async_insert = 0
			SELECT 'shop', 9, generateUUIDv4(), now64(3), ${receivedAt}, 'view', 'page', 'main', 'https://shop.test/main', '${segment}'`,
		);
	await put('import-0123456789abcdef', "toDateTime64('2021-03-04 05:06:07', 3, 'UTC')");
	await put('history-1-000000', "toDateTime64('2021-03-04 05:06:07', 3, 'UTC')");
	expect(await freshness(test.warehouse)).toMatchObject({ waiting: 2, imported: 2, behindMs: 0 });
	await put('00000000000000000001', 'now64(3) - INTERVAL 90 SECOND');
	const { waiting, imported, behindMs } = await freshness(test.warehouse);
	expect({ waiting, imported }).toEqual({ waiting: 3, imported: 2 });
	expect(behindMs).toBeGreaterThanOrEqual(90_000);
	expect(behindMs).toBeLessThan(3_600_000);
	const sinceMs = Date.now() - 3_600_000;
	await build(test.warehouse, project);
	// The events of this test happened in the last hour, and a collector received one of them.
	expect(await martLatency(test.warehouse, sinceMs)).toMatchObject({ events: 1 });
});

it('the dashboard and the command measure the run that readers see, even while a newer one is published', async () => {
	const project = compileOrThrow();
	await addEvent(1);
	await build(test.warehouse, project);
	const seenAtMs = await publishedAtMs();
	await addEvent(2);
	// Another version publishes a run, and dies before it replaces the views.
	const command: Warehouse['command'] = async (sql, options) => {
		if (sql.startsWith('CREATE OR REPLACE VIEW')) throw new Error('the connection is gone');
		return test.warehouse.command(sql, options);
	};
	const other = { ...project, checksum: '0123456789abcdef' };
	await expect(build({ ...test.warehouse, command }, other)).rejects.toThrow('the connection is gone');
	expect(Math.abs((await publishedAtMs()) - seenAtMs)).toBeLessThan(50);
	expect(await freshness(test.warehouse)).toMatchObject({ waiting: 1 });
	await build(test.warehouse, other);
	expect((await publishedAtMs()) - seenAtMs).toBeGreaterThan(50);
	expect(await freshness(test.warehouse)).toMatchObject({ waiting: 0 });
});
