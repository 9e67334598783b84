import { martsDatabaseOf, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { dependenceOf, isSteadyAnyway } from './compile/own/faults/unsteady-functions.js';
import { defaultOwnLimits, type Project } from './compile/project.js';
import type { BuildReport } from './make/report.js';
import { freshness, preview, resume, rollback } from './operate/runs.js';
import { testPublished } from './operate/test-published.js';
import { verify } from './operate/verify.js';
import { collectGarbage } from './store/garbage.js';
import { breakLock } from './store/processes/lock.js';
import { failingAt } from './testing/failing-at.js';
import { ModelFolders } from './testing/model-folders.js';
import { ownModels, rowsOnOtherDays } from './testing/own-models.js';
import { ProjectFolders } from './testing/project-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';

const isThorough = process.env.FOOTFALL_THOROUGH === '1';
/**
 * The statements of a run before which events arrive: those that read the raw table for own models after ours have read
 * it; with all statements of ours, too, in the project `long`.
 */
const arrivals = isThorough ? /^INSERT INTO/ : /^INSERT INTO own_(int_|first)/;
/** Statements from one death of a run to the next. */
const statementStep = isThorough ? 3 : 9;
const packageFolders = new ModelFolders();
const folders = new ProjectFolders();
/** A run of few models has few statements. */
const ours = compileOrThrow(packageFolders.copy(['sessions', 'int_user_days']));
type Files = Readonly<Record<string, string>>;
const compiled = (files: Files, limits = defaultOwnLimits): Project => {
	const { project, faults } = folders.compile(ours, files, limits);
	expect(faults).toEqual([]);
	return project;
};
const days = 'models/shopping_days.sql' as const;
const shopping = 'models/visitors/int_shopping.sql' as const;
/** The own models with a change in one file. */
const changed = (file: keyof typeof ownModels, from: string, to: string): Files => {
	expect(ownModels[file]).toContain(from);
	return { ...ownModels, [file]: ownModels[file].replace(from, to) };
};
const project = compiled(ownModels);
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	packageFolders.remove();
	folders.remove();
});

let nextId = 1;
const dayMs = 86_400_000;
const at = Date.UTC(2026, 3, 1, 12);
const event = (parts: Partial<Receipt> = {}) => receipt({ id: idOf(nextId++), tsMs: at, ...parts });
const put = (...receipts: Receipt[]) => insertReceipts(test.warehouse, receipts);
const rowsOf = (sql: string) => test.warehouse.query<Record<string, string>>(sql);
const run = (of: Project, options = {}) => build(test.warehouse, of, options);
const outcomes = ({ own }: BuildReport) => Object.fromEntries(own.map(({ name, outcome }) => [name, outcome]));
const faultOf = ({ own }: BuildReport, name: string) =>
	own.find((one) => one.name === name)?.fault?.replace(/\/\S*?\/project-\w+\//g, '');
const views = async (model: string) => (await rowsOf(`SELECT toString(sum(views)) AS n FROM ${model}`))[0]?.n;
const eventsOf = (model: string) =>
	rowsOf(`SELECT site, visitor_id, toString(sum(events)) AS n FROM ${model} GROUP BY site, visitor_id ORDER BY ALL`);
/** A connection that does something before each command that matches. */
const doing = (warehouse: Warehouse, which: RegExp, what: () => Promise<void>): Warehouse => ({
	...warehouse,
	command: async (sql, options) => {
		if (which.test(sql)) await what();
		return warehouse.command(sql, options);
	},
});
/** A connection that sends each matching command in another form. */
const changing = (
	warehouse: Warehouse,
	which: RegExp,
	to: (sql: string) => { sql: string; settings?: Record<string, string> },
): Warehouse => ({
	...warehouse,
	command: async (sql, options = {}) => {
		const changed = which.test(sql) ? to(sql) : { sql };
		return warehouse.command(changed.sql, { ...options, settings: { ...options.settings, ...changed.settings } });
	},
});
const ourEvents = async () => (await rowsOf('SELECT toString(sum(events)) AS n FROM sessions'))[0]?.n;
const tables = async () =>
	(
		await rowsOf(
			"SELECT name FROM system.tables WHERE database = currentDatabase() AND (name LIKE 'own_%' OR comment LIKE '%(own definition %') ORDER BY name",
		)
	).map(({ name }) => (name as string).replace(/__[0-9a-f]{8}/, '__'));
const martsDatabase = martsDatabaseOf('footfall');
const shown = async () => (await rowsOf(`SHOW TABLES FROM ${martsDatabase}`)).map(({ name }) => name);
/** The tables of the marts database with some own models. */
const shownWith = (names: readonly string[]) =>
	[...project.models.filter(({ layer }) => layer === 'marts').map(({ name }) => name), ...names, 'events'].sort(
		(a, b) => (a < b ? -1 : 1),
	);
const all = ['first_days', 'int_shopping', 'running_views', 'shopping_days', 'shopping_now', 'shopping_weeks'];
const each = (outcome: string, names = all) => Object.fromEntries(names.map((name) => [name, outcome]));

/** The events that a test starts with; the versions of their parts change when a test adds or deletes some. */
let started = '';
const partsOfEvents = async () =>
	JSON.stringify(
		await rowsOf(
			"SELECT name, rows FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active ORDER BY name",
		),
	);
/** Three events of two visitors on two days, and the own models computed of them. */
beforeEach(async () => {
	if (started !== '' && (await partsOfEvents()) === started) {
		// Only models with another definition, or with a fault, are computed: a rebuild costs three times as much.
		await run(project, { isAsked: true });
		return;
	}
	await test.warehouse.command('TRUNCATE TABLE events');
	await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 1, tsMs: at + dayMs }));
	await run(project, { fullRefresh: true });
	started = await partsOfEvents();
});

describe('own models', () => {
	it('are computed, tested and published with the others, and follow new and late events like a rebuild', async () => {
		expect(await rowsOf('SELECT * FROM shopping_days ORDER BY day')).toEqual([
			{ site: 'shop', day: '2026-04-01', views: '2', adds: '0', visitors: '2', returning: '0' },
			{ site: 'shop', day: '2026-04-02', views: '1', adds: '0', visitors: '1', returning: '1' },
		]);
		await put(event({ visitor: 2, tsMs: at - dayMs }), event({ visitor: 3, tsMs: at + 9 * dayMs }));
		const report = await run(project);
		expect(report).toMatchObject({ outcome: 'published', kind: 'incremental' });
		// A view has no rows to update.
		expect(outcomes(report)).toEqual({ ...each('updated'), shopping_now: 'unchanged' });
		expect(report.ownTests.map(({ name }) => name)).toEqual(
			expect.arrayContaining([
				'shopping_is_whole',
				'shopping_days is unique by site, day',
				'shopping_days: returning <= visitors',
			]),
		);
		expect(await rowsOf('SELECT day, visitors, returning FROM shopping_days ORDER BY day LIMIT 2')).toEqual([
			{ day: '2026-03-31', visitors: '1', returning: '0' },
			{ day: '2026-04-01', visitors: '2', returning: '1' },
		]);
		expect(await rowsOf('SELECT * FROM running_views ORDER BY day LIMIT 3')).toMatchObject([
			{ views: '1' },
			{ views: '3' },
			{ views: '4' },
		]);
		expect(await views('shopping_now')).toBe('5');
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
		const tests = await testPublished(test.warehouse, project, new Set(all));
		expect(tests.filter(({ failingRows }) => failingRows > 0)).toEqual([]);
		expect(tests.map(({ name }) => name)).toContain('shopping_is_whole');
	});

	it('have nothing to do where nothing is new, and do nothing for models that did not change', async () => {
		expect(await run(project)).toMatchObject({ outcome: 'skipped', why: 'no new events' });
		await put(event({ visitor: 1, name: 'leave' }));
		const { own } = await run(project);
		// The visitor's rows are the same, so that models of the days have nothing to do.
		expect(own.find(({ name }) => name === 'int_shopping')).toMatchObject({ outcome: 'unchanged' });
		expect(own.find(({ name }) => name === 'shopping_weeks')).toMatchObject({ outcome: 'unchanged', rows: 0 });
	});

	it.runIf(isThorough)(
		'read exactly the events that ours read in the same run, while further ones arrive',
		async () => {
			const known = event({ visitor: 1, receivedMs: at + 5_000 });
			const replacing = { ...known, name: 'leave', receivedMs: at + 4_000 };
			let earlierMs = 3_000;
			const visit = () => put(event({ visitor: 1 }), event({ visitor: 2 }));
			const visitAndMerge = async () => {
				await visit();
				await test.warehouse.command('OPTIMIZE TABLE events FINAL');
			};
			// An earlier receipt takes the place of a known one in the next run.
			const visitAndReplace = async () => {
				await visit();
				await put({ ...known, receivedMs: at + earlierMs-- });
			};
			for (const [what, receipts, options, arrive] of [
				['new events', [event({ visitor: 1 }), event({ visitor: 3 })], {}, visitAndMerge],
				['a rebuild', [known], { fullRefresh: true }, visitAndReplace],
				['a re-read visitor', [replacing], {}, visitAndReplace],
			] as const) {
				// A rebuild reads events as a run over new events does.
				if (what === 'a rebuild' && !isThorough) continue;
				// A merge would drop the receipt that the run counts.
				if (arrive === visitAndReplace) await test.warehouse.command('SYSTEM STOP MERGES events');
				await put(...receipts);
				const report = await build(doing(test.warehouse, arrivals, arrive), project, options);
				expect(
					report.own.filter(({ fault }) => fault !== undefined),
					what,
				).toEqual([]);
				expect(await eventsOf('first_days'), what).toEqual(await eventsOf('int_user_days'));
				const [waiting] = await rowsOf('SELECT count() AS n FROM events');
				expect(Number(waiting?.n), what).toBeGreaterThan(Number(await ourEvents()));
				await test.warehouse.command('SYSTEM START MERGES events');
				await run(project);
				expect(await eventsOf('first_days'), what).toEqual(await eventsOf('int_user_days'));
			}
			expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
		},
	);

	it('are computed anew with exactly the models that read them when they change, and ours are not', async () => {
		const files = changed(days, 'sum(views) AS views', 'sum(views) * 10 AS views');
		const { 'tests/shopping_is_whole.sql': _, ...withoutTest } = files;
		const other = compiled(withoutTest);
		expect((await preview(test.warehouse, other)).own.map(({ name, what }) => [name, what])).toEqual(
			['shopping_days', 'running_views', 'shopping_now', 'shopping_weeks'].map((name) => [name, 'compute']),
		);
		const report = await run(other);
		expect(report).toMatchObject({ outcome: 'published', why: 'own models changed', models: [] });
		const readers = ['running_views', 'shopping_days', 'shopping_now', 'shopping_weeks'];
		expect(outcomes(report)).toEqual({ ...each('unchanged'), ...each('computed', readers) });
		expect(await views('shopping_weeks')).toBe('30');
		expect(await run(other)).toMatchObject({ outcome: 'skipped' });
		expect(await verify(test.warehouse, other)).toEqual({ differences: [] });
	});

	it('are added and removed with their tables and views, without a rebuild of ours', async () => {
		const { 'models/visitors/first_days.sql': gone, ...without } = ownModels;
		const report = await run(compiled(without));
		expect(report).toMatchObject({ why: 'own models changed', models: [] });
		expect(Object.values(outcomes(report))).not.toContain('computed');
		await expect(rowsOf('SELECT * FROM first_days')).rejects.toThrow('first_days');
		expect(await shown()).toEqual(shownWith(all.filter((name) => name !== 'first_days')));
		await put(event({ visitor: 9 }));
		await run(compiled(without));
		await collectGarbage(test.warehouse, compiled(without), BigInt(Date.now() + 60_000) * 1_000n, 1);
		expect(await tables()).not.toContain('own_first_days__');
		expect(await tables()).toContain('own_int_shopping__');
		const added = await run(compiled({ ...without, 'models/first_days.sql': gone }));
		expect(outcomes(added)).toMatchObject({ first_days: 'computed', int_shopping: 'unchanged' });
		expect(await rowsOf('SELECT toString(sum(events)) AS n FROM first_days')).toEqual([{ n: '4' }]);
		expect(await shown()).toEqual(shownWith(all));
		expect(await rowsOf(`SELECT toString(sum(events)) AS n FROM ${martsDatabase}.first_days`)).toEqual([{ n: '4' }]);
	});

	it.runIf(isThorough)(
		'show the rows of the earlier columns until the run with the new ones is published',
		async () => {
			const widened = changed(
				days,
				'-- @column returning',
				'-- @column more UInt64: Views and adds.\n-- @column returning',
			);
			const other = compiled({
				...widened,
				[days]: (widened[days] as string).replace('SELECT site,', 'SELECT views + adds AS more, site,'),
			});
			const total = failingAt(test.warehouse, Number.POSITIVE_INFINITY);
			await build(total.warehouse, other);
			expect(await rowsOf('SELECT toString(sum(more)) AS n FROM shopping_days')).toEqual([{ n: '3' }]);
			// A run that dies at any statement leaves readers on one of the two versions, with all rows.
			for (let statement = 1; statement < total.statements(); statement += statementStep) {
				const target = statement % 2 === 0 ? other : project;
				await build(failingAt(test.warehouse, statement).warehouse, target, { lockWaitMs: 0 }).catch(() => undefined);
				await breakLock(test.warehouse);
				expect(await views('shopping_days')).toBe('3');
			}
			await run(other);
			expect(await verify(test.warehouse, other)).toEqual({ differences: [] });
		},
	);

	it.runIf(isThorough)(
		'show them also while the next run is published after one that died before it replaced their views',
		async () => {
			const widened = changed(days, '-- @column returning', '-- @column one UInt64: One.\n-- @column returning');
			const other = compiled({
				...widened,
				[days]: (widened[days] as string).replace('SELECT site,', 'SELECT toUInt64(1) AS one, site,'),
			});
			const view = /^CREATE OR REPLACE VIEW shopping_days\n/;
			const dies = async () => {
				throw new Error('the connection is gone');
			};
			await expect(build(doing(test.warehouse, view, dies), other)).rejects.toThrow('gone');
			await put(event({ visitor: 2 }));
			const seen: (string | undefined)[] = [];
			const look = async () => void seen.push(await views('shopping_days'));
			await build(doing(test.warehouse, view, look), other);
			expect([...seen, await views('shopping_days')]).toEqual(['3', '4']);
			await run(project);
		},
	);

	it.runIf(isThorough)(
		'read of published rows only the days of the visitors that a run recomputes, where all rows are on these',
		async () => {
			const withOther = compiled({ ...ownModels, ...rowsOnOtherDays });
			await run(withOther);
			await put(event({ visitor: 2, tsMs: at + 2 * dayMs }), event({ visitor: 3, tsMs: at + 9 * dayMs }));
			const statements: string[] = [];
			const listening: Warehouse = {
				...test.warehouse,
				query: async (sql, options) => {
					statements.push(sql);
					return test.warehouse.query(sql, options);
				},
			};
			await build(listening, withOther);
			const lookUps = (model: string) =>
				statements.filter((sql) => sql.startsWith('SELECT partition') && sql.includes(`FROM own_${model}__`));
			const areCut = ['first_days', 'int_shopping', 'reminders'].map((name) =>
				lookUps(name).map((sql) => sql.includes('visitor_days')),
			);
			expect(areCut).toEqual([[true], [true], [false]]);
			const [row] = await rowsOf('SELECT report FROM transform_runs ORDER BY run DESC LIMIT 1');
			const { states } = JSON.parse(row?.report as string).judged.own;
			const onDays = Object.keys(states).filter((name) => states[name].isOnVisitorDays);
			expect(new Set(onDays)).toEqual(new Set(['first_days', 'int_shopping']));
			// An earlier receipt of an event moves it to another day: the visitor has no event on the first one any more.
			const moved = event({ visitor: 4, tsMs: at + 20 * dayMs, receivedMs: at + 21 * dayMs });
			await put(moved, event({ visitor: 3, tsMs: at + 20 * dayMs }));
			await run(withOther);
			await put({ ...moved, tsMs: at + 19 * dayMs, receivedMs: at + 20 * dayMs });
			await run(withOther);
			const movedRows = await rowsOf('SELECT toString(day) AS day FROM int_shopping WHERE visitor_id = 4');
			expect(movedRows).toEqual([{ day: '2026-04-20' }]);
			expect(await verify(test.warehouse, withOther)).toEqual({ differences: [] });
			await run(project);
		},
	);

	it.runIf(isThorough)('go back with a rollback, except those that have changed since then', async () => {
		const [{ run: target = '' } = {}] = await rowsOf('SELECT toString(max(run)) AS run FROM transform_runs');
		await put(event({ visitor: 7 }));
		await run(project);
		const other = compiled(changed(shopping, 'AS nth_day', '+ 0 AS nth_day'));
		await run(other);
		expect(await views('shopping_days')).toBe('4');
		expect(await rowsOf('SELECT toString(sum(events)) AS n FROM first_days')).toEqual([{ n: '4' }]);
		await rollback(test.warehouse, other, BigInt(target));
		expect(await ourEvents()).toBe('3');
		expect(await rowsOf('SELECT toString(sum(events)) AS n FROM first_days')).toEqual([{ n: '3' }]);
		expect(await views('shopping_days')).toBe('4');
		await resume(test.warehouse);
		await run(other);
		expect(await verify(test.warehouse, other)).toEqual({ differences: [] });
	});
});

describe('a fault in an own model', () => {
	const readers = ['running_views', 'shopping_now', 'shopping_weeks'];

	it('is told with its line and what ClickHouse said, keeps the rows of it and its readers, and stops nothing else', async () => {
		const broken = compiled(changed(days, 'sum(adds) AS adds', 'sum(added) AS adds'));
		await put(event({ visitor: 8, tsMs: at + dayMs }));
		const report = await run(broken);
		expect(report).toMatchObject({ outcome: 'published', kind: 'incremental' });
		expect(outcomes(report)).toEqual({ ...each('updated'), shopping_days: 'failed', ...each('held', readers) });
		expect(faultOf(report, 'shopping_days')).toMatch(/^models\/shopping_days\.sql:12: ClickHouse: .*\badded\b/);
		expect(faultOf(report, 'shopping_weeks')).toBe(
			'models/shopping_weeks.sql: it reads shopping_days, which is not current',
		);
		expect(report.own.every(({ fault, isNewFault }) => isNewFault === (fault !== undefined))).toBe(true);
		expect([await ourEvents(), await views('int_shopping'), await views('shopping_days')]).toEqual(['4', '4', '3']);
		const { staleModels } = await freshness(test.warehouse);
		expect(new Set(staleModels.map(({ name }) => name))).toEqual(new Set(['shopping_days', ...readers]));
		// It is computed again after a pause, or when an operator asks.
		await put(event({ visitor: 8, tsMs: at + dayMs }));
		const next = await run(broken);
		expect(outcomes(next)).toMatchObject({ shopping_days: 'waiting', shopping_weeks: 'held', int_shopping: 'updated' });
		expect(next.own.filter(({ isNewFault }) => isNewFault)).toEqual([]);
		expect(outcomes(await run(broken, { isAsked: true }))).toMatchObject({ shopping_days: 'failed' });
		// The rows that were missed are there with the correction.
		expect(outcomes(await run(project))).toMatchObject({ shopping_days: 'computed', ...each('computed', readers) });
		expect(await views('shopping_weeks')).toBe('5');
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it('is found in the syntax, the type of a column, the number of arguments and a view, all in one run', async () => {
		const now = 'models/shopping_now.sql' as const;
		const faults = [
			['of_syntax', days, 'GROUP BY site, day', 'GROUP BY site day', /of_syntax\.sql:14: ClickHouse: Syntax error/],
			['of_column', days, 'adds UInt64', 'adds UInt65', /of_column\.sql:8: ClickHouse: .*UInt65/],
			['of_arguments', shopping, 'sum(amount)', 'sum(amount, 2)', /of_arguments\.sql:\d+: ClickHouse: .*sum/],
			['of_view', now, 'sum(views)', 'sum(viewed)', /of_view\.sql:7: ClickHouse: .*viewed/],
		] as const;
		const files = faults.map(
			([name, file, from, to]) => [`models/${name}.sql`, changed(file, from, to)[file]] as const,
		);
		const report = await run(compiled({ ...ownModels, ...Object.fromEntries(files) }));
		expect(report.outcome).toBe('published');
		for (const [name, , , , words] of faults) expect(faultOf(report, name), name).toMatch(words);
		expect(outcomes(report)).toMatchObject(each('unchanged'));
		expect(await views('shopping_weeks')).toBe('3');
	});

	it('is a failed data test of its header, or of a file, which holds the models that the test reads', async () => {
		const strict = compiled(changed(days, 'visitors UInt64 {>= 1}', 'visitors UInt64 {>= 2}'));
		const header = await run(strict);
		expect(header).toMatchObject({ outcome: 'published' });
		expect(faultOf(header, 'shopping_days')).toContain(
			'its rows fail the data test "shopping_days: visitors >= 2" (1 row)',
		);
		const { 'tests/shopping_is_whole.sql': test, ...others } = ownModels;
		const failing = compiled({ ...others, 'tests/shopping_is_whole.sql': test.replace('!= 0', '= 0') });
		const report = await run(failing);
		expect(outcomes(report)).toMatchObject({
			shopping_days: 'failed',
			shopping_weeks: 'held',
			int_shopping: 'unchanged',
		});
		expect(faultOf(report, 'shopping_days')).toBe(
			'tests/shopping_is_whole.sql: the data test returns 2 rows; correct the model or the test',
		);
		expect(await views('shopping_weeks')).toBe('3');
		expect(outcomes(await run(failing, { isAsked: true, ignoreTests: true }))).toMatchObject({
			shopping_days: 'computed',
		});
	});

	it.runIf(isThorough)(
		'is that of a data test that reads only ours: it is told once, pauses, and stops nothing',
		async () => {
			const misspelled = 'SELECT site FROM {{sessions}} WHERE evens > 0';
			const broken = compiled({ ...ownModels, 'tests/no_evens.sql': misspelled });
			const found = async (of: Project, options = {}) => {
				await put(event({ visitor: 5 }));
				const report = await run(of, options);
				expect(report).toMatchObject({ outcome: 'published' });
				expect(report.own.filter(({ fault }) => fault !== undefined)).toEqual([]);
				return report.ownTests.filter(({ name }) => name === 'no_evens');
			};
			const told = /tests\/no_evens\.sql:1: ClickHouse: .*\bevens\b/;
			expect(await found(broken)).toMatchObject([
				{ failingRows: 1, fault: expect.stringMatching(told), isNewFault: true },
			]);
			expect((await freshness(test.warehouse)).failingTests).toMatchObject([
				{ name: 'no_evens', words: expect.stringMatching(told) },
			]);
			// It waits, with its state, until its pause is over or an operator asks.
			expect(await found(broken)).toEqual([]);
			expect((await freshness(test.warehouse)).failingTests).toHaveLength(1);
			expect(await found(broken, { isAsked: true })).toMatchObject([{ failingRows: 1, isNewFault: false }]);
			// Another version runs at once, on the days that were not tested, too.
			const strict = compiled({
				...ownModels,
				'tests/no_evens.sql': 'SELECT site, day FROM {{int_user_days}} WHERE visitor_id = 1',
			});
			const [failed] = (await run(strict)).ownTests.filter(({ name }) => name === 'no_evens');
			expect(failed).toMatchObject({ failingRows: 2, isNewFault: true });
			expect(failed?.fault).toContain(
				'tests/no_evens.sql: the data test returns 2 rows; correct the model or the test',
			);
			expect(await run(project)).toMatchObject({ outcome: 'published', why: 'own models changed' });
			expect((await freshness(test.warehouse)).failingTests).toEqual([]);
		},
	);

	it.runIf(isThorough)(
		'is a bound of time or of memory that it meets, and the name of a table that is not of Footfall',
		async () => {
			const slow = changed(days, 'sum(views) AS views', 'sum(views) + 0 * count(sleepEachRow(3)) AS views');
			const late = await run(compiled(slow, { ...defaultOwnLimits, seconds: 1 }));
			expect(faultOf(late, 'shopping_days')).toBe(
				'models/shopping_days.sql: a run took longer than 1 s for this model; let it read or group less, or raise --model-seconds',
			);
			const large = changed(
				days,
				'sum(views) AS views',
				'sum(views) + 0 * (SELECT length(groupArray(number)) FROM numbers(1e8)) AS views',
			);
			const full = await run(compiled(large, { ...defaultOwnLimits, memoryBytes: 64 * 2 ** 20 }));
			expect(faultOf(full, 'shopping_days')).toBe(
				'models/shopping_days.sql: a statement of this model needed more than 64 MiB of memory; let it group by fewer values, or raise --model-memory',
			);
			const few = changed(days, 'sum(views) AS views', 'sum(views) + 0 AS views');
			const many = await run(compiled(few, { ...defaultOwnLimits, rowsMax: 1 }));
			expect(faultOf(many, 'shopping_days')).toBe(
				'models/shopping_days.sql: a statement of this model made more than 1 rows; let it group by fewer values, or join on more columns',
			);
			// A cross join ends by one of the bounds, long before it would have made all rows.
			const crossed = ownModels[days]
				.replace(/^-- @column views .*$/m, '$&\n-- @column number UInt64: Number.')
				.replace('-- @grain site, day', '-- @grain site, day, number')
				.replace(/^SELECT .*$/m, 'SELECT site, day, views, number, adds, 1 AS visitors, 0 AS returning')
				.replace(/^GROUP BY .*$/m, '');
			for (const [tables, words] of [
				[
					'{{int_shopping}} AS shopping CROSS JOIN numbers(1e12) AS n',
					/^models\/shopping_days\.sql: .* more than 512 MiB of/,
				],
				[
					'numbers(1e12) AS n CROSS JOIN {{int_shopping}} AS shopping',
					/^models\/shopping_days\.sql: a statement of this model made more than 100000 rows; let it group by fewer values/,
				],
			] as const) {
				const files = { ...ownModels, [days]: crossed.replace('{{int_shopping}}', tables) };
				const cross = await run(compiled(files, { ...defaultOwnLimits, rowsMax: 100_000 }));
				expect(faultOf(cross, 'shopping_days')).toMatch(words);
			}
			await test.warehouse.command('CREATE TABLE IF NOT EXISTS plans (n UInt8) ENGINE = MergeTree ORDER BY n');
			const taken = await run(compiled({ ...ownModels, 'models/plans.sql': ownModels['models/shopping_now.sql'] }));
			expect(faultOf(taken, 'plans')).toBe(
				'models/plans.sql: the database has a table or view plans that is not of an own model; rename the file',
			);
			expect(await rowsOf('SELECT count() AS n FROM plans')).toEqual([{ n: '0' }]);
			expect(await ourEvents()).toBe('3');
		},
	);

	it.runIf(isThorough)(
		'is that a run has no more time for own models: the next run begins with those that were left',
		async () => {
			const endless = (name: string) =>
				ownModels[days]
					.replace(
						'{{int_shopping}}',
						`{{int_user_days}} WHERE '${name}' != (SELECT toString(sum(sleepEachRow(0.00004))) FROM numbers(1e15))`,
					)
					.replace(/^SELECT .*$/m, 'SELECT site, day, 0 AS views, 0 AS adds, 1 AS visitors, 0 AS returning');
			const names = ['endless_a', 'endless_b', 'endless_c'];
			const files = Object.fromEntries(names.map((name) => [`models/${name}.sql`, endless(name)]));
			const slow = compiled(files, { ...defaultOwnLimits, seconds: 1 });
			const found = async (options = {}) => {
				await put(event({ visitor: 5 }));
				const report = await run(slow, options);
				expect(report.outcome).toBe('published');
				return names.map((name) => outcomes(report)[name]);
			};
			expect(await found()).toEqual(['failed', 'deferred', 'deferred']);
			const { staleModels } = await freshness(test.warehouse);
			expect(staleModels.find(({ name }) => name === 'endless_c')?.words).toContain(
				'the other models of the project folder took the 1 s that a run has for them; the next run begins with this one',
			);
			expect(await found()).toEqual(['waiting', 'failed', 'deferred']);
			expect(await ourEvents()).toBe('5');
			// An operator waits for all.
			expect(await found({ isAsked: true })).toEqual(['failed', 'failed', 'failed']);
		},
	);

	it('is a row that a run could not keep up to date', async () => {
		const shifted = changed(days, 'SELECT site, day,', 'SELECT site, day + 1 AS day,');
		const grouped = (shifted[days] as string).replace('GROUP BY site, day', 'GROUP BY ALL');
		const { 'tests/shopping_is_whole.sql': _, ...files }: Files = { ...shifted, [days]: grouped };
		expect(faultOf(await run(compiled(files)), 'shopping_days')).toMatch(
			/it makes a row of the day 2026-04-03 from rows of other days; select the column day of the upstream model unchanged/,
		);
		const gathered = (shifted[days] as string).replace('day + 1 AS day', "toDate('2026-04-01') AS day");
		const { [days]: __, ...rest } = files;
		const first = compiled({ ...rest, [days]: gathered.replace('GROUP BY site, day', 'GROUP BY ALL') });
		expect(faultOf(await run(first), 'shopping_days')).toMatch(
			/it makes a row of the day 2026-04-01 from rows of other days/,
		);
		const merged = compiled({
			'models/merged.sql': ownModels[shopping]
				.replaceAll('SELECT site, visitor_id, day,', 'SELECT site, toUInt64(5) AS visitor_id, day,')
				.replace('GROUP BY site, visitor_id, day', 'GROUP BY ALL'),
		});
		// A run that computes all rows finds it as well: the next one would not keep them up to date.
		expect(faultOf(await run(merged), 'merged')).toMatch(
			/it makes a row of visitor 5 of shop from events of other visitors/,
		);
	});

	it.runIf(isThorough)(
		'is not that the server fails: the run is repeated from the published rows, and the model waits after two failures',
		async () => {
			const full = changing(test.warehouse, /^INSERT INTO own_shopping_days/, (sql) => ({
				sql,
				// As if other statements had used up the memory.
				settings: { max_memory_usage_for_user: '1' },
			}));
			await put(event({ visitor: 4 }));
			await expect(build(full, project)).rejects.toThrow(/memory limit/i);
			expect(outcomes(await run(project))).toMatchObject({ int_shopping: 'updated', shopping_days: 'updated' });
			await put(event({ visitor: 4 }));
			for (let i = 0; i < 2; i++) await expect(build(full, project)).rejects.toThrow(/memory limit/i);
			const report = await build(full, project);
			expect(report).toMatchObject({ outcome: 'published' });
			expect(outcomes(report)).toMatchObject({
				int_shopping: 'updated',
				shopping_days: 'failed',
				shopping_weeks: 'held',
			});
			expect(faultOf(report, 'shopping_days')).toMatch(
				/^models\/shopping_days\.sql: ClickHouse failed 2 times in a row while this file was computed \(.*memory limit.*\); correct the state of the server/i,
			);
			await run(project, { isAsked: true });
			expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
		},
	);

	it.runIf(isThorough)(
		'is a view that ClickHouse refuses after the run is published: readers see the last good one',
		async () => {
			const wider = changed(
				days,
				'-- @column returning',
				'-- @column more UInt64: Views and adds.\n-- @column returning',
			);
			const other = compiled({
				...wider,
				[days]: (wider[days] as string).replace('SELECT site,', 'SELECT views + adds AS more, site,'),
			});
			const refusing = changing(test.warehouse, /^CREATE OR REPLACE VIEW shopping_days/, (sql) => ({
				sql: sql.replace('VIEW shopping_days', 'VIEW missing.shopping_days'),
			}));
			await put(event({ visitor: 4 }));
			const report = await build(refusing, other);
			expect(report).toMatchObject({ outcome: 'published' });
			expect(outcomes(report)).toMatchObject({
				int_shopping: 'updated',
				shopping_days: 'failed',
				...each('held', readers),
			});
			expect(faultOf(report, 'shopping_days')).toMatch(
				/^models\/shopping_days\.sql:\d+: ClickHouse refuses the view of this model: .*missing/,
			);
			expect(await ourEvents()).toBe('4');
			for (const mart of ['shopping_days', 'shopping_weeks', 'shopping_now']) expect(await views(mart), mart).toBe('3');
			const scratch = await rowsOf(
				"SELECT sum(total_rows) AS n FROM system.tables WHERE database = currentDatabase() AND name LIKE 'transform_scratch_%'",
			);
			expect(scratch).toEqual([{ n: '0' }]);
			expect((await freshness(test.warehouse)).staleModels.map(({ name }) => name)).toContain('shopping_days');
			expect(await build(refusing, other)).toMatchObject({ outcome: 'skipped' });
			await collectGarbage(test.warehouse, other, BigInt(Date.now() + 60_000) * 1_000n, 1);
			expect(await views('shopping_weeks')).toBe('3');
			await run(other, { isAsked: true });
			expect(await rowsOf('SELECT toString(sum(more)) AS n FROM shopping_days')).toEqual([{ n: '4' }]);
			expect(await verify(test.warehouse, other)).toEqual({ differences: [] });
		},
	);

	it('is a file that does not compile, whose model keeps its rows', async () => {
		const { project: faulty, faults } = folders.compile(ours, changed(days, '{{int_shopping}}', '{{shoppings}}'));
		expect(faults).toHaveLength(1);
		await put(event({ visitor: 6 }));
		const report = await run(faulty);
		expect(outcomes(report)).toMatchObject({
			shopping_days: 'failed',
			shopping_weeks: 'failed',
			int_shopping: 'updated',
		});
		expect(faultOf(report, 'shopping_days')).toContain('{{shoppings}} is not a model');
		expect([await views('shopping_days'), await ourEvents()]).toEqual(['3', '4']);
		expect(await run(faulty)).toMatchObject({ outcome: 'skipped' });
	});

	it.runIf(isThorough)(
		'stays visible through a rebuild of ours, of which its readers see the last good rows',
		async () => {
			const broken = compiled(changed(days, 'sum(adds) AS adds', 'sum(added) AS adds'));
			await run(broken);
			await put(event({ visitor: 6 }));
			const others = compileOrThrow(
				packageFolders.change(
					packageFolders.copy(['sessions', 'int_user_days']),
					'3_marts/sessions.sql',
					'Sessions:',
					'The sessions:',
				),
			);
			const upgraded: Project = { ...others, own: broken.own };
			expect(upgraded.checksum).not.toBe(project.checksum);
			expect(await run(upgraded)).toMatchObject({ kind: 'rebuild', outcome: 'published' });
			await test.warehouse.command(`ALTER TABLE transform_runs DELETE WHERE models = '${project.checksum}'`, {
				settings: { mutations_sync: 1 },
			});
			expect([await views('shopping_days'), await views('shopping_weeks'), await ourEvents()]).toEqual(['3', '3', '4']);
			await collectGarbage(test.warehouse, upgraded, BigInt(Date.now() + 60_000) * 1_000n, 1);
			expect(await views('shopping_days')).toBe('3');
		},
	);
});

describe('the functions that own models cannot call', () => {
	it('are those which the server knows to depend on more than their arguments', async () => {
		const rows = await rowsOf('SELECT name FROM system.functions WHERE deterministic = 0 AND NOT is_aggregate');
		const names = rows.map(({ name = '' }) => name);
		const unknown = names.filter((name) => dependenceOf(name) === undefined && !isSteadyAnyway(name));
		expect(unknown).toEqual([]);
		expect(names.length).toBeGreaterThan(100);
	});
});
