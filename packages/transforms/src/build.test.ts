import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, CompileFault } from './build.js';
import { compile, modelsDirectory } from './compile/compile.js';
import { pauseMs, watch } from './operate/watch.js';
import { collectGarbage } from './store/garbage.js';
import { changesTable } from './store/layout.js';
import { breakLock } from './store/lock.js';
import { failingAt } from './testing/failing-at.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';

let test: TestWarehouse;
let scratch: string;
beforeAll(async () => {
	test = await startTestWarehouse();
	scratch = mkdtempSync(join(tmpdir(), 'footfall-models-'));
});
afterAll(async () => {
	await test.stop();
	rmSync(scratch, { recursive: true, force: true });
});

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
function copyModels(): string {
	const directory = mkdtempSync(join(scratch, 'models-'));
	cpSync(modelsDirectory, directory, { recursive: true });
	return directory;
}

/** A folder of few statements: sessions and what they read. */
function twoModels(): string {
	const directory = copyModels();
	for (const path of ['2_intermediate/int_user_days.sql', '2_intermediate/int_activity_days.sql', 'tests'])
		rmSync(join(directory, path), { recursive: true });
	for (const file of readdirSync(join(directory, '3_marts')))
		if (file !== 'sessions.sql') rmSync(join(directory, '3_marts', file));
	return directory;
}
/** The models of a folder, and one more column in sessions. */
function withColumnTwice(directory: string): string {
	const file = join(directory, '3_marts/sessions.sql');
	const text = readFileSync(file, 'utf8');
	writeFileSync(
		file,
		text
			.replace('-- @column page_views', '-- @column twice UInt64: Twice events.\n-- @column page_views')
			.replace('    sum(visit.events) AS events,', '    sum(visit.events) AS events,\n    events * 2 AS twice,'),
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
		await build(test.warehouse);
		expect(await eventsInMarts()).toBe(0);
		await addEvents(3);
		const report = await build(test.warehouse);
		expect(report).toMatchObject({ outcome: 'published', kind: 'incremental', why: 'new events', visitors: 3 });
		const rows = Object.fromEntries(report.models.map((model) => [model.name, model.rows]));
		expect(rows).toMatchObject({ int_user_days: 3, sessions: 3, users_activity: 1, retention: 1, page_days: 1 });
		expect(await eventsInMarts()).toBe(3);
	});

	it('reads old events again only where a new receipt takes the place of a counted one, or of whom is asked for', async () => {
		const event = (visitor: number, n: number) =>
			receipt({ id: idOf(500 + n), visitor, tsMs: Date.UTC(2026, 3, 1, n) });
		await insertReceipts(test.warehouse, [event(501, 1), event(502, 2)]);
		expect(await build(test.warehouse)).toMatchObject({ visitors: 2, reread: 0 });
		const again = event(502, 2);
		await insertReceipts(test.warehouse, [
			event(501, 3),
			event(502, 4),
			{ ...again, receivedMs: again.receivedMs + 1 },
		]);
		expect(await build(test.warehouse)).toMatchObject({ visitors: 2, reread: 0 });
		await insertReceipts(test.warehouse, [{ ...again, receivedMs: again.receivedMs - 1 }]);
		expect(await build(test.warehouse)).toMatchObject({ visitors: 1, reread: 1 });
		expect(await build(test.warehouse, { restate: { user: '501' } })).toMatchObject({ visitors: 1, reread: 1 });
		expect(
			await test.warehouse.query(
				'SELECT visitor_id, sum(events) AS n FROM sessions WHERE visitor_id > 500 GROUP BY visitor_id ORDER BY visitor_id',
			),
		).toEqual([
			{ visitor_id: '501', n: '2' },
			{ visitor_id: '502', n: '2' },
		]);
	});

	it('publishes nothing when a data test finds rows', async () => {
		const before = await eventsInMarts();
		await addEvents(2);
		const directory = copyModels();
		writeFileSync(join(directory, 'tests/nobody_came.sql'), 'SELECT * FROM {{sessions}}\n');
		const report = await build(test.warehouse, { directory });
		expect(report.outcome).toBe('tests-failed');
		expect(report.tests.filter(({ failingRows }) => failingRows > 0)).toEqual([
			{ name: 'nobody_came', failingRows: 2 },
		]);
		expect(await eventsInMarts()).toBe(before);
		const kept = await test.warehouse.query(
			`SELECT table FROM system.parts WHERE active AND partition = '${report.run}' AND database = 'footfall'`,
		);
		expect(kept).toEqual([]);
		expect(await build(test.warehouse)).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 2);
	});

	it('leaves the published marts alone when it dies at any statement, and the next run makes up for it', async () => {
		const directories = [twoModels(), withColumnTwice(twoModels())] as const;
		let published = await eventsInMarts();
		for (let n = 1; ; n++) {
			// Every time from one structure to the other, so that a death leaves the most to make up for.
			const directory = directories[n % 2 ? 1 : 0];
			const columnTwice = n % 2 ? [{ name: 'twice' }] : [];
			await addEvents(1);
			const failing = failingAt(test.warehouse, n);
			const died = await build(failing.warehouse, { directory }).then(
				() => false,
				() => true,
			);
			// After publishing only cleaning up is left, so a death there may have published all the same.
			expect([published, published + 1]).toContain(await eventsInMarts());
			// Whoever died has left its lock, too.
			await breakLock(test.warehouse);
			await build(test.warehouse, { directory });
			published++;
			expect(await eventsInMarts()).toBe(published);
			expect(await columnsNamedTwice()).toEqual(columnTwice);
			if (!died) {
				expect(n).toBeGreaterThan(15);
				break;
			}
		}
		await build(test.warehouse);
	});

	it('is safe to run twice at once', async () => {
		const before = await eventsInMarts();
		await addEvents(5);
		const reports = await Promise.all([build(test.warehouse), build(test.warehouse)]);
		expect(reports.every(({ outcome }) => outcome !== 'tests-failed')).toBe(true);
		expect(await eventsInMarts()).toBe(before + 5);
	});

	it('publishes nothing when somebody frees its lock meanwhile', async () => {
		const before = await eventsInMarts();
		await addEvents(3);
		const command: typeof test.warehouse.command = async (sql, ...rest) => {
			if (sql.startsWith('INSERT INTO int_activity_days')) await breakLock(test.warehouse);
			return test.warehouse.command(sql, ...rest);
		};
		await expect(build({ ...test.warehouse, command })).rejects.toThrow('took this one for dead');
		expect(await eventsInMarts()).toBe(before);
		expect(await build(test.warehouse)).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 3);
	});

	it('leaves alone what a later run makes, when it goes on after somebody freed its lock', async () => {
		const [before, left] = await Promise.all([eventsInMarts(), unpublishedRuns()]);
		await addEvents(3);
		const isMaking = (sql: string) => sql.startsWith('INSERT INTO int_visits__');
		const early = pausing(isMaking);
		const failing = expect(build(early.warehouse)).rejects.toThrow('took this one for dead');
		await early.paused;
		await breakLock(test.warehouse);
		const late = pausing(isMaking);
		const publishing = build(late.warehouse);
		await late.paused;
		early.goOn();
		await failing;
		late.goOn();
		expect(await publishing).toMatchObject({ outcome: 'published' });
		expect(await eventsInMarts()).toBe(before + 3);
		expect(await build(test.warehouse)).toMatchObject({ outcome: 'skipped' });
		expect(await unpublishedRuns()).toEqual(left);
	});

	/** Runs that nobody published and that have rows all the same. */
	const unpublishedRuns = () =>
		test.warehouse.query(
			`SELECT DISTINCT partition FROM system.parts
			WHERE active AND database = currentDatabase() AND match(table, '__[0-9a-f]{8}$')
				AND toUInt64OrZero(partition) NOT IN (SELECT run FROM transform_runs) ORDER BY partition`,
		);

	/** A warehouse that waits, once, before a statement. */
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
		// As an earlier version had it.
		await test.warehouse.command('CREATE TABLE transform_scratch_changes (run UInt64) ENGINE = Memory');
		const directory = withColumnTwice(copyModels());
		expect(await build(test.warehouse, { directory })).toMatchObject({ outcome: 'published', why: 'models changed' });
		expect(await test.warehouse.query('SELECT max(twice) > 0 AS ok FROM sessions')).toEqual([{ ok: 1 }]);
		// Two tables, each with the view over all its runs.
		expect(await tablesFrom('sessions__')).toHaveLength(4);
		expect(await build(test.warehouse)).toMatchObject({ outcome: 'published', why: 'models changed' });
		await expect(test.warehouse.query('SELECT twice FROM sessions')).rejects.toThrow('twice');
		const compiled = compile();
		// What runs that died have left of it goes late.
		const laterUs = BigInt(Date.now() + 7 * 3_600_000) * 1_000n;
		if (compiled.ok) await collectGarbage(test.warehouse, compiled.project, laterUs);
		const left = await tablesFrom('sessions__');
		expect(left).toHaveLength(2);
		expect(left[1]?.name).toBe(`${left[0]?.name}_runs`);
		expect(await tablesFrom('transform_scratch_changes')).toEqual([{ name: changesTable }]);
		expect(await eventsInMarts()).toBeGreaterThan(0);
	});
});

describe('compile', () => {
	it.each([
		[
			'an unknown reference',
			'3_marts/sessions.sql',
			'{{int_visits}}',
			'{{nowhere}}',
			'sessions: {{nowhere}} is not a model',
		],
		[
			'a missing grain',
			'3_marts/sessions.sql',
			'-- @grain site, visitor_id, started_at\n',
			'',
			'sessions: the header needs one @grain, it has 0',
		],
		[
			'a key that is no column',
			'3_marts/sessions.sql',
			'-- @grain site',
			'-- @grain shop',
			'sessions: "shop" in the header is not a column',
		],
		[
			'an unknown key',
			'3_marts/sessions.sql',
			'-- @grain',
			'-- @owner me\n-- @grain',
			'sessions: the header has an unknown @owner',
		],
		['a column without a description', '3_marts/sessions.sql', ': Site key.', '', 'is not "name type: description"'],
		[
			'a refresh that nobody knows',
			'3_marts/sessions.sql',
			'-- @refresh visitor',
			'-- @refresh hourly',
			'sessions: "@refresh hourly" is not one of run, visitor, unit, onwards DAYS, view',
		],
		[
			'rows of visitors that are made of rows of days',
			'3_marts/sessions.sql',
			'FROM {{int_visits}}',
			'FROM {{funnel}}',
			'sessions: with @refresh visitor it cannot read funnel',
		],
		[
			'rows of visitors whose days nobody knows',
			'2_intermediate/int_presence_days.sql',
			'-- @carries event_hashes, is_continued\n',
			'',
			'one model must have @carries when others have @refresh visitor, not none',
		],
		[
			'rows from before that are not of visitors',
			'2_intermediate/int_visit_pieces.sql',
			'{{int_visits.before}}',
			'{{page_days.before}}',
			'int_visit_pieces: {{page_days.before}} needs @refresh visitor in page_days',
		],
		[
			'half of what is needed to know days',
			'2_intermediate/int_presence_days.sql',
			'-- @carries event_hashes, is_continued\n',
			'-- @carries event_hashes\n',
			'int_presence_days: "@carries event_hashes" is not two columns',
		],
		[
			'two models that know the days of visitors',
			'3_marts/sessions.sql',
			'-- @refresh visitor',
			'-- @refresh visitor\n-- @carries events, is_long',
			'one model must have @carries when others have @refresh visitor, not int_presence_days, sessions',
		],
		[
			'pieces with other columns than what they are joined to',
			'2_intermediate/int_visits.sql',
			': Events.',
			': All events.',
			'int_visits: it must read int_visit_pieces alone and have the columns that int_visit_pieces begins with',
		],
		[
			'days of visitors in a model that is not of visitors',
			'3_marts/page_days.sql',
			'-- @refresh unit',
			'-- @refresh unit\n-- @carries views, visitors',
			'page_days: @carries needs @refresh visitor',
		],
		[
			'a circle',
			'3_marts/retention.sql',
			'FROM {{int_activity_days}}',
			'FROM {{retention}}',
			'the models read each other in a circle',
		],
	])('says what is wrong with %s', async (_, path, from, to, fault) => {
		const directory = copyModels();
		const file = join(directory, path);
		const text = readFileSync(file, 'utf8');
		expect(text).toContain(from);
		writeFileSync(file, text.replace(from, to));
		const compiled = compile(directory);
		expect(compiled.ok === false && compiled.faults.join('\n')).toContain(fault);
		await expect(build(test.warehouse, { directory })).rejects.toThrow(CompileFault);
	});
});

/** A connection of which one statement fails. */
function failingOnce() {
	let hasFailed = false;
	const query: typeof test.warehouse.query = (...args) => {
		if (hasFailed) return test.warehouse.query(...args);
		hasFailed = true;
		return Promise.reject(new Error('the connection is gone'));
	};
	return { warehouse: { ...test.warehouse, query } };
}

describe('watch', () => {
	it('goes on after a failed run, and ends when told', async () => {
		const stop = new AbortController();
		const errors: string[] = [];
		const outcomes: string[] = [];
		await addEvents(1);
		const { warehouse } = failingOnce();
		await watch(warehouse, {
			everyMs: 5,
			signal: stop.signal,
			onError: ({ message }) => errors.push(message),
			onReport: ({ outcome }) => {
				outcomes.push(outcome);
				if (outcomes.length === 2) stop.abort();
			},
		});
		expect(errors).toEqual(['the connection is gone']);
		expect(outcomes).toEqual(['published', 'skipped']);
	});

	it('has its runs prepared, each before it looks for what is new', async () => {
		const stop = new AbortController();
		const before = await eventsInMarts();
		let runs = 0;
		await watch(test.warehouse, {
			everyMs: 5,
			signal: stop.signal,
			beforeRun: () => addEvents(2),
			onError: (error) => expect.unreachable(error.message),
			onReport: () => {
				runs++;
				if (runs === 3) stop.abort();
			},
		});
		expect(await eventsInMarts()).toBe(before + 6);
	});

	it('begins no run when it is told to end before', async () => {
		const stop = new AbortController();
		await addEvents(1);
		await watch(test.warehouse, {
			everyMs: 5,
			signal: stop.signal,
			beforeRun: async () => stop.abort(),
			onError: (error) => expect.unreachable(error.message),
			onReport: ({ outcome }) => expect.unreachable(outcome),
		});
	});

	it('starts a run every so often, with room between two, and later and later after failures', () => {
		expect(pauseMs(5_000, 400, 0)).toBe(4_600);
		expect([4_500, 60_000].map((tookMs) => pauseMs(5_000, tookMs, 0))).toEqual([500, 500]);
		expect([1, 2, 3, 9].map((failures) => pauseMs(5_000, 400, failures))).toEqual([10_000, 20_000, 40_000, 60_000]);
		expect(pauseMs(3_600_000, 400, 5)).toBe(3_600_000);
	});
});
