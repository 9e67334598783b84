import { setTimeout as wait } from 'node:timers/promises';
import { foldedPath } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { verify } from './operate/verify.js';
import { ModelFolders } from './testing/model-folders.js';
import { pageOf } from './testing/page-of.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';
import type { Receipt } from './testing/recount.js';
import { SharedRuns } from './testing/shared-runs.js';

const folders = new ModelFolders();
const isThorough = process.env.FOOTFALL_THOROUGH === '1';
/** A short run of the tests has the models that the tests read, and those upstream of them. */
const project = compileOrThrow(isThorough ? undefined : folders.copy(['sessions', 'users_activity', 'page_days']));
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
});
afterAll(async () => {
	await test.stop();
	folders.remove();
});
const noon = Date.UTC(2026, 0, 5, 12);
const dayMs = 86_400_000;
let nextId = 1;
const at = (tsMs: number, parts: Partial<Receipt> = {}) => receipt({ id: idOf(nextId++), tsMs, ...parts });

async function marts(...receipts: Receipt[]) {
	await insertReceipts(test.warehouse, receipts);
	await build(test.warehouse, project);
}
const rows = (sql: string) => test.warehouse.query<Record<string, unknown>>(sql);

const runs = new SharedRuns<Receipt>((receipts) => marts(...receipts));
let sites = 0;
/**
 * A site whose events no other test sees: a test adds events to it, and reads the rows of the marts about it and about
 * sites whose keys begin with its key and a dash.
 */
function history(onTestFinished: (done: () => void) => void) {
	const site = `site-${++sites}`;
	onTestFinished(runs.begin());
	const isOfTest = `site = '${site}' OR startsWith(site, '${site}-')`;
	return {
		site,
		at: (tsMs: number, parts: Partial<Receipt> = {}) => at(tsMs, { site, host: 'shop.test', ...parts }),
		marts: (...receipts: Receipt[]) => runs.published(receipts),
		rows: (sql: string) => rows(sql.replaceAll(/FROM (\w+)/g, `FROM (SELECT * FROM $1 WHERE ${isOfTest}) AS $1`)),
	};
}

describe('the marts of one site', () => {
	it.concurrent('have the events of the raw table', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon, { objId: 'product', cents: 10_000 }), at(noon + 1_000, { visitor: 2 }));
		expect(await rows('SELECT visitor_id, events, product_views FROM sessions ORDER BY visitor_id')).toEqual([
			{ visitor_id: '1', events: '1', product_views: '1' },
			{ visitor_id: '2', events: '1', product_views: '0' },
		]);
		expect(await rows('SELECT day, dau FROM users_activity')).toEqual([{ day: '2026-01-05', dau: '2' }]);
	});

	it.concurrent('keep the ids of sessions when later events come', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon), at(noon + 2_000_000));
		const before = await rows('SELECT session_id, started_at FROM sessions ORDER BY started_at');
		await marts(at(noon + 10_000_000));
		const after = await rows('SELECT session_id, started_at FROM sessions ORDER BY started_at');
		expect(after.slice(0, 2)).toEqual(before);
		expect(after).toHaveLength(3);
	});

	it.concurrent('join a session across midnights, whichever of its days arrives last', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		const evening = Date.UTC(2026, 0, 5, 23, 50);
		const sessions = () => rows('SELECT started_at, day, events FROM sessions ORDER BY started_at');
		const days = () => rows('SELECT day, events, is_continued, previous_day FROM int_presence_days ORDER BY day');
		await marts(at(evening));
		// Exactly the session gap later, which is the last moment that belongs to the session.
		await marts(at(evening + 1_800_000));
		expect(await sessions()).toEqual([{ started_at: '2026-01-05 23:50:00.000', day: '2026-01-05', events: '2' }]);
		// All of the second day and beyond its midnight, then the last event: only its own day connects it with the
		// session.
		await marts(...Array.from({ length: 56 }, (_, i) => at(evening + 1_800_000 * (2 + i))));
		await marts(at(evening + 1_800_000 * 58));
		expect(await sessions()).toEqual([{ started_at: '2026-01-05 23:50:00.000', day: '2026-01-05', events: '59' }]);
		// Another session on the last day, and one on the day after it, do not change the others.
		await marts(at(evening + 1_800_000 * 58 + 7_200_000), at(evening + 2 * dayMs));
		expect(await sessions()).toHaveLength(3);
		expect(await days()).toEqual([
			{ day: '2026-01-05', events: '1', is_continued: false, previous_day: '1970-01-01' },
			{ day: '2026-01-06', events: '48', is_continued: true, previous_day: '2026-01-05' },
			{ day: '2026-01-07', events: '12', is_continued: true, previous_day: '2026-01-06' },
		]);
	});

	it.concurrent('know the earlier days of visitors when only new days are recomputed', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon));
		await marts(at(noon + 10 * dayMs));
		await marts(at(noon + 5 * dayMs));
		await marts(at(noon + 20 * dayMs), at(noon - 3 * dayMs));
		const days = await rows('SELECT day, first_day, previous_day FROM int_presence_days ORDER BY day');
		const first_day = '2026-01-02';
		expect(days).toEqual([
			{ day: '2026-01-02', first_day, previous_day: '1970-01-01' },
			{ day: '2026-01-05', first_day, previous_day: '2026-01-02' },
			{ day: '2026-01-10', first_day, previous_day: '2026-01-05' },
			{ day: '2026-01-15', first_day, previous_day: '2026-01-10' },
			{ day: '2026-01-25', first_day, previous_day: '2026-01-15' },
		]);
		expect(await rows('SELECT sum(new_visitors) AS first FROM users_activity')).toEqual([{ first: '1' }]);
	});

	it.concurrent('give every session its own start, and none in the year 1970', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon), at(noon + 1_900_000), at(noon + 3_900_000));
		const starts = await rows('SELECT started_at FROM sessions ORDER BY started_at');
		expect(new Set(starts.map(({ started_at }) => started_at)).size).toBe(3);
		expect(await rows('SELECT min(toYear(started_at)) AS y, max(duration_ms) AS d FROM sessions')).toEqual([
			{ y: 2026, d: '0' },
		]);
	});

	it.concurrent('stay current after an event dated 2030', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(Date.UTC(2030, 0, 1), { visitor: 2 }));
		await marts(at(noon));
		expect(await rows(`SELECT dau FROM users_activity WHERE day = '2026-01-05'`)).toEqual([{ dau: '1' }]);
	});

	it.concurrent('count events that arrive months late, and duplicates once', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		const late = at(noon - 90 * dayMs, { receivedMs: noon });
		await marts(at(noon));
		await marts(late, { ...late, receivedMs: noon + 1 });
		await marts({ ...late, receivedMs: noon + 2 });
		expect(await rows('SELECT day, events FROM int_user_days ORDER BY day')).toEqual([
			{ day: '2025-10-07', events: '1' },
			{ day: '2026-01-05', events: '1' },
		]);
	});

	it.concurrent('use windows of 7 and 30 days, and have rows for days without activity', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon), at(noon + 31 * dayMs, { visitor: 2 }));
		const activity = await rows('SELECT dau, wau, mau FROM users_activity ORDER BY day');
		expect(activity).toHaveLength(32);
		expect(activity.map(({ wau }) => wau).indexOf('0')).toBe(7);
		expect(activity.map(({ mau }) => mau).indexOf('0')).toBe(30);
		expect(activity.at(-1)).toEqual({ dau: '1', wau: '1', mau: '1' });
	});

	it.concurrent('have NULL for never, and keep amounts and milliseconds exact', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon + 1, { objId: 'product', cents: 10 }), at(noon + 3, { objId: 'product', cents: 20 }));
		expect(
			await rows(
				'SELECT first_checkout_at, last_add_to_cart_at, product_view_amount, last_product_view_at FROM int_user_days',
			),
		).toEqual([
			{
				first_checkout_at: null,
				last_add_to_cart_at: null,
				product_view_amount: '0.3',
				last_product_view_at: '2026-01-05 12:00:00.003',
			},
		]);
	});

	it.concurrent('have the funnel step of a product whose add to cart is dated 1970-01-01 00:00', async ({
		onTestFinished,
	}) => {
		const { at, marts, rows } = history(onTestFinished);
		const product = { productId: '1', receivedMs: noon };
		await marts(
			at(0, { ...product, objId: 'product' }),
			at(0, { ...product, name: 'click', obj: 'button', objId: 'add_to_cart' }),
		);
		expect(await rows('SELECT products.product_id AS ids, products.funnel_step AS steps FROM int_user_days')).toEqual([
			{ ids: ['1'], steps: [2] },
		]);
	});

	it.concurrent('keep last year when they are built in January', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(Date.UTC(2025, 11, 31, 23)), at(Date.UTC(2026, 0, 1, 1)));
		expect(await rows('SELECT day FROM int_user_days ORDER BY day')).toEqual([
			{ day: '2025-12-31' },
			{ day: '2026-01-01' },
		]);
	});

	it.concurrent('lose a day whose only event moves to another day with an earlier receipt', async ({
		onTestFinished,
	}) => {
		const { at, marts, rows } = history(onTestFinished);
		const second = at(noon, { receivedMs: noon + 5_000 });
		await marts(second);
		await marts({ ...second, tsMs: noon - dayMs, receivedMs: noon });
		expect(await rows('SELECT day FROM int_user_days')).toEqual([{ day: '2026-01-04' }]);
		expect(await rows('SELECT day, dau FROM users_activity')).toEqual([{ day: '2026-01-04', dau: '1' }]);
	});

	it.concurrent('have a row for every day when a site becomes active again, whatever other sites do meanwhile', async ({
		onTestFinished,
	}) => {
		const { site, at, marts, rows } = history(onTestFinished);
		const blog = (tsMs: number) => at(tsMs, { site: `${site}-blog`, host: 'blog.test' });
		await marts(at(noon), blog(noon));
		await marts(at(noon + 2 * dayMs));
		await marts(at(noon + 3 * dayMs), blog(noon + 3 * dayMs));
		const days = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08'];
		expect(await rows('SELECT day, dau, wau FROM users_activity ORDER BY site, day')).toEqual([
			...days.map((day, i) => ({ day, dau: i === 1 ? '0' : '1', wau: '1' })),
			...days.map((day, i) => ({ day, dau: i === 0 || i === 3 ? '1' : '0', wau: '1' })),
		]);
	});

	it.concurrent('end with the last active day when a later one disappears', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		const last = at(noon + 4 * dayMs, { visitor: 2, receivedMs: noon + 4 * dayMs + 5_000 });
		await marts(at(noon), last);
		expect(await rows('SELECT count() AS n FROM users_activity')).toEqual([{ n: '5' }]);
		await marts({ ...last, isBot: true, receivedMs: noon + 4 * dayMs });
		expect(await rows('SELECT day, dau FROM users_activity')).toEqual([{ day: '2026-01-05', dau: '1' }]);
	});

	it.concurrent('do not count a click on a button called view_page as a page view', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		await marts(at(noon, { name: 'click', obj: 'button', objId: 'view_page' }));
		expect(await rows('SELECT page_views, product_view_count FROM int_user_days')).toEqual([
			{ page_views: '0', product_view_count: '0' },
		]);
	});

	it.concurrent('count the forms of one path as one page, and an address without a path as the page /', async ({
		onTestFinished,
	}) => {
		const { site, at, marts, rows } = history(onTestFinished);
		const paths = ['/caf%C3%A9', '/caf%c3%a9', '/c%61f%C3%A9', '', '/', '/a%2fb', '/a%2Fb', '/a/b'];
		await marts(...paths.map((path, i) => at(noon + i, { path })));
		expect(await rows('SELECT path, views, entries, exits FROM page_days ORDER BY path')).toEqual([
			{ path: '/', views: '2', entries: '0', exits: '0' },
			{ path: '/a%2Fb', views: '2', entries: '0', exits: '0' },
			{ path: '/a/b', views: '1', entries: '0', exits: '1' },
			{ path: '/café', views: '3', entries: '1', exits: '0' },
		]);
		await test.warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj) SETTINGS async_insert = 0
			SELECT '${site}-server', 1, generateUUIDv4(), now64(3), now64(3), 'view', 'page'`,
		);
		await marts();
		// Without an address the page is not known.
		expect(await rows(`SELECT path, views FROM page_days WHERE site = '${site}-server'`)).toEqual([
			{ path: '', views: '1' },
		]);
	});

	it.concurrent('have no text that is not valid UTF-8, by which no reader could filter', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		const query = '?utm_source=%FFb%80a&utm_campaign=%C3%28';
		await marts(at(noon, { urlQuery: query, path: '/%ff' }));
		expect(
			await rows('SELECT utm_source, utm_campaign, entry_path, isValidUTF8(utm_source) AS ok FROM sessions'),
		).toEqual([{ utm_source: '\ufffdb\ufffda', utm_campaign: '\ufffd(', entry_path: '/%FF', ok: 1 }]);
	});

	it.concurrent('have what a visitor did in order, also over midnight and when some of it comes late', async ({
		onTestFinished,
	}) => {
		const { at, marts, rows } = history(onTestFinished);
		const evening = Date.UTC(2026, 0, 5, 23, 55);
		const click = (tsMs: number, objId: string) => at(tsMs, { name: 'click', obj: 'button', objId });
		const shown = async () => {
			const found = await rows('SELECT steps, steps_left_out FROM sessions');
			return found.map(({ steps, steps_left_out }) => [
				...(steps as { is_page: boolean; name: string }[]).map(({ is_page, name }) => `${is_page ? '' : '!'}${name}`),
				Number(steps_left_out),
			]);
		};
		const second = click(evening + 1_000, 'second');
		await marts(at(evening), at(evening + 2_000), at(evening + 3_000, { name: 'vital', obj: '', objId: 'LCP' }));
		expect(await shown()).toEqual([['/main', 0]]);
		// Two clicks of one moment, whose order is that of their ids, and a page on the next day.
		await marts(click(evening + 1_000, '/main'), second, at(evening + 600_000, { path: '/cart' }));
		expect(await shown()).toEqual([['/main', '!second', '!/main', '/main', '/cart', 0]]);
		await marts(...Array.from({ length: 98 }, (_, i) => click(evening + 4_000, `button ${i % 2}`)));
		const [steps = []] = await shown();
		expect([steps.length, steps.at(-2), steps.at(-1)]).toEqual([101, '!button 1', 3]);
	});

	it.concurrent('flag a session of more than 24 hours, without splitting it', async ({ onTestFinished }) => {
		const { at, marts, rows } = history(onTestFinished);
		const pings = Array.from({ length: 60 }, (_, i) => at(noon + i * 29 * 60_000));
		await marts(...pings);
		expect(await rows('SELECT events, is_long FROM sessions')).toEqual([{ events: '60', is_long: true }]);
	});

	it('have the rows of a rebuild', async () => {
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});
});

describe('the marts', () => {
	beforeEach(() => test.warehouse.command('TRUNCATE TABLE events'));

	it('neither change nor run when no events are new', async () => {
		await marts(at(noon), at(noon + 1_000_000), at(noon + 4_000_000));
		const before = await rows('SELECT * FROM sessions ORDER BY started_at');
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
		await test.warehouse.command('OPTIMIZE TABLE events FINAL');
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
		expect(await rows('SELECT * FROM sessions ORDER BY started_at')).toEqual(before);
	});

	it('lose a day whose events were deleted', async () => {
		await marts(at(noon), at(noon + dayMs, { visitor: 2 }));
		await test.warehouse.command('DELETE FROM events WHERE visitor_id = 1');
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		expect(await rows('SELECT day FROM int_user_days')).toEqual([{ day: '2026-01-06' }]);
		expect(await rows('SELECT day FROM users_activity')).toEqual([{ day: '2026-01-06' }]);
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'skipped' });
	});

	it('count the visit of a person as one, whatever user agent a server had', async () => {
		const person = at(noon);
		const server = at(noon + 1_000, { isBot: true, source: 'server', name: 'click', obj: 'button', objId: 'checkout' });
		await marts(person, server);
		const visit = { events: '2', checkouts: '1', is_bot: false };
		const read = () => rows('SELECT events, checkouts, is_bot FROM sessions');
		expect(await read()).toEqual([visit]);
		expect(await rows('SELECT dau FROM users_activity')).toEqual([{ dau: '1' }]);
		await marts(at(noon + 2_000, { isBot: true }));
		expect(await read()).toEqual([{ ...visit, events: '3', is_bot: true }]);
	});

	/** The order of a server. */
	const told = (tsMs: number, parts: Partial<Receipt> = {}) =>
		at(tsMs, { name: 'order', obj: '', objId: '', orderId: idOf(nextId), source: 'server', ...parts });
	/** A visitor that a collector has computed from a user. */
	const computed = Number.MAX_SAFE_INTEGER + 3;

	it('have no visitor, session or day of orders that name no visitor, whatever comes before or after them', async () => {
		const read = async () => ({
			sessions: await rows('SELECT toString(day) AS day, events FROM sessions ORDER BY started_at'),
			days: await rows('SELECT toString(day) AS day, events FROM int_user_days ORDER BY day'),
			dau: await rows('SELECT toString(day) AS day, dau, new_visitors AS fresh FROM users_activity ORDER BY day'),
			before: await rows('SELECT toString(previous_day) AS previous FROM int_presence_days WHERE is_seen ORDER BY day'),
		});
		await marts(
			told(noon, { visitor: 0 }),
			told(noon + 1_000, { visitor: 0, source: 'import', isBot: true }),
			told(noon, { visitor: computed, userId: 'ada' }),
			told(noon + 1_000, { visitor: computed, userId: 'ada', name: 'refund' }),
		);
		expect(await read()).toEqual({ sessions: [], days: [], dau: [], before: [] });
		// A repeated event counts once, as any other: its hash is kept.
		expect(await rows('SELECT sum(events) AS n FROM int_presence_days')).toEqual([{ n: '4' }]);
		// Other events of a server with the user are activity, and so is an order that names its visitor.
		const renewed = { visitor: computed, userId: 'ada', name: 'renewed', source: 'server' } as const;
		await marts(at(noon + dayMs, renewed), told(noon + 2 * dayMs, { visitor: computed, userId: 'ada' }));
		await marts(told(noon + 2 * dayMs, { visitor: 7 }), told(noon + 2 * dayMs + 1, { visitor: 7, source: 'page' }));
		const seen = {
			sessions: [
				{ day: '2026-01-06', events: '1' },
				{ day: '2026-01-07', events: '2' },
			],
			dau: [
				{ day: '2026-01-06', dau: '1', fresh: '1' },
				{ day: '2026-01-07', dau: '1', fresh: '1' },
			],
			before: [{ previous: '1970-01-01' }, { previous: '1970-01-01' }],
		};
		expect(await read()).toEqual({ ...seen, days: seen.sessions });
		// An event beside an earlier order makes its session and its day.
		await marts(at(noon + 600_000, renewed));
		expect(await read()).toEqual({
			sessions: [{ day: '2026-01-05', events: '3' }, ...seen.sessions],
			days: [{ day: '2026-01-05', events: '3' }, ...seen.sessions],
			dau: [
				{ day: '2026-01-05', dau: '1', fresh: '1' },
				{ day: '2026-01-06', dau: '1', fresh: '0' },
				{ day: '2026-01-07', dau: '1', fresh: '1' },
			],
			before: [{ previous: '1970-01-01' }, { previous: '2026-01-05' }, { previous: '1970-01-01' }],
		});
		// The days before are not computed again. The last of them has an order only.
		await marts(at(noon + 4 * dayMs, renewed));
		expect((await read()).before.at(-1)).toEqual({ previous: '2026-01-06' });
		expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	});

	it('have sessions and days of which orders that name no visitor are a part, across midnight, too', async () => {
		const midnight = noon + dayMs / 2;
		const bob = { visitor: computed + 2, userId: 'bob' };
		const ada = { visitor: computed, userId: 'ada' };
		await marts(
			...[told(midnight - 1_000, bob), told(midnight + 1_000, bob)],
			...[at(midnight - 2_000, { ...ada, name: 'renewed', source: 'server' }), told(midnight - 1_000, ada)],
			told(midnight + 1_000, ada),
		);
		const read = (mart: string) => rows(`SELECT toString(day) AS day, user_id, events FROM ${mart} ORDER BY day`);
		expect(await read('sessions')).toEqual([{ day: '2026-01-05', user_id: 'ada', events: '3' }]);
		expect(await read('int_user_days')).toEqual([{ day: '2026-01-05', user_id: 'ada', events: '2' }]);
		await marts(told(midnight + 2_000, ada), told(midnight + 2_000, bob));
		// Nobody is left out because of a data test.
		expect(await rows('SELECT sum(events) AS n FROM int_presence_days')).toEqual([{ n: '7' }]);
		expect(await read('sessions')).toEqual([{ day: '2026-01-05', user_id: 'ada', events: '4' }]);
		expect(await read('int_user_days')).toEqual([{ day: '2026-01-05', user_id: 'ada', events: '2' }]);
	});

	it('are empty again when the raw table is emptied', async () => {
		await marts(at(noon));
		await test.warehouse.command('TRUNCATE TABLE events');
		expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
		for (const mart of ['int_user_days', 'sessions', 'users_activity'])
			expect(await rows(`SELECT count() AS n FROM ${mart}`), mart).toEqual([{ n: '0' }]);
	});

	it('are never seen half-published by a reader that joins two of them', async () => {
		const reader = test.connect();
		const stop = new AbortController();
		let reads = 0;
		const reading = (async () => {
			while (!stop.signal.aborted) {
				expect(
					await reader.query(
						`SELECT * FROM (SELECT visitor_id, sum(events) AS s FROM sessions GROUP BY visitor_id) AS sessions
						FULL JOIN (SELECT visitor_id, sum(events) AS d FROM int_user_days GROUP BY visitor_id) AS days USING visitor_id
						WHERE s != d`,
					),
				).toEqual([]);
				reads++;
			}
		})();
		for (let i = 0; i < (isThorough ? 8 : 3) || reads <= 20; i++) {
			await marts(at(noon + i * 3_600_000, { visitor: i }));
			await wait(20);
		}
		stop.abort();
		await reading;
		expect(reads).toBeGreaterThan(20);
		await reader.close();
	});
});

describe('the page of a path', () => {
	const folded = async (paths: readonly string[]) => {
		const [row] = await test.warehouse.query<{ once: string[]; twice: string[] }>(
			`SELECT groupArray(folded) AS once, groupArray(${foldedPath('folded')}) AS twice FROM
			(SELECT ${foldedPath('path')} AS folded FROM (SELECT arrayJoin({paths:Array(String)}) AS path))`,
			{ params: { paths } },
		);
		expect(row?.twice).toEqual(row?.once);
		return row?.once;
	};

	it('is decoded, except where that would make another path, or text that does not show', async () => {
		const expected: Record<string, string> = {
			'/plain/path-1_2.~!$&\'()*+,;=:@"<>|': '/plain/path-1_2.~!$&\'()*+,;=:@"<>|',
			'/%41%7e%2D%5f%20%2B%7c': '/A~-_ +|',
			'/caf%c3%a9/%E0%A4%B9/%F0%9F%98%80': '/café/ह/😀',
			'/a%2fb%3F%23': '/a%2Fb%3F%23',
			'/%00%0a%7f\u0001\n': '/%00%0A%7F%01%0A',
			'/%e2%80%aex\u202ey%EF%BB%BF': '/%E2%80%AEx%E2%80%AEy%EF%BB%BF',
			'/%ff%C3%28%ED%A0%80%C0%AF%F5%80%80%80': '/%FF%C3(%ED%A0%80%C0%AF%F5%80%80%80',
			'/100%/100%25/50%-off': '/100%/100%/50%-off',
			'/%2541/%%34%31/%25%32%35': '/%2541/%2541/%2525',
		};
		expect(await folded(Object.keys(expected))).toEqual(Object.values(expected));
	});

	it('is the same in the recount for any path, and stays the same when it is folded again', async () => {
		const hex = fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
		const part = fc.oneof(
			hex,
			hex.map((text) => text.toUpperCase()),
			fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }).map((text) => encodeURIComponent(text.toWellFormed())),
			fc.string({ unit: 'binary', maxLength: 2 }).map((text) => text.toWellFormed()),
			fc.constantFrom('%', '%2', '%25', '%2525', '%G0', '%c3', 'a', '25', '41', '/', '%E2%80%AE', '%f0%9f'),
		);
		const path = fc.array(part, { maxLength: 8 }).map((parts) => `/${parts.join('')}`);
		// ClickHouse bounds the length of a parameter.
		for (let chunk = 0; chunk < 20; chunk++) {
			const paths = fc.sample(path, 200);
			expect(await folded(paths)).toEqual(paths.map(pageOf));
		}
	});
});
