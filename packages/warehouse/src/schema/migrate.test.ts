import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, eventColumns, migrate, type Warehouse } from '../index.js';
import { startTestWarehouse, type TestWarehouse } from '../testing/index.js';
import { derivedEventColumns, earlierEventColumns } from './event-columns.js';
import { planMigrations } from './migrate.js';
import { migrationsDirectory, splitStatements } from './migration-file.js';
import { commentStatements } from './table-comments.js';

let test: TestWarehouse;
let scratch: string;
beforeAll(async () => {
	test = await startTestWarehouse();
	scratch = mkdtempSync(join(tmpdir(), 'footfall-migrations-'));
});
afterAll(async () => {
	await test.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** A row of the test as the function of the code takes it. */
function presentComment({ name, comment }: { name: string; comment: string }) {
	const [table = '', column = ''] = name.split('.');
	return { table, column, comment };
}

function database(name: string): Warehouse {
	return connect({ url: test.server.url, ...test.server.writer, database: `footfall_${name}` });
}

describe('migrate', () => {
	it('creates events_quarantine with the columns of events and the reason', async () => {
		const rows = await test.warehouse.query<{ name: string; type: string }>(
			`SELECT name, type FROM system.columns WHERE database = 'footfall' AND table = 'events_quarantine'
			AND default_kind != 'MATERIALIZED' ORDER BY position`,
		);
		expect(rows).toEqual([
			...eventColumns.map(({ name, type }) => ({ name, type })),
			{ name: 'reason', type: 'String' },
			{ name: 'quarantined_at', type: "DateTime64(3, 'UTC')" },
		]);
	});

	it('creates exactly the columns of events that the collector writes, and derives the others', async () => {
		const rows = await test.warehouse.query<{ name: string; type: string; kind: string }>(
			`SELECT name, type, default_kind AS kind FROM system.columns WHERE database = 'footfall' AND table = 'events' ORDER BY position`,
		);
		const written = rows.filter(({ kind }) => kind !== 'MATERIALIZED').map(({ name, type }) => ({ name, type }));
		expect(written).toEqual(eventColumns.map(({ name, type }) => ({ name, type })));
		const derived = rows.filter(({ kind }) => kind === 'MATERIALIZED').map(({ name }) => name);
		expect(derived).toEqual([
			'earlier_product_id',
			'host',
			'path',
			'referrer_host',
			'utm_source',
			'utm_medium',
			'utm_campaign',
			'utm_term',
			'utm_content',
			'version',
		]);
		expect([...earlierEventColumns, ...derivedEventColumns].map(({ name }) => name)).toEqual(derived);
	});

	it('gives a database of an earlier version, and one with other texts, the comments of this version', async () => {
		const comments = () =>
			test.warehouse.query<{ name: string; comment: string }>(
				`SELECT * FROM (SELECT table || '.' || name AS name, comment FROM system.columns
				WHERE database = 'footfall' AND table IN ('events', 'events_quarantine')
				UNION ALL SELECT name, comment FROM system.tables
				WHERE database = 'footfall' AND name IN ('events', 'events_quarantine')) ORDER BY name`,
			);
		const fresh = await comments();
		expect(fresh.filter(({ comment }) => comment === '')).toEqual([]);
		expect(fresh.length).toBe(
			2 * (eventColumns.length + earlierEventColumns.length + 1) + derivedEventColumns.length + 2,
		);
		// Before this version no column had a comment.
		for (const { name } of fresh.filter(({ name }) => name.startsWith('events.')))
			await test.warehouse.command(`ALTER TABLE events COMMENT COLUMN ${name.split('.')[1]} ''`);
		await test.warehouse.command("ALTER TABLE events MODIFY COMMENT 'another text'");
		expect(await migrate(test.warehouse)).toEqual({ applied: [] });
		expect(await comments()).toEqual(fresh);
		expect(commentStatements(fresh.map(presentComment))).toEqual([]);
	});

	it('applies nothing the second time', async () => {
		expect(await migrate(test.warehouse)).toEqual({ applied: [] });
	});

	it('completes an interrupted migration, since every statement can run twice', async () => {
		const warehouse = database('twice');
		const names = (await migrate(warehouse)).applied;
		expect(names).toContain('0001_create_events');
		await warehouse.command('TRUNCATE TABLE migrations');
		expect((await migrate(warehouse)).applied).toEqual(names);
		await warehouse.close();
	});

	it('can be called by two processes at the same time', async () => {
		const [one, other] = [database('both'), database('both')];
		await Promise.all([migrate(one), migrate(other)]);
		expect(await migrate(one)).toEqual({ applied: [] });
		await Promise.all([one.close(), other.close()]);
	});

	/** Creates a database with the migrations before one. */
	async function databaseBefore(name: string, migration: string): Promise<Warehouse> {
		const warehouse = database(name);
		const earlier = join(scratch, name);
		cpSync(migrationsDirectory, earlier, { recursive: true });
		for (const file of readdirSync(earlier)) if (file >= migration) rmSync(join(earlier, file));
		await migrate(warehouse, earlier);
		return warehouse;
	}

	it('finds the source of the rows of earlier versions by their segment and id', async () => {
		const warehouse = await databaseBefore('sources', '0004');
		// The names are the sources that are expected, with a number.
		const rows = [
			// An id of a page: the stream has 53 bits, and the sequence is small.
			['page 1', '01ffffff-ffff-8fff-a345-0000000303e7', '001769900000000-0123456789abcdef'],
			['page 2', '00000001-0001-8001-8001-0000ffff0000', '001769900000000-0123456789abcdef'],
			// An id that a page gave begins with the bits 10.
			['page 3', '8fffffff-ffff-8fff-a345-deadbeef03e7', '001769900000000-0123456789abcdef'],
			['page 4', '5d4f8b90-1c2e-4a5b-9c3d-2e1f0a9b8c7d', 'history-20260131'],
			// An id without one of the sender at the JSON endpoint: the stream has 47 bits, and the sequence 32.
			['server 1', '0007ffff-ffff-8fff-a345-deadbeef03e7', '001769900000000-0123456789abcdef'],
			// Ids that were given as JSON: of version 8 they begin with the bits 11, others are stored as they are.
			['server 2', 'cfffffff-ffff-8fff-a345-0000000303e7', '001769900000000-0123456789abcdef/1-2'],
			['server 3', '5d4f8b90-1c2e-4a5b-9c3d-2e1f0a9b8c7d', '001769900000000-0123456789abcdef'],
			['import 1', '01ffffff-ffff-8fff-a345-0000000303e7', 'import-0123456789abcdef'],
		];
		const values = rows.map(([name, id, segment], i) => `('shop', ${i}, '${id}', '${name}', '${segment}')`).join(', ');
		for (const table of ['events', 'events_quarantine'])
			await warehouse.command(
				`INSERT INTO ${table} (site, visitor_id, event_id, name, segment) SETTINGS async_insert = 0 VALUES ${values}`,
			);
		await migrate(warehouse);
		for (const table of ['events', 'events_quarantine']) {
			const found = await warehouse.query<{ name: string; source: string }>(`SELECT name, source FROM ${table}`);
			expect(found).toHaveLength(rows.length);
			for (const { name, source } of found) expect(source, name).toBe(name.split(' ')[0]);
		}
		await warehouse.close();
	});

	it('makes product ids text that were numbers, however often it is killed, and counts one receipt of each event', async () => {
		const warehouse = await databaseBefore('products', '0006');
		const id = (n: number) => `01ffffff-ffff-8fff-a345-0000000303e${n}`;
		const insert = (table: string, rows: readonly [n: number, second: number, name: string, product: string][]) =>
			warehouse.command(
				`INSERT INTO ${table} (site, visitor_id, event_id, received_at, name, product_id) SETTINGS async_insert = 0
				VALUES ${rows.map(([n, second, name, product]) => `('shop', 1, '${id(n)}', '2026-01-31 00:00:0${second}', '${name}', '${product}')`).join(', ')}`,
			);
		const numbers = ['0', '7', '42', '9007199254740991', '18446744073709551615'];
		const tables = ['events', 'events_quarantine'];
		for (const table of tables)
			await insert(
				table,
				numbers.map((number, n) => [n, 1, 'before', number]),
			);
		const versions = () => warehouse.query('SELECT event_id, version FROM events ORDER BY event_id');
		const earlierVersions = await versions();
		for (let left = 0, isWhole = false; !isWhole; left++) {
			let statements = left;
			const command: Warehouse['command'] = async (sql, options) => {
				if (sql.startsWith('ALTER') && statements-- === 0) throw new Error('killed');
				return warehouse.command(sql, options);
			};
			const outcome = await migrate({ ...warehouse, command }).then(
				() => 'whole',
				(error: Error) => error.message,
			);
			expect(['whole', 'killed']).toContain(outcome);
			isWhole = outcome === 'whole';
		}
		expect(await versions()).toEqual(earlierVersions);
		// No row is rewritten: a renamed column keeps its bytes.
		const stored = await warehouse.query(
			`SELECT table, column FROM system.parts_columns
			WHERE database = currentDatabase() AND active AND column LIKE '%product_id' ORDER BY table`,
		);
		expect(stored).toEqual(tables.map((table) => ({ table, column: 'earlier_product_id' })));

		// Further receipts of the events: later, earlier, and in the same millisecond. The last event is a new one.
		await insert('events', [
			[1, 2, 'after', '7'],
			[2, 0, 'after', '42'],
			[3, 1, 'after', '9007199254740991'],
			[9, 1, 'after', 'SKU-1'],
		]);
		// A collector of an earlier version goes on inserting numbers.
		await warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, name, product_id) SETTINGS async_insert = 0
			SELECT 'shop', 1, toUUID('${id(8)}'), 'before', toUInt64(8)`,
		);
		const texts = ['', ...numbers.slice(1)];
		const read = async (table: string) =>
			warehouse.query<{ name: string; product_id: string }>(
				`SELECT name, product_id FROM ${table} FINAL ORDER BY event_id`,
			);
		const counted = await read('events');
		expect(counted.map((row) => row.product_id)).toEqual([...texts, '8', 'SKU-1']);
		expect(counted.map(({ name }) => name).filter((_, n) => n !== 3)).toEqual([
			...['before', 'before', 'after', 'before'],
			...['before', 'after'],
		]);
		expect((await read('events_quarantine')).map((row) => row.product_id)).toEqual(texts);
		for (const table of tables) {
			const before = await read(table);
			await warehouse.command(`OPTIMIZE TABLE ${table} FINAL`);
			expect(await read(table)).toEqual(before);
		}
		await warehouse.close();
	});

	it('refuses an edited file, a gap in the numbers and a database of a newer version', async () => {
		const warehouse = database('refusing');
		const folder = join(scratch, 'refusing');
		cpSync(migrationsDirectory, folder, { recursive: true });
		writeFileSync(join(folder, '0900_last.sql'), 'SELECT 1;\n');
		expect((await migrate(warehouse, folder)).applied).toContain('0900_last');
		writeFileSync(join(folder, '0900_last.sql'), 'SELECT 2;\n');
		await expect(migrate(warehouse, folder)).rejects.toThrow('migration 0900_last was edited after it was applied');
		rmSync(join(folder, '0900_last.sql'));
		await expect(migrate(warehouse, folder)).rejects.toThrow(
			'0900_last, which this version does not know; upgrade Footfall',
		);
		writeFileSync(join(folder, '0900_last.sql'), 'SELECT 1;\n');
		writeFileSync(join(folder, '0800_late.sql'), 'SELECT 1;\n');
		await expect(migrate(warehouse, folder)).rejects.toThrow('migration 0800_late comes before 0900_last');
		await warehouse.close();
	});
});

describe('events', () => {
	it('keeps the first receipt of an event, whatever the order of inserts and merges', async () => {
		const warehouse = database('receipts');
		await migrate(warehouse);
		const id = '01ffffff-ffff-8fff-a345-deadbeef03e7';
		const insert = (receivedAt: string, name: string) =>
			warehouse.command(
				`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, url) SETTINGS async_insert = 0
				VALUES ('shop', 1, '${id}', '2026-01-31 23:59:59.5', '${receivedAt}', '${name}', 'https://shop.test/a?utm_source=b%20c')`,
			);
		await insert('2026-02-01 00:00:01.002', 'second');
		await insert('2026-01-31 23:59:59.900', 'first');
		await insert('2026-02-01 00:00:01.001', 'middle');
		const read = () => warehouse.query('SELECT name, host, path, utm_source FROM events FINAL');
		const expected = [{ name: 'first', host: 'shop.test', path: '/a', utm_source: 'b c' }];
		expect(await read()).toEqual(expected);
		await warehouse.command('OPTIMIZE TABLE events FINAL');
		expect(await read()).toEqual(expected);
		await warehouse.close();
	});

	it('keeps the same one of two receipts in the same millisecond, in either order', async () => {
		const names: unknown[] = [];
		for (const order of [
			['a', 'b'],
			['b', 'a'],
		]) {
			const warehouse = database(`tie_${order.join('')}`);
			await migrate(warehouse);
			for (const name of order) {
				await warehouse.command(
					`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name) SETTINGS async_insert = 0
					VALUES ('shop', 1, '01ffffff-ffff-8fff-a345-deadbeef03e7', '2026-01-31', '2026-02-01', '${name}')`,
				);
			}
			names.push(await warehouse.query('SELECT name FROM events FINAL'));
			await warehouse.close();
		}
		expect(names[0]).toEqual(names[1]);
		expect(names[0]).toHaveLength(1);
	});
});

describe('planMigrations', () => {
	const file = (name: string, checksum = 'c') => ({ name, checksum, statements: [] });

	it('applies the missing files in order', () => {
		const files = [file('0001_a'), file('0002_b'), file('0003_c')];
		expect(planMigrations(files, [])).toEqual({ ok: true, pending: files });
		expect(planMigrations(files, [{ name: '0001_a', checksum: 'c' }])).toEqual({ ok: true, pending: files.slice(1) });
	});
});

describe('splitStatements', () => {
	it('splits at semicolons that end a line and drops comments', () => {
		expect(splitStatements(`-- why; because\nSELECT ';';\n\nSELECT\n  2;\n`)).toEqual([`SELECT ';'`, 'SELECT\n  2']);
	});
});
