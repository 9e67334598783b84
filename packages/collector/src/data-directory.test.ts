import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestCollector } from './testing/test-collector.js';

// The fixture was written before the code called the log a write-ahead log: `log` has three segments and a quarantined
// one, and `log-2`, of a second worker, one segment. Each holds one JSON event, of the visitors 1 to 5.
const fixture = fileURLToPath(new URL('../fixtures/data-directory', import.meta.url));
const quarantined = '001795976615574-863ac31f3ee3277d.poison';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-data-directory-'));
let clickhouse: TestWarehouse;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(async () => {
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

it('a start with the data directory of an earlier version delivers its segments and keeps quarantined ones', async () => {
	cpSync(fixture, scratch, { recursive: true });
	const walDirectory = join(scratch, 'log');
	const collector = await startTestCollector(clickhouse.warehouse, { walDirectory });
	try {
		await collector.drained();
		const rows = await clickhouse.warehouse.query(
			'SELECT visitor_id, name, browser, toString(event_id) AS id FROM events FINAL ORDER BY visitor_id',
		);
		const id = (visitor: number) => `00000000-0000-4000-8000-00000000000${visitor}`;
		expect(rows).toEqual(
			[1, 2, 3, 4].map((visitor) => ({
				visitor_id: String(visitor),
				name: 'view',
				browser: 'Firefox',
				id: id(visitor),
			})),
		);
		expect(readdirSync(walDirectory).filter((file) => /\.(log|poison)$/.test(file))).toEqual([quarantined]);
		expect(existsSync(join(scratch, 'log-2'))).toBe(false);
		expect(await collector.metric('footfall_events_recovered_total')).toBe(4);
		expect(await collector.metric('footfall_wal_damaged_records_total')).toBe(0);
		// The metric includes the size of the quarantined file.
		expect(await collector.metric('footfall_wal_bytes')).toBe(170);
	} finally {
		await collector.stop();
	}
});
