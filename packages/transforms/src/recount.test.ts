import type { Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { defaultParameters, isStored, readsEvents, replaceSources, withoutComments } from './compile/model.js';
import { collectGarbage } from './store/garbage.js';
import { breakLock } from './store/processes/lock.js';
import { failingAt } from './testing/failing-at.js';
import { type History, histories } from './testing/histories.js';
import { ownModels as commonModels, rowsOnOtherDays } from './testing/own-models.js';
import { ProjectFolders } from './testing/project-folders.js';
import { insertReceipts } from './testing/raw-events.js';
import { firstReceipts, notRecounted, recountSessions, recounts as visitorRecounts } from './testing/recount.js';
import { definitionRecounts, definitionsOfHistories } from './testing/recount-definitions.js';
import { eventRecounts } from './testing/recount-events.js';
import { experimentRecounts } from './testing/recount-experiments.js';
import { orderRecounts } from './testing/recount-orders.js';

/** So small that histories exceed them. */
const bounds = { visitCountsMax: 6, dayCountsMax: 3 };
const ofDefinitions = { ...definitionRecounts, ...experimentRecounts };
const recounts = { ...visitorRecounts, ...orderRecounts, ...ofDefinitions, ...eventRecounts(bounds) };
const folders = new ProjectFolders();
/** With goals and funnels beside those of a shop. */
const ours = compileOrThrow(undefined, { ...defaultParameters, ...bounds, definitions: definitionsOfHistories });
const ownProject = (files: Readonly<Record<string, string>>) => folders.compile(ours, files).project;
const ownModels = { ...commonModels, ...rowsOnOtherDays };
const days = ownModels['models/shopping_days.sql'];
const { 'models/visitors/first_days.sql': _firstDays, 'models/running_views.sql': _running, ...few } = ownModels;
/** The models of this package, with own ones of each kind in several states of their files. */
const projects = {
	sound: ownProject(ownModels),
	other: ownProject({ ...ownModels, 'models/shopping_days.sql': days.replace('sum(views)', '0 + sum(views)') }),
	few: ownProject(few),
	broken: ownProject({ ...ownModels, 'models/shopping_days.sql': days.replace('sum(views)', 'sum(viewed)') }),
};
const project = projects.sound;
/** The project of the next run. */
let current = project;
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await build(test.warehouse, project);
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});

type Mart = keyof typeof recounts;
const storedModels = project.models.filter(isStored).map(({ name }) => name);
const ownNames = project.own.models.map(({ name }) => name);

/** Columns that only ClickHouse can compute; ids of sessions have a test of their own. */
const hashes = ['session_id', 'event_hashes'];

/**
 * All columns of a model except hashes; with `withIds` also hashes, and sketches as the numbers that they stand for.
 */
function columnsOf(mart: string, { withIds = false } = {}): string {
	const model = [...project.models, ...project.own.models].find(({ name }) => name === mart);
	const columns = (model?.columns ?? []).filter(({ name }) => withIds || !hashes.includes(name));
	const isSketch = (type: string) => type.startsWith('AggregateFunction');
	return columns
		.filter(({ type }) => withIds || !isSketch(type))
		.map(({ name, type }) => (isSketch(type) ? `finalizeAggregation(${name}) AS ${name}` : name))
		.join(', ');
}

/** Rows of a mart as plain values, in an order that depends only on the rows. */
async function martRows(warehouse: Warehouse, mart: Mart): Promise<unknown[]> {
	const rows = await warehouse.query<object>(`SELECT ${columnsOf(mart)} FROM ${mart}`, {
		settings: { output_format_json_quote_64bit_integers: 0, output_format_json_quote_decimals: 0 },
	});
	return sorted(rows);
}

const sorted = (rows: readonly object[]) =>
	rows
		.map((row) => JSON.stringify(row))
		.sort()
		.map((row) => JSON.parse(row));

const idsOf = (source: string) =>
	test.warehouse.query(
		`SELECT site, visitor_id, started_at, session_id FROM ${source} ORDER BY site, visitor_id, started_at`,
	);

/** The ids that recounted sessions must have: ClickHouse computes only the hash, from recounted inputs. */
function expectedIds(sessions: readonly { site: string; visitor_id: number; started_at: string }[]) {
	const starts = sessions.map(
		({ site, visitor_id, started_at }) =>
			`('${site}', ${visitor_id}, '${started_at}', ${Date.parse(`${started_at.replace(' ', 'T')}Z`)})`,
	);
	return idsOf(
		`(SELECT *, cityHash64(site, visitor_id, ms) AS session_id
		FROM values('site String, visitor_id UInt64, started_at String, ms Int64', ${starts.join(', ')}))`,
	);
}

async function happen(happening: History['happenings'][number][number]): Promise<void> {
	const { warehouse } = test;
	if (happening.kind === 'run') {
		const { share, seenRunsMax } = happening;
		await build(warehouse, current, { share, seenRunsMax });
	} else if (happening.kind === 'merge') await warehouse.command('OPTIMIZE TABLE events FINAL');
	else if (happening.kind === 'collect')
		// Drops everything except what readers see.
		await collectGarbage(warehouse, current, BigInt(Date.now() + 60_000) * 1_000n, 1);
	else if (happening.kind === 'change') current = projects[happening.own as keyof typeof projects];
	else {
		// The error is expected; the next run publishes the events.
		const { statement, share, seenRunsMax } = happening;
		const options = { lockWaitMs: 0, share, seenRunsMax };
		await build(failingAt(warehouse, statement).warehouse, current, options).catch(() => undefined);
		// Another test covers that the lock of a dead run is taken over after a while.
		await breakLock(warehouse);
	}
}

/** Inserts all receipts in parts, with the history's happenings between them, and ends with a run. */
async function live({ receipts, happenings }: History): Promise<void> {
	await test.warehouse.command('TRUNCATE TABLE events');
	current = project;
	const size = Math.ceil(receipts.length / happenings.length);
	for (const [i, between] of happenings.entries()) {
		await insertReceipts(test.warehouse, receipts.slice(i * size, (i + 1) * size));
		for (const happening of between) await happen(happening);
	}
	const { own } = await build(test.warehouse, project, { isAsked: true });
	expect(own.filter(({ fault }) => fault !== undefined)).toEqual([]);
}

/** All rows of all stored, recounted and own models in all columns, by model. */
const everything = async () =>
	Object.fromEntries(
		await Promise.all(
			[...new Set([...storedModels, ...ownNames, ...Object.keys(recounts)])].map(async (mart) => [
				mart,
				sorted(await test.warehouse.query<object>(`SELECT ${columnsOf(mart, { withIds: true })} FROM ${mart}`)),
			]),
		),
	);

const runs = Number(process.env.FOOTFALL_PROPERTY_RUNS ?? 1);
/** One in this many histories is also compared with a rebuild, which takes as long as the rest of the test. */
const rebuildEvery = runs > 100 ? 4 : 2;

describe('the recount', () => {
	it('covers every stored model, or names why not', () => {
		const covered = [...Object.keys(recounts), ...Object.keys(notRecounted)];
		expect(storedModels.filter((name) => !covered.includes(name))).toEqual([]);
		expect(Object.keys(notRecounted).filter((name) => !storedModels.includes(name) || name in recounts)).toEqual([]);
		const known = project.models.map(({ name }) => name);
		expect(Object.keys(recounts).filter((name) => !known.includes(name))).toEqual([]);
	});
});

describe('the random histories', () => {
	it('give at least two values to every raw column that models read', async () => {
		const rawColumns = await test.warehouse.query<{ name: string }>(
			"SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'events'",
		);
		const sql = project.models.filter(readsEvents).map((model) => withoutComments(replaceSources(model.sql, 'true')));
		const words = new Set(sql.join(' ').match(/\w+/g));
		const read = rawColumns.map(({ name }) => name).filter((name) => words.has(name));
		expect(read).toEqual(expect.arrayContaining(['site', 'ts', 'received_at', 'utm_campaign', 'is_bot', 'source']));
		await test.warehouse.command('TRUNCATE TABLE events');
		for (const { receipts } of fc.sample(histories, { numRuns: 40, seed: 1 }))
			await insertReceipts(test.warehouse, receipts);
		const [counts = {}] = await test.warehouse.query<Record<string, string>>(
			`SELECT ${read.map((name) => `toString(uniqExact(toString(${name}))) AS values_of_${name}`).join(', ')} FROM events`,
		);
		expect(read.filter((name) => Number(counts[`values_of_${name}`]) < 2)).toEqual([]);
	});
});

describe('the marts', () => {
	it(
		'agree with an independent count and a rebuild in every column, however events arrive and runs die',
		async () => {
			let compared = 0;
			let lived = 0;
			const seed = Number(process.env.FOOTFALL_PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
			if (runs > 100) console.log(`seed ${seed}`);
			await fc.assert(
				fc.asyncProperty(histories, async (history) => {
					await live(history);
					const events = firstReceipts(history.receipts);
					for (const mart of Object.keys(recounts) as Mart[]) {
						const rows = recounts[mart](events);
						expect(await martRows(test.warehouse, mart), mart).toEqual(sorted(rows));
						compared += rows.length;
					}
					expect(await idsOf('sessions')).toEqual(await expectedIds(recountSessions(events)));
					if (lived++ % rebuildEvery > 0) return;
					const incremental = await everything();
					const share = lived % 4 === 1 ? 1 / 160_000 : 1;
					expect(await build(test.warehouse, project, { fullRefresh: true, share })).toMatchObject({
						outcome: 'published',
						kind: 'rebuild',
					});
					expect(await everything()).toEqual(incremental);
				}),
				{ numRuns: runs, seed, endOnFailure: true },
			);
			expect(compared).toBeGreaterThan(10 * runs);
		},
		// A history takes half a minute, or some minutes on a busy machine.
		runs > 100 ? 24 * 3_600_000 : runs * 240_000,
	);
});
