import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { collectGarbage } from './store/garbage.js';
import { changesTable } from './store/layout.js';
import { breakLock } from './store/processes/lock.js';
import { failingAt } from './testing/failing-at.js';
import { ModelFolders } from './testing/model-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';

const folders = new ModelFolders();
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const allModels = compileOrThrow();
/** A short run of the tests has few models after the first test. */
const project = isThorough ? allModels : compileOrThrow(folders.copy(['sessions', 'users_activity']));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});

/** A short run of the tests ends runs at every fifth statement. */
const statementStep = isThorough ? 1 : 8;

let nextId = 1;
async function addEvents(count: number): Promise<void> {
	const events = Array.from({ length: count }, () =>
		receipt({ id: idOf(nextId), visitor: nextId++, tsMs: Date.UTC(2026, 3, 1) }),
	);
	await insertReceipts(test.warehouse, events);
}
async function eventsInMarts(): Promise<number> {
	const [row] = await test.warehouse.query<{ n: string }>('SELECT sum(events) AS n FROM sessions');
	return Number(row?.n);
}
/** A folder with the models of `project`. */
const copyOfProject = () => folders.copy(isThorough ? undefined : ['sessions', 'users_activity']);
/** `sessions` and its upstream models: a run of them has few statements. */
const twoModels = () => folders.copy(['sessions']);

/** Adds a column to `sessions` in a folder of models. */
function withColumnTwice(directory: string): string {
	const file = join(directory, '3_marts/sessions.sql');
	const text = readFileSync(file, 'utf8');
	writeFileSync(
		file,
		text
			.replace('-- @column page_views', '-- @column twice UInt64: Twice events.\n-- @column page_views')
			.replace('AS duration_seconds,\n    events,', 'AS duration_seconds,\n    events,\n    events * 2 AS twice,'),
	);
	return directory;
}
function columnsNamedTwice(): Promise<unknown[]> {
	return test.warehouse.query(
		`SELECT name FROM system.columns WHERE database = 'footfall' AND table = 'sessions' AND name = 'twice'`,
	);
}
function tablesFrom(start: string): Promise<{ name: string }[]> {
	return test.warehouse.query(
		`SELECT name FROM system.tables WHERE database = 'footfall' AND startsWith(name, {start:String}) ORDER BY name`,
		{ params: { start } },
	);
}

describe('build', () => {
	it('shows readers an empty mart before the first run, and the events after it', async () => {
		await build(test.warehouse, allModels);
		expect(await eventsInMarts()).toBe(0);
		await addEvents(3);
		const report = await build(test.warehouse, allModels);
		expect(report).toMatchObject({ outcome: 'published', kind: 'incremental', why: 'new events', visitors: 3 });
		const rows = Object.fromEntries(report.models.map((model) => [model.name, model.rows]));
		expect(rows).toMatchObject({ int_user_days: 3, sessions: 3, users_activity: 1, retention: 1, page_days: 1 });
		expect(await eventsInMarts()).toBe(3);
		await build(test.warehouse, project);
	});

	it('changes no day for a repeated event after a rebuild, whose rows have no hashes', async () => {
		const repeated = receipt({ id: idOf(nextId), visitor: nextId++, tsMs: Date.UTC(2026, 3, 2) });
		await insertReceipts(test.warehouse, [repeated]);
		await build(test.warehouse, project, { fullRefresh: true });
		await insertReceipts(test.warehouse, [{ ...repeated, receivedMs: repeated.receivedMs + 1_000 }]);
		const changedModels = async () => {
			const { run } = await build(test.warehouse, project);
			return test.warehouse.query(
				`SELECT arrayJoin(mapKeys(manifest)) AS model FROM transform_runs
				WHERE run = ${run} AND has(manifest[model].3, run) ORDER BY model`,
			);
		};
		expect(await changedModels()).toEqual([]);
		await insertReceipts(test.warehouse, [{ ...repeated, receivedMs: repeated.receivedMs - 1_000, path: '/other' }]);
		expect(await changedModels()).not.toEqual([]);
	});

	it('re-reads all events only of visitors with a replaced receipt, and of visitors that are restated', async () => {
		const event = (visitor: number, n: number) =>
			receipt({ id: idOf(500 + n), visitor, tsMs: Date.UTC(2026, 3, 1, n) });
		await insertReceipts(test.warehouse, [event(501, 1), event(502, 2)]);
		expect(await build(test.warehouse, project)).toMatchObject({ visitors: 2, reread: 0 });
		const again = event(502, 2);
		await insertReceipts(test.warehouse, [
			event(501, 3),
			event(502, 4),
			{ ...again, receivedMs: again.receivedMs + 1 },
		]);
		expect(await build(test.warehouse, project)).toMatchObject({ visitors: 2, reread: 0 });
		await insertReceipts(test.warehouse, [{ ...again, receivedMs: again.receivedMs - 1 }]);
		expect(await build(test.warehouse, project)).toMatchObject({ visitors: 1, reread: 1 });
		expect(await build(test.warehouse, project, { restate: { user: '501' } })).toMatchObject({
			visitors: 1,
			reread: 1,
		});
		expect(
			await test.warehouse.query(
				'SELECT visitor_id, sum(events) AS n FROM sessions WHERE visitor_id > 500 GROUP BY visitor_id ORDER BY visitor_id',
			),
		).toEqual([
			{ visitor_id: '501', n: '2' },
			{ visitor_id: '502', n: '2' },
		]);
	});

	it('publishes nothing when a data test fails', async () => {
		const before = await eventsInMarts();
		await addEvents(2);
		const directory = copyOfProject();
		writeFileSync(join(directory, 'tests/no_session_exists.sql'), 'SELECT * FROM {{sessions}}\n');
		const report = await build(test.warehouse, compileOrThrow(directory));
		expect(report.outcome).toBe('tests-failed');
		expect(report.tests.filter(({ failingRows }) => failingRows > 0)).toEqual([
			{ name: 'no_session_exists', failingRows: 2 },
		]);
		expect(await eventsInMarts()).toBe(before);
		const kept = await test.warehouse.query(
			`SELECT table FROM system.parts WHERE active AND partition = '${report.run}' AND database = 'footfall'`,
		);
		expect(kept).toEqual([]);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 2);
	});

	it('leaves the published marts unchanged when it dies at any statement, and the next run publishes its events', async () => {
		const directories = [twoModels(), withColumnTwice(twoModels())] as const;
		let published = await eventsInMarts();
		for (let n = 1, round = 1; ; n += statementStep, round++) {
			// Each run changes the structure, so that one that dies leaves as much unfinished as possible.
			const directory = directories[round % 2 ? 1 : 0];
			const columnTwice = round % 2 ? [{ name: 'twice' }] : [];
			await addEvents(1);
			const failing = failingAt(test.warehouse, n);
			const died = await build(failing.warehouse, compileOrThrow(directory)).then(
				() => false,
				() => true,
			);
			// A run that dies in its clean-up has published before.
			expect([published, published + 1]).toContain(await eventsInMarts());
			// A run that died still holds the lock.
			await breakLock(test.warehouse);
			await build(test.warehouse, compileOrThrow(directory));
			published++;
			expect(await eventsInMarts()).toBe(published);
			expect(await columnsNamedTwice()).toEqual(columnTwice);
			if (!died) {
				expect(n).toBeGreaterThan(15);
				break;
			}
		}
		await build(test.warehouse, project);
	});

	it('counts every event once when two processes run it at once', async () => {
		const before = await eventsInMarts();
		await addEvents(5);
		const reports = await Promise.all([build(test.warehouse, project), build(test.warehouse, project)]);
		expect(reports.every(({ outcome }) => outcome !== 'tests-failed')).toBe(true);
		expect(await eventsInMarts()).toBe(before + 5);
	});

	it('plans again when another process has published between its look at the state and its lock', async () => {
		const before = await eventsInMarts();
		await addEvents(2);
		let isFirst = true;
		const command: typeof test.warehouse.command = async (sql, ...rest) => {
			if (isFirst && sql.startsWith('CREATE TABLE transform_lock')) {
				isFirst = false;
				await build(test.warehouse, project);
			}
			return test.warehouse.command(sql, ...rest);
		};
		expect(await build({ ...test.warehouse, command }, project)).toMatchObject({ outcome: 'skipped' });
		expect(await eventsInMarts()).toBe(before + 2);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
	});

	it('publishes nothing when an operator frees its lock during the run', async () => {
		const before = await eventsInMarts();
		await addEvents(3);
		const command: typeof test.warehouse.command = async (sql, ...rest) => {
			if (sql.startsWith('INSERT INTO int_activity_days')) await breakLock(test.warehouse);
			return test.warehouse.command(sql, ...rest);
		};
		await expect(build({ ...test.warehouse, command }, project)).rejects.toThrow('took over the lock');
		expect(await eventsInMarts()).toBe(before);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 3);
	});

	it('does not touch rows of a later run when it continues after an operator freed its lock', async () => {
		const [before, left] = await Promise.all([eventsInMarts(), unpublishedRuns()]);
		await addEvents(3);
		const isMaking = (sql: string) => sql.startsWith('INSERT INTO int_visits__');
		const early = pausing(isMaking);
		const failing = expect(build(early.warehouse, project)).rejects.toThrow('took over the lock');
		await early.paused;
		await breakLock(test.warehouse);
		const late = pausing(isMaking);
		const publishing = build(late.warehouse, project);
		await late.paused;
		early.goOn();
		await failing;
		late.goOn();
		expect(await publishing).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 3);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
		expect(await unpublishedRuns()).toEqual(left);
	});

	/** Runs that have rows and are not published. */
	const unpublishedRuns = () =>
		test.warehouse.query(
			`SELECT DISTINCT partition FROM system.parts
			WHERE active AND database = currentDatabase() AND match(table, '__[0-9a-f]{8}$')
				AND toUInt64OrZero(partition) NOT IN (SELECT run FROM transform_runs) ORDER BY partition`,
		);

	/** A warehouse that waits before the statements that `isAwaited` accepts until `goOn` is called. */
	function pausing(isAwaited: (sql: string) => boolean) {
		const [paused, pause] = signal();
		const [going, goOn] = signal();
		const command: typeof test.warehouse.command = async (sql, ...rest) => {
			if (isAwaited(sql)) {
				pause();
				await going;
			}
			return test.warehouse.command(sql, ...rest);
		};
		return { warehouse: { ...test.warehouse, command }, paused, goOn };
	}

	function signal(): [Promise<void>, () => void] {
		let give = () => {};
		const given = new Promise<void>((resolve) => {
			give = resolve;
		});
		return [given, give];
	}

	it('moves to a new structure when a model changes, and collects the old tables', async () => {
		// The table of an earlier version.
		await test.warehouse.command('CREATE TABLE transform_scratch_changes (run UInt64) ENGINE = Memory');
		const directory = withColumnTwice(copyOfProject());
		expect(await build(test.warehouse, compileOrThrow(directory))).toMatchObject({
			outcome: 'published',
			why: 'models changed',
		});
		expect(await test.warehouse.query('SELECT max(twice) > 0 AS ok FROM sessions')).toEqual([{ ok: 1 }]);
		// Two tables, each with a view over all its runs.
		expect(await tablesFrom('sessions__')).toHaveLength(4);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published', why: 'models changed' });
		await expect(test.warehouse.query('SELECT twice FROM sessions')).rejects.toThrow('twice');
		// Rows of runs that died are dropped only after hours.
		const laterUs = BigInt(Date.now() + 7 * 3_600_000) * 1_000n;
		await collectGarbage(test.warehouse, project, laterUs);
		const left = await tablesFrom('sessions__');
		expect(left).toHaveLength(2);
		expect(left[1]?.name).toBe(`${left[0]?.name}_runs`);
		expect(await tablesFrom('transform_scratch_changes')).toEqual([{ name: changesTable }]);
		expect(await eventsInMarts()).toBeGreaterThan(0);
	});
});
