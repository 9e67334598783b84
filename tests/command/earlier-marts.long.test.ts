import {
	build,
	compileOrThrow,
	freshness,
	type Project,
	preview,
	RunFault,
	rollback,
	showRows,
	verify,
} from '@footfall/transforms';
import { databaseOfReader, migrate, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEarlierMarts, earlierMarts } from '../support/earlier-marts.js';

const project = compileOrThrow();

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

async function addEvent(warehouse: Warehouse, visitor: number): Promise<void> {
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url) SETTINGS async_insert = 0
		SELECT 'shop', ${visitor}, generateUUIDv4(), now64(3) - 60, now64(3) - 60, 'view', 'page', 'main', 'https://shop.test/main'`,
	);
}

async function eventsInSessions(warehouse: Warehouse): Promise<number> {
	const [row] = await warehouse.query<{ events: string }>('SELECT sum(events) AS events FROM sessions');
	return Number(row?.events);
}

/** The rows of the marts by product, whose ids were numbers in earlier versions. */
function productsOf(warehouse: Warehouse): Promise<unknown[]> {
	const id = "if(toString(product_id) = '0', '', toString(product_id)) AS id";
	return warehouse.query(
		`SELECT * FROM (SELECT 'funnel' AS mart, site, day, ${id}, viewers, adders, buyers, 0::Decimal(38, 4) AS amount FROM funnel
		UNION ALL SELECT 'product_days', site, day, ${id}, views, adds, buyers, add_amount FROM product_days)
		ORDER BY mart, site, day, id`,
	);
}

const marts = project.models.filter(({ layer }) => layer === 'marts').map(({ name }) => name);

/** The tables that SHOW TABLES lists to a person, in the order of `marts`, after a statement has read each. */
async function shownTo(warehouse: Warehouse): Promise<string[]> {
	const database = await databaseOfReader(warehouse);
	const rows = await warehouse.query<{ name: string }>(`SHOW TABLES FROM ${database}`);
	for (const { name } of rows) await warehouse.query(`SELECT * FROM ${database}.${name} LIMIT 1`);
	const orderOf = ({ name }: { name: string }) => marts.indexOf(name);
	return rows.toSorted((a, b) => orderOf(a) - orderOf(b)).map(({ name }) => name);
}

describe.each(earlierMarts)('the marts of an earlier version, %s', (fixture) => {
	it('are fresh as they are, and are brought to this version with all of their events', async () => {
		const warehouse = await createEarlierMarts(test, fixture, 'upgraded');
		expect(await eventsInSessions(warehouse)).toBe(9);
		const products = await productsOf(warehouse);
		await migrate(warehouse);
		expect(await productsOf(warehouse)).toEqual(products);
		// Until the first run of this version, people read the database of before.
		expect(await databaseOfReader(warehouse)).toBe(warehouse.database);
		expect(await freshness(warehouse)).toMatchObject({ waiting: 0, publishedAt: expect.stringMatching(/^2026-/) });
		await addEvent(warehouse, 1);
		expect(await freshness(warehouse)).toMatchObject({ waiting: 1 });
		expect(await build(warehouse, project)).toMatchObject({ outcome: 'published', why: 'models changed' });
		expect(await eventsInSessions(warehouse)).toBe(10);
		expect(await productsOf(warehouse)).toEqual(products);
		for (const model of project.models) await showRows(warehouse, model, 1);
		expect(await shownTo(warehouse)).toEqual(['events', ...marts]);
		expect(await freshness(warehouse)).toMatchObject({ waiting: 0 });
		await addEvent(warehouse, 4);
		expect(await build(warehouse, project)).toMatchObject({ outcome: 'published', kind: 'incremental' });
		expect(await eventsInSessions(warehouse)).toBe(11);
		expect(await verify(warehouse, project)).toEqual({ differences: [] });
		await warehouse.close();
	});

	it('stay readable while the run is computed, and when it fails before it is published', async () => {
		const warehouse = await createEarlierMarts(test, fixture, 'reading');
		await migrate(warehouse);
		const seen: number[] = [];
		const command: Warehouse['command'] = async (sql, options) => {
			if (sql.startsWith('INSERT INTO transform_runs')) {
				seen.push(await eventsInSessions(warehouse));
				throw new Error('the connection is gone');
			}
			return warehouse.command(sql, options);
		};
		await addEvent(warehouse, 1);
		await expect(build({ ...warehouse, command }, project)).rejects.toThrow('the connection is gone');
		expect([...seen, await eventsInSessions(warehouse)]).toEqual([9, 9]);
		expect(await freshness(warehouse)).toMatchObject({ waiting: 1 });
		expect(await build(warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await eventsInSessions(warehouse)).toBe(10);
		await warehouse.close();
	});
});

describe('the marts of a newer version', () => {
	/** This version as an earlier one sees it: its models are of the generation before. */
	const earlier: Project = { ...project, generation: project.generation - 1, checksum: '0123456789abcdef' };

	/** A connection that refuses every statement that may write. */
	const readOnly = (warehouse: Warehouse): Warehouse => ({
		...warehouse,
		command: async (sql) => expect.unreachable(`nothing may be written: ${sql}`),
	});

	it('are refused by an earlier version before it writes anything, and the newer one works afterwards', async () => {
		const { warehouse } = test;
		await addEvent(warehouse, 1);
		const { run } = await build(warehouse, project);
		await addEvent(warehouse, 2);
		for (const work of [
			() => build(readOnly(warehouse), earlier),
			() => build(readOnly(warehouse), earlier, { fullRefresh: true }),
			() => verify(readOnly(warehouse), earlier),
			() => preview(readOnly(warehouse), earlier),
		]) {
			const refusal = expect(work()).rejects;
			await refusal.toThrow(RunFault);
			await refusal.toThrow('a newer version of Footfall published the marts of this database');
		}
		await expect(rollback(warehouse, earlier, BigInt(run ?? 0))).rejects.toThrow('a newer version');
		expect(await build(warehouse, project)).toMatchObject({ outcome: 'published', kind: 'incremental' });
		expect(await eventsInSessions(warehouse)).toBe(2);
	});
});
