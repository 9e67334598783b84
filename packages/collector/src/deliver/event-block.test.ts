import { encode, eventId, limits, type WireBatch, type WireValue } from '@footfall/protocol';
import { eventColumns } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { encodeClient } from '../client.js';
import type { LogRecord } from '../log/segment-format.js';
import { buildBlock } from './event-block.js';

let clickhouse: TestWarehouse;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

beforeEach(() => clickhouse.warehouse.command('TRUNCATE TABLE events'));

const receivedAtMs = Date.parse('2026-01-31T23:59:59.999Z');
const client = { browser: 'Chrome', os: 'Linux', device: 'desktop', isBot: true };
const segment = '001769900000000-0123456789abcdef';

function record(batch: WireBatch): LogRecord {
	const frame = encode(batch as WireValue);
	return { receivedAtMs, events: batch[7].length, client: encodeClient(client), frame };
}

async function insert(records: LogRecord[]) {
	const block = buildBlock(records, segment);
	await clickhouse.warehouse.insertNative('events', block.columns, block.chunks, { queryId: `test-${Math.random()}` });
}

async function insertAndSelect(records: LogRecord[]) {
	await insert(records);
	const names = eventColumns.map((column) => column.name).join(', ');
	return clickhouse.warehouse.query(`SELECT ${names} FROM events ORDER BY ts, event_id`);
}

describe('the block of a segment', () => {
	it('has exactly the columns that the warehouse wants', () => {
		const { columns } = buildBlock([], segment);
		expect(new Set(columns)).toEqual(new Set(eventColumns.map((column) => column.name)));
	});

	it('keeps the greatest value of every field', async () => {
		const text = (bytes: number) => '💶'.repeat(bytes / 4);
		const map = Object.fromEntries(
			Array.from({ length: 12 }, (_, i) => [String(i).padEnd(64, '\u0000'), text(i === 0 ? 0 : 1024)]),
		);
		const max = limits.integerMax;
		const pixels = limits.pixelsMax;
		const ageMs = limits.ageMsMax;
		const rows = await insertAndSelect([
			record([
				1,
				text(64),
				max,
				max,
				limits.sequenceMax,
				receivedAtMs + 300_000,
				[[text(2048), text(512), text(2048), text(256), map, pixels, pixels, pixels, pixels, text(32), text(64)]],
				[
					[0, 0, text(64), text(64), text(1024), max, limits.amountMax, text(8), map],
					[ageMs, 0, 'least', '', '', 0, 0.00005, '', {}, Buffer.from('00112233445566778899aabbccddeeff', 'hex')],
				],
			]),
		]);
		const common = {
			site: text(64),
			visitor_id: String(max),
			user_id: text(256),
			ts_bounded: false,
			received_at: '2026-01-31 23:59:59.999',
			exp: map,
			url: text(2048),
			title: text(512),
			referrer: text(2048),
			viewport_width: pixels,
			viewport_height: pixels,
			screen_width: pixels,
			screen_height: pixels,
			language: text(32),
			timezone: text(64),
			browser: 'Chrome',
			os: 'Linux',
			device: 'desktop',
			is_bot: true,
			country: '',
			segment,
		};
		expect(rows).toEqual([
			{
				...common,
				event_id: '00112233-4455-6677-8899-aabbccddeeff',
				ts: new Date(receivedAtMs + 300_000 - ageMs).toISOString().replace('T', ' ').slice(0, 23),
				name: 'least',
				obj: '',
				obj_id: '',
				product_id: '0',
				amount: '0.0001',
				currency: '',
				props: {},
			},
			{
				...common,
				event_id: eventId(max, max, limits.sequenceMax, 0),
				ts: '2026-02-01 00:04:59.999',
				name: text(64),
				obj: text(64),
				obj_id: text(1024),
				product_id: String(max),
				amount: '10000000000000',
				currency: text(8),
				props: map,
			},
		]);
	});

	it('keeps amounts to the fourth digit', async () => {
		const amounts = [0, 0.1, 0.07, 1.005, 99.95, 1_000_000.0001, 123_456_789_012.3456, 9_999_999_999_999.99];
		const events = amounts.map((amount, i): WireBatch[7][number] => [amounts.length - i, 0, 'buy', '', '', 0, amount]);
		const rows = await insertAndSelect([
			record([1, 'shop', 1, 2, 3, receivedAtMs, [['https://shop.example/']], events]),
		]);
		expect((rows as { amount: string }[]).map((row) => row.amount)).toEqual([
			'0',
			'0.1',
			'0.07',
			'1.005',
			'99.95',
			'1000000.0001',
			'123456789012.3456',
			'9999999999999.99',
		]);
	});

	it('is one part, however many rows it has', async () => {
		const batch = (sequence: number) =>
			record([1, 'shop', 1, 2, sequence, receivedAtMs, [['https://shop.example/']], events]);
		const events = Array.from({ length: 1000 }, (_, i): WireBatch[7][number] => [i, 0, `event-${i % 7}`]);
		await insert(Array.from({ length: 150 }, (_, i) => batch(i)));
		const [parts] = await clickhouse.warehouse.query(
			"SELECT uniqExact(_part) AS parts, uniqExact(event_id) AS ids FROM events WHERE segment != ''",
		);
		expect(parts).toEqual({ parts: '1', ids: '150000' });
	});

	it('passes over a frame that this version does not take, and says so', () => {
		const broken: LogRecord = { receivedAtMs, events: 1, client: encodeClient(client), frame: Buffer.from('no frame') };
		expect(buildBlock([broken], segment)).toMatchObject({ rows: 0, refusedRecords: 1 });
	});
});
