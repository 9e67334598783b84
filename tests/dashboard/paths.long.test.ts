import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow } from '@footfall/transforms';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

/**
 * Adds events of three further sites. In one, twelve visitors go from a page to one of eleven, and one visitor clicks
 * more often than is kept. In the other, a visitor comes on the last day that is counted, and one on the day before, of
 * each bound.
 */
async function addSites(): Promise<void> {
	const into = `INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url)
		SETTINGS async_insert = 0`;
	await test.warehouse.command(`${into}
		SELECT 'folded', v, reinterpretAsUUID(sipHash128(v, k)), toDateTime64('${daysAgo(1)} 10:00:00', 3, 'UTC') + k AS at, at,
			what, if(k < 2, 'page', 'button'), toString(k),
			concat('https://folded.example', if(k = 0, '/hub', concat('/leaf-', toString(v % 11))))
		FROM
		(
			SELECT intDiv(number, 2) AS v, number % 2 AS k, 'view' AS what FROM numbers(24)
			UNION ALL
			SELECT 99, number, if(number < 2, 'view', 'click') FROM numbers(130)
		)`);
	await test.warehouse.command(`${into}
		SELECT 'plain', 1, generateUUIDv4(), toDateTime64('${daysAgo(1)} 10:00:00', 3, 'UTC') + number AS at, at,
			if(number = 0, 'view', 'signup'), if(number = 0, 'page', ''), '', 'https://plain.example/' FROM numbers(2)`);
	const visits = [27, 28, 91, 92].map((days, i) => `(${i + 1}, '${daysAgo(days)}')`);
	await test.warehouse.command(`${into}
		SELECT 'long', v, generateUUIDv4(), toDateTime64(concat(d, ' 10:00:00'), 3, 'UTC') AS at, at,
			'view', 'page', 'x', 'https://long.example/x'
		FROM values('v UInt64, d String', ${visits.join(', ')})`);
	await build(test.warehouse, compileOrThrow());
}

beforeAll(async () => {
	[test, browser] = await Promise.all([startDashboardUnderTest(), launchChromium()]);
	await addSites();
	desk = await openDashboard(await browser.newContext({ viewport: { width: 1360, height: 900 } }), test);
});

afterAll(async () => {
	await browser.close();
	await test.stop();
});

interface Step {
	is_page: boolean;
	name: string;
}
interface Row {
	position: number;
	kind: string;
	name: string;
	sessions: number;
	steps: number;
}

const last28 = `day BETWEEN '${daysAgo(27)}' AND '${daysAgo(0)}'`;

/** The steps of the sessions of the last 28 days, read without the dashboard. */
async function sessions(more = 'true', site = 'shop'): Promise<{ steps: Step[]; left: boolean }[]> {
	const found = await test.warehouse.query<{ steps: Step[]; left: boolean }>(
		`SELECT steps, steps_left_out > 0 AS left FROM sessions WHERE site = '${site}' AND NOT is_bot AND ${last28} AND ${more}`,
	);
	return found.map(({ steps, left }) => ({ steps, left: Boolean(left) }));
}

const textOf = ({ is_page, name }: Step) => `${is_page ? 'page' : 'event'}:${name}`;

/** Counts of sessions by text at each position around a step, counted without SQL. */
function counted(all: Awaited<ReturnType<typeof sessions>>, anchor: string): Map<number, Map<string, number>> {
	const found = new Map<number, Map<string, number>>();
	const add = (position: number, text: string) => {
		const own = found.get(position) ?? new Map<string, number>();
		found.set(position, own.set(text, (own.get(text) ?? 0) + 1));
	};
	for (const { steps, left } of all) {
		const at = steps.findIndex((step) => textOf(step) === anchor);
		if (at < 0) continue;
		for (const position of [-3, -2, -1, 0, 1, 2, 3]) {
			const step = steps[at + position];
			if (step) add(position, textOf(step));
			else if (at + position === -1) add(position, 'start');
			else if (at + position === steps.length) add(position, left ? 'cut' : 'end');
		}
	}
	return found;
}

async function api(
	step: string | undefined,
	more = '',
	site = 'shop',
	days = 28,
): Promise<{ around: Row[]; steps: Row[] }> {
	const query = new URLSearchParams({ site, from: daysAgo(days - 1), to: daysAgo(0), ...(step && { step }) });
	const answer = await fetch(`${test.dashboard.url}/api/paths?${query}${more}`, { headers: test.headers });
	expect(answer.status).toBe(200);
	return ((await answer.json()) as { rows: { around: Row[]; steps: Row[] } }).rows;
}

/** The rows of an answer in the form of `counted`, in which the rows of "other" are what they stand for. */
function compared(rows: readonly Row[], expected: Map<number, Map<string, number>>): void {
	expect([...new Set(rows.map(({ position }) => position))].sort((a, b) => a - b)).toEqual(
		[...expected.keys()].sort((a, b) => a - b),
	);
	for (const [position, counts] of expected) {
		const own = rows.filter((row) => row.position === position);
		const isEnd = (text: string) => ['start', 'end', 'cut'].includes(text);
		const ranked = [...counts].filter(([text]) => !isEnd(text)).sort((a, b) => b[1] - a[1]);
		const shown = own.filter(({ kind }) => kind === 'page' || kind === 'event');
		expect(shown.map((row) => row.sessions)).toEqual(ranked.slice(0, 8).map(([, n]) => n));
		for (const { kind, name, sessions: n } of shown)
			expect([`${kind}:${name}`, n]).toEqual([`${kind}:${name}`, counts.get(`${kind}:${name}`)]);
		const others = ranked.slice(8);
		expect(own.filter(({ kind }) => kind === 'other').map((row) => [row.sessions, row.steps])).toEqual(
			others.length === 0 ? [] : [[others.reduce((sum, [, n]) => sum + n, 0), others.length]],
		);
		for (const end of ['start', 'end', 'cut'])
			expect(own.find(({ kind }) => kind === end)?.sessions).toBe(counts.get(end));
	}
}

describe('the paths', () => {
	it.each(['page:/', 'page:/catalog', 'event:add_to_cart', 'event:checkout', 'page:/nowhere'])(
		'around %s equal those of the steps of sessions',
		async (step) => {
			const expected = counted(await sessions(), step);
			expect(expected.size > 4).toBe(step !== 'page:/nowhere');
			compared((await api(step)).around, expected);
		},
	);

	it('cover matching sessions with filters', async () => {
		const expected = counted(await sessions("device = 'mobile' AND channel = 'campaign'"), 'page:/catalog');
		expect(expected.get(0)?.get('page:/catalog')).toBeGreaterThan(10);
		compared((await api('page:/catalog', '&device=mobile&channel=campaign')).around, expected);
	});

	it('fold what is rare, and say where a session goes on beyond the steps that are kept', async () => {
		const all = await sessions('true', 'folded');
		expect(all).toHaveLength(13);
		const { around } = await api('page:/hub', '', 'folded');
		compared(around, counted(all, 'page:/hub'));
		expect(around.find(({ kind }) => kind === 'other')).toMatchObject({ position: 1, sessions: 3, steps: 3 });
		expect((await api('event:99', '', 'folded')).around.find(({ kind }) => kind === 'cut')).toMatchObject({
			position: 1,
		});
	});

	it('cover the last days of a longer range, and the page says so', async () => {
		for (const step of [undefined, 'page:/x']) {
			const { around, steps } = await api(step, '', 'long', 365);
			expect(around.filter(({ position }) => position === 0)).toMatchObject([{ name: '/x', sessions: 3 }]);
			expect(steps).toMatchObject([{ kind: 'page', name: '/x', sessions: 1 }]);
		}
		await desk.open('?view=paths&site=long&days=365');
		const notes = await desk.page.locator('.card .note').allTextContents();
		expect(notes[0]).toContain('last 92 days of the range');
		expect(notes[1]).toContain('last 28 days of the range');
		await desk.open('?view=paths&site=long&days=28');
		expect((await desk.page.locator('.card .note').allTextContents()).join()).not.toContain('of the range');
	});

	it('begin with the landing page of most sessions, and list pages and events by sessions', async () => {
		const all = await sessions();
		const landings = new Map<string, number>();
		const counts = new Map<string, number>();
		for (const { steps } of all) {
			const landing = steps.find(({ is_page }) => is_page)?.name ?? '';
			landings.set(landing, (landings.get(landing) ?? 0) + 1);
			for (const text of new Set(steps.map(textOf))) counts.set(text, (counts.get(text) ?? 0) + 1);
		}
		const [most = ''] = [...landings].sort((a, b) => b[1] - a[1])[0] ?? [];
		const found = await api(undefined);
		expect(found.around.find(({ position }) => position === 0)).toMatchObject({ kind: 'page', name: most });
		compared(found.around, counted(all, `page:${most}`));
		expect(found.steps.map(({ kind, name, sessions: n }) => [`${kind}:${name}`, n])).toEqual(
			found.steps.map(({ kind, name }) => [`${kind}:${name}`, counts.get(`${kind}:${name}`)]),
		);
		expect(found.steps).toHaveLength(Math.min(100, counts.size));
	});

	it.each([
		['paths', 'step=cart', '"step" must begin with page: or event:'],
		['pages', 'step=page:/', '"step" is not a parameter of this view'],
	])('of /api/%s are refused with %s', async (view, parameter, error) => {
		const address = `${test.dashboard.url}/api/${view}?site=shop&from=${daysAgo(1)}&to=${daysAgo(0)}&${parameter}`;
		const answer = await fetch(address, { headers: test.headers });
		expect([answer.status, await answer.json()]).toEqual([400, { error: `${error}.` }]);
	});
});

describe('the page of paths', () => {
	const shown = () => desk.page.waitForSelector('main[data-shown=paths]:not([aria-busy])');

	it('starts from a step that is clicked, which is a part of the address and of links to other views', async () => {
		await desk.open('?view=paths&site=shop&device=mobile');
		await desk.page.locator('[aria-label="1 step after"] [data-step="page:/catalog"]').first().click();
		await desk.page.waitForURL(/step=page%3A%2Fcatalog/);
		await shown();
		const expected = counted(await sessions("device = 'mobile'"), 'page:/catalog');
		const all = expected.get(0)?.get('page:/catalog') ?? 0;
		const count = new Intl.NumberFormat('en-GB').format(all);
		expect(await desk.page.locator('.card .note').first().textContent()).toContain(`${count} session`);
		expect(await desk.page.locator('.path-column.start').textContent()).toContain(`/catalog${count} · 100%`);
		await desk.page.getByRole('link', { name: 'Pages', exact: true }).click();
		await desk.page.waitForSelector('main[data-shown=pages]:not([aria-busy])');
		expect(desk.page.url()).toContain('step=page%3A%2Fcatalog');
		await desk.page.goBack();
		await shown();
		const rows = await desk.table('Before and after');
		const sum = rows
			.filter(([where]) => where === '1 step after')
			.reduce((n, [, , , each = '0']) => n + Number(each.replaceAll(',', '')), 0);
		expect(sum).toBe(all);
	});

	it('can be used with the keyboard alone', async () => {
		await desk.open('?view=paths&site=shop');
		const step = desk.page.locator('[data-step]').first();
		const text = await step.getAttribute('data-step');
		await step.focus();
		await desk.page.keyboard.press('Enter');
		await desk.page.waitForURL((url) => url.searchParams.get('step') === text);
		await shown();
		expect(await desk.page.evaluate(() => document.querySelector('main')?.contains(document.activeElement))).toBe(true);
	});

	it('finds a page or an event by a search, and starts from it', async () => {
		await desk.open('?view=paths&site=folded');
		await desk.page.getByLabel('Search pages and events').fill('leaf-10');
		await desk.page.locator('.list-status').getByText('One of the pages and events with').waitFor();
		await desk.page.getByRole('button', { name: '/leaf-10', exact: true }).click();
		await desk.page.waitForURL(/step=page%3A%2Fleaf-10/);
		await shown();
		expect(await desk.page.locator('.path-column.start').textContent()).toContain('/leaf-10');
	});

	it('names an event without an object by its name alone, in the list and where it starts', async () => {
		await desk.open('?view=paths&site=plain');
		await desk.page.getByRole('button', { name: 'signup', exact: true }).last().click();
		await desk.page.waitForURL(/step=event%3Asignup__/);
		await shown();
		expect(await desk.page.locator('.path-column.start').textContent()).toContain('signupEvent');
		expect(await desk.page.locator('.card .note').first().textContent()).toContain('with the event signup,');
	});

	it('says when no session has the step, and has no accessibility violation in either theme', async () => {
		await desk.open('?view=paths&site=shop&step=page:/nowhere');
		await desk.page.getByText('No session of these days has the page /nowhere.').waitFor();
		for (const colorScheme of ['light', 'dark'] as const) {
			await desk.page.emulateMedia({ colorScheme });
			await desk.open('?view=paths&site=shop&step=event:add_to_cart');
			expect(await accessibilityFaults(desk.page)).toEqual([]);
		}
		await desk.page.emulateMedia({ colorScheme: null });
		expect(desk.errors).toEqual([]);
		expect(test.complaints).toEqual([]);
	});

	it('has one position below the other on a phone', async () => {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
		const phone = await openDashboard(context, test);
		await phone.open('?view=paths&site=shop&step=page:/catalog');
		expect(await phone.page.evaluate(() => document.scrollingElement?.scrollWidth)).toBe(360);
		const boxes = await phone.page
			.locator('.path-column')
			.evaluateAll((all) => all.map((each) => each.getBoundingClientRect().top));
		expect(boxes).toEqual([...boxes].sort((a, b) => a - b));
		expect(new Set(boxes).size).toBe(boxes.length);
		expect(boxes.length).toBeGreaterThan(4);
		await context.close();
	});
});
