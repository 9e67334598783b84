import { build, compileOrThrow, freshness } from '@footfall/transforms';
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
