import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import type { Project } from './compile/project.js';
import { resume, rollback } from './operate/runs.js';
import { verify } from './operate/verify.js';
import { listLeftOut } from './store/left-out.js';
import { ModelFolders } from './testing/model-folders.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';

/** The tests of one warehouse follow each other; each has orders of its own. */

const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const folders = new ModelFolders();
/** The models of orders, with those upstream of them: a run of few models has few statements. */
const orderMarts = ['order_days', 'order_items'];
const project = compileOrThrow(folders.copy(orderMarts));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});

let nextId = 1;
const at = Date.UTC(2026, 3, 1, 12);
const hour = 3_600_000;
const day = 24 * hour;
const event = (parts: Partial<Receipt>) => receipt({ id: idOf(nextId++), tsMs: at, ...parts });
const order = (parts: Partial<Receipt>) => event({ name: 'order', obj: '', objId: '', cents: 9_900, ...parts });
const refund = (parts: Partial<Receipt>) => order({ name: 'refund', cents: 0, ...parts });
const put = (...receipts: Receipt[]) => insertReceipts(test.warehouse, receipts);
const run = (of: Project = project) => build(test.warehouse, of);
const rows = (sql: string) =>
	test.warehouse.query<Record<string, unknown>>(sql, {
		settings: { output_format_json_quote_64bit_integers: 0, output_format_json_quote_decimals: 0 },
	});
const orderRow = async (orderId: string, columns: string) =>
	(await rows(`SELECT ${columns} FROM orders WHERE site = 'shop' AND order_id = '${orderId}'`))[0];

describe('the marts of orders', () => {
	it('have the orders of a database whose marts an earlier version has made', async () => {
		const earlier = compileOrThrow(folders.copy(['sessions']));
		await put(order({ orderId: 'upgraded', source: 'server' }));
		expect(await run(earlier)).toMatchObject({ outcome: 'published' });
		expect(await run()).toMatchObject({ outcome: 'published', kind: 'rebuild', why: 'models changed' });
		expect(await orderRow('upgraded', 'amount, net, is_confirmed')).toEqual({
			amount: 99,
			net: 99,
			is_confirmed: true,
		});
	});

	it('count an order once that a page, a server, five repeats of a webhook and an import tell of, in any order', async () => {
		const told = (orderId: string) => [
			order({ orderId, visitor: 3, source: 'import', cents: 9_000 }),
			...Array.from({ length: 5 }, (_, i) =>
				order({ orderId, visitor: 0, source: 'server', tsMs: at + hour + i, currency: 'eur' }),
			),
			order({ orderId, visitor: 7, items: [{ productId: 'SKU', name: 'n', cents: 4_950, quantity: 2 }] }),
			order({ orderId, visitor: 0, source: 'server', cents: 9_900, tsMs: at + 500 }),
		];
		const [together, oneByOne] = [told('together'), told('one by one').reverse()];
		await put(event({ visitor: 7, path: '/landing', tsMs: at - 60_000 }), ...together);
		await run();
		// A server first, then the page, the import last.
		for (const part of [oneByOne.slice(0, 1), oneByOne.slice(1, 4), oneByOne.slice(4)]) {
			await put(...part);
			await run();
		}
		for (const id of ['together', 'one by one'])
			expect(
				await orderRow(
					id,
					'amount, currency, source, is_confirmed, visitor_id, entry_path, page_reports, server_reports, import_reports, differences, length(items) AS lines',
				),
				id,
			).toEqual({
				...{
					amount: 99,
					currency: 'EUR',
					source: 'server',
					is_confirmed: true,
					visitor_id: 7,
					entry_path: '/landing',
				},
				...{ page_reports: 1, server_reports: 6, import_reports: 1, differences: 1, lines: 1 },
			});
		expect(await rows("SELECT name, amount FROM order_items WHERE order_id = 'together'")).toEqual([
			{ name: 'n', amount: 99 },
		]);
	});

	it('apply a refund when its order comes, on the day of the refund, and cut what is too much', async () => {
		const site = 'refunds';
		await put(
			refund({ site, orderId: 'r', refundId: 'a', cents: 4_000, tsMs: at + day }),
			refund({ site, orderId: 'r', refundId: 'a', cents: 4_000, tsMs: at + day + hour }),
			refund({ site, orderId: 'r', refundId: 'b', cents: -5_000, tsMs: at + 2 * day }),
			refund({ site, orderId: 'r', refundId: 'c', cents: 5_000, tsMs: at + 2 * day + 1 }),
			refund({ site, orderId: 'r', refundId: 'd', cents: 100, currency: 'JPY', tsMs: at + 2 * day }),
			refund({ site, orderId: 'all', tsMs: at + day }),
			refund({ site, orderId: 'all', tsMs: at + 2 * day }),
		);
		await run();
		expect(await rows(`SELECT count() AS n FROM orders WHERE site = '${site}'`)).toEqual([{ n: 0 }]);
		expect(await rows(`SELECT sum(refunds_without_order) AS n FROM order_days WHERE site = '${site}'`)).toEqual([
			{ n: 6 },
		]);
		await put(order({ site, orderId: 'r' }), order({ site, orderId: 'all', cents: 1_000 }));
		await run();
		expect(
			await rows(
				`SELECT order_id, refunds, refunded, net, refunds_cut, refunds_in_other_currency AS other FROM orders WHERE site = '${site}' ORDER BY order_id`,
			),
		).toEqual([
			{ order_id: 'all', refunds: 2, refunded: 10, net: 0, refunds_cut: 0, other: 0 },
			{ order_id: 'r', refunds: 4, refunded: 99, net: 0, refunds_cut: 1, other: 1 },
		]);
		expect(
			await rows(
				`SELECT toString(day) AS day, currency, amount, refunds, refunded, net FROM order_days WHERE site = '${site}' ORDER BY day, currency`,
			),
		).toEqual([
			{ day: '2026-04-01', currency: 'EUR', amount: 109, refunds: 0, refunded: 0, net: 109 },
			{ day: '2026-04-02', currency: 'EUR', amount: 0, refunds: 2, refunded: 50, net: -50 },
			{ day: '2026-04-03', currency: 'EUR', amount: 0, refunds: 2, refunded: 59, net: -59 },
			{ day: '2026-04-03', currency: 'JPY', amount: 0, refunds: 0, refunded: 0, net: 0 },
		]);
	});

	it('are not computed by a run without orders, and follow a late event that changes the session', async () => {
		const models = async () => (await run()).models.map(({ name }) => name);
		await put(order({ orderId: 'late', visitor: 20, tsMs: at + 5 * day }));
		const ofOrder = await models();
		expect(ofOrder).toEqual(expect.arrayContaining(['int_order_reports', 'orders', 'order_days']));
		// No report is one of a refund, or names a user without a visitor.
		expect(ofOrder.filter((name) => ['refunds', 'int_order_visitors'].includes(name))).toEqual([]);
		await put(event({ visitor: 21, tsMs: at + 5 * day }));
		const few = await models();
		expect(few).toContain('sessions');
		expect(few.filter((name) => /order|refund/.test(name))).toEqual([]);
		expect(await orderRow('late', 'entry_path, channel')).toEqual({ entry_path: '', channel: 'direct' });
		await put(event({ visitor: 20, tsMs: at + 5 * day - 60_000, path: '/ad', urlQuery: '?utm_source=news' }));
		await run();
		expect(await orderRow('late', 'entry_path, channel')).toEqual({ entry_path: '/ad', channel: 'campaign' });
	});

	it('belong to the visitor last seen with their user before them, also if that is known late, else to nobody', async () => {
		const site = 'users';
		const byServer = { site, visitor: 2 ** 53 + 5, source: 'server', userId: 'u' } as const;
		const seen = (visitor: number, minutes: number, parts: Partial<Receipt> = {}) =>
			event({ site, visitor, userId: 'u', tsMs: at + minutes * 60_000, ...parts });
		const owner = async (orderId: string) =>
			(
				await rows(
					`SELECT visitor_id AS visitor, entry_path AS landing, channel FROM orders WHERE site = '${site}' AND order_id = '${orderId}'`,
				)
			)[0];
		const nobody = { visitor: 0, landing: '', channel: '' };
		await put(
			seen(51, -120),
			seen(52, -60, { path: '/ad', urlQuery: '?utm_source=news' }),
			order({ ...byServer, orderId: 'known' }),
			refund({ ...byServer, orderId: 'known', refundId: '1', cents: 100, tsMs: at + hour }),
			order({ ...byServer, orderId: 'imported', source: 'import' }),
			order({ ...byServer, orderId: 'before', tsMs: at - 3 * hour }),
			order({ ...byServer, orderId: 'unknown', userId: 'nobody' }),
			order({ ...byServer, orderId: 'named', userId: 'other', visitor: 55 }),
		);
		await run();
		expect(await owner('known')).toEqual({ visitor: 52, landing: '/ad', channel: 'campaign' });
		expect(await owner('imported')).toEqual({ visitor: 52, landing: '/ad', channel: 'campaign' });
		expect(await owner('before')).toEqual(nobody);
		expect(await owner('unknown')).toEqual(nobody);
		expect(await owner('named')).toMatchObject({ visitor: 55 });
		// An event with the user that arrives late, and one after the order.
		await put(seen(53, -10, { path: '/late' }), seen(54, 10), seen(56, -200, { userId: 'nobody' }));
		await run();
		expect(await owner('known')).toEqual({ visitor: 53, landing: '/late', channel: 'direct' });
		expect(await owner('unknown')).toMatchObject({ visitor: 56 });
		expect(await rows(`SELECT visitor_id AS visitor FROM refunds WHERE site = '${site}'`)).toEqual([{ visitor: 53 }]);
		// The session of the visitor begins earlier than was known. The event names no user.
		await put(seen(53, -20, { userId: '', path: '/landing' }));
		await run();
		expect(await owner('known')).toEqual({ visitor: 53, landing: '/landing', channel: 'direct' });
		expect(await rows(`SELECT sum(orders) AS n FROM order_days WHERE site = '${site}'`)).toEqual([{ n: 5 }]);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it.runIf(isThorough)(
		'have no order whose only report tells of another one, or of none, by an earlier receipt',
		async () => {
			const site = 'corrected';
			const found = () =>
				rows(
					`SELECT arraySort(groupArray(order_id)) AS ids, (SELECT sum(orders) FROM order_days WHERE site = '${site}') AS n FROM orders WHERE site = '${site}'`,
				);
			const [renamed, dropped] = [
				order({ site, orderId: 'first', visitor: 71 }),
				order({ site, orderId: 'dropped', visitor: 72 }),
			];
			await put(renamed, dropped);
			await run();
			expect(await found()).toEqual([{ ids: ['dropped', 'first'], n: 2 }]);
			await put(
				{ ...renamed, orderId: 'second', receivedMs: renamed.receivedMs - 500 },
				{ ...dropped, name: 'signup', receivedMs: dropped.receivedMs - 500 },
			);
			await run();
			expect(await found()).toEqual([{ ids: ['second'], n: 1 }]);
		},
	);

	it('keep orders of bots and implausible ones out of the sums, and count reports without an id', async () => {
		const site = 'bots';
		await put(
			order({ site, orderId: 'bot', visitor: 31, isBot: true }),
			order({ site, orderId: 'imported', visitor: 0, source: 'import', isBot: true, cents: 300 }),
			order({ site, orderId: 'till', visitor: 0, source: 'import', cents: 400 }),
			order({ site, orderId: 'server', visitor: 31, source: 'server', isBot: true, cents: 500 }),
			order({ site, orderId: 'huge', visitor: 32, cents: 100_000_000_001 }),
			order({ site, orderId: '', visitor: 33 }),
			order({ site, orderId: 'x', visitor: 33, cents: 100 }),
			order({ site, orderId: 'X', visitor: 33, cents: 200 }),
		);
		await run();
		expect(
			await rows(
				`SELECT orders, amount, bot_orders, bot_amount, implausible_orders, reports_without_id FROM order_days WHERE site = '${site}'`,
			),
		).toEqual([
			{ orders: 4, amount: 12, bot_orders: 2, bot_amount: 102, implausible_orders: 1, reports_without_id: 1 },
		]);
	});

	it('are implausible if a page tells of parts or items that no order has, which no other order gets', async () => {
		const site = 'parts';
		const max = 100_000_000_000;
		const line = (cents: number, quantity: number) => ({ productId: 'P', name: '', cents, quantity });
		const ofPage = (orderId: string, parts: Partial<Receipt>) => order({ site, orderId, cents: 1_000, ...parts });
		const most = [line(1_000_000_000_000_000, 2 ** 32 - 1)];
		const pieces = 1_000_000_000;
		await put(
			ofPage('most', { items: Array.from({ length: 100 }, () => most).flat() }),
			ofPage('more', { items: [line(max / 2, 2), line(1, 1)] }),
			ofPage('pieces', { items: [line(0, pieces), line(0, 1)] }),
			ofPage('tax', { extraCents: [max + 1, 0, 0] }),
			ofPage('shipping', { extraCents: [0, max + 1, 0] }),
			ofPage('discount', { extraCents: [0, 0, max + 1] }),
			ofPage('greatest', { extraCents: [max, max, max], items: [line(100, pieces)] }),
			ofPage('imported', { source: 'import', items: [line(max, 2)] }),
			// The page has told of items that the server does not name.
			ofPage('server', { items: most }),
			ofPage('server', { source: 'server' }),
			ofPage('server', { source: 'import', items: [line(100, 1)] }),
			ofPage('nothing else', { items: most }),
			ofPage('nothing else', { source: 'server' }),
		);
		await run();
		expect(
			await rows(`SELECT order_id AS id, is_implausible AS wrong, toString(arraySum(item -> toDecimal128(item.price, 4) * item.quantity, items)) AS sold, arraySum(items.quantity) AS pieces, differences
				FROM orders WHERE site = '${site}' ORDER BY id`),
		).toEqual(
			(
				[
					['discount', true, '0', 0, 0],
					['greatest', false, '1000000000', pieces, 0],
					['imported', false, '2000000000', 2, 0],
					['more', true, '1000000000.01', 3, 0],
					['most', true, '4294967295000000000000000', 429_496_729_500, 0],
					['nothing else', false, '0', 0, 1],
					['pieces', true, '0', pieces + 1, 0],
					['server', false, '1', 1, 1],
					['shipping', true, '0', 0, 0],
					['tax', true, '0', 0, 0],
				] as const
			).map(([id, wrong, sold, count, differences]) => ({ id, wrong, sold, pieces: count, differences })),
		);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it('are implausible if pages tell of more of one visitor on a day than a person makes', async () => {
		const site = 'many';
		const ofPage = (visitor: number, count: number, from = 0) =>
			Array.from({ length: count }, (_, i) => order({ site, visitor, orderId: `${visitor}-${from + i}`, cents: 100 }));
		const counted = () =>
			rows(
				`SELECT orders, amount, implausible_orders AS implausible FROM order_days WHERE site = '${site}' AND day = '2026-04-01'`,
			);
		// More orders than the statements of a run list.
		const crowd = Array.from({ length: 501 }, (_, i) =>
			order({ site: 'crowd', visitor: 1_000 + i, orderId: `C-${i}`, cents: 100, tsMs: at + (i % 3) * day }),
		);
		await put(
			...ofPage(61, 50),
			...ofPage(62, 50),
			order({ site, visitor: 62, orderId: '62-0', cents: 100 }),
			...crowd,
		);
		await run();
		const ofCrowd = () => rows("SELECT orders, refunds FROM order_days WHERE site = 'crowd' ORDER BY day");
		expect(await ofCrowd()).toEqual(Array.from({ length: 3 }, () => ({ orders: 167, refunds: 0 })));
		expect(await counted()).toEqual([{ orders: 100, amount: 100, implausible: 0 }]);
		await put(
			...ofPage(62, 1, 50),
			order({ site, visitor: 62, orderId: '62-7', cents: 100, source: 'server' }),
			order({ site, visitor: 61, orderId: '61-next', cents: 100, tsMs: at + day }),
			refund({ site: 'crowd', visitor: 1_001, orderId: 'C-1', tsMs: at + day }),
		);
		await run();
		expect(await ofCrowd()).toEqual([0, 1, 0].map((refunds) => ({ orders: 167, refunds })));
		// A server has confirmed one of them.
		expect(await counted()).toEqual([{ orders: 51, amount: 51, implausible: 50 }]);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it.runIf(isThorough)('are those of a rebuild after a rollback and its end', async () => {
		const ids = async () => rows("SELECT arraySort(groupArray(order_id)) AS ids FROM orders WHERE site = 'back'");
		await put(order({ site: 'back', orderId: '1' }));
		const first = await run();
		await put(order({ site: 'back', orderId: '2' }), order({ site: 'back', orderId: '1', source: 'server' }));
		await run();
		await rollback(test.warehouse, project, BigInt(first.run as string));
		expect(await ids()).toEqual([{ ids: ['1'] }]);
		await resume(test.warehouse);
		await run();
		expect(await ids()).toEqual([{ ids: ['1', '2'] }]);
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it.runIf(isThorough)(
		'leave out sites whose orders cannot be computed or fail a data test, and publish those of all others',
		async () => {
			const tested = folders.change(
				folders.copy(orderMarts),
				'3_marts/orders.sql',
				'-- @check refunded',
				"-- @check order_id != 'wrong': no order has this id\n-- @check refunded",
			);
			const failing = folders.change(
				tested,
				'3_marts/refunds.sql',
				'count() AS reports',
				"count() + sum(throwIf(order_id = 'bad')) AS reports",
			);
			await run(compileOrThrow(failing));
			await put(
				refund({ site: 'bad', orderId: 'bad' }),
				order({ site: 'wrong', orderId: 'wrong' }),
				order({ site: 'good', orderId: 'good', visitor: 41 }),
			);
			expect(await run(compileOrThrow(failing))).toMatchObject({
				outcome: 'published',
				leftOut: [{ site: 'bad' }, { site: 'wrong' }],
			});
			expect(await listLeftOut(test.warehouse, 10)).toHaveLength(2);
			expect(await rows("SELECT order_id FROM orders WHERE site IN ('bad', 'wrong', 'good')")).toEqual([
				{ order_id: 'good' },
			]);
		},
	);
});
