import { setTimeout as wait } from 'node:timers/promises';
import { connect, databaseOfReader, martsDatabaseOf, migrate, showMarts, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow, type Project } from './compile/compile.js';
import { freshness, gc, resume, rollback } from './operate/runs.js';
import { verify } from './operate/verify.js';
import { watch } from './operate/watch.js';
import { RunFault } from './plan/run-fault.js';
import { OtherModelsError } from './store/processes/watchers.js';
import { ModelFolders } from './testing/model-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const folders = new ModelFolders();
/** Two stored marts and a view, so that a run has few statements. */
const fewModels = ['sessions', 'users_activity', 'persons'];
const project = compileOrThrow(folders.copy(fewModels));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});

let nextId = 1;
async function addEvent(): Promise<void> {
	const visitor = nextId++;
	await insertReceipts(test.warehouse, [receipt({ id: idOf(visitor), visitor, tsMs: Date.UTC(2026, 3, 1) })]);
}
async function eventsInMarts(): Promise<number> {
	const [row] = await test.warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
	return Number(row?.n);
}

/** The models of `project` with one text changed. */
const changedModels = (file: string, from: string, to: string): Project =>
	compileOrThrow(folders.change(folders.copy(fewModels), file, from, to));

/** Models of another version: a column of `persons` has another description. */
const otherModels = (words: string) =>
	changedModels('3_marts/persons.sql', 'Last day on which', `${words}: last day on which`);

/** A connection that fails before statements that start with a text. */
function failingBefore(start: string): Warehouse {
	const command: Warehouse['command'] = async (sql, options) => {
		if (sql.startsWith(start)) throw new Error('the connection is gone');
		return test.warehouse.command(sql, options);
	};
	return { ...test.warehouse, command };
}

describe('a view that ClickHouse refuses', () => {
	const broken = () => changedModels('3_marts/persons.sql', 'count() AS active_days', 'sum(nowhere) AS active_days');

	it('is named before anything is published, and what tells of freshness counts the waiting events', async () => {
		await addEvent();
		await build(test.warehouse, project);
		await addEvent();
		for (const work of [build, verify]) {
			const refusal = expect(work(test.warehouse, broken())).rejects;
			await refusal.toThrow(RunFault);
			await refusal.toThrow('ClickHouse refuses the view of the model persons');
		}
		expect(await eventsInMarts()).toBe(1);
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 1 });
		expect(await test.warehouse.query("SELECT kind FROM transform_runs WHERE kind != 'rebuild'")).toEqual([]);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 0 });
	});
});

describe('a run that dies between publishing and replacing the views', () => {
	it('leaves readers on the run before, which freshness reports, until the next run', async () => {
		const other = otherModels('first');
		const { publishedAt } = await freshness(test.warehouse);
		await addEvent();
		const before = await eventsInMarts();
		await expect(build(failingBefore('CREATE OR REPLACE VIEW'), other)).rejects.toThrow('the connection is gone');
		expect(await eventsInMarts()).toBe(before);
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 1, publishedAt });
		await expect(gc(test.warehouse, other)).rejects.toThrow('the views still show an earlier run');
		expect(await build(test.warehouse, other)).toMatchObject({ outcome: 'skipped' });
		expect(await eventsInMarts()).toBe(before + 1);
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 0 });
	});

	it('leaves no mart fresh while one of them shows an earlier run', async () => {
		const other = otherModels('second');
		await addEvent();
		// Views are replaced in lineage order, so those of staging and intermediate models show the new run.
		await expect(build(failingBefore('CREATE OR REPLACE VIEW users_activity'), other)).rejects.toThrow('gone');
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 1 });
		await build(test.warehouse, other);
		expect(await freshness(test.warehouse)).toMatchObject({ waiting: 0 });
	});
});

describe('a rollback that holds runs', () => {
	it('keeps its rows readable when another version starts', async () => {
		const { run } = await build(test.warehouse, project);
		const before = await eventsInMarts();
		await addEvent();
		await build(test.warehouse, project);
		await rollback(test.warehouse, project, BigInt(run ?? 0));
		expect(await build(test.warehouse, otherModels('third'))).toMatchObject({ why: 'held by a rollback' });
		expect(await eventsInMarts()).toBe(before);
		await resume(test.warehouse);
		await build(test.warehouse, project);
		expect(await eventsInMarts()).toBe(before + 1);
	});
});

describe('two versions at once', () => {
	it.runIf(isThorough)('do not rebuild in turns: the one that came later refuses until the other stops', async () => {
		await build(test.warehouse, project);
		const stop = new AbortController();
		const faults: string[] = [];
		const onError = (error: Error) => void faults.push(error.message);
		const options = { everyMs: 20, signal: stop.signal, onReport: () => undefined, onError };
		const watching = watch(test.warehouse, () => project, options);
		const isAnnounced = async () => {
			const announced = "SELECT 1 FROM transform_watchers FINAL WHERE models != ''";
			return (await test.warehouse.query(announced).catch(() => [])).length > 0;
		};
		while (!(await isAnnounced())) await wait(20);
		const other = otherModels('fourth');
		for (const options of [{}, { fullRefresh: true }]) {
			const refusal = expect(build(test.warehouse, other, options)).rejects;
			await refusal.toThrow(OtherModelsError);
			await refusal.toThrow(`process ${process.pid}`);
		}
		await addEvent();
		// A single run of the same models is welcome.
		await build(test.warehouse, project, { lockWaitMs: 10_000 });
		stop.abort();
		await watching;
		expect(faults).toEqual([]);
		expect(await build(test.warehouse, other)).toMatchObject({ outcome: 'published', why: 'models changed' });
	});
});

describe('the marts database', () => {
	const name = martsDatabaseOf('footfall');
	const shown = async () =>
		(await test.warehouse.query<{ name: string }>(`SHOW TABLES FROM ${name}`)).map((row) => row.name);
	const comments = (database: string) =>
		test.warehouse.query(
			`SELECT name, comment FROM system.tables WHERE database = '${database}' AND name IN ('persons', 'sessions') ORDER BY name`,
		);
	const all = ['events', 'persons', 'sessions', 'users_activity'];

	it('has the marts and events, and follows views that a run replaces', async () => {
		for (const of of [project, otherModels('fifth')]) {
			await build(test.warehouse, of);
			expect(await shown()).toEqual(all);
			expect(await comments(name)).toEqual(await comments('footfall'));
		}
	});

	it.runIf(isThorough)(
		'is completed by the next run when the process dies at any statement, also if nothing is new',
		async () => {
			await build(test.warehouse, project);
			for (let at = 1; at <= all.length; at++) {
				for (const view of await shown()) await test.warehouse.command(`DROP VIEW ${name}.${view}`);
				let left = at;
				const dying: Warehouse = {
					...test.warehouse,
					command: async (sql, options) => {
						if (sql.includes(`VIEW \`${name}\``) && --left === 0) throw new Error('the connection is gone');
						return test.warehouse.command(sql, options);
					},
				};
				await build(dying, project);
				expect((await shown()).length).toBe(at - 1);
				// While it is not complete, people read the database in which everything is.
				expect(await databaseOfReader(test.warehouse)).toBe('footfall');
				expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
				expect(await shown()).toEqual(all);
				expect(await databaseOfReader(test.warehouse)).toBe(name);
			}
		},
	);

	it('leaves a table of someone else as it is, and says so in the report', async () => {
		await build(test.warehouse, project);
		await test.warehouse.command(`DROP VIEW ${name}.sessions`);
		await test.warehouse.command(`CREATE TABLE ${name}.sessions (a UInt8) ENGINE = Memory`);
		const fault = expect.stringContaining('has a table "sessions" that Footfall has not made');
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped', martsFault: fault });
		await test.warehouse.command(`DROP TABLE ${name}.sessions`);
		expect((await build(test.warehouse, project)).martsFault).toBeUndefined();
		expect(await shown()).toEqual(all);
	});

	it('is not needed: an account without rights to it reports what an administrator must run', async () => {
		const reader = connect({ url: test.server.url, ...test.server.reader });
		expect(await showMarts(reader, () => true)).toBeUndefined();
		await test.warehouse.command(`DROP VIEW ${name}.events`);
		expect(await showMarts(reader, ({ name }) => all.includes(name))).toMatch(
			/^Footfall cannot show .*CREATE VIEW.*: CREATE DATABASE IF NOT EXISTS footfall_marts; GRANT SELECT, INSERT, SHOW, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW ON footfall_marts\.\* TO reader; GRANT SELECT ON footfall_marts\.\* TO reader$/,
		);
		await reader.close();
		await test.warehouse.command(`DROP DATABASE ${name}`);
		expect((await build(test.warehouse, project)).martsFault).toBeUndefined();
		expect(await migrate(test.warehouse)).toEqual({ applied: [], martsFault: undefined });
		await build(test.warehouse, project);
		expect(await shown()).toEqual(all);
	});
});

describe('views of an earlier version without comments', () => {
	it('get them with the next run, also if nothing is new', async () => {
		await build(test.warehouse, project);
		const created = async () =>
			test.warehouse.query<{ name: string; statement: string }>(
				`SELECT name, create_table_query AS statement FROM system.tables
				WHERE database = currentDatabase() AND name IN ('persons', 'sessions', 'marts_left_out') ORDER BY name`,
			);
		const current = await created();
		expect(current.map(({ statement }) => statement)).toEqual(Array(3).fill(expect.stringContaining(" COMMENT 'Site")));
		for (const { name, statement } of current) {
			const earlier = statement.replace(/^CREATE VIEW \S+ \(.*?\) COMMENT '.*?' AS /s, '');
			expect(earlier).toMatch(/^SELECT/);
			await test.warehouse.command(`CREATE OR REPLACE VIEW ${name} AS ${earlier} COMMENT '0123456789abcdef'`);
		}
		expect(await created()).not.toEqual(current);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
		expect(await created()).toEqual(current);
		expect(await databaseOfReader(test.warehouse)).toBe('footfall_marts');
	});
});
