import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, type Warehouse } from '../client/client.js';
import { startTestWarehouse, type TestWarehouse, zstdOf } from '../testing/index.js';
import { fileKind } from './file-kind.js';
import { type ImportOptions, importFile } from './import-file.js';
import { ImportRefusal } from './import-refusal.js';

/** Faults of machines and rare files are tried in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const directory = mkdtempSync(join(tmpdir(), 'footfall-import-'));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	rmSync(directory, { recursive: true, force: true });
});

function write(name: string, content: string | Buffer): string {
	const path = join(directory, name);
	writeFileSync(path, content);
	return path;
}

const into = (path: string, site: string, more: Partial<ImportOptions> = {}) =>
	importFile(test.warehouse, path, { fallbackSite: site, ...more });
const rowsOf = (site: string, columns = '* EXCEPT (segment)') =>
	test.warehouse.query<Record<string, unknown>>(
		`SELECT ${columns} FROM events FINAL WHERE site = {site:String} ORDER BY ts, event_id`,
		{ params: { site } },
	);
const leftovers = () =>
	test.warehouse.query(`SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'import%'`);

const header = 'dt,name,user_id,url,obj,obj_id,product_id,amount,exp';
const seedRows = [
	`2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0,0,"{'cart_style':'default'}"`,
	`"2026-01-01 10:00:05","click",42,"https://shop.example/main",button,add_to_cart,1,100.5,{}`,
	`"2026-01-01 10:00:05","click",42,"https://shop.example/main",button,add_to_cart,1,100.5,{}`,
];
/** The same, packed by xz. */
const seedXz =
	'/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AFFAK5dADIdAYWBkjYoiSeWRtJxsnTL4q+c88FVShwG1N9lCF7O2XZZqUm2ruoLT1tWF5nOcRi0W0+BBHkBNv9nbxIpsKO2FVtEV8lDt8+w7NOqJK0zW0MV8VLKr7OGqd5FglQtHkyrywNDoz3nSCViQZ3dRSORNf18XgHlhkJvbFN/29F8QFvN7Y5dnObtrtmaud4HNLVAb6Q1U2sL49tspdQEfSRgbsqnSIwEwxdYhQyrAAAAAKrBFDuq+xolAAHKAcYCAAALpeQescRn+wIAAAAABFla';
const seedCsv = `${[header, ...seedRows].join('\n')}\n`;

describe('an import', () => {
	it('stores a file with the nine required columns, and counts two equal rows as two events', async () => {
		const result = await into(write('plain.csv', seedCsv), 'plain');
		expect(result).toMatchObject({ wasThere: false, rows: 3, rejected: 0, stored: 3, rejectsFile: undefined });
		const rows = await rowsOf(
			'plain',
			'ts, visitor_id, user_id, name, obj, obj_id, product_id, amount, exp, received_at',
		);
		expect(rows[0]).toMatchObject({
			ts: '2026-01-01 10:00:00.000',
			visitor_id: '42',
			user_id: '42',
			exp: { cart_style: 'default' },
		});
		expect(rows[1]).toMatchObject({
			name: 'click',
			obj: 'button',
			obj_id: 'add_to_cart',
			product_id: '1',
			amount: '100.5',
		});
		expect(rows).toHaveLength(3);
		expect(await leftovers()).toEqual([]);
	});

	const orderHeader = 'ts,name,user_id,url,amount,currency,order_id,tax,items';
	const csvOrder = (fields: string) => `2026-01-01 10:00:00,order,42,https://shop.example/,${fields}`;

	it('stores orders and refunds, and the same from an export of events', async () => {
		const items = JSON.stringify([
			{ product_id: 7, name: "Tom's" },
			{ product_id: 'SKU', price: 9.5, quantity: 3 },
		]);
		const rows = [
			csvOrder(`100.5,eur,1001,19,"${items.replaceAll('"', '""')}"`),
			'2026-01-01 10:00:01,refund,42,https://shop.example/,-20,,1001,,',
		];
		expect(await into(write('orders.csv', [orderHeader, ...rows].join('\n')), 'orders')).toMatchObject({ rejected: 0 });
		const columns = 'name, amount, currency, order_id, tax, items';
		const expected = [
			{
				name: 'order',
				amount: '100.5',
				currency: 'EUR',
				order_id: '1001',
				tax: '19',
				items: [
					{ product_id: '7', name: "Tom's", category: '', variant: '', price: '0', quantity: 1 },
					{ product_id: 'SKU', name: '', category: '', variant: '', price: '9.5', quantity: 3 },
				],
			},
			{ name: 'refund', amount: '20', currency: '', order_id: '1001', tax: '0', items: [] },
		];
		expect(await rowsOf('orders', columns)).toEqual(expected);
		for (const format of ['CSVWithNames', 'JSONEachRow']) {
			const { url, writer } = test.server;
			const exported = await fetch(url, {
				method: 'POST',
				headers: { Authorization: `Basic ${Buffer.from(`${writer.user}:${writer.password}`).toString('base64')}` },
				body: `SELECT * EXCEPT site FROM footfall.events WHERE site = 'orders' FORMAT ${format}`,
			});
			const ending = format === 'CSVWithNames' ? 'csv' : 'ndjson';
			const path = write(`exported-orders.${ending}`, await exported.text());
			expect(await into(path, `orders-${ending}`), format).toMatchObject({ rows: 2, rejected: 0 });
			expect(await rowsOf(`orders-${ending}`, columns), format).toEqual(expected);
		}
	});

	it('reads ids, currencies and refunds of orders as the collector does', async () => {
		const common = { user_id: 42, url: 'https://shop.example/' };
		const rows = [
			{ name: 'order', order_id: ' 10 01\t', currency: '\u00a0eur ', amount: 5 },
			{ name: 'order', order_id: ' \n', currency: 'EUR', amount: 5 },
			{ name: 'refund', order_id: '1002', refund_id: ' r ', amount: '-0.00001' },
			{ name: 'refund', order_id: '1003', amount: 'NaN' },
			{ name: 'refund', order_id: '1004', amount: 0 },
		];
		const path = write(
			'blanks.ndjson',
			rows.map((row, n) => JSON.stringify({ ...common, ts: `2026-01-01 10:00:0${n}`, ...row })).join('\n'),
		);
		const { rejected, rejectsFile } = await into(path, 'blanks');
		expect(rejected).toBe(1);
		expect(JSON.parse(readFileSync(rejectsFile as string, 'utf8')).reason).toBe('has no order_id');
		expect(await rowsOf('blanks', 'order_id, refund_id, currency, amount')).toEqual([
			{ order_id: '10 01', refund_id: '', currency: 'EUR', amount: '5' },
			{ order_id: '1002', refund_id: 'r', currency: '', amount: '0.0001' },
			{ order_id: '1003', refund_id: '', currency: '', amount: '0' },
			{ order_id: '1004', refund_id: '', currency: '', amount: '0' },
		]);
	});

	/** Events of other tools, and what they are; a row of another kind stays as it is. */
	const toolRows = [
		['purchase', { transaction_id: 'T-1', value: 99.5, currency: 'eur', items: [{ item_id: 'A', item_name: 'Shoe' }] }],
		[
			'Order Completed',
			{ orderId: 'T-2', total: 30, revenue: 25, currency: 'EUR', products: [{ sku: 'B', price: 5 }] },
		],
		['Order Refunded', { checkout_id: 'T-3', total: 3 }],
		['add_to_cart', { items: [{ item_id: '7', price: 9 }, { item_id: 'A' }] }],
		['Product Viewed', { productId: 8, sku: 'B', price: 4 }],
		['begin_checkout', { items: [{ item_id: 'A', price: 4 }] }],
		['purchase', { value: 5, amount: 7 }],
		['search', { total: 5, sku: 'x', items: [{ item_id: 'A' }] }],
	] as const;
	const toolColumns = 'name, obj, obj_id, product_id, amount, currency, order_id, items.product_id AS products';
	const expectedTools = [
		['order', '', '', '', '99.5', 'EUR', 'T-1', ['A']],
		['order', '', '', '', '30', 'EUR', 'T-2', ['B']],
		['refund', '', '', '', '3', '', 'T-3', []],
		['click', 'button', 'add_to_cart', '7', '9', '', '', ['7', 'A']],
		['view', 'product', 'product', '8', '4', '', '', []],
		['click', 'button', 'checkout', 'A', '0', '', '', ['A']],
		['purchase', '', '', '', '7', '', '', []],
		['search', '', '', '', '0', '', '', ['A']],
	];

	it("reads other tools' names of events and fields, in NDJSON and CSV", async () => {
		const rows = toolRows.map(([name, fields], second) => ({
			ts: `2026-01-01 10:00:0${second}`,
			name,
			user_id: 42,
			url: 'https://shop.example/',
			...fields,
		}));
		const header = [...new Set(rows.flatMap((row) => Object.keys(row)))];
		const cell = (value: unknown = '') =>
			typeof value === 'object' ? `"${JSON.stringify(value).replaceAll('"', '""')}"` : String(value);
		const csv = rows.map((row) => header.map((field) => cell((row as Record<string, unknown>)[field])).join(','));
		for (const [ending, lines] of [
			['ndjson', rows.map((row) => JSON.stringify(row))],
			['csv', [header.join(','), ...csv]],
		] as const) {
			const result = await into(write(`tools.${ending}`, lines.join('\n')), `tools-${ending}`);
			expect(result, ending).toMatchObject({ rows: 8, rejected: 0 });
			const stored = await rowsOf(`tools-${ending}`, toolColumns);
			expect(
				stored.map((row) => Object.values(row as object)),
				ending,
			).toEqual(expectedTools);
		}
	});

	it('rejects orders with faults in words, and stores the others', async () => {
		const faults: [string, string][] = [
			['1,EUR,,,', 'has no order_id'],
			['1,,1001,,', 'has no currency of ISO 4217'],
			['1,EUX,1001,,', 'has no currency of ISO 4217'],
			['-1,EUR,1001,,', 'has an amount that is not a number of 0 or more'],
			['10000000000000.0001,EUR,1001,,', 'has an amount above 10000000000000'],
			['1,EUR,1001,x,', 'has a tax that is not a number of 0 or more'],
			['1,EUR,1001,10000000000001,', 'has a tax above 10000000000000'],
			[`1,EUR,${'x'.repeat(129)},,`, 'has more than 128 bytes in order_id'],
			['1,EUR,1001,,none', 'has items that are not a list of objects'],
			['1,EUR,1001,,[1]', 'has items that are not a list of objects'],
			[`1,EUR,1001,,"[${Array.from({ length: 101 }, () => '{}').join(',')}]"`, 'has more than 100 items'],
			['1,EUR,1001,,"[{""price"":-1}]"', 'has an item with a price that is not a number of 0 or more'],
			['1,EUR,1001,,"[{""price"":10000000000000.5}]"', 'has an item with a price above 10000000000000'],
			['1,EUR,1001,,"[{""quantity"":0.5}]"', 'has an item with a quantity that is not a whole number'],
			[`1,EUR,1001,,"[{""name"":""${'x'.repeat(129)}""}]"`, 'has an item with a text that is too long'],
		];
		const content = [
			orderHeader,
			...faults.map(([fields]) => csvOrder(fields)),
			csvOrder('10000000000000,EUR,1002,10000000000000,"[{""price"":1e13}]"'),
		].join('\n');
		const result = await into(write('faulty-orders.csv', content), 'faulty-orders');
		expect(result).toMatchObject({ rows: 16, rejected: 15, stored: 1 });
		const rejects = readFileSync(result.rejectsFile as string, 'utf8')
			.trim()
			.split('\n');
		expect(rejects.map((line) => JSON.parse(line).reason)).toEqual(faults.map(([, reason]) => reason));
	});

	it.each([
		['csv.gz', () => gzipSync(seedCsv)],
		['xz', () => Buffer.from(seedXz, 'base64')],
	])('stores the same events from a file compressed as %s', async (ending, packed) => {
		const path = write(`packed.${ending}`, packed());
		expect(await into(path, `packed-${ending}`)).toMatchObject({ rows: 3, rejected: 0 });
		expect(await rowsOf(`packed-${ending}`, '* EXCEPT (site, segment, version)')).toEqual(
			await rowsOf('plain', '* EXCEPT (site, segment, version)'),
		);
	});

	it('that is repeated stores no event twice, and says so; also under another name and with more rows', async () => {
		expect(await into(join(directory, 'plain.csv'), 'plain')).toMatchObject({ wasThere: true });
		const more = `${seedCsv}2026-01-01 11:00:00,view,43,https://shop.example/main,page,,0,0,{}\n`;
		expect(await into(write('more.csv', more), 'plain')).toMatchObject({ wasThere: false, rows: 4 });
		expect(await rowsOf('plain')).toHaveLength(4);
	});

	it('writes rejected lines with their numbers and reasons, and stores the others', async () => {
		const lines = [
			header,
			seedRows[0],
			'2026-01-01 10:00:00,view,42,https://shop.example/main,page,"a text\nof two lines",0,0,{}',
			'yesterday,view,42,https://shop.example/main,page,,0,0,{}',
			'2026-01-01 10:00:00,view,-1,https://shop.example/main,page,,0,0,{}',
			'2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0',
			'2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0,0,{},one,two',
			'2026-01-01 10:00:00,,42,https://shop.example/main,page,,0,0,{}',
			`2026-01-01 10:00:00,view,42,https://shop.example/main,page,,${'x'.repeat(65)},0,{}`,
			'2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0,-3,{}',
			'2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0,0,default',
			'2019-12-31 10:00:00,view,42,https://shop.example/main,page,,0,0,{}',
			'2126-01-01 10:00:00,view,42,https://shop.example/main,page,,0,0,{}',
			seedRows[1],
		];
		const result = await into(write('bad.csv', `${lines.join('\n')}\n`), 'bad');
		expect(result).toMatchObject({ rows: 13, rejected: 10, rejectsFile: join(directory, 'bad.csv.rejects.ndjson') });
		const kept = readFileSync(result.rejectsFile as string, 'utf8')
			.trimEnd()
			.split('\n');
		expect(kept.map((line) => JSON.parse(line)).map(({ line, reason }) => [line, reason])).toEqual([
			[5, 'has no valid time in ts or dt'],
			[6, 'has no whole number in visitor_id or user_id'],
			[7, 'has fewer fields than the header'],
			[8, 'has more fields than the header'],
			[9, 'has no name'],
			[10, 'has more than 64 characters in product_id'],
			[11, 'has an amount that is not a number of 0 or more'],
			[12, 'has an exp that is not a map'],
			[13, 'has a time before 2020 or in the future'],
			[14, 'has a time before 2020 or in the future'],
		]);
		expect(result.firstRejects[0]).toEqual({
			line: 5,
			reason: expect.any(String),
			raw: 'yesterday,view,42,https://shop.example/main,page,,0,0,{}',
		});
		const rawOf = (line: number) => kept.map((each) => JSON.parse(each)).find((reject) => reject.line === line)?.raw;
		expect(rawOf(7)).toBe('2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0');
		expect(rawOf(8)).toBe('2026-01-01 10:00:00,view,42,https://shop.example/main,page,,0,0,{},one,two');
		expect(await rowsOf('bad')).toHaveLength(3);
	});

	it.runIf(isThorough)(
		'writes the text of a rejected CSV line so that it can be corrected and imported again',
		async () => {
			const bad = 'never,view,42,https://shop.example/main,page,"a ""text"", of\ntwo lines",0,0,"{\'a\':\'b\'}"';
			const result = await into(write('quoted.csv', `${header}\n${bad}\n`), 'quoted');
			expect(result.firstRejects.map(({ raw }) => raw)).toEqual([bad.replace("\"{'a':'b'}\"", "{'a':'b'}")]);
		},
	);

	it.runIf(isThorough)('numbers rejected lines correctly beyond the first page of them', async () => {
		const lines = Array.from({ length: 5_000 }, (_, n) => [`never,view,${n},u`, `2026-01-01,view,1,"u\nv"`]).flat();
		const result = await into(write('many.csv', `dt,name,user_id,url\n${lines.join('\n')}\n`), 'many');
		expect(result).toMatchObject({ rows: 10_000, rejected: 5_000, stored: 5_000 });
		const kept = readFileSync(result.rejectsFile as string, 'utf8')
			.trimEnd()
			.split('\n');
		expect(kept.map((line) => JSON.parse(line).line)).toEqual(Array.from({ length: 5_000 }, (_, n) => 2 + 3 * n));
	});

	it.runIf(isThorough)('stores nothing if it cannot write the rejected lines', async () => {
		const path = write('unkept.csv', `${seedCsv}never,view,42,https://shop.example/main,page,,0,0,{}\n`);
		mkdirSync(`${path}.rejects.ndjson`);
		await expect(into(path, 'unkept')).rejects.toThrow(ImportRefusal);
		await expect(into(path, 'unkept')).rejects.toThrow(
			`the rejected lines cannot be written to ${path}.rejects.ndjson`,
		);
		expect(await rowsOf('unkept')).toEqual([]);
		expect(await leftovers()).toEqual([]);
	});

	it.each(isThorough ? ['Reading', 'Storing'] : ['Storing'])(
		'stores nothing when it is aborted at the step %s',
		async (word) => {
			const path = write(`stopped-${word}.csv`, seedCsv);
			const stop = new AbortController();
			const steps: string[] = [];
			const onStep = (line: string) => {
				steps.push(line.split(' ', 1)[0] as string);
				if (line.startsWith(word)) stop.abort();
			};
			await expect(into(path, 'stopped', { signal: stop.signal, onStep })).rejects.toThrow('abort');
			expect(steps.at(-1)).toBe(word);
			expect(await rowsOf('stopped')).toEqual([]);
			expect(await leftovers()).toEqual([]);
		},
	);

	it('stores NDJSON, and rejects single lines of it', async () => {
		const lines = [
			'{"dt":"2026-01-01T12:00:00+02:00","name":"view","user_id":7,"url":"https://a.example/","obj":"page","amount":9.5,"exp":{"cart":"b"}}',
			'{"dt":"2026-01-01T12:00:00Z","name":"view"',
			'[]',
			'{"ts":"2026-01-01 12:00:00.125","visitor_id":"9007199254740991","user_id":"ada","name":"view","url":"https://a.example/","is_bot":true,"props":{"a":"it\'s, so"},"event_id":"00000000-0000-8000-8000-000000000001","viewport_width":800}',
		];
		const result = await into(write('lines.ndjson', lines.join('\n')), 'ndjson');
		expect(result.firstRejects.map(({ line, reason }) => [line, reason])).toEqual([
			[2, 'is not a JSON object'],
			[3, 'is not a JSON object'],
		]);
		expect(await rowsOf('ndjson')).toMatchObject([
			{ ts: '2026-01-01 10:00:00.000', visitor_id: '7', user_id: '7', amount: '9.5', exp: { cart: 'b' } },
			{
				ts: '2026-01-01 12:00:00.125',
				visitor_id: '9007199254740991',
				user_id: 'ada',
				event_id: '00000000-0000-8000-8000-000000000001',
				is_bot: true,
				viewport_width: 800,
				props: { a: "it's, so" },
			},
		]);
	});

	it.each([
		['csv', 'CSVWithNames'],
		['ndjson', 'JSONEachRow'],
		['parquet', 'Parquet'],
	])('restores every column of an export as %s', async (ending, format) => {
		await into(join(directory, 'lines.ndjson'), 'ndjson');
		const { url, writer } = test.server;
		const statement = `SELECT * FROM footfall.events FINAL WHERE site IN ('ndjson', 'plain') ORDER BY event_id FORMAT ${format}`;
		const answer = await fetch(url, {
			method: 'POST',
			headers: { Authorization: `Basic ${Buffer.from(`${writer.user}:${writer.password}`).toString('base64')}` },
			body: statement,
		});
		const path = write(`export.${ending}`, Buffer.from(await answer.arrayBuffer()));
		expect(await into(path, '', { site: `export-${ending}` })).toMatchObject({ rows: 6, rejected: 0 });
		const of = (sites: string) =>
			test.warehouse.query(
				`SELECT * EXCEPT (site, segment, version) FROM events FINAL WHERE site IN (${sites}) ORDER BY event_id`,
			);
		expect(await of(`'export-${ending}'`)).toEqual(await of(`'ndjson', 'plain'`));
	});

	it('shifts times by whole days, and skips rows after untilMs', async () => {
		const untilMs = Date.parse('2026-01-11T10:00:03Z');
		const moved = await into(join(directory, 'plain.csv'), 'moved', { shiftDays: 10, untilMs });
		expect(moved).toMatchObject({ rows: 3, rejected: 0, stored: 1 });
		expect(await rowsOf('moved', 'ts, received_at')).toEqual([
			{ ts: '2026-01-11 10:00:00.000', received_at: '2026-01-11 10:00:00.000' },
		]);
	});

	it('stores nothing of a file that cannot be read to its end', async () => {
		const many = Array.from(
			{ length: 20_000 },
			(_, n) => `2026-01-01 10:00:00,view,${n},https://a.example/${n},page,,0,0,{}`,
		);
		const packed = gzipSync([header, ...many].join('\n'));
		const cut = write('cut.csv.gz', packed.subarray(0, packed.length - 1_000));
		await expect(into(cut, 'cut')).rejects.toThrow(/cannot be read to its end, so nothing of it was stored/);
		await expect(into(write('none.csv', ''), 'cut')).rejects.toThrow(ImportRefusal);
		await expect(into(write('what.csv', 'a,b\n1,2\n'), 'cut')).rejects.toThrow(/what\.csv does not name the columns/);
		await expect(into(write('what.txt', 'a,b\n1,2\n'), 'cut')).rejects.toThrow(/does not end in/);
		await expect(into(write('fake.csv.xz', seedCsv), 'cut')).rejects.toThrow(ImportRefusal);
		await expect(into(write('fake.parquet', seedCsv), 'cut')).rejects.toThrow(ImportRefusal);
		expect(await rowsOf('cut')).toEqual([]);
		expect(await leftovers()).toEqual([]);
	});

	it.runIf(isThorough)('names the machine, and not the file, when ClickHouse cannot store the rows', async () => {
		const path = write('rights.csv', seedCsv.replaceAll('42', '79'));
		const { url, reader } = test.server;
		const readOnly = connect({ url, ...reader });
		try {
			const refused = importFile(readOnly, path, { fallbackSite: 'rights' });
			await expect(refused).rejects.toThrow(ImportRefusal);
			await expect(refused).rejects.toThrow(
				/rights\.csv was not imported, because ClickHouse could not store .*: give the account .* rights .*, and repeat/,
			);
		} finally {
			await readOnly.close();
		}
		// No disk has as much room as this setting demands.
		const short: Warehouse = {
			...test.warehouse,
			insertStream: (statement, body, options) =>
				test.warehouse.insertStream(statement, body, {
					...options,
					settings: { ...options.settings, min_free_disk_bytes_to_perform_insert: 2 ** 60 },
				}),
		};
		for (const packed of [path, write('rights.csv.gz', gzipSync(seedCsv.replaceAll('42', '80')))]) {
			const refused = importFile(short, packed, { fallbackSite: 'rights' });
			await expect(refused).rejects.toThrow(/was not imported, because ClickHouse .*check the disk, the memory/);
		}
		expect(await rowsOf('rights')).toEqual([]);
		expect(await leftovers()).toEqual([]);
		expect(await into(path, 'rights')).toMatchObject({ stored: 3 });
	});

	it('names the error of the system when it cannot read the file', async () => {
		const path = join(directory, 'directory.csv');
		mkdirSync(path);
		await expect(into(path, 'unread')).rejects.toThrow(/directory\.csv cannot be read at present \(read EISDIR\)/);
	});

	it.runIf(isThorough)('stores nothing of a zstd file that is truncated at the end of a block', async () => {
		const packed = zstdOf(seedCsv, 100);
		expect(await into(write('blocks.csv.zst', packed), 'zstd')).toMatchObject({ rows: 3, rejected: 0 });
		for (const length of [packed.length - 1, 6 + 3 * 103]) {
			const cut = write('cut.csv.zst', packed.subarray(0, length));
			await expect(into(cut, 'zstd-cut')).rejects.toThrow('its last zstd frame is truncated');
		}
		await expect(into(write('fake.csv.zst', seedCsv), 'zstd-cut')).rejects.toThrow(ImportRefusal);
		expect(await rowsOf('zstd-cut')).toEqual([]);
	});

	it.runIf(isThorough)(
		'that was killed before it dropped its staging table is completed by the same call',
		async () => {
			const path = write('untidy.csv', seedCsv.replaceAll('42', '78'));
			const dying = into(path, 'untidy', {
				exclusively: async (step) => {
					await step();
					throw new Error('killed');
				},
			});
			await expect(dying).rejects.toThrow('killed');
			expect(await into(path, 'untidy')).toMatchObject({ wasThere: false, rows: 3 });
			expect(await rowsOf('untidy')).toHaveLength(3);
			expect(await leftovers()).toEqual([]);
		},
	);

	it('that was killed before the copy is completed by the same call', async () => {
		const path = write('killed.csv', seedCsv.replaceAll('42', '77'));
		const dying = into(path, 'killed', { exclusively: () => Promise.reject(new Error('killed')) });
		await expect(dying).rejects.toThrow('killed');
		expect(await rowsOf('killed')).toEqual([]);
		expect(await into(path, 'killed')).toMatchObject({ wasThere: false, rows: 3 });
		expect(await rowsOf('killed')).toHaveLength(3);
		expect(existsSync(`${path}.rejects.ndjson`)).toBe(false);
	});
});

it('fileKind reads the format and the compression from the extensions', () => {
	expect(fileKind('data/events.xz')).toEqual({ format: 'csv', encoding: 'xz' });
	expect(fileKind('a.b/Events.CSV.ZST')).toEqual({ format: 'csv', encoding: 'zstd' });
	expect(fileKind('events.jsonl.gz')).toEqual({ format: 'ndjson', encoding: 'gzip' });
	expect(fileKind('events.parquet')).toEqual({ format: 'parquet', encoding: undefined });
	expect([fileKind('events'), fileKind('events.txt'), fileKind('events.constructor')]).toEqual([
		undefined,
		undefined,
		undefined,
	]);
});
