import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { makeAside } from './make/make-aside.js';
import type { BuildOptions } from './make/start.js';
import { resume, rollback } from './operate/runs.js';
import { verify } from './operate/verify.js';
import { listLeftOut } from './store/left-out.js';
import { breakLock } from './store/processes/lock.js';
import { failingAt } from './testing/failing-at.js';
import { ModelFolders } from './testing/model-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';

const folders = new ModelFolders();
/** Models of each kind, so that a run has few statements; the first test reads all models. */
const fewModels = ['sessions', 'page_days'];
const project = compileOrThrow(folders.copy(fewModels));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await build(test.warehouse, project);
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});
beforeEach(async () => {
	// The first run of a test rebuilds the marts, since the events of the published run are gone.
	await test.warehouse.command('TRUNCATE TABLE events');
	await test.warehouse.command('TRUNCATE TABLE transform_left_out');
});

let nextId = 1;
const at = Date.UTC(2026, 3, 1, 12);
const event = (parts: Partial<Receipt> = {}) => receipt({ id: idOf(nextId++), tsMs: at, ...parts });
const put = (...receipts: Receipt[]) => insertReceipts(test.warehouse, receipts);
const bad = { objId: 'bad' };

/** A copy of few models with a change in one of them. */
const modelsWith = (file: string, from: string, to: string) => folders.change(folders.copy(fewModels), file, from, to);

const sessions = () =>
	test.warehouse.query('SELECT site, visitor_id, sum(events) AS n FROM sessions GROUP BY ALL ORDER BY ALL');
const of = (site: string, visitor: number, n: number) => ({ site, visitor_id: String(visitor), n: String(n) });
const left = async () =>
	(await listLeftOut(test.warehouse, 100)).map(({ site, visitor, reason, events }) => ({
		site,
		visitor,
		reason,
		events,
	}));
const published = async ({ directory, ...options }: BuildOptions & { directory?: string }) =>
	expect(await build(test.warehouse, directory ? compileOrThrow(directory) : project, options)).toMatchObject({
		outcome: 'published',
	});

const isThorough = process.env.FOOTFALL_THOROUGH === '1';
/** Statements from one death of a run to the next. */
const statementStep = Number(process.env.FOOTFALL_STATEMENT_STEP ?? 30);

describe('a data test that fails for new data', () => {
	const reason = 'it fails the data test "int_user_days: arrayCount(p -> p.path = \'/bad\', paths) = 0"';
	const check = (copy = folders.copy(fewModels)) =>
		folders.change(
			copy,
			'2_intermediate/int_user_days.sql',
			'-- @check first_seen_at',
			"-- @check arrayCount(p -> p.path = '/bad', paths) = 0: no visitor was there\n-- @check first_seen_at",
		);
	const badPath = { path: '/bad' };

	it('leaves out the visitor with its published rows, and publishes all others', async () => {
		const directory = check(folders.copy());
		await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 2, site: 'blog' }));
		await published({ directory });
		await put(event({ visitor: 2, ...badPath }), event({ visitor: 3 }), event({ visitor: 2, site: 'blog' }));
		const report = await build(test.warehouse, compileOrThrow(directory));
		expect(report).toMatchObject({ outcome: 'published', leftOut: [{ site: 'shop', visitor: '2', reason }] });
		expect(await sessions()).toEqual([of('blog', 2, 2), of('shop', 1, 1), of('shop', 3, 1)]);
		expect(await left()).toEqual([{ site: 'shop', visitor: '2', reason, events: '2' }]);
		// Later events of the visitor change nothing and cause no second attempt.
		await put(event({ visitor: 2 }), event({ visitor: 1 }));
		expect(await build(test.warehouse, compileOrThrow(directory))).toMatchObject({
			outcome: 'published',
			leftOut: [],
			visitors: 1,
		});
		expect(await sessions()).toEqual([of('blog', 2, 2), of('shop', 1, 2), of('shop', 3, 1)]);
	});

	it.runIf(isThorough)(
		'leaves out any number of failing visitors, tests them again at a requested rebuild, and includes them with other models',
		async () => {
			const directory = check();
			await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 3 }));
			await published({ directory });
			const failing = Array.from({ length: 300 }, (_, i) => event({ visitor: 100 + i, ...badPath }));
			await put(event({ visitor: 2, ...badPath }), ...failing, event({ visitor: 4 }));
			await published({ directory });
			const sound = [of('shop', 1, 1), of('shop', 3, 1), of('shop', 4, 1)];
			expect(await sessions()).toEqual(sound);
			expect(await left()).toHaveLength(100);
			expect(await listLeftOut(test.warehouse, 1_000)).toHaveLength(301);
			await published({ directory, fullRefresh: true });
			expect(await sessions()).toEqual(sound);
			expect(await listLeftOut(test.warehouse, 1_000)).toHaveLength(301);
			await published({});
			expect(await sessions()).toHaveLength(304);
			expect((await sessions())[1]).toEqual(of('shop', 2, 2));
			expect(await left()).toEqual([]);
			expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
		},
	);

	it.runIf(isThorough)(
		'stays on the list when a rebuild, which tests all visitors again, dies at any statement',
		async () => {
			const directory = check();
			await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 3 }));
			await published({ directory });
			await put(event({ visitor: 2, ...badPath }));
			await published({ directory });
			for (let n = 12, died = true; died; n += statementStep) {
				died = await build(failingAt(test.warehouse, n).warehouse, compileOrThrow(directory), {
					fullRefresh: true,
					lockWaitMs: 0,
				}).then(
					() => false,
					() => true,
				);
				await breakLock(test.warehouse);
				await put(event({ visitor: 2 }));
				await published({ directory });
				expect(await left(), `statement ${n}`).toHaveLength(1);
				expect((await sessions()).map((row) => (row as { visitor_id: string }).visitor_id)).toEqual(['1', '3']);
			}
		},
	);

	it.runIf(isThorough)(
		'is on the list after a rollback to a run that left it out, and not on it after one to a run that did not',
		async () => {
			const directory = folders.copy(fewModels);
			const test2 = join(directory, 'tests/bad_path_is_absent.sql');
			const strict =
				"SELECT site, visitor_id FROM {{int_user_days}} WHERE arrayCount(p -> p.path = '/bad', paths) > 0\n";
			writeFileSync(test2, strict);
			await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 3 }));
			const before = await build(test.warehouse, compileOrThrow(directory));
			await put(event({ visitor: 2, ...badPath }));
			const without = await build(test.warehouse, compileOrThrow(directory));
			expect(await left()).toHaveLength(1);
			rmSync(test2);
			await published({ directory, fullRefresh: true });
			expect(await left()).toEqual([]);
			await rollback(test.warehouse, project, BigInt(without.run ?? 0));
			await resume(test.warehouse);
			expect(await left()).toHaveLength(1);
			await put(event({ visitor: 2 }), event({ visitor: 1 }));
			await published({ directory });
			expect(await sessions()).toEqual([of('shop', 1, 2), of('shop', 3, 1)]);
			expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
			await rollback(test.warehouse, project, BigInt(before.run ?? 0));
			expect(await sessions()).toEqual([of('shop', 1, 1), of('shop', 2, 1), of('shop', 3, 1)]);
			await resume(test.warehouse);
		},
	);

	it.runIf(isThorough)('changes nothing when a rebuild that is not published finds it', async () => {
		await put(event({ visitor: 1 }), event({ visitor: 2, ...badPath }), event({ visitor: 3 }));
		await published({});
		const found: string[] = [];
		const report = await makeAside(test.warehouse, compileOrThrow(check()), { fullRefresh: true }, async (run) => {
			found.push('made');
			return run.report;
		});
		expect(report).toMatchObject({ leftOut: [{ visitor: '2' }] });
		expect(found).toEqual(['made']);
		expect(await left()).toEqual([]);
		await put(event({ visitor: 1 }));
		await published({});
		expect(await sessions()).toEqual([of('shop', 1, 2), of('shop', 2, 1), of('shop', 3, 1)]);
	});

	it.runIf(isThorough)(
		'is not blamed on models and tests that the published run has passed, even in a rebuild',
		async () => {
			const directory = check();
			await put(event({ visitor: 1 }), event({ visitor: 9 }));
			await published({ directory });
			await put(...[2, 3, 4].map((visitor) => event({ visitor, ...badPath })));
			await test.warehouse.command('ALTER TABLE events DELETE WHERE visitor_id = 9 SETTINGS mutations_sync = 1');
			expect(await build(test.warehouse, compileOrThrow(directory))).toMatchObject({
				outcome: 'published',
				why: 'events deleted',
			});
			expect(await sessions()).toEqual([of('shop', 1, 1)]);
		},
	);

	it.runIf(isThorough)('is blamed on new models when most visitors fail', async () => {
		await put(event({ visitor: 1, ...badPath }), event({ visitor: 2, ...badPath }), event({ visitor: 3 }));
		await published({});
		expect(await build(test.warehouse, compileOrThrow(check()))).toMatchObject({
			outcome: 'tests-failed',
			leftOut: [],
		});
		expect(await left()).toEqual([]);
		expect(await sessions()).toHaveLength(3);
	});

	it.runIf(isThorough)('blames the tests when most visitors of a run fail new tests', async () => {
		const directory = folders.copy(fewModels);
		await put(event({ visitor: 1 }));
		await published({ directory });
		writeFileSync(join(directory, 'tests/no_session_exists.sql'), 'SELECT site, visitor_id FROM {{sessions}}\n');
		await put(event({ visitor: 2 }), event({ visitor: 3 }));
		expect(await build(test.warehouse, compileOrThrow(directory))).toMatchObject({
			outcome: 'tests-failed',
			leftOut: [],
		});
		expect(await left()).toEqual([]);
	});

	it('leaves out the site when the rows belong to no visitor, and keeps its published rows', async () => {
		const directory = modelsWith(
			'3_marts/page_days.sql',
			'-- @check visitors',
			"-- @check path != '/bad': no visitor was there\n-- @check visitors",
		);
		await put(event({ visitor: 1 }), event({ visitor: 1, site: 'blog' }));
		await published({ directory });
		await put(event({ visitor: 2, ...badPath }), event({ visitor: 3 }), event({ visitor: 4, site: 'blog' }));
		await published({ directory });
		expect(await sessions()).toEqual([of('blog', 1, 1), of('blog', 4, 1), of('shop', 1, 1)]);
		await published({ directory, restate: { since: '2026-01-01' } });
		expect(await sessions()).toEqual([of('blog', 1, 1), of('blog', 4, 1), of('shop', 1, 1)]);
		expect(await left()).toEqual([
			{
				site: 'shop',
				visitor: undefined,
				reason: 'it fails the data test "page_days: path != \'/bad\'"',
				events: '3',
			},
		]);
	});
});

describe('data that cannot be computed', () => {
	it('of one visitor among many: the run leaves out that visitor', async () => {
		const directory = modelsWith(
			'2_intermediate/int_visits.sql',
			'    max(piece.is_bot) AS is_bot,',
			"    max(piece.is_bot) OR throwIf(has(groupArrayArray(piece.paths.path), '/bad')) AS is_bot,",
		);
		const pieces = modelsWith(
			'2_intermediate/int_visit_pieces.sql',
			'    max(staged.makes_bot) AS is_bot,',
			"    max(staged.makes_bot) OR throwIf(max(path = '/bad')) AS is_bot,",
		);
		for (const models of isThorough ? [directory, pieces] : [directory]) {
			await test.warehouse.command('TRUNCATE TABLE events');
			await put(...Array.from({ length: 20 }, (_, i) => event({ visitor: i })));
			await published({ directory: models });
			await put(event({ visitor: 7, path: '/bad' }), event({ visitor: 7, site: 'blog' }), event({ visitor: 30 }));
			const report = await build(test.warehouse, compileOrThrow(models));
			expect(report).toMatchObject({ outcome: 'published', leftOut: [{ site: 'shop', visitor: '7' }] });
			expect(report.leftOut[0]?.reason).toContain('it cannot be computed');
			expect(await sessions()).toEqual(
				[of('blog', 7, 1), ...[...Array(20).keys(), 30].filter((i) => i !== 7).map((i) => of('shop', i, 1))].sort(
					(a, b) => (a.site < b.site ? -1 : a.site > b.site ? 1 : Number(a.visitor_id) - Number(b.visitor_id)),
				),
			);
			await test.warehouse.command('TRUNCATE TABLE transform_left_out');
		}
	});

	it.runIf(isThorough)('of one site among several: the run leaves out that site', async () => {
		const directory = modelsWith(
			'3_marts/page_days.sql',
			'    sum(page.2) AS views,',
			"    sum(page.2) + throwIf(page.1 = '/bad') AS views,",
		);
		await put(event({ visitor: 1 }), event({ visitor: 1, site: 'blog' }));
		await published({ directory });
		await put(event({ visitor: 2, path: '/bad' }), event({ visitor: 4, site: 'blog' }));
		expect(await build(test.warehouse, compileOrThrow(directory))).toMatchObject({
			outcome: 'published',
			leftOut: [{ site: 'shop', visitor: undefined }],
		});
		expect(await sessions()).toEqual([of('blog', 1, 1), of('blog', 4, 1), of('shop', 1, 1)]);
	});

	it.runIf(isThorough)('of sites at both ends and in the middle of many: the run leaves out these sites', async () => {
		const directory = modelsWith(
			'3_marts/page_days.sql',
			'    sum(page.2) AS views,',
			"    sum(page.2) + throwIf(page.1 = '/bad') AS views,",
		);
		const count = isThorough ? 400 : 40;
		const sites = Array.from({ length: count }, (_, i) => `site-${String(i).padStart(3, '0')}`);
		const hostile = [0, 17, count - 1].map((i) => sites[i] as string);
		await put(...sites.map((site) => event({ site, path: hostile.includes(site) ? '/bad' : '/' })));
		const report = await build(test.warehouse, compileOrThrow(directory));
		expect(report.outcome).toBe('published');
		expect(new Set(report.leftOut.map(({ site }) => site))).toEqual(new Set(hostile));
		expect((await sessions()).length).toBe(count - hostile.length);
	});

	it.runIf(isThorough)('is not blamed for a statement that fails without any data', async () => {
		await put(event({ visitor: 1 }), event({ visitor: 2 }), event({ visitor: 3, site: 'blog' }));
		await published({});
		const files = [
			[
				'2_intermediate/int_visit_pieces.sql',
				'    max(staged.makes_bot) AS is_bot,',
				'    max(staged.makes_bot) OR throwIf(count() > 0) AS is_bot,',
			],
			['3_marts/page_days.sql', '    sum(page.2) AS views,', '    sum(page.2) + nowhere AS views,'],
			['3_marts/page_days.sql', '    sum(page.2) AS views,', '    sum(page.2) + throwIf(count() > 0) AS views,'],
		] as const;
		for (const [file, from, to] of files.slice(0, isThorough ? 3 : 2)) {
			await expect(build(test.warehouse, compileOrThrow(modelsWith(file, from, to)))).rejects.toThrow();
			expect(await left()).toEqual([]);
			expect(await sessions()).toHaveLength(3);
		}
	});
});

describe('a visitor with more events than the maximum', () => {
	it('is left out', async () => {
		await put(event({ visitor: 1 }), event({ visitor: 2 }));
		await published({});
		await put(...Array.from({ length: 12 }, () => event({ visitor: 2, ...bad })), event({ visitor: 1 }));
		await published({ visitorEventsMax: 10 });
		expect(await sessions()).toEqual([of('shop', 1, 2)]);
		expect(await left()).toEqual([{ site: 'shop', visitor: '2', reason: 'it has more than 10 events', events: '13' }]);
	});
});

describe('a run that still fails after it has left out visitors', () => {
	it.runIf(isThorough)('ends with an error', async () => {
		await put(event({ visitor: 1 }), event({ visitor: 2 }));
		await published({});
		await put(...Array.from({ length: 12 }, () => event({ visitor: 2 })));
		const { warehouse } = test;
		const forgetful: Warehouse = {
			...warehouse,
			command: async (sql, options) =>
				sql.includes('INSERT INTO transform_left_out') ? undefined : warehouse.command(sql, options),
		};
		await expect(build(forgetful, project, { visitorEventsMax: 10 })).rejects.toThrow(/transforms left-out/);
		expect(await sessions()).toEqual([of('shop', 1, 1), of('shop', 2, 1)]);
		await published({ visitorEventsMax: 10 });
	});
});

describe('the key of stored hashes', () => {
	it.runIf(isThorough)('causes a rebuild when it has changed, also after a run that died', async () => {
		await put(event({ visitor: 1 }));
		await published({});
		const twice = event({ visitor: 2 });
		await put(twice);
		await published({});
		await test.warehouse.command('TRUNCATE TABLE transform_secret');
		await put({ ...twice, receivedMs: twice.receivedMs + 1 });
		await build(failingAt(test.warehouse, 14).warehouse, project, { lockWaitMs: 0 }).catch(() => undefined);
		await breakLock(test.warehouse);
		expect(await build(test.warehouse, project)).toMatchObject({ kind: 'rebuild', why: 'new key of hashes' });
		expect(await sessions()).toEqual([of('shop', 1, 1), of('shop', 2, 1)]);
	});
});
