import { literal } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { verify } from './operate/verify.js';
import { listLeftOut } from './store/left-out.js';

const project = compileOrThrow();
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(() => test.stop());
beforeEach(async () => {
	await test.warehouse.command('TRUNCATE TABLE events');
	await build(test.warehouse, project);
	await test.warehouse.command('TRUNCATE TABLE transform_left_out');
});

const run = (sql: string) => test.warehouse.command(sql, { settings: { async_insert: 0 } });
const rows = <Row = Record<string, unknown>>(sql: string) => test.warehouse.query<Row>(sql);
let honest = 0;

/** A page view of site `other`. */
async function addHonest(): Promise<void> {
	honest++;
	await run(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url)
		SELECT 'other', ${honest % 5}, generateUUIDv4(), now64(3), now64(3), 'view', 'page', 'main', 'https://other.test/main'`,
	);
}

/** Checks that a run publishes, and that the marts of the other site have all of its events. */
async function expectOthersAreCurrent(): Promise<void> {
	expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
	const [row] = await rows<{ raw: string; sessions: string; days: string; views: string }>(
		`SELECT (SELECT count() FROM events FINAL WHERE site = 'other') AS raw, (SELECT sum(events) FROM sessions WHERE site = 'other') AS sessions,
			(SELECT sum(events) FROM int_user_days WHERE site = 'other') AS days, (SELECT sum(views) FROM page_days WHERE site = 'other') AS views`,
	);
	expect(row).toEqual({ raw: row?.raw, sessions: row?.raw, days: row?.raw, views: row?.raw });
	expect(Number(row?.raw)).toBeGreaterThan(0);
}

const text = fc.oneof(
	fc.constantFrom(
		'',
		'a',
		"'",
		'\\',
		'"',
		'%',
		'%ff%00',
		'\0',
		'\u202e',
		'💣',
		'(other)',
		'*',
		'nan',
		'{}',
		'/',
		'//',
		'?',
		'#',
	),
	fc.string({ maxLength: 20 }),
	fc.constantFrom(64, 250, 251, 500, 501, 1_024, 2_048).map((length) => 'é'.repeat(length >> 1)),
);
const number = fc.constantFrom(
	...[
		'nan',
		'-nan',
		'NaN',
		'inf',
		'-inf',
		'Infinity',
		'1e999',
		'-1e999',
		'1e308',
		'-1',
		'-0',
		'0',
		'',
		'x',
		'0x1f',
		'1e-400',
	],
	...['600000', '600001', '100', '100.1', '9007199254740993', '1,5', '١', ' 1', '1 '],
);
const url = fc.oneof(
	fc.constantFrom(
		'',
		'https://shop.test',
		'https://shop.test/',
		'http://[::1]/',
		'mailto:a',
		'https://é.test/é',
		'//x',
		'https://shop.test/%ff?utm_source=%ff%00',
	),
	text.map((t) => `https://shop.test/${t}`),
	text.map((t) => `https://shop.test/?utm_source=${encodeURIComponent(t)}&utm_medium=${t}&utm_campaign=%`),
);
const worst = fc.record({
	visitor: fc.constantFrom('0', '1', '9007199254740991', '18446744073709551615'),
	ts: fc.constantFrom(
		...['1900-01-01 00:00:00.000', '1970-01-01 00:00:00.000', '2019-12-31 23:59:59.999', '2020-01-01 00:00:00.000'],
		...[
			'2026-02-28 23:59:59.999',
			'2026-03-01 00:00:00.000',
			'2149-06-06 23:59:59.999',
			'2149-06-07 00:00:00.000',
			'2299-12-31 23:59:59.999',
		],
	),
	received: fc.constantFrom('2020-01-01 00:00:00.000', '2026-03-01 00:00:00.000', '2149-06-06 00:00:00.000'),
	what: fc.oneof(
		fc.constantFrom(
			['view', 'page', 'product'],
			['click', 'button', 'add_to_cart'],
			['click', 'button', 'checkout'],
			['vital', '', 'LCP'],
			['vital', '', 'CLS'],
			// Few order ids, so that reports are of one order.
			['order', '', ''],
			['order', '', '\\'],
			['refund', '', ''],
			['refund', '', '💣'],
		),
		fc.tuple(text, text, text).map(([name, obj, id]) => [name || 'x', obj, id]),
	),
	product: fc.oneof(fc.constantFrom('0', '1', '9007199254740991', '18446744073709551615', '👟'.repeat(64)), text),
	amount: fc.constantFrom(
		'0',
		'0.0001',
		'1000000000',
		'1000000000.0001',
		'10000000000000',
		'99999999999999.9999',
		'-99999999999999.9999',
	),
	value: number,
	url,
	referrer: url,
	user: text,
	isBot: fc.boolean(),
	source: fc.constantFrom('page', 'server', 'import', ''),
	copies: fc.constantFrom(1, 1, 2, 40),
});

/** Inserts events of site `shop`. Copies have their own ids and are otherwise equal, including the millisecond. */
function insertOf(events: readonly (typeof worst extends fc.Arbitrary<infer T> ? T : never)[]): string {
	const values = events.map((e) => {
		const [name = '', obj = '', id = ''] = e.what;
		const texts = [name, obj, id, e.url, e.referrer, e.user, e.value].map(literal);
		return `(${e.visitor}, '${e.ts}', '${e.received}', ${literal(e.product)}, '${e.amount}', ${texts.join(', ')}, ${e.isBot}, '${e.source}', ${e.copies})`;
	});
	const names =
		'visitor, ts, received, product, amount, name, obj, obj_id, url, referrer, user, value, is_bot, source, copies';
	return `INSERT INTO events (site, visitor_id, event_id, ts, received_at, product_id, amount, name, obj, obj_id, url, referrer, user_id, props, exp, is_bot, source,
			order_id, refund_id, currency, tax, shipping, discount, coupon, items, browser, os, device, country, language, title)
		SELECT 'shop', visitor, generateUUIDv4(n), toDateTime64(ts, 3, 'UTC'), toDateTime64(received, 3, 'UTC'), product, amount, name, obj, obj_id, url, referrer, user,
			map('value', value, url, user), map(user, url), is_bot, source,
			if(name IN ('order', 'refund'), if(visitor % 2 = 0, '\0é', user), obj), obj_id, if(visitor = 1, user, 'eur'), amount, amount, amount, url,
			if(visitor = 0, [], arrayWithConstant(100, (user, obj, url, name, amount, toUInt32(4294967295)))), user, obj, name, obj_id, user, url
		FROM values('visitor UInt64, ts String, received String, product String, amount Decimal(18, 4), name String, obj String, obj_id String, url String, referrer String, user String, value String, is_bot Bool, source String, copies UInt64', ${values.join(', ')})
		ARRAY JOIN range(copies) AS n -- ${names}`;
}

const runs = Number(process.env.FOOTFALL_PROPERTY_RUNS ?? 5);

describe('a run over the worst values of every column', () => {
	it(
		'publishes the marts of other sites, and leaves out no visitor',
		async () => {
			const seed = Number(process.env.FOOTFALL_PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31));
			await fc.assert(
				fc.asyncProperty(fc.array(worst, { minLength: 1, maxLength: 25 }), async (events) => {
					await run(insertOf(events));
					await addHonest();
					await expectOthersAreCurrent();
					expect(await listLeftOut(test.warehouse, 10)).toEqual([]);
				}),
				{ numRuns: runs, seed, endOnFailure: true },
			);
			expect(await verify(test.warehouse, project), `histories of seed ${seed}`).toEqual({ differences: [] });
		},
		runs > 100 ? 24 * 3_600_000 : 300_000,
	);

	it('puts only finite numbers into the marts', async () => {
		const values = ['nan', '-nan', 'inf', '-inf', '1e999', '-1', 'x', '600001', '12.5'];
		await run(
			insertOf(
				values.map((value) => ({
					visitor: '1',
					ts: '2026-03-01 00:00:00.000',
					received: '2026-03-01 00:00:00.000',
					what: ['vital', '', 'LCP'],
					product: '0',
					amount: '1000000000.0001',
					value,
					url: 'https://shop.test/a',
					referrer: '',
					user: '',
					isBot: false,
					source: 'page',
					copies: 1,
				})),
			),
		);
		await addHonest();
		await expectOthersAreCurrent();
		expect(await rows("SELECT path, values FROM vital_values WHERE site = 'shop'")).toEqual([
			{ path: '/a', values: [12.5] },
		]);
		expect(await rows("SELECT p50, p75, samples FROM vitals_days WHERE site = 'shop' AND path = '*'")).toEqual([
			{ p50: 12.5, p75: 12.5, samples: '1' },
		]);
		expect(await rows("SELECT implausible_events FROM int_user_days WHERE site = 'shop'")).toEqual([
			{ implausible_events: '9' },
		]);
	});

	it('stores a zero without a sign, whose place among other zeros would depend on the order of the rows', async () => {
		const measure = (visitor: number, value: string) =>
			run(
				`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj_id, url, props)
				SELECT 'shop', ${visitor}, generateUUIDv4(), toDateTime64('2026-03-01 00:00:00', 3, 'UTC'), now64(3), 'vital', 'CLS', 'https://shop.test/a', map('value', '${value}')`,
			);
		await addHonest();
		for (const [visitor, value] of ['-0', '0', '-0.0', '-1e-400'].entries()) {
			await measure(visitor, value);
			await expectOthersAreCurrent();
		}
		expect(await rows("SELECT toString(values) AS shown FROM vital_values WHERE site = 'shop'")).toEqual([
			{ shown: '[0,0,0,0]' },
		]);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it('keeps both of two sessions with the same id', async () => {
		const session = (visitor: string, ms: number) =>
			run(
				`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, url)
				SELECT 'shop', ${visitor}, generateUUIDv4(), fromUnixTimestamp64Milli(toInt64(${ms}), 'UTC'), now64(3), 'view', 'page', 'https://shop.test/'`,
			);
		await session('123', 1_764_000_000_000);
		await session('8885665134063043', 1_764_169_477_446);
		await addHonest();
		await expectOthersAreCurrent();
		expect(await rows("SELECT count() AS n, uniqExact(session_id) AS ids FROM sessions WHERE site = 'shop'")).toEqual([
			{ n: '2', ids: '1' },
		]);
		expect(await listLeftOut(test.warehouse, 10)).toEqual([]);
	});

	it('publishes 130,000 views of paths of 2 KB of one visitor within the memory limits, at once and in parts', async () => {
		const add = (from: number, count: number) =>
			run(
				`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, referrer, user_id)
				SELECT 'shop', 7, generateUUIDv4(number), toDateTime64('2026-03-01 00:00:00', 3, 'UTC') + toIntervalMillisecond((${from} + number) * 20), now64(3), 'view', 'page', randomPrintableASCII(1000),
					concat('https://shop.test/', randomPrintableASCII(2000), '?utm_source=', randomPrintableASCII(30)), concat('https://x.test/', randomPrintableASCII(2000)), randomPrintableASCII(200)
				FROM numbers(${count})`,
			);
		await add(0, 65_000);
		await addHonest();
		await expectOthersAreCurrent();
		await add(65_000, 65_000);
		await addHonest();
		await expectOthersAreCurrent();
		expect(await listLeftOut(test.warehouse, 10)).toEqual([]);
		const counts =
			"SELECT page_views, length(paths) AS listed, paths[-1].path AS last, details_left_out > 100000 AS folded FROM int_user_days WHERE site = 'shop'";
		const expected = [{ page_views: '130000', listed: '1001', last: '(other)', folded: 1 }];
		expect(await rows(counts)).toEqual(expected);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
		expect(await rows(counts)).toEqual(expected);
	}, 300_000);

	it('publishes the other site with a million events of one visitor in the same millisecond', async () => {
		await run(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, product_id, amount, url, props)
			SELECT 'shop', 9, generateUUIDv4(number), toDateTime64('2026-03-01 00:00:00', 3, 'UTC'), now64(3), ['view', 'click', 'vital', 'click'][1 + number % 4], ['page', 'button', '', 'button'][1 + number % 4],
				['product', 'add_to_cart', 'LCP', 'checkout'][1 + number % 4], number, 10000000000000, concat('https://shop.test/', toString(number)), map('value', toString(number % 700000))
			FROM numbers(1000000)`,
		);
		await addHonest();
		await expectOthersAreCurrent();
		expect(await rows("SELECT sum(events) AS n FROM sessions WHERE site = 'shop'")).toEqual([{ n: '1000000' }]);
		expect(await listLeftOut(test.warehouse, 10)).toEqual([]);
	}, 300_000);
});
