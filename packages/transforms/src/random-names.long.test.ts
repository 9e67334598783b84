import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';

/**
 * A day on which senders choose 10,000 names, 10,000 keys, 10,000 objects and a million values, beside a day with as
 * many events of few names. Processor time is not compared, since tests do not assert times; the benchmark does.
 */
const project = compileOrThrow();
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

const events = 1_000_000;
/** A million events of 100,000 visitors on a day. @param props SQL of the properties */
async function insert(day: string, name: string, objId: string, props: string): Promise<void> {
	await test.warehouse.command(`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, props)
		SELECT 'shop', number % 100000, reinterpretAsUUID(sipHash128(number, '${day}')), at, at, ${name}, 'thing', ${objId}, 'https://shop.test/', ${props}
		FROM (SELECT number, toDateTime64('${day} 10:00:00', 3, 'UTC') + INTERVAL intDiv(number, 100000) MINUTE AS at FROM numbers(${events}))
		SETTINGS async_insert = 0, max_insert_block_size = 250000`);
}

/** Builds, and returns the peak memory of a single statement meanwhile, bytes. */
async function peakOfBuild(): Promise<number> {
	let peak = 0;
	const done = new AbortController();
	const watching = (async () => {
		while (!done.signal.aborted) {
			const [row] = await test.warehouse.query<{ bytes: string }>(
				"SELECT toString(max(peak_memory_usage)) AS bytes FROM system.processes WHERE query NOT LIKE '%system.processes%'",
			);
			peak = Math.max(peak, Number(row?.bytes ?? 0));
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	})();
	const { outcome, leftOut } = await build(test.warehouse, project, { fullRefresh: true });
	done.abort();
	await watching;
	expect({ outcome, leftOut }).toEqual({ outcome: 'published', leftOut: [] });
	return peak;
}

const one = async (sql: string) => (await test.warehouse.query<Record<string, string>>(sql))[0];

it('random names, keys and values are folded, with totals that equal raw and no more memory', async () => {
	await insert(
		'2026-03-01',
		"concat('name-', toString(number % 5))",
		'toString(number % 7)',
		"map('key', toString(number % 9))",
	);
	const plain = await peakOfBuild();
	await test.warehouse.command('TRUNCATE TABLE events');
	// Half of the events have random names, a quarter random keys, and a quarter random values.
	await insert(
		'2026-03-01',
		"if(number % 2 = 0, concat('name-', toString(intDiv(number, 2) % 10000)), if(number % 4 = 1, 'keys', 'values'))",
		'toString(number % 10000)',
		"map(if(number % 4 = 1, concat('key-', toString(intDiv(number, 4) % 10000)), 'key'), toString(number))",
	);
	const random = await peakOfBuild();
	expect(random).toBeLessThan(1.5 * plain + 100 * 1024 * 1024);

	expect(
		await one(
			'SELECT countIf(is_total AND NOT is_other_name) AS names, sumIf(events, is_total) AS total, sumIf(events, NOT is_total OR is_other_name) AS objects, sumIf(others, is_other_name) AS others FROM event_days',
		),
	).toEqual({
		names: '1000',
		total: String(events),
		objects: String(events),
		others: '9002',
	});
	expect(
		await one(
			"SELECT countIf(NOT is_total AND NOT is_other_object) AS objects, sumIf(others, is_other_object) AS others, sumIf(events, NOT is_total) AS events FROM event_days WHERE name = 'keys'",
		),
	).toEqual({
		objects: '1000',
		others: '1500',
		events: '250000',
	});
	expect(
		await one(
			'SELECT count() < 4 * 1000 * 1000 AS isBounded, sumIf(events, is_total) AS total, sumIf(events, NOT is_total OR is_other_key OR is_other_name) AS values FROM property_days',
		),
	).toEqual({
		isBounded: 1,
		total: String(events),
		values: String(events),
	});
	expect(
		await one(
			"SELECT countIf(is_total AND NOT is_other_key) AS keys, sumIf(others, is_other_key) AS others FROM property_days WHERE name = 'keys'",
		),
	).toEqual({ keys: '1000', others: '9000' });
	expect(
		await one(
			"SELECT countIf(NOT is_total AND NOT is_other_value) AS values, sumIf(others, is_other_value) AS others, sumIf(visitors, is_other_value) AS visitors FROM property_days WHERE name = 'values' AND key = 'key'",
		),
	).toEqual({
		values: '1000',
		others: '249000',
		visitors: '25000',
	});
}, 600_000);
