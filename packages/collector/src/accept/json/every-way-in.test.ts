import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { encode, type WireDetail, type WireEvent, type WireValue } from '@footfall/protocol';
import { importFile } from '@footfall/warehouse';
import { eventTimeMs } from '@footfall/warehouse/event-time';
import { computedVisitor } from '@footfall/warehouse/event-visitor';
import { startTestWarehouse, type TestWarehouse, zstdOf } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestCollector, type TestCollector } from '../../testing/test-collector.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const someOf = <Row>(rows: readonly Row[]) => rows.filter((_, at) => isThorough || at % 4 === 0);

const directory = mkdtempSync(join(tmpdir(), 'footfall-event-values-'));
let clickhouse: TestWarehouse;
let collector: TestCollector;
const visitorSecret = 'the secret of an installation';
const writeKey = 'segment-key-0123456789';
beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	collector = await startTestCollector(clickhouse.warehouse, {
		visitorSecret,
		sites: [
			{ key: 'shop', origins: ['https://shop.example'] },
			{ key: 'open', origins: 'any' },
			{ key: 'nobody', origins: 'any' },
			{ key: 'segment', origins: 'any', keys: [writeKey] },
		],
	});
});
afterAll(async () => {
	await collector.remove();
	await clickhouse.stop();
	rmSync(directory, { recursive: true, force: true });
});

/** Times that every way in takes, each with the milliseconds since 1970; undefined where every way in refuses it. */
const times: [time: string | number, ms: number | undefined][] = [
	['2026-01-31T12:00:00Z', Date.UTC(2026, 0, 31, 12)],
	['2026-01-31 12:00:00', Date.UTC(2026, 0, 31, 12)],
	['2026-01-31T12:00', Date.UTC(2026, 0, 31, 12)],
	['2026-01-31', Date.UTC(2026, 0, 31)],
	['2026/01/31 12:00:00', Date.UTC(2026, 0, 31, 12)],
	['2026-01-31T12:00:00.25+01:00', Date.UTC(2026, 0, 31, 11, 0, 0, 250)],
	['2026-01-31T12:00:00.123999Z', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
	['2026-01-31T12:00:00-0330', Date.UTC(2026, 0, 31, 15, 30)],
	['2026-01-31T12:00:00.5-0330', Date.UTC(2026, 0, 31, 15, 30, 0, 500)],
	['2026-01-31T12:00-03:30', Date.UTC(2026, 0, 31, 15, 30)],
	['2026-01-31 12:00:00+00', Date.UTC(2026, 0, 31, 12)],
	['2026-01-31 12:00:00 -0330', Date.UTC(2026, 0, 31, 15, 30)],
	['2026-01-31 12:00:00.5 UTC', Date.UTC(2026, 0, 31, 12, 0, 0, 500)],
	['20260131T120000Z', Date.UTC(2026, 0, 31, 12)],
	['20260131120000', Date.UTC(2026, 0, 31, 12)],
	['Sat, 31 Jan 2026 12:00:00 GMT', Date.UTC(2026, 0, 31, 12)],
	['31 Jan 2026 12:00:00 +0100', Date.UTC(2026, 0, 31, 11)],
	[' 2026-01-31T12:00:00Z ', Date.UTC(2026, 0, 31, 12)],
	[1_769_860_800, Date.UTC(2026, 0, 31, 12)],
	['1769860800', Date.UTC(2026, 0, 31, 12)],
	[1_769_860_800.25, Date.UTC(2026, 0, 31, 12, 0, 0, 250)],
	['1769860800.0', Date.UTC(2026, 0, 31, 12)],
	[1_769_860_800_123, Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
	['1769860800123', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
	['1769860800123.0', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
	['1769860800123456', Date.UTC(2026, 0, 31, 12, 0, 0, 123)],
	['2026-02-30T12:00:00Z', undefined],
	['2026-13-01T12:00:00Z', undefined],
	['2026-01-31T24:00:00Z', undefined],
	['2026-01-31T12:00:60Z', undefined],
	['2026-01-31T12:00:00+25:00', undefined],
	['01/02/2026 12:00:00', undefined],
	['31.01.2026 12:00:00', undefined],
	['yesterday', undefined],
	['17698608', undefined],
	['', undefined],
];

/** Events by their name, as far as they are stored. */
type Stored = Record<string, Record<string, unknown>>;

async function storedOf(site: string): Promise<Stored> {
	const rows = await clickhouse.warehouse.query<{ name: string }>(
		`SELECT * EXCEPT (event_id, version, segment, received_at), toUnixTimestamp64Milli(ts) AS ms,
			toUInt32(length(props)) AS entries, toUInt32(length(exp)) AS variants
		FROM events FINAL WHERE site = {site:String}`,
		{ params: { site } },
	);
	return Object.fromEntries(rows.map((row) => [row.name, row]));
}

const csvField = (value: unknown) => {
	const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? '');
	return /[",\n\t;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

function csvOf(events: readonly Record<string, unknown>[], separator = ','): string {
	const names = [...new Set(events.flatMap((event) => Object.keys(event)))];
	const lines = events.map((event) => names.map((name) => csvField(event[name])).join(separator));
	return `${[names.join(separator), ...lines].join('\n')}\n`;
}

async function imported(name: string, content: string | Uint8Array): Promise<{ stored: Stored; rejected: number }> {
	const path = join(directory, name);
	writeFileSync(path, content);
	const { rejected } = await importFile(clickhouse.warehouse, path, {
		fallbackSite: '',
		site: name,
		visitorSecret: () => visitorSecret,
	});
	return { stored: await storedOf(name), rejected };
}

/** Sends events of a site of the collector, and returns those that were stored. */
async function sent(site: string, body: string): Promise<Stored> {
	await fetch(`${collector.publicUrl}/v1/events?site=${site}`, {
		method: 'POST',
		body,
		headers: { 'Content-Type': 'application/x-ndjson' },
	});
	await collector.drained();
	return storedOf(site);
}

/** Runs a SELECT and returns its rows as Parquet. */
async function parquet(select: string): Promise<Uint8Array> {
	const { url, writer } = clickhouse.server;
	const answer = await fetch(url, {
		method: 'POST',
		headers: { Authorization: `Basic ${Buffer.from(`${writer.user}:${writer.password}`).toString('base64')}` },
		body: `${select} FORMAT Parquet`,
	});
	expect(answer.status).toBe(200);
	return new Uint8Array(await answer.arrayBuffer());
}

const page = { url: 'https://shop.example/', obj: 'page' };

describe('every way in takes the same', () => {
	it('times', async () => {
		const events = times.map(([dt], n) => ({ dt, name: `time-${n}`, user_id: 1, ...page }));
		const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
		const rows = events.map(({ dt, name }) => `SELECT '${dt}' AS dt, '${name}' AS name, 1 AS user_id, 'u' AS url`);
		const ways = {
			json: await sent('shop', lines),
			ndjson: (await imported('times.ndjson', lines)).stored,
			csv: (await imported('times.csv', csvOf(events))).stored,
			parquet: (await imported('times.parquet', await parquet(rows.join(' UNION ALL ')))).stored,
		};
		for (const [n, [time, ms]] of times.entries()) {
			expect([time, eventTimeMs(time)]).toEqual([time, ms]);
			for (const [way, stored] of Object.entries(ways)) {
				const found = stored[`time-${n}`]?.ms;
				expect([way, time, found === undefined ? undefined : Number(found)]).toEqual([way, time, ms]);
			}
		}
	});

	it('ids of products', async () => {
		// Each with the id that is stored.
		const ids: [given: string | number, stored: string][] = [
			['SKU-1', 'SKU-1'],
			['007', '007'],
			['7', '7'],
			[7, '7'],
			[Number.MAX_SAFE_INTEGER, '9007199254740991'],
			['größe 38, "rot"', 'größe 38, "rot"'],
			['👟'.repeat(64), '👟'.repeat(64)],
			['0', ''],
			[0, ''],
			['', ''],
			['00', '00'],
			['1e3', '1e3'],
			['7 a', '7 a'],
		];
		const dt = '2026-01-31T12:00:00Z';
		const events = ids.map(([id], n) => ({ dt, name: `product-${n}`, user_id: 1, ...page, product_id: id }));
		const tooLong = { ...(events[0] as object), name: 'long', product_id: 'ü'.repeat(65) };
		const all = [...events, tooLong] as typeof events;
		const lines = all.map((event) => `${JSON.stringify(event)}\n`).join('');
		const rows = all.map(
			({ name, product_id }) =>
				`SELECT '${dt}' AS dt, '${name}' AS name, 1 AS user_id, 'u' AS url, '${product_id}' AS product_id`,
		);
		const ways = {
			json: await sent('shop', lines),
			ndjson: (await imported('products.ndjson', lines)).stored,
			csv: (await imported('products.csv', csvOf(all))).stored,
			parquet: (await imported('products.parquet', await parquet(rows.join(' UNION ALL ')))).stored,
		};
		for (const [way, stored] of Object.entries(ways)) {
			const found = ids.map(([id], n) => [id, stored[`product-${n}`]?.product_id]);
			expect([way, found]).toEqual([way, ids]);
			expect([way, stored.long]).toEqual([way, undefined]);
		}
		// Programs write a number that may be missing with a fraction.
		const numbers = csvOf(['42.0', ' 42 ', '0.0'].map((id, n) => ({ ...events[0], name: `n-${n}`, product_id: id })));
		const { stored } = await imported('numbers.csv', numbers);
		expect([0, 1, 2].map((n) => stored[`n-${n}`]?.product_id)).toEqual(['42', '42', '']);
	});

	it('users that are text, who are the same visitors in each', async () => {
		const texts = ['ada', 'ada lovelace', 'größe, "x"', '👟'.repeat(64), '7f', '1e', '4.2.1', '+', '9'.repeat(30)];
		const wrong = ['x'.repeat(257), '-1', '1.5', '+1.5', '.5', '1e400', '-2e1', '-99999999999999999999'];
		const events = [...texts, ...wrong, '42'].map((user_id, n) => ({
			dt: '2026-01-31T12:00:00Z',
			name: `user-${n}`,
			user_id,
			...page,
			site: 'shop',
		}));
		const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
		const rows = events.map(
			({ name, user_id }) => `SELECT '2026-01-31' AS dt, '${name}' AS name, '${user_id}' AS user_id, 'u' AS url`,
		);
		const [ndjson, csv, parquetFile] = ['users.ndjson', 'users.csv', 'users.parquet'].map((name) =>
			join(directory, name),
		) as [string, string, string];
		writeFileSync(ndjson, lines);
		writeFileSync(csv, csvOf(events));
		writeFileSync(parquetFile, await parquet(rows.join(' UNION ALL ')));
		const options = { fallbackSite: 'shop', visitorSecret: () => visitorSecret };
		for (const path of [ndjson, csv, parquetFile])
			expect(await importFile(clickhouse.warehouse, path, options)).toMatchObject({ rejected: wrong.length });
		await sent('shop', lines);
		const found = await clickhouse.warehouse.query<{ user_id: string; visitors: string[]; sources: string[] }>(
			`SELECT user_id, groupUniqArray(visitor_id) AS visitors, arraySort(groupArray(toString(source))) AS sources
			FROM events FINAL WHERE site = 'shop' AND startsWith(name, 'user-') GROUP BY user_id`,
		);
		const visitors = new Map(found.map((row) => [row.user_id, row]));
		for (const userId of texts) {
			expect([userId, visitors.get(userId)]).toEqual([
				userId,
				{
					user_id: userId,
					visitors: [String(computedVisitor(visitorSecret, 'shop', userId))],
					sources: ['import', 'import', 'import', 'server'],
				},
			]);
		}
		expect(visitors.get('42')?.visitors).toEqual(['42']);
		const reasons = readFileSync(`${csv}.rejects.ndjson`, 'utf8')
			.trimEnd()
			.split('\n')
			.map((line) => (JSON.parse(line) as { reason: string }).reason);
		expect(reasons).toEqual([
			'has more than 256 bytes in user_id',
			...wrong.slice(1).map(() => 'has no whole number in visitor_id or user_id'),
		]);
	});

	it('orders and refunds of nobody, and no other events of nobody', async () => {
		const common = { dt: '2026-01-31T12:00:00Z', ...page, amount: 10, currency: 'EUR', order_id: '1001' };
		const events = ['order', 'refund', 'Order Refunded', 'view'].map((name) => ({ ...common, name, user_id: null }));
		const wrong = { ...common, name: 'order', user_id: -1 };
		const lines = [...events, wrong].map((event) => `${JSON.stringify(event)}\n`).join('');
		const select = (name: string, users: string) =>
			`SELECT '2026-01-31' AS dt, '${name}' AS name, 'u' AS url, 10 AS amount, 'EUR' AS currency, '1001' AS order_id${users}`;
		const files: [name: string, content: string | Uint8Array, rejected: number][] = [
			['nobody.ndjson', lines, 2],
			['nobody.csv', csvOf([...events, wrong]), 2],
			['nobody-null.csv', csvOf(events.map((event) => ({ ...event, user_id: 'NULL', visitor_id: 'nan' }))), 1],
			[
				'nobody.parquet',
				await parquet(
					['order', 'refund', 'view']
						.map((name) => select(name, ', NULL::Nullable(String) AS user_id, NULL::Nullable(UInt64) AS visitor_id'))
						.join(' UNION ALL '),
				),
				1,
			],
		];
		if (isThorough)
			files.push(
				['nobody-columns.csv', csvOf(events.map(({ user_id: _, ...event }) => event)), 1],
				['nobody-columns.parquet', await parquet(`${select('order', '')} UNION ALL ${select('refund', '')}`), 0],
			);
		const ways: [way: string, stored: Stored][] = [['json', await sent('nobody', lines)]];
		for (const [name, content, count] of files) {
			const { stored, rejected } = await imported(name, content);
			expect([name, rejected]).toEqual([name, count]);
			ways.push([name, stored]);
		}
		const nobody = { visitor_id: '0', user_id: '', order_id: '1001', amount: '10', currency: 'EUR' };
		for (const [way, stored] of ways)
			expect([way, stored]).toEqual([
				way,
				{ order: expect.objectContaining(nobody), refund: expect.objectContaining(nobody) },
			]);
		const rejects = readFileSync(join(directory, 'nobody.csv.rejects.ndjson'), 'utf8').trimEnd().split('\n');
		expect(rejects.map((line) => (JSON.parse(line) as { reason: string }).reason)).toEqual([
			'has no whole number in visitor_id or user_id',
			'has no whole number in visitor_id or user_id',
		]);
	});

	it.runIf(isThorough)(
		'a file with users that are text is refused as a whole without the secret, and leaves no table',
		async () => {
			const path = join(directory, 'secretless.csv');
			const url = page.url;
			writeFileSync(path, csvOf([7, 'ada'].map((user_id) => ({ dt: '2026-01-31', name: 'n', user_id, url }))));
			const refused = /set FOOTFALL_VISITOR_SECRET to it, or give the data directory.*nothing of the file was stored/;
			for (const more of [{}, { visitorSecret: () => undefined }])
				await expect(importFile(clickhouse.warehouse, path, { fallbackSite: 'none', ...more })).rejects.toThrow(
					refused,
				);
			expect(await storedOf('none')).toEqual({});
			expect(await clickhouse.warehouse.query("SELECT name FROM system.tables WHERE name LIKE 'import%'")).toEqual([]);
			// Rows that name a visitor need no secret.
			writeFileSync(path, csvOf([{ dt: '2026-01-31', name: 'n', user_id: 'ada', visitor_id: 7, url }]));
			expect(await importFile(clickhouse.warehouse, path, { fallbackSite: 'none' })).toMatchObject({ stored: 1 });
		},
	);

	it('fields that are NULL, blank lines, names of columns in any case, and lone surrogates', async () => {
		const dt = '2026-01-31T12:00:00Z';
		const empty = {
			product_id: null,
			amount: null,
			title: null,
			exp: null,
			props: { a: null, b: 'x' },
			language: null,
		};
		const lines = [
			`\ufeff${JSON.stringify({ dt, name: 'null', user_id: 1, ...page, ...empty })}`,
			'',
			'  \r',
			JSON.stringify({ DT: dt, Name: 'case', User_ID: 1, URL: page.url, obj: 'page', LANGUAGE: 'de-DE' }),
			`{"dt":"${dt}","name":"lone","user_id":1.0,"url":"${page.url}","obj":"page","title":"a\\ud800b \\ud83d\\ude00 \\\\ud800 \\ud83d\\ud83d\\ude00","props":{"k\\ud800":"a","l":"b","k\\udfff":"c"},"exp":{"\\ud800":"a","\\udfff":"b"}}`,
			'',
		].join('\n');
		const rows = [
			`SELECT '${dt}' AS Dt, 'null' AS NAME, 1 AS user_id, '${page.url}' AS url, 'page' AS obj, NULL::Nullable(UInt64) AS product_id,
				NULL::Nullable(Float64) AS amount, NULL::Nullable(String) AS Title, NULL::Nullable(DateTime64(3, 'UTC')) AS received_at,
				map('a', NULL, 'b', 'x')::Map(String, Nullable(String)) AS props, NULL::Nullable(String) AS language`,
			`SELECT '${dt}', 'case', 1, '${page.url}', 'page', NULL, nan, NULL, NULL, map(), 'de-DE'`,
		];
		const table = [
			'dt,name,user_id,url,obj,product_id,amount,title,props,LANGUAGE,exp',
			`${dt},null,1,${page.url},page,\\N,NULL,\\N,"{""b"":""x"",""a"":null}",\\N,\\N`,
			'',
			'   ',
			`${dt},case,1.0,${page.url},page,0,0,,,de-DE,`,
		];
		const ways = {
			json: await sent('open', lines),
			ndjson: await imported('null.ndjson', lines),
			csv: await imported('null.csv', `${table.join('\r\n')}\r\n`),
			parquet: await imported('null.parquet', await parquet(rows.join(' UNION ALL '))),
		};
		for (const [way, result] of Object.entries(ways)) {
			const stored = (way === 'json' ? result : result.stored) as Stored;
			if (way !== 'json') expect([way, result.rejected]).toEqual([way, 0]);
			const expected = { user_id: '1', visitor_id: '1', product_id: '', amount: '0', title: '', exp: {} };
			expect([way, stored.null]).toMatchObject([way, { ...expected, props: { b: 'x' }, language: '' }]);
			expect([way, stored.case]).toMatchObject([way, { ...expected, language: 'de-DE' }]);
			if (way.endsWith('json'))
				expect([way, stored.lone]).toMatchObject([
					way,
					{
						...{ title: 'a\ufffdb 😀 \\ud800 \ufffd😀', props: { 'k\ufffd': 'c', l: 'b' }, exp: { '\ufffd': 'b' } },
						...{ entries: 2, variants: 1 },
					},
				]);
		}
	});
});

it('every way in takes the names of other tools, batches of pages and calls of Segment among them', async () => {
	const dt = '2026-01-31T12:00:00Z';
	const items = [{ item_id: 'SKU-1', item_name: 'Shoe', price: 9.5, quantity: 2 }];
	const given = {
		purchase: { transaction_id: 'T-1', value: 19, currency: 'eur', tax: 3, items },
		'Order Refunded': { order_id: 'T-1', total: 9.5, currency: 'EUR' },
		add_to_cart: { currency: 'EUR', items },
		search: { value: 7, items },
	};
	const events = Object.entries(given).map(([name, fields]) => ({
		dt,
		name,
		user_id: 1,
		url: page.url,
		obj: '',
		...fields,
	}));
	const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
	const rowsOf = (site: string) =>
		clickhouse.warehouse.query<Record<string, unknown>>(
			`SELECT name, obj, obj_id, amount, currency, order_id, tax, toString(items) AS items FROM events AS e FINAL
			WHERE site = {site:String} AND (order_id != '' OR notEmpty(e.items)) ORDER BY name`,
			{ params: { site } },
		);
	await sent('open', lines);
	const wireEvents = Object.keys(given).map((name): WireEvent => [0, 0, name]);
	const details = Object.values(given).map((fields, index): WireDetail => [index, fields]);
	const batch = [1, 'shop', 1, 2, 3, Date.parse(dt), [[page.url]], wireEvents, details];
	// The tax of another type is not taken, and counted; nothing else of the batch is lost.
	const tooLong = [1, 'shop', 1, 2, 4, Date.parse(dt), [[page.url]], [[0, 0, 'n']], [[0, { tax: 'much' }]]];
	for (const wire of [batch, tooLong]) {
		const body = encode(wire as WireValue);
		const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body });
		expect(reply.status).toBe(200);
	}
	const messages = Object.entries(given).map(([event, properties]) => {
		return { type: 'track', event, userId: '1', timestamp: dt, properties };
	});
	const called = await fetch(`${collector.publicUrl}/v1/segment/batch`, {
		method: 'POST',
		body: JSON.stringify({ batch: messages }),
		headers: { Authorization: `Basic ${btoa(`${writeKey}:`)}` },
	});
	expect(await called.json()).toMatchObject({ success: true, stored: 4, rejected: 0 });
	await collector.drained();
	expect(await collector.metric('footfall_fields_cut_total')).toBe(1);
	const stored = [await rowsOf('shop'), await rowsOf('open'), await rowsOf('segment')];
	for (const [name, content] of [
		['tools.ndjson', lines],
		['tools.csv', csvOf(events)],
	] as const) {
		expect(await imported(name, content)).toMatchObject({ rejected: 0 });
		stored.push(await rowsOf(name));
	}
	const list = "[('SKU-1','Shoe','','',9.5,2)]";
	const row = { obj: '', obj_id: '', amount: '0', currency: '', order_id: '', tax: '0', items: list };
	const expected = [
		{ ...row, name: 'click', obj: 'button', obj_id: 'add_to_cart', amount: '9.5', currency: 'EUR' },
		{ ...row, name: 'order', amount: '19', currency: 'EUR', order_id: 'T-1', tax: '3' },
		{ ...row, name: 'refund', amount: '9.5', currency: 'EUR', order_id: 'T-1', items: '[]' },
		{ ...row, name: 'search' },
	];
	// Segment's specification gives `value` a meaning in every event, and the other ways in only in those of the table.
	const ofSegment = [...expected.slice(0, 3), { ...expected[3], amount: '7' }];
	expect(stored).toEqual([expected, expected, ofSegment, expected, expected]);
});

/** A row of the README's table: a field, its value as JSON, and whether each of the four ways in takes it. */
function tableRows(): { field: string; value: string; takes: boolean[] }[] {
	const text = readFileSync(new URL('../../../../warehouse/README.md', import.meta.url), 'utf8');
	const section = text.split('### What each way in takes')[1] ?? '';
	return [...section.matchAll(/^\| `(\w+)` \| `(.+?)`[^|]* \|((?: (?:yes|no) \|){4})$/gm)].map(
		([, field = '', value = '', cells = '']) => ({
			field,
			value,
			takes: (cells.match(/yes|no/g) ?? []).map((cell) => cell === 'yes'),
		}),
	);
}

it('the table of the README says what each way in takes', async () => {
	const rows = tableRows();
	expect(rows.length).toBeGreaterThan(20);
	const required = { dt: '"2026-01-31T12:00:00Z"', user_id: '7', url: `"${page.url}"`, obj: '"page"' };
	const objects = rows.map(({ field, value }, n) =>
		Object.entries({ ...required, name: `"row-${n}"`, [field]: value }).map(([name, json]) => `"${name}":${json}`),
	);
	const lines = objects.map((fields) => `{${fields.join(',')}}\n`).join('');
	const textOf = (json: string) => (json.startsWith('"') ? (JSON.parse(json) as string) : json);
	const ways = [await sent('shop', lines), (await imported('table.ndjson', lines)).stored, {} as Stored, {} as Stored];
	// A file may not have a column twice, so names in another case have files of their own.
	for (const isExact of [true, false]) {
		const group = rows
			.map(({ field, value }, n) => ({ ...required, name: `"row-${n}"`, [field]: value }))
			.filter((_, n) => (rows[n]?.field === rows[n]?.field.toLowerCase()) === isExact);
		const names = [...new Set(group.flatMap((row) => Object.keys(row)))];
		const cells = group.map((row: Record<string, string>) => names.map((name) => row[name] ?? 'null'));
		const csv = cells.map((row) => row.map((json) => (json === 'null' ? '\\N' : csvField(textOf(json)))).join(','));
		const selects = cells.map((row) =>
			row.map(
				(json, n) => `CAST(${json === 'null' ? 'NULL' : `'${textOf(json)}'`}, 'Nullable(String)') AS ${names[n]}`,
			),
		);
		const table = [names.join(','), ...csv].join('\n');
		Object.assign(ways[2] as Stored, (await imported(`table-${isExact}.csv`, table)).stored);
		const select = selects.map((row) => `SELECT ${row.join(', ')}`).join(' UNION ALL ');
		Object.assign(ways[3] as Stored, (await imported(`table-${isExact}.parquet`, await parquet(select))).stored);
	}
	const takes = rows.map((_, n) => ways.map((stored) => stored[`row-${n}`] !== undefined));
	expect(rows.map((row, n) => ({ ...row, takes: takes[n] }))).toEqual(rows);
});

it('the JSON endpoint takes the columns of a page, and names the fields that do not exist', async () => {
	const known = { title: 'T', referrer: '/r', viewport_width: 800, viewport_height: 600, screen_width: 1920 };
	const event = { dt: '2026-01-31T12:00:00Z', name: 'columns', user_id: 1, ...page, ...known, screen_height: 1080 };
	const context = { language: 'de-DE', timezone: 'Europe/Berlin' };
	const post = async (body: unknown) => {
		const reply = await fetch(`${collector.publicUrl}/v1/events`, { method: 'POST', body: JSON.stringify(body) });
		return reply.json();
	};
	expect(await post({ ...event, ...context })).toEqual({ outcome: 'stored', events: 1 });
	const names = Array.from({ length: 30 }, (_, n) => `x${n}`);
	const wide = { ...event, ...Object.fromEntries(names.map((name) => [name, 1])) };
	expect(await post({ ...event, colour: 'red', browser: 'x' })).toMatchObject({ unknownFields: ['colour', 'browser'] });
	expect(await post([wide, event])).toMatchObject({ outcome: 'stored', stored: 2, unknownFields: names.slice(0, 20) });
	await collector.drained();
	expect((await storedOf('shop')).columns).toMatchObject({ ...known, screen_height: 1080 });
});

describe('an imported file', () => {
	const events = ['Müller', 'Café', 'naïve', 'plain'].map((title, n) => ({
		dt: '2026-01-31T12:00:00Z',
		name: `event-${n}`,
		user_id: n,
		title,
		currency: '',
		...page,
	}));
	const titles = (stored: Stored) => events.map(({ name }) => stored[name]?.title);
	const expected = events.map(({ title }) => title);
	/** The dt, name, user_id, title and url of these events as CSV, compressed by xz. */
	const xz = {
		latin1:
			'/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4ACNAFldADIdAYWBkjYoiSeWRtJxsnSwsRRy9L6ox9bFJaJmK61OcpUk6lyRyFEWNBC31E63fPreiieM2IeXzjPEfzDqjkmM20JSHNLK5MQ0fyTUVh/T3ufnne2LAWPFAAAAAHOm4pIAAXGOAQAAAC9jQbU+MA2LAgAAAAABWVo=',
		utf16le:
			'/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4AEbAG1dADIACugGC1pfAc6vEX2d1jPuD+A8yY1JEI/4bgZfe86GlcKTs92wCgeX2ZgspFvR6F0OqgwVXSZgwqy0ZgZIoHrDKkWMsYs7XIyTSuvMoXxoEcczYzew9YFOybk7nfc7DNgZm5MAf6TnjIHHvAAAAAAA33s5ogABhQGcAgAAdPJaRD4wDYsCAAAAAAFZWg==',
	};
	const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();

	it.each(
		someOf<[string, string | Uint8Array]>([
			['semicolons.csv', csvOf(events, ';')],
			['tabs.tsv', csvOf(events, '\t')],
			['tabs.csv', csvOf(events, '\t')],
			['upper.csv', csvOf(events).replace('title', 'TITLE').replace('dt,', 'Dt,')],
			['utf16le.csv', Buffer.from(`\ufeff${csvOf(events)}`, 'utf16le')],
			['utf16le-tabs.csv', Buffer.from(`\ufeff${csvOf(events, '\t').replaceAll('\n', '\r\n')}`, 'utf16le')],
			['utf16le-unmarked.csv', Buffer.from(csvOf(events), 'utf16le')],
			['utf16be.csv', utf16be(`\ufeff${csvOf(events)}`)],
			['utf16le.ndjson', Buffer.from(`\ufeff${events.map((event) => JSON.stringify(event)).join('\n')}`, 'utf16le')],
			['latin1.csv', Buffer.from(csvOf(events, ';'), 'latin1')],
			['latin1.ndjson', Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'), 'latin1')],
			['utf16le.csv.gz', gzipSync(Buffer.from(`\ufeff${csvOf(events)}`, 'utf16le'))],
			['latin1.csv.gz', gzipSync(Buffer.from(csvOf(events), 'latin1'))],
			['utf16le.csv.zst', zstdOf(Buffer.from(`\ufeff${csvOf(events).replaceAll('\n', '\r\n')}`, 'utf16le'))],
			['utf16be.ndjson.zst', zstdOf(utf16be(events.map((event) => `${JSON.stringify(event)}\n`).join('')))],
			// U+010A and U+0A15 have a byte of the value of a line feed.
			[
				'line-feeds.csv.zst',
				zstdOf(utf16be(csvOf([...events, { ...events[3], name: 'feeds', title: '\u010a\u0a15' }]))),
			],
			['latin1.ndjson.zst', zstdOf(Buffer.from(events.map((event) => JSON.stringify(event)).join('\n'), 'latin1'))],
			['latin1.csv.xz', Buffer.from(xz.latin1, 'base64')],
			['utf16le.csv.xz', Buffer.from(xz.utf16le, 'base64')],
		]),
	)('is read as what it certainly is: %s', async (name, content) => {
		const { stored, rejected } = await imported(name, content);
		expect(rejected).toBe(0);
		expect(titles(stored)).toEqual(expected);
	});

	it.each(
		someOf<[string, string | Uint8Array, RegExp]>([
			[
				'pipes.csv',
				csvOf(events, '|'),
				/separates its columns with "\|"; separate them with commas, semicolons or tabs/,
			],
			['utf32.csv', Buffer.from([0xff, 0xfe, 0, 0, 0x64, 0, 0, 0]), /is encoded in UTF-32/],
			[
				'cyrillic.csv',
				Buffer.concat([Buffer.from(csvOf(events.slice(3))), Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])]),
				/is not encoded in UTF-8, and not certainly in Latin-1/,
			],
			[
				'cyrillic.csv.zst',
				zstdOf(Buffer.concat([Buffer.from(csvOf(events.slice(3))), Buffer.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])])),
				/is not encoded in UTF-8, and not certainly in Latin-1/,
			],
			[
				'utf32.ndjson.gz',
				gzipSync(Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0, 0x0a, 0, 0, 0])),
				/is encoded in UTF-32/,
			],
			['twice.csv', csvOf(events).replace('title', 'URL'), /has a column twice/],
		]),
	)('is refused with the reason: %s', async (name, content, reason) => {
		await expect(imported(name, content)).rejects.toThrow(reason);
		expect(await storedOf(name)).toEqual({});
	});

	it.runIf(isThorough)('has maps in Parquet as maps or as text', async () => {
		const base = "SELECT '2026-01-31' AS dt, 'maps' AS name, 1 AS user_id, 'u' AS url";
		const text = `'{"a":"b"}'`;
		for (const [n, [exp, props]] of Object.entries([
			[text, text],
			["map('a', 'b')", text],
			[`${text}::Nullable(String)`, "map('a', 'b')"],
		])) {
			const name = `maps-${n}.parquet`;
			const { stored } = await imported(name, await parquet(`${base}, ${exp} AS exp, ${props} AS Props`));
			expect(stored.maps).toMatchObject({ exp: { a: 'b' }, props: { a: 'b' } });
		}
	});

	it.runIf(isThorough)('stores no text that is not UTF-8', async () => {
		const damaged = Buffer.concat([
			Buffer.from(csvOf(events)),
			Buffer.from(csvOf(events).split('\n')[1] ?? '', 'latin1'),
		]);
		const csv = await imported('damaged.csv', damaged);
		expect(csv.rejected).toBe(1);
		const reason = JSON.parse(readFileSync(join(directory, 'damaged.csv.rejects.ndjson'), 'utf8')).reason;
		expect(reason).toBe('has text that is not UTF-8');
		const select = `SELECT '2026-01-31' AS dt, 'bad' AS name, 1 AS user_id, unhex('ff') AS url`;
		expect(await imported('damaged.parquet', await parquet(select))).toEqual({ stored: {}, rejected: 1 });
		const [invalid] = await clickhouse.warehouse.query<{ n: string }>(
			'SELECT count() AS n FROM events WHERE NOT isValidUTF8(concat(url, title, name, obj, user_id))',
		);
		expect(invalid?.n).toBe('0');
	});
});
