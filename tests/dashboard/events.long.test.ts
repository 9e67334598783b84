import { launchChromium } from '@footfall/demo-shop';
import type { Warehouse } from '@footfall/warehouse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accessibilityFaults, type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

/** A name, a key and a value that no browser breaks by itself. */
const longName = 'a_name_without_spaces_'.repeat(3).slice(0, 64);

/**
 * Signups of 60 visitors on ten days and on ten days before, with a plan, an experiment of the same name, and 1,200
 * referral codes on one day; a name that is markup, and a long one.
 */
async function addEvents(warehouse: Warehouse): Promise<void> {
	const insert = (rows: string) =>
		warehouse.command(`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, props, exp)
			SELECT 'app', visitor, reinterpretAsUUID(sipHash128(number, what)), at, at, name, obj, obj_id, 'https://app.test/', props, exp FROM (${rows})`);
	const noon = `toDateTime64(today(), 3, 'UTC') + INTERVAL 12 HOUR`;
	await insert(`SELECT number, 'signup' AS what, number % 60 AS visitor, ${noon} - INTERVAL 1 + number % 20 DAY AS at, 'signup' AS name,
		['', 'form', 'form'][1 + number % 3] AS obj, ['', 'header', 'footer'][1 + number % 3] AS obj_id,
		map('plan', ['free', 'free', 'pro', 'team'][1 + number % 4]) AS props, map('plan', ['a', 'b'][1 + number % 2]) AS exp FROM numbers(300)`);
	await insert(`SELECT number, 'code' AS what, number AS visitor, ${noon} - INTERVAL 1 DAY AS at, 'redeem' AS name, '' AS obj, '' AS obj_id,
		map('code', concat('code-', toString(number))) AS props, map() AS exp FROM numbers(1200)`);
	await insert(`SELECT number, 'words' AS what, number AS visitor, ${noon} - INTERVAL 1 DAY AS at, '${longName}' AS name, '' AS obj, '' AS obj_id,
		map('${longName}', '${longName}') AS props, map() AS exp FROM numbers(2)`);
	await insert(`SELECT number, 'odd' AS what, number AS visitor, ${noon} - INTERVAL 1 DAY AS at, '<b>bold</b>' AS name, 'other' AS obj, '' AS obj_id,
		map() AS props, map() AS exp FROM numbers(3)`);
}

beforeAll(async () => {
	[test, browser] = await Promise.all([startDashboardUnderTest({ addEvents }), launchChromium()]);
	desk = await openDashboard(await browser.newContext({ viewport: { width: 1360, height: 900 } }), test);
});
afterAll(async () => {
	await browser.close();
	await test.stop();
});

/** Rows in an order that depends only on them. */
const sorted = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).sort((a, b) => (a < b ? -1 : 1));
const days = `&from=${daysAgo(10)}&to=${daysAgo(1)}`;
/** Signups of the last ten days, counted from the events themselves. */
const signups = (what: string, extra = '') =>
	test.warehouse.query<Record<string, string>>(
		`SELECT ${what} FROM events FINAL WHERE site = 'app' AND name = 'signup' AND toDate(ts) BETWEEN '${daysAgo(10)}' AND '${daysAgo(1)}' ${extra}`,
	);

it('lists every event that was sent, with visitors, sessions and the change', async () => {
	await desk.open(`?view=events&site=app${days}`);
	const [counted = {}] = await signups('count() AS events, uniqExact(visitor_id, toDate(ts)) AS visitors');
	expect(await desk.table('Events')).toEqual([
		['redeem', '1,200', '1,200', '1,200', 'new'],
		['signup', counted.events, counted.visitors, counted.visitors, '0%'],
		['<b>bold</b>', '3', '3', '3', 'new'],
		[longName, '2', '2', '2', 'new'],
	]);
});

it('shows objects, properties and values of an event by a click on its name, in an address that can be saved', async () => {
	await desk.open(`?view=events&site=app${days}`);
	await desk.page.getByRole('link', { name: 'signup' }).click();
	await desk.page.getByRole('heading', { name: 'Objects of signup' }).waitFor();
	const objects = await signups("trim(concat(obj, ' ', obj_id)) AS object, count() AS events", 'GROUP BY object');
	const shown = (await desk.table('Objects of signup')).map(([object, events]) => [object, events]);
	expect(sorted(shown)).toEqual(sorted(objects.map(({ object, events }) => [object || 'no object', events])));
	await desk.page.getByRole('link', { name: 'plan (experiment)' }).waitFor();
	await desk.page.getByRole('link', { name: 'plan', exact: true }).click();
	await desk.page.getByRole('heading', { name: 'Values of plan', exact: true }).waitFor();
	const plans = await signups("props['plan'] AS plan, count() AS events", 'GROUP BY plan');
	const values = async () => sorted((await desk.table('Values of plan')).map(([plan, events]) => [plan, events]));
	const expected = sorted(plans.map(({ plan, events }) => [plan, events]));
	expect(await values()).toEqual(expected);
	const perDay = await desk.table('Values of plan by day');
	const sumOf = (column: number) => perDay.reduce((sum, cells) => sum + Number(cells[column]), 0);
	expect(perDay).toHaveLength(10);
	expect(sorted([1, 2, 3].map(sumOf))).toEqual(sorted(plans.map(({ events }) => Number(events))));
	const address = new URL(desk.page.url()).search;
	expect(address).toContain('event=signup&property=property%3Aplan');
	await desk.open(address);
	expect(await values()).toEqual(expected);
	await desk.page.getByRole('link', { name: 'Show all events' }).click();
	await desk.page.waitForSelector('main[data-shown=events]:not([aria-busy])');
	expect(new URL(desk.page.url()).search).not.toContain('event=');
});

it('says how many values have no rows of their own', async () => {
	await desk.open(`?view=events&site=app${days}&event=redeem&property=property:code`);
	const card = desk.page.locator('section.card', {
		has: desk.page.getByRole('heading', { name: 'Values of code', exact: true }),
	});
	await card.getByRole('searchbox').fill('code-999');
	await card.getByText('No values with “code-999”').waitFor();
	await card.getByRole('searchbox').fill('');
	await card.getByText('The first 200 of 1,001 values').waitFor();
	expect((await desk.table('Values of code'))[0]).toEqual(['All other values (up to 200 a day)', '200', '200']);
});

it('says when the event or the property of a link is not there', async () => {
	await desk.open(`?view=events&site=app${days}&event=gone&property=property:plan`);
	expect(await desk.page.locator('.empty').allTextContents()).toEqual([
		'No event "gone" has a row of its own in these days. Choose other days, or one of the events below.',
	]);
	expect((await desk.table('Events')).map(([name]) => name)).toContain('signup');
	await desk.open(`?view=events&site=app${days}&event=signup&property=property:gone`);
	const words = 'Events of this name have no property gone in these days.';
	expect(await desk.page.locator('.empty').allTextContents()).toEqual([words, words]);
});

/** Rows of the view, without those that count together what has no row of its own. */
async function rowsOf(parameters: Record<string, string>): Promise<Record<string, Record<string, unknown>[]>> {
	const query = new URLSearchParams({ site: 'shop', from: daysAgo(30), to: daysAgo(1), ...parameters });
	const answer = await fetch(`${test.dashboard.url}/api/events?${query}`, { headers: test.headers });
	expect(answer.status).toBe(200);
	return ((await answer.json()) as { rows: Record<string, Record<string, unknown>[]> }).rows;
}

it('counts the events of matching sessions with a filter, and with all devices together those without one', async () => {
	const chosen = { event: 'view', property: 'experiment:cart_style' };
	const whole = await rowsOf(chosen);
	const devices = ['desktop', 'mobile', 'tablet', ''];
	const parts = await Promise.all(devices.map((device) => rowsOf({ ...chosen, device })));
	const numbers = ['events', 'visitors', 'sessions', 'eventsBefore', 'others', 'isOther'];
	const keyOf = (row: object) => JSON.stringify(Object.entries(row).filter(([name]) => !numbers.includes(name)));
	for (const list of ['names', 'days', 'objects', 'properties', 'values', 'valueDays']) {
		expect(whole[list]?.length, list).toBeGreaterThan(0);
		const sums = new Map<string, unknown[]>();
		for (const row of parts.flatMap((part) => part[list] ?? [])) {
			const before = sums.get(keyOf(row)) ?? [0, 0, 0];
			sums.set(
				keyOf(row),
				[row.events, row.sessions ?? 0, row.eventsBefore ?? 0].map((value, at) => Number(value) + Number(before[at])),
			);
		}
		for (const row of whole[list] ?? [])
			expect(sums.get(keyOf(row)), list).toEqual([row.events, row.sessions ?? 0, row.eventsBefore ?? 0]);
	}
	const [raw] = await test.warehouse.query<Record<string, number>>(
		`SELECT toUInt32(count()) AS events, toUInt32(uniqExact(visitor_id, toDate(ts))) AS visitors FROM events FINAL
		WHERE site = 'shop' AND device = 'mobile' AND name = 'view' AND NOT is_bot AND toDate(ts) BETWEEN '${daysAgo(30)}' AND '${daysAgo(1)}'`,
	);
	expect(parts[1]?.names?.find(({ name }) => name === 'view')).toMatchObject(raw ?? {});
});

it('refuses a property that is neither of properties nor of experiments', async () => {
	const api = `${test.dashboard.url}/api/events?site=app${days}&event=signup&property=plan`;
	const answer = await fetch(api, { headers: test.headers });
	expect(answer.status).toBe(400);
	expect(await answer.json()).toEqual({ error: '"property" must begin with "property:" or "experiment:".' });
});

it.each(['light', 'dark'] as const)('is readable on a desk and on a phone in the %s theme', async (colorScheme) => {
	const long = `&event=${longName}&property=property:${longName}`;
	for (const width of [1360, 360]) {
		const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
		const open = await openDashboard(context, test);
		for (const chosen of ['', '&event=signup', '&event=signup&property=property:plan', long]) {
			await open.open(`?view=events&site=app${days}${chosen}`);
			expect(await accessibilityFaults(open.page), `${width}${chosen}`).toEqual([]);
			expect(await open.page.evaluate(() => document.scrollingElement?.scrollWidth), chosen).toBe(width);
		}
		expect(open.errors).toEqual([]);
		await context.close();
	}
});
