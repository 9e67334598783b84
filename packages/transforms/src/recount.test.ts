import type { Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compile } from './compile.js';
import type { ModelColumn } from './model.js';
import { idOf, insertReceipts } from './testing/raw-events.js';
import { firstReceipts, type Receipt, recountActivity, recountSessions, recountUserDays } from './testing/recount.js';

let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());

/** Gaps at and beside the session limit, across midnights, days and months. */
const gapMs = fc.oneof(
	{ weight: 3, arbitrary: fc.constantFrom(1_799_999, 1_800_000, 1_800_001) },
	{ weight: 3, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
	{
		weight: 1,
		arbitrary: fc.constantFrom(
			0,
			86_400_000,
			6 * 86_400_000,
			7 * 86_400_000,
			29 * 86_400_000,
			30 * 86_400_000,
			31 * 86_400_000,
		),
	},
	{ weight: 1, arbitrary: fc.integer({ min: 0, max: 20 * 86_400_000 }) },
);
const what = fc.constantFrom(
	['view', 'page', 'main'],
	['view', 'page', 'product'],
	['view', 'banner', 'product'],
	['click', 'button', 'add_to_cart'],
	['click', 'button', 'checkout'],
	['click', 'button', 'view_page'],
	['click', 'url', 'checkout'],
	['signup', '', ''],
);
const step = fc.record({
	gapMs,
	what,
	cents: fc.integer({ min: 0, max: 100_000 }),
	path: fc.constantFrom('/main', '/catalog', '/cart'),
	urlQuery: fc.constantFrom('', '?utm_source=news', '?utm_medium=e-mail&utm_campaign=a+b%26c&utm_source=shop'),
	userId: fc.constantFrom('', '', 'u1', 'u2'),
	referrer: fc.constantFrom('', '/main', 'https://search.example/?q=1', 'https://other.example/'),
	isBot: fc.integer({ min: 0, max: 30 }).map((n) => n === 0),
	/** Sent again later with other content, and how much later. */
	again: fc.option(fc.integer({ min: 1, max: 40 * 86_400_000 }), { freq: 3 }),
});
const visitorPath = fc.record({
	site: fc.constantFrom('shop', 'blog'),
	visitor: fc.constantFrom(1, 2, 3, 9_007_199_254_740_991),
	startMs: fc.integer({ min: Date.UTC(2026, 0, 30, 23, 50), max: Date.UTC(2026, 1, 2) }),
	steps: fc.array(step, { minLength: 1, maxLength: 25 }),
	/** The same visitor does the same on the other site, so much later: their sessions must not touch. */
	twinAfterMs: fc.option(fc.integer({ min: 1, max: 3_600_000 }), { freq: 2 }),
});
const history = fc
	.array(visitorPath, { minLength: 1, maxLength: 6 })
	.map((paths) =>
		paths.flatMap((path, p) => [...receiptsOf(path, p * 1_000), ...twinReceiptsOf(path, p * 1_000 + 500)]),
	)
	.chain((receipts) =>
		fc.tuple(fc.shuffledSubarray(receipts, { minLength: receipts.length }), fc.integer({ min: 1, max: 4 })),
	);

/** Ids must not grow with time, or a wrong order by id would pass for one by time. A permutation of 0…25. */
const scatter = (i: number) => (i * 7) % 26;

type Path = typeof visitorPath extends fc.Arbitrary<infer T> ? T : never;

function twinReceiptsOf(path: Path, firstId: number): Receipt[] {
	if (path.twinAfterMs === null) return [];
	const site = path.site === 'shop' ? 'blog' : 'shop';
	return receiptsOf({ ...path, site, startMs: path.startMs + path.twinAfterMs }, firstId);
}

function receiptsOf({ site, visitor, startMs, steps }: Path, firstId: number): Receipt[] {
	let tsMs = startMs;
	return steps.flatMap((s, i) => {
		tsMs += s.gapMs;
		const [name = '', obj = '', objId = ''] = s.what;
		const { cents, path, urlQuery, userId, referrer, isBot } = s;
		const event = {
			site,
			visitor,
			id: idOf(firstId + scatter(i)),
			tsMs,
			receivedMs: tsMs + 500,
			name,
			obj,
			objId,
			cents,
			path,
			urlQuery,
			userId,
			referrer,
			browser: `browser ${i % 3}`,
			os: `os ${i % 4}`,
			device: i % 2 ? 'mobile' : 'desktop',
			country: i % 5 ? 'DE' : '',
			isBot,
		};
		if (s.again === null) return [event];
		return [
			event,
			{ ...event, receivedMs: event.receivedMs + s.again, tsMs: tsMs + 7_200_000, cents: cents + 1, objId: 'other' },
		];
	});
}

/** Rows of a mart as plain values, in an order that only depends on them. */
async function martRows(warehouse: Warehouse, mart: string): Promise<unknown[]> {
	const columns = columnsOf(mart);
	const numbers = new Set(columns.filter(({ type }) => /^(UInt64|Decimal)/.test(type)).map(({ name }) => name));
	const rows = await warehouse.query<Record<string, unknown>>(
		`SELECT ${columns.map(({ name }) => name).join(', ')} FROM ${mart}`,
	);
	return sorted(
		rows.map((row) => Object.fromEntries(Object.entries(row).map(([k, v]) => [k, numbers.has(k) ? Number(v) : v]))),
	);
}

/** All columns that the model promises, but for the id, which has a test of its own. */
function columnsOf(mart: string): ModelColumn[] {
	const compiled = compile();
	const model = compiled.ok ? compiled.project.models.find(({ name }) => name === mart) : undefined;
	return (model?.columns ?? []).filter(({ name }) => name !== 'session_id');
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

describe('the marts', () => {
	it('agree with an independent count in every column, for any arrival order and duplicates', async () => {
		let compared = 0;
		await fc.assert(
			fc.asyncProperty(history, async ([receipts, inserts]) => {
				await test.warehouse.command('TRUNCATE TABLE events');
				const size = Math.ceil(receipts.length / inserts);
				for (let at = 0; at < receipts.length; at += size)
					await insertReceipts(test.warehouse, receipts.slice(at, at + size));
				expect(await build(test.warehouse)).toMatchObject({ outcome: 'published' });
				const events = firstReceipts(receipts);
				for (const [mart, rows] of [
					['int_user_days', recountUserDays(events)],
					['sessions', recountSessions(events)],
					['users_activity', recountActivity(events)],
				] as const) {
					expect(await martRows(test.warehouse, mart), mart).toEqual(sorted(rows));
					compared += rows.length;
				}
				expect(await idsOf('sessions')).toEqual(await expectedIds(recountSessions(events)));
			}),
			{ numRuns: Number(process.env.FOOTFALL_PROPERTY_RUNS ?? 15), endOnFailure: true },
		);
		expect(compared).toBeGreaterThan(200);
	});
});
