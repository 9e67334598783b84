import type { Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build, compileOrThrow } from './build.js';
import { collectGarbage } from './garbage.js';
import { breakLock } from './lock.js';
import { failingAt } from './testing/failing-at.js';
import { type History, histories } from './testing/histories.js';
import { insertReceipts } from './testing/raw-events.js';
import { firstReceipts, recountSessions, recounts } from './testing/recount.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await build(test.warehouse);
});
afterAll(() => test.stop());

type Mart = keyof typeof recounts;

/** Only ClickHouse can compute these; ids of sessions have a test of their own. */
const hashes = ['session_id', 'event_hashes'];

/** All columns that the model promises but for hashes; sketches as the numbers that they say. */
function columnsOf(mart: Mart, { withIds = false } = {}): string {
	const model = compileOrThrow().models.find(({ name }) => name === mart);
	const columns = (model?.columns ?? []).filter(({ name }) => withIds || !hashes.includes(name));
	const isSketch = (type: string) => type.startsWith('AggregateFunction');
	return columns
		.filter(({ type }) => withIds || !isSketch(type))
		.map(({ name, type }) => (isSketch(type) ? `finalizeAggregation(${name}) AS ${name}` : name))
		.join(', ');
}

/** Rows of a mart as plain values, in an order that only depends on them. */
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

/** The ids that recounted sessions must have: the hash is ClickHouse's, its inputs are not. */
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
	if (happening.kind === 'run') await build(warehouse, { share: happening.share });
	else if (happening.kind === 'merge') await warehouse.command('OPTIMIZE TABLE events FINAL');
	else if (happening.kind === 'collect')
		// All but what readers see.
		await collectGarbage(warehouse, compileOrThrow(), BigInt(Date.now() + 60_000) * 1_000n, 1);
	else {
		// What it would have told is lost with it; the next run makes up for it.
		await build(failingAt(warehouse, happening.statement).warehouse, { lockWaitMs: 0 }).catch(() => undefined);
		// That a dead run's lock is taken over after a while has its own test.
		await breakLock(warehouse);
	}
}

/** Everything arrives, and what happens in between happens. */
async function live({ receipts, happenings }: History): Promise<void> {
	await test.warehouse.command('TRUNCATE TABLE events');
	const size = Math.ceil(receipts.length / happenings.length);
	for (const [i, between] of happenings.entries()) {
		await insertReceipts(test.warehouse, receipts.slice(i * size, (i + 1) * size));
		for (const happening of between) await happen(happening);
	}
	await build(test.warehouse);
}

/** All marts in all columns, as text. */
const everything = async () =>
	Object.fromEntries(
		await Promise.all(
			(Object.keys(recounts) as Mart[]).map(async (mart) => [
				mart,
				sorted(await test.warehouse.query<object>(`SELECT ${columnsOf(mart, { withIds: true })} FROM ${mart}`)),
			]),
		),
	);

const runs = Number(process.env.FOOTFALL_PROPERTY_RUNS ?? 2);
/** One in so many histories is also held against a rebuild, which costs as much as the rest of it. */
const rebuildEvery = runs > 100 ? 4 : 2;

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
					const share = lived % 4 === 1 ? 1 / 80_000 : 1;
					expect(await build(test.warehouse, { fullRefresh: true, share })).toMatchObject({
						outcome: 'published',
						kind: 'rebuild',
					});
					expect(await everything()).toEqual(incremental);
				}),
				{ numRuns: runs, seed, endOnFailure: true },
			);
			expect(compared).toBeGreaterThan(10 * runs);
		},
		runs > 100 ? 24 * 3_600_000 : 180_000,
	);
});
