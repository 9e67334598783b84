import { type DetailedWireBatch, encode, eventId, limits, type WireBatch, type WireValue } from '@footfall/protocol';
import { eventColumns, orderColumns } from '@footfall/warehouse/columns';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Endpoint, encodeClient, sourceOf, withReceipt } from '../../client.js';
import { readSegment, type WalRecord } from '../../wal/segment-format.js';
import { buildBlock, type RowRange } from './event-block.js';

let clickhouse: TestWarehouse;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});

afterAll(() => clickhouse.stop());

beforeEach(() => clickhouse.warehouse.command('TRUNCATE TABLE events'));

const receivedAtMs = Date.parse('2026-01-31T23:59:59.999Z');
const client = { browser: 'Chrome', os: 'Linux', device: 'desktop', isBot: true };
const segment = '001769900000000-0123456789abcdef';

/** @param endpoint the endpoint that received the batch; without it, the record is of an earlier version */
function record(batch: WireBatch | DetailedWireBatch, endpoint?: Endpoint): WalRecord {
	const frame = encode(batch as WireValue);
	const texts = encodeClient(client);
	const part =
		endpoint === undefined ? texts : withReceipt(texts, { country: '', endpoint, source: sourceOf(endpoint, '') });
	return { receivedAtMs, events: batch[7].length, client: part, frame };
}

/** A batch of views. Ids are in the order of the streams and of the events. */
const withViews = (events: number, stream = 4): WireBatch => [
	1,
	'shop',
	1,
	stream * 2 ** 28,
	0,
	receivedAtMs,
	[['https://shop.example/']],
	Array.from({ length: events }, () => [0, 0, 'view']),
];

async function insert(records: WalRecord[], range?: RowRange) {
	const block = buildBlock(records, segment, { range });
	await clickhouse.warehouse.insertNative('events', block.columns, block.chunks, { queryId: `test-${Math.random()}` });
}

async function insertAndSelect(records: WalRecord[]) {
	await insert(records);
	const names = eventColumns.map((column) => column.name);
	return clickhouse.warehouse.query(
		`SELECT ${names.filter((name) => !isOfOrders(name))} FROM events ORDER BY ts, event_id`,
	);
}

const isOfOrders = (name: string) => (orderColumns as readonly string[]).includes(name);

describe('the block of a segment', () => {
	it('a block has exactly the columns of the events table', () => {
		const { columns } = buildBlock([], segment);
		const names: string[] = eventColumns.map((column) => column.name);
		expect(new Set(columns)).toEqual(new Set(names.filter((name) => !isOfOrders(name))));
		const detailed = buildBlock([record([...withViews(1), [[0, { orderId: '1001' }]]])], segment);
		expect(new Set(detailed.columns)).toEqual(new Set(names));
	});

	it('a block keeps the fields of orders in the rows of their events, in every range of rows', async () => {
		const item = { productId: 'SKU-1', name: 'Shoe', category: 'Shoes', variant: '42', price: 99.95, quantity: 2 };
		const wire: DetailedWireBatch = [
			...withViews(4),
			[
				[
					1,
					{
						orderId: '1001',
						tax: 19.15,
						shipping: 4.9,
						discount: 10,
						coupon: 'SPRING',
						items: [item, { productId: 7 }],
					},
				],
				[3, { orderId: '1001', refundId: 'r-1' }],
			],
		];
		const columns = 'order_id, refund_id, tax, shipping, discount, coupon, items';
		const none = { order_id: '', refund_id: '', tax: '0', shipping: '0', discount: '0', coupon: '', items: [] };
		const { productId: product_id, name, category, variant } = item;
		const rest = { name: '', category: '', variant: '', price: '0', quantity: 1 };
		const items = [
			{ product_id, name, category, variant, price: '99.95', quantity: 2 },
			{ product_id: '7', ...rest },
		];
		const order = { ...none, order_id: '1001', tax: '19.15', shipping: '4.9', discount: '10', coupon: 'SPRING', items };
		const expected = [none, none, order, none, { ...none, order_id: '1001', refund_id: 'r-1' }, none];
		const records = [record(withViews(1, 3)), record(wire), record(withViews(1, 5))];
		for (const cuts of [[], [1], [2, 3], [1, 2, 3, 4, 5]]) {
			await clickhouse.warehouse.command('TRUNCATE TABLE events');
			const edges = [0, ...cuts, 6];
			for (const [i, from] of edges.slice(0, -1).entries()) await insert(records, { from, to: edges[i + 1] as number });
			const rows = await clickhouse.warehouse.query(`SELECT ${columns} FROM events ORDER BY toString(event_id)`);
			expect(rows, String(cuts)).toEqual(expected);
		}
	});

	it('a block keeps ids of products, of which the text takes the place of the number, in every range of rows', async () => {
		const longest = '👟'.repeat(64);
		const ids = [0, 1, 9, 10, 99, 100, 65_536, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1, 1_001, 7, 0, 5];
		const texts: [index: number, text: string][] = [
			[0, 'SKU-1'],
			[2, '007'],
			[3, longest],
			[12, '0'],
			[13, '0'],
		];
		const events = ids.map((id): WireBatch[7][number] => [0, 0, 'view', '', '', id]);
		const wire: DetailedWireBatch = [
			...([...withViews(1).slice(0, 7), events] as WireBatch),
			texts.map(([index, productId]) => [index, { productId }]),
		];
		const expected = ids.map(
			(id, index) => texts.find(([at, text]) => at === index && text !== '0')?.[1] ?? String(id),
		);
		// The details count more than the number.
		expected[12] = expected[13] = '';
		for (const cuts of [[], [1], [2, 3], [3, 12], [13]]) {
			await clickhouse.warehouse.command('TRUNCATE TABLE events');
			const edges = [0, ...cuts, ids.length];
			for (const [i, from] of edges.slice(0, -1).entries())
				await insert([record(wire)], { from, to: edges[i + 1] as number });
			const rows = await clickhouse.warehouse.query<{ product_id: string }>(
				'SELECT product_id FROM events ORDER BY toString(event_id)',
			);
			expect(
				rows.map((row) => row.product_id),
				String(cuts),
			).toEqual(expected);
		}
		// A block has the columns of orders only if one of its events is one.
		expect(buildBlock([record(wire)], segment).columns).not.toContain('order_id');
	});

	it("a block has the events of other tools under Footfall's names, in every range of rows", async () => {
		const items = [{ item_id: 'SKU-1', price: 19.95 }, { item_id: '7' }];
		const batch = withViews(4);
		const names = ['purchase', 'add_to_cart', 'purchase', 'Product Viewed'];
		const wire: DetailedWireBatch = [
			...(batch.slice(0, 7) as [1, string, number, number, number, number, WireBatch[6]]),
			names.map((name, i): WireBatch[7][number] => [
				0,
				0,
				name,
				'mine',
				'',
				i === 2 ? 5 : 0,
				0,
				'eur',
				{ a: String(i) },
			]),
			[
				[0, { transaction_id: 'T-1', value: 119.95, items }],
				[1, { items }],
				[3, { sku: 7, price: '10' }],
			],
		];
		const expected = [
			{
				name: 'order',
				obj: 'mine',
				obj_id: '',
				product_id: '',
				amount: '119.95',
				currency: 'EUR',
				order_id: 'T-1',
				a: '0',
			},
			{
				name: 'click',
				obj: 'button',
				obj_id: 'add_to_cart',
				product_id: 'SKU-1',
				amount: '19.95',
				order_id: '',
				a: '1',
			},
			{ name: 'purchase', obj: 'mine', obj_id: '', product_id: '5', amount: '0', order_id: '', a: '2' },
			{ name: 'view', obj: 'product', obj_id: 'product', product_id: '7', amount: '10', order_id: '', a: '3' },
		];
		for (const cuts of [[], [1], [2], [3]]) {
			await clickhouse.warehouse.command('TRUNCATE TABLE events');
			const edges = [0, ...cuts, 4];
			for (const [i, from] of edges.slice(0, -1).entries())
				await insert([record(wire)], { from, to: edges[i + 1] as number });
			const rows = await clickhouse.warehouse.query(
				`SELECT name, obj, obj_id, product_id, amount, currency, order_id, props['a'] AS a FROM events ORDER BY a`,
			);
			expect(rows, String(cuts)).toEqual(expected.map((row) => ({ currency: 'eur', ...row })));
		}
	});

	it('a block keeps the maximum of every field', async () => {
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
			source: 'page',
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
				product_id: '',
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

	it('a block keeps amounts to the fourth decimal place', async () => {
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

	it('a block is one part, however many rows it has', async () => {
		const batch = (sequence: number) =>
			record([1, 'shop', 1, 2, sequence, receivedAtMs, [['https://shop.example/']], events]);
		const events = Array.from({ length: 1000 }, (_, i): WireBatch[7][number] => [i, 0, `event-${i % 7}`]);
		await insert(Array.from({ length: 150 }, (_, i) => batch(i)));
		const [parts] = await clickhouse.warehouse.query(
			"SELECT uniqExact(_part) AS parts, uniqExact(event_id) AS ids FROM events WHERE segment != ''",
		);
		expect(parts).toEqual({ parts: '1', ids: '150000' });
	});

	describe('event ids given by senders', () => {
		/** Ids in the table by event name, after the events were inserted. */
		async function idsOf(...events: [name: string, id: string | undefined, endpoint?: Endpoint][]) {
			const bytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
			const records = events.map(([name, id, endpoint]) => {
				const event: WireBatch[7][number] = [0, 0, name, '', '', 0, 0, '', {}];
				if (id !== undefined) event.push(bytes(id));
				return record([1, 'shop', 42, 2, 3, receivedAtMs, [['https://shop.example/']], [event]], endpoint);
			});
			await insert(records);
			const rows = await clickhouse.warehouse.query<{ name: string; event_id: string }>(
				'SELECT name, event_id FROM events ORDER BY name, event_id',
			);
			return rows.map(({ name, event_id: id }) => [name, id]);
		}
		const derived = eventId(42, 2, 3, 0);
		const hashed = (topBits: string) =>
			new RegExp(`^[${topBits}][0-9a-f]{7}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-`);
		const pageIdPattern = hashed('89ab');
		const jsonIdPattern = hashed('cdef');

		it('given ids are unchanged in records of earlier versions, and from JSON', async () => {
			const v4 = (digit: number) => `00112233-4455-4677-8899-aabbccddeef${digit}`;
			const v7 = '0192f0c1-2222-7333-8444-555566667777';
			expect(
				await idsOf(['earlier', derived], ['earlier 4', v4(1)], ['json', v7, 'json'], ['json 4', v4(2), 'json']),
			).toEqual([
				['earlier', derived],
				['earlier 4', v4(1)],
				['json', v7],
				['json 4', v4(2)],
			]);
		});

		it('given ids are unchanged in a segment of an earlier version', async () => {
			// Two records, without and with a country, each with one event that has an id and one that has none.
			const bytes = [
				'46464c4701000000ffcb7f169c0100000ee2934267452301cb2a44ff7d000000ffcb7f169c01000002001300000653616661',
				'726903694f53066d6f62696c659801a473686f702a0203cb4279c167fcbff0009191b568747470733a2f2f73686f702e6578',
				'616d706c652f929a0000a36f6c64a0a00000a080c4100192f0c1222283338444555566667777930000a36f6c64674523019d',
				'34f65986000000ffcb7f169c01000002001600000653616661726903694f53066d6f62696c650244459801a473686f702a02',
				'03cb4279c167fcbff0009191b568747470733a2f2f73686f702e6578616d706c652f929a0000a66f6c64204445a0a00000a0',
				'80c4100192f0c1222283338444555566667777930000a66f6c64204445',
			];
			const { records, damaged } = readSegment(Buffer.from(bytes.join(''), 'hex'), segment);
			expect(damaged).toBe(0);
			await insert(records);
			const rows = await clickhouse.warehouse.query(
				"SELECT DISTINCT event_id FROM events WHERE browser = 'Safari' ORDER BY event_id",
			);
			expect(rows).toEqual([{ event_id: eventId(42, 2, 3, 1) }, { event_id: '0192f0c1-2222-8333-8444-555566667777' }]);
		});

		it('the keys of given ids differ between endpoints, whatever their version', async () => {
			const ids = Array.from({ length: 16 }, (_, v) => `0192f0c1-2222-${v.toString(16)}333-8444-555566667777`);
			const rows = await idsOf(
				...ids.map((id): [string, string, Endpoint] => [`json ${id}`, id, 'json']),
				...ids.map((id): [string, string, Endpoint] => [`page ${id}`, id, 'page']),
			);
			expect(new Set(rows.map(([, id]) => id)).size).toBe(32);
			for (const [name = '', id = ''] of rows) {
				if (name.startsWith('page')) expect(id).toMatch(pageIdPattern);
				else if (name.includes('-8333-')) expect(id).toMatch(jsonIdPattern);
				else expect(name).toBe(`json ${id}`);
			}
		});

		it('the keys of given ids differ from derived ids, and from every id that a page or JSON could produce', async () => {
			const [[, page = ''] = []] = await idsOf(['page', derived, 'page']);
			await clickhouse.warehouse.command('TRUNCATE TABLE events');
			const [[, json = ''] = []] = await idsOf(['json', derived, 'json']);
			await clickhouse.warehouse.command('TRUNCATE TABLE events');
			expect(page).toMatch(pageIdPattern);
			expect(json).toMatch(jsonIdPattern);
			const rows = await idsOf(
				['derived', undefined, 'page'],
				...[derived, page, json].flatMap((id): [string, string, Endpoint][] => [
					['page', id, 'page'],
					['json', id, 'json'],
				]),
			);
			expect(rows).toContainEqual(['derived', derived]);
			expect(new Set(rows.map(([, id]) => id)).size).toBe(7);
		});

		it('the key of a given id is the same through the same endpoint, so that retries are safe', async () => {
			const id = '0192f0c1-2222-8333-8444-555566667777';
			const again = (name: string, endpoint: Endpoint): [string, string, Endpoint] => [name, id, endpoint];
			await idsOf(again('a', 'page'), again('b', 'json'));
			const rows = await idsOf(again('a', 'page'), again('b', 'json'));
			// The values are literal: a later version must produce the same ids for a batch that is resent.
			const [page, json] = ['8da15594-e912-84a9-a954-d4ffe48fa780', 'c007cb7f-dc29-82df-a7a4-5c70cb0e6ac7'];
			expect(rows).toEqual([
				['a', page],
				['a', page],
				['b', json],
				['b', json],
			]);
		});
	});

	it('a frame that this version rejects is skipped and counted', () => {
		const broken: WalRecord = { receivedAtMs, events: 1, client: encodeClient(client), frame: Buffer.from('no frame') };
		expect(buildBlock([broken], segment)).toMatchObject({ rows: 0, refusedRecords: 1 });
	});
});
