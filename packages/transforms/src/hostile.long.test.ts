import { setTimeout as wait } from 'node:timers/promises';
import { martsDatabaseOf } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';

const project = compileOrThrow();
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());
beforeEach(() => test.warehouse.command('TRUNCATE TABLE events'));

/** Adds `count` views of product pages of a visitor, `apartMs` milliseconds apart. */
async function addEvents(visitor: number, from: string, count: number, apartMs: number): Promise<void> {
	await test.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, product_id, url)
		SELECT 'shop', ${visitor}, generateUUIDv4(number), toDateTime64('${from}', 3, 'UTC') + toIntervalMillisecond(number * ${apartMs}),
			toDateTime64('2026-01-20 00:00:00', 3, 'UTC'), 'view', 'page', 'product', number % 1000, concat('https://shop.test/p/', toString(number % 1000))
		FROM system.numbers LIMIT ${count} SETTINGS async_insert = 0`,
	);
}
const rows = (sql: string) => test.warehouse.query<Record<string, unknown>>(sql);
const published = async () => expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });

describe('hostile data', () => {
	it('dated 1970 and 2030 is flagged, and changes no number of other visitors', async () => {
		await addEvents(1, '2026-01-05 12:00:00', 3, 1_000);
		await published();
		await addEvents(2, '2030-01-01 00:00:00', 1, 1);
		await addEvents(3, '1970-01-01 00:00:00', 1, 1);
		await addEvents(1, '1970-01-02 00:00:00', 1, 1);
		await published();
		expect(await rows('SELECT day, dau, wau, mau, new_visitors FROM users_activity')).toEqual([
			{ day: '2026-01-05', dau: '1', wau: '1', mau: '1', new_visitors: '1' },
		]);
		expect(await rows('SELECT visitor_id, day, has_invalid_time FROM sessions ORDER BY day, visitor_id')).toEqual([
			{ visitor_id: '3', day: '1970-01-01', has_invalid_time: true },
			{ visitor_id: '1', day: '1970-01-02', has_invalid_time: true },
			{ visitor_id: '1', day: '2026-01-05', has_invalid_time: false },
			{ visitor_id: '2', day: '2030-01-01', has_invalid_time: true },
		]);
		expect(await rows('SELECT cohort_week, visitors FROM retention')).toEqual([
			{ cohort_week: '2026-01-05', visitors: '1' },
		]);
		await addEvents(4, '2026-01-06 12:00:00', 1, 1);
		await published();
		expect(await rows('SELECT max(day) AS day FROM users_activity')).toEqual([{ day: '2026-01-06' }]);
	});

	it('of a bot that pings every 29 minutes for a week is one flagged session', async () => {
		await addEvents(1, '2026-01-05 00:00:00', 348, 29 * 60_000);
		await addEvents(2, '2026-01-05 12:00:00', 2, 1_000);
		await published();
		await addEvents(1, '2026-01-12 00:12:00', 1, 1);
		expect(await build(test.warehouse, project)).toMatchObject({
			outcome: 'published',
			kind: 'incremental',
			visitors: 1,
		});
		expect(await rows('SELECT visitor_id, events, is_long FROM sessions ORDER BY visitor_id')).toEqual([
			{ visitor_id: '1', events: '349', is_long: true },
			{ visitor_id: '2', events: '2', is_long: false },
		]);
	});

	it('of a visitor with a million events in a day is computed within the memory limits, and so is the next event', async () => {
		await addEvents(1, '2026-01-05 00:00:00', 1_000_000, 80);
		await addEvents(2, '2026-01-05 12:00:00', 2, 1_000);
		await published();
		await addEvents(1, '2026-01-05 23:00:00', 1, 1);
		await published();
		expect(await rows('SELECT visitor_id, events, page_views FROM int_user_days ORDER BY visitor_id')).toEqual([
			{ visitor_id: '1', events: '1000001', page_views: '1000001' },
			{ visitor_id: '2', events: '2', page_views: '2' },
		]);
		expect(await rows('SELECT sum(views) AS views, max(visitors) AS visitors FROM page_days')).toEqual([
			{ views: '1000003', visitors: '2' },
		]);
	});
});

const publishes = Number(process.env.FOOTFALL_TORN_PUBLISHES ?? 4);

describe('readers', () => {
	it(
		'that join marts never see half a run, however many are published',
		async () => {
			await addEvents(1, '2026-01-05 12:00:00', 1, 1);
			await published();
			const stop = new AbortController();
			const marts = martsDatabaseOf(test.warehouse.database);
			let reads = 0;
			const read = async () => {
				const reader = test.connect();
				while (!stop.signal.aborted) {
					// The same in the marts database, which has a view over each mart, and in both at once.
					const [row] = await reader.query<Record<string, string>>(
						`SELECT (SELECT sum(events) FROM sessions) AS s, (SELECT sum(events) FROM int_user_days) AS d,
						(SELECT sum(views) FROM page_days) AS p,
						(SELECT sum(events) FROM ${marts}.sessions) AS ms, (SELECT sum(views) FROM ${marts}.page_days) AS mp
					FROM system.one`,
					);
					expect(row?.ms).toBe(row?.s);
					expect(row?.mp).toBe(row?.s);
					expect(row?.d).toBe(row?.s);
					expect(row?.p).toBe(row?.s);
					expect(Number(row?.s)).toBeGreaterThan(0);
					reads++;
					await wait(1);
				}
				await reader.close();
			};
			const reading = Promise.all([read(), read()]);
			for (let i = 0; i < publishes; i++) {
				await addEvents(i % 7, `2026-01-${String(5 + (i % 9)).padStart(2, '0')} 13:00:00`, 1 + (i % 3), 1_000);
				// Every few runs take the rows of earlier ones over.
				expect(await build(test.warehouse, project, { seenRunsMax: 3 })).toMatchObject({ outcome: 'published' });
			}
			stop.abort();
			await reading;
			expect(reads).toBeGreaterThan(publishes);
		},
		Math.max(180_000, publishes * 10_000),
	);
});
