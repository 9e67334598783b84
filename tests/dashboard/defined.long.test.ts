import { type Definitions, parseDefinitions } from '@footfall/definitions';
import { launchChromium } from '@footfall/demo-shop';
import type { Warehouse } from '@footfall/warehouse';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

const never = `Never${' reached'.repeat(8)}`;
const arabic = 'إضافة المنتج إلى السلة';
/** Goals and funnels of the shop alone, so that the blog has none. */
const text = JSON.stringify({
	goals: {
		order: { when: { event: 'order' }, value: 'amount', sites: ['shop'] },
		signup: { title: 'Sign-up', when: { event: 'signup' }, value: { property: 'price' }, sites: ['shop'] },
		arabic: { title: arabic, when: { event: 'nothing' }, sites: ['shop'] },
		never: { title: never, when: { event: 'nothing' }, sites: ['shop'] },
	},
	experiments: {
		price: { key: 'price', goal: 'signup', sites: ['shop'] },
		colour: { key: 'colour', goal: 'signup', sites: ['shop'] },
	},
	funnels: {
		trial: {
			title: 'Trial',
			within: '14d',
			steps: [{ title: 'Pricing', when: { page: '/pricing' } }, 'signup', { title: 'Paid', when: { event: 'paid' } }],
			sites: ['shop'],
		},
		quick: {
			title: 'Quick',
			within: '90m',
			steps: [{ title: 'Start', when: { page: '/' } }, 'order'],
			sites: ['shop'],
		},
	},
});

function definitions(): Definitions {
	const parsed = parseDefinitions(text, 'definitions.json');
	if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
	return parsed.definitions;
}

/** Events of visitors: who, days ago, hour, name, path, device. */
const events = [
	// The first visitor starts on two days, and comes to the end only from the second start, after the range.
	[1, 30, 10, 'view', '/pricing', 'mobile'],
	[1, 26, 10, 'view', '/pricing', 'desktop'],
	[1, 24, 11, 'signup', '', 'desktop'],
	[1, 14, 9, 'paid', '', 'tablet'],
	// The second one signs up in another session and on another device.
	[2, 27, 12, 'view', '/pricing', 'mobile'],
	[2, 26, 13, 'signup', '', 'desktop'],
	// The third one is too late for the window.
	[3, 30, 8, 'view', '/pricing', 'mobile'],
	[3, 15, 8, 'signup', '', 'mobile'],
	// The fourth one is of the previous period.
	[4, 34, 8, 'view', '/pricing', 'mobile'],
	[4, 34, 9, 'signup', '', 'mobile'],
	[4, 34, 10, 'paid', '', 'mobile'],
] as const;

/** Exposures: visitor, days ago, name, and variants of two experiments. */
const exposures = [
	// The first visitor saw two prices and one colour, and signed up.
	[1, 28, 'seen', 'low', 'red'],
	[1, 27, 'signup', 'high', 'red'],
	// The second one saw one of each, and signed up after the range.
	[2, 28, 'seen', 'low', 'blue'],
	[2, 10, 'signup', 'low', 'blue'],
	// The third one had seen the same before the range, and the fourth one another price.
	[3, 40, 'seen', 'low', 'red'],
	[3, 28, 'seen', 'low', 'red'],
	[4, 40, 'seen', 'mid', 'blue'],
	[4, 28, 'seen', 'low', 'blue'],
] as const;

async function addEvents(warehouse: Warehouse): Promise<void> {
	await addVisits(warehouse);
	const rows = exposures.map(
		(row) => `(${row.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`,
	);
	await warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, url, exp) SETTINGS async_insert = 0
		SELECT 'shop', 910000 + row.1, reinterpretAsUUID(sipHash128(row)), toDateTime64(today(), 3, 'UTC') - INTERVAL row.2 DAY + INTERVAL 9 HOUR AS at,
			at, row.3, 'https://shop.example/', map('price', row.4, 'colour', row.5)
		FROM (SELECT arrayJoin([${rows.join(', ')}]) AS row)`,
	);
}

const addVisits = (warehouse: Warehouse) =>
	warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, device, props) SETTINGS async_insert = 0
		SELECT 'shop', 900000 + event.1, reinterpretAsUUID(sipHash128(event)), toDateTime64(today(), 3, 'UTC') - INTERVAL event.2 DAY + INTERVAL event.3 HOUR AS at,
			at, event.4, if(event.4 = 'view', 'page', ''), '', concat('https://shop.example', event.5), event.6, map('price', '10.5')
		FROM (SELECT arrayJoin([${events.map((event) => `(${event.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`).join(', ')}]) AS event)`,
	);

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

beforeAll(async () => {
	[test, browser] = await Promise.all([
		startDashboardUnderTest({ orders: true, definitions: definitions(), addEvents }),
		launchChromium(),
	]);
	desk = await openDashboard(await browser.newContext({ viewport: { width: 1360, height: 900 } }), test);
});
afterAll(async () => {
	await browser.close();
	await test.stop();
});

/** Days on which the funnel is started. */
const range = `from=${daysAgo(30)}&to=${daysAgo(26)}`;

async function rowsOf(query: string): Promise<Record<string, Record<string, unknown>[]>> {
	const response = await fetch(`${test.dashboard.url}/api/${query}&${range}`, { headers: test.headers });
	return ((await response.json()) as { rows: Record<string, Record<string, unknown>[]> }).rows;
}

describe('a funnel of several days', () => {
	const hours = (count: number) => count * 3_600_000;

	it('counts a visitor once, and steps after the range within the window', async () => {
		const { steps, days } = await rowsOf('funnels?site=shop&funnel=trial');
		expect(steps).toEqual([
			{ step: 1, title: 'Pricing', visitors: 3, visitorsBefore: 1, medianMs: null },
			// From the two starts of the first visitor, 145 and 49 hours, and 25 hours of the second one.
			{ step: 2, title: 'Sign-up', visitors: 2, visitorsBefore: 1, medianMs: hours(49) },
			{ step: 3, title: 'Paid', visitors: 1, visitorsBefore: 1, medianMs: hours(238) },
		]);
		expect(days).toEqual([
			{ day: daysAgo(34), started: 1, finished: 1 },
			{ day: daysAgo(30), started: 2, finished: 0 },
			{ day: daysAgo(27), started: 1, finished: 0 },
			{ day: daysAgo(26), started: 1, finished: 1 },
		]);
	});

	it.each([
		['mobile', [3, 2, 0], [1, 1, 1]],
		['desktop', [1, 1, 1], [0, 0, 0]],
		['tablet', [0, 0, 0], [0, 0, 0]],
	])('is filtered by the session of the first step: %s', async (device, now, before) => {
		const { steps = [] } = await rowsOf(`funnels?site=shop&funnel=trial&device=${device}`);
		expect(steps.map(({ visitors }) => visitors)).toEqual(now);
		expect(steps.map(({ visitorsBefore }) => visitorsBefore)).toEqual(before);
	});

	it('is chosen by the keyboard, and shows its window, drop-off and times', async () => {
		await desk.open(`?view=funnels&site=shop&${range}`);
		await desk.page.getByRole('heading', { name: 'Quick', exact: true }).waitFor();
		await desk.page.getByRole('button', { name: 'Trial 3 steps within 14 days' }).focus();
		await desk.page.keyboard.press('Enter');
		await desk.page.waitForURL(/funnel=trial/);
		await desk.page.getByRole('heading', { name: 'Trial', exact: true }).waitFor();
		expect(await desk.page.evaluate(() => document.activeElement?.getAttribute('aria-pressed'))).toBe('true');
		expect(await desk.page.locator('.funnel-between').allTextContents()).toEqual([
			'66.7% go on, after a median of 2 d 01 h; 1 drop off',
			'50% go on, after a median of 9 d 22 h; 1 drop off',
		]);
	});
});

describe('an experiment', () => {
	it('leaves out visitors who saw several of its variants, and not those who saw several of another', async () => {
		const { experiments = [], variants } = await rowsOf('experiments?site=shop');
		expect(experiments.map(({ experiment }) => experiment)).toEqual(['colour', 'price']);
		const ofColour = { experiment: 'colour', mixed: 0, variants: 2 };
		const ofPrice = { experiment: 'price', mixed: 2, variants: 3 };
		expect(variants).toEqual([
			{ ...ofColour, variant: 'blue', visitors: 1, converted: 1 },
			{ ...ofColour, variant: 'red', visitors: 1, converted: 1 },
			{ ...ofPrice, variant: 'low', visitors: 1, converted: 1 },
			{ ...ofPrice, variant: 'high', visitors: 0, converted: 0 },
			{ ...ofPrice, variant: 'mid', visitors: 0, converted: 0 },
		]);
	});
});

describe('a goal', () => {
	it('has its value in each currency, or of a property, and is listed without conversions', async () => {
		await desk.open(`?view=goals&site=shop&from=${daysAgo(26)}&to=${daysAgo(14)}`);
		const rows = await desk.table('Goals');
		expect(rows.map(([title]) => title)).toEqual(['Order', 'Sign-up', never, arabic]);
		expect(rows[0]?.[5]).toMatch(/^[\d,.]+ EUR, [\d,.]+ GBP, [\d,.]+ USD/);
		expect(rows[1]?.slice(1, 4).map((cell) => cell[0])).toEqual(['3', '3', '3']);
		expect(rows[1]?.[5]).toMatch(/^31\.50before 10\.50$/);
		expect(rows[2]?.slice(1)).toEqual([...Array(3).fill('0no change'), '0%before 0%', '–']);
	});

	it('is chosen by the keyboard, keeps the focus, and its attributes filter by a click', async () => {
		await desk.open(`?view=goals&site=shop&from=${daysAgo(26)}&to=${daysAgo(14)}`);
		await desk.page.getByRole('button', { name: 'Sign-up' }).focus();
		await desk.page.keyboard.press('Enter');
		await desk.page.waitForURL(/goal=signup/);
		await desk.page.getByRole('heading', { name: 'Sign-up by device' }).waitFor();
		expect(await desk.page.evaluate(() => document.activeElement?.textContent)).toBe('Sign-up');
		expect((await desk.table('Sign-up by device')).slice(0, 2).map((cells) => [cells[0], cells[2]])).toEqual([
			['Desktop', '2'],
			['Mobile', '1'],
		]);
		await desk.page.getByRole('button', { name: 'Desktop', exact: true }).click();
		await desk.page.waitForURL(/device=desktop.*goal=signup/);
		await desk.page.getByRole('button', { name: 'Remove the filter Device: Desktop' }).waitFor();
		await desk.page.waitForSelector('main:not([aria-busy])');
		expect((await desk.table('Goals')).find(([title]) => title === 'Sign-up')?.[1]?.[0]).toBe('2');
	});
});

describe('what is not defined', () => {
	it.each(['goal', 'funnel'])('for a site: the page says how to define a %s', async (noun) => {
		await desk.open(`?view=${noun}s&site=blog&days=7`);
		const words = await desk.page.locator('.empty').textContent();
		expect(words).toContain(`No ${noun} is defined for this site.`);
		expect(words).toContain('docs/how-to/count-your-own-events.md');
	});

	it.each(['goal', 'funnel'])(
		'any more: a link to a removed %s says so, beside those that are defined',
		async (noun) => {
			await desk.open(`?view=${noun}s&site=shop&days=7&${noun}=removed`);
			expect(await desk.page.locator('.empty').allTextContents()).toEqual([
				expect.stringContaining(`This site has no ${noun} "removed".`),
			]);
			expect(await desk.page.getByRole('button', { name: noun === 'goal' ? 'Sign-up' : 'Trial' }).count()).toBe(1);
		},
	);
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
	it.each(['goals', 'funnels'])('%s have no accessibility violation, and fit a phone', async (view) => {
		const context = await browser.newContext({ colorScheme, viewport: { width: 360, height: 740 }, isMobile: true });
		const phone = await openDashboard(context, test);
		for (const query of ['', '&device=mobile&goal=order', '&goal=arabic', '&site=blog']) {
			const own = view === 'goals' ? query : query.replace('&goal=order', '&funnel=trial');
			await phone.open(`?view=${view}${own.includes('site=') ? '' : '&site=shop'}${own}`);
			expect(await accessibilityFaults(phone.page), query).toEqual([]);
			expect(await phone.page.evaluate(() => document.scrollingElement?.scrollWidth), query).toBe(360);
		}
		expect(phone.errors).toEqual([]);
		await context.close();
	});
});

describe('after all tests', () => {
	it('the console has no error, and the dashboard logged no warning', () => {
		expect(desk.errors).toEqual([]);
		expect(test.complaints).toEqual([]);
	});
});
