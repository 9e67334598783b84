import { crowdDefaults } from '@footfall/demo-shop/crowd';
import { build, compileOrThrow } from '@footfall/transforms';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyToWarehouse } from '../../packages/simulation/src/index.js';
import { noOrder } from '../../packages/transforms/src/testing/raw-events.js';
import { firstReceipts, type Receipt, recounts } from '../../packages/transforms/src/testing/recount.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

/** Days of history and active visitors per day: some 15,000 events by default. The project `long` has more days. */
const days = Number(process.env.FOOTFALL_RECOUNT_DAYS ?? 40);
const dailyActiveUsers = Number(process.env.FOOTFALL_RECOUNT_DAU ?? 80);

const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 1) + n * 86_400_000).toISOString().slice(0, 10);

/**
 * A part of the demo's history. Its events do not depend on how the history is divided; some are late, some doubled.
 */
async function addDays(from: number, to: number): Promise<void> {
	const crowd = { ...crowdDefaults, dailyActiveUsers, lateShare: 0.05, duplicateShare: 0.05 };
	await historyToWarehouse({ crowd, site: 'shop', from: dayOf(from), to: dayOf(to) }, test.warehouse, { threads: 1 });
}

/** All receipts of the raw table, read without the SQL of the transforms. */
async function readReceipts(): Promise<Receipt[]> {
	const rows = await test.warehouse.query<Record<string, string>>(
		`SELECT site, toString(visitor_id) AS visitor, toString(event_id) AS id, toUnixTimestamp64Milli(ts) AS ts, toUnixTimestamp64Milli(received_at) AS received,
			name, obj, obj_id, toString(amount) AS amount, url, user_id, referrer, browser, os, device, country, toUInt8(is_bot) AS bot, source,
			product_id AS product, props['value'] AS value
		FROM events`,
	);
	return rows.map((row) => {
		const url = new URL(row.url as string);
		return {
			site: row.site as string,
			visitor: Number(row.visitor),
			id: row.id as string,
			tsMs: Number(row.ts),
			receivedMs: Number(row.received),
			name: row.name as string,
			obj: row.obj as string,
			objId: row.obj_id as string,
			cents: Math.round(Number(row.amount) * 100),
			host: url.hostname,
			path: url.pathname,
			urlQuery: url.search,
			userId: row.user_id as string,
			referrer: row.referrer as string,
			browser: row.browser as string,
			os: row.os as string,
			device: row.device as string,
			country: row.country as string,
			isBot: Number(row.bot) === 1,
			source: row.source as Receipt['source'],
			productId: row.product as string,
			value: Number(row.value) || 0,
			exp: {},
			...noOrder,
		};
	});
}

/** The demo's history has no web vitals: only real browsers measure them. */
const empty: readonly string[] = ['vitals_days', 'vital_values'];
const marts = (Object.keys(recounts) as (keyof typeof recounts)[]).filter((mart) => !empty.includes(mart));

/** Rows as sorted texts, each with its columns sorted by name. */
function inOrder(rows: readonly object[]): string[] {
	return rows
		.map((row) => JSON.stringify(Object.fromEntries(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))))
		.sort();
}

describe('the marts of the demo data', () => {
	it('agree with an independent count after each part of the history', async () => {
		for (const [from, to] of [
			[0, Math.floor(days / 2)],
			[Math.floor(days / 2) - 3, days - 2],
			[days - 2, days - 1],
		] as const) {
			await addDays(from, to);
			expect(await build(test.warehouse, compileOrThrow())).toMatchObject({ outcome: 'published' });
		}
		const receipts = await readReceipts();
		const events = firstReceipts(receipts);
		expect(receipts.length).toBeGreaterThan(events.length);
		for (const mart of marts) {
			const expected = recounts[mart](events);
			const columns = Object.keys(expected[0] as object).join(', ');
			const rows = await test.warehouse.query<object>(`SELECT ${columns} FROM ${mart}`, {
				settings: { output_format_json_quote_64bit_integers: 0, output_format_json_quote_decimals: 0 },
			});
			expect(inOrder(rows), mart).toEqual(inOrder(expected));
			expect(rows.length).toBeGreaterThan(days / 8);
		}
	}, 600_000);
});
