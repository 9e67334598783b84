import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
	audienceNames,
	durationEdgesMs,
	filterNames,
	sessionAttributes,
	viewNames,
} from '@footfall/dashboard/contract';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accessibilityFaults, type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

beforeAll(async () => {
	[test, browser] = await Promise.all([startDashboardUnderTest(), launchChromium()]);
	const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, acceptDownloads: true });
	desk = await openDashboard(context, test);
});

afterAll(async () => {
	await browser.close();
	await test.stop();
});

const count = (value: unknown) => new Intl.NumberFormat('en-GB').format(Number(value));
const money = (value: unknown) =>
	new Intl.NumberFormat('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(Number(value));
const part = (value: unknown) =>
	new Intl.NumberFormat('en-GB', { style: 'percent', maximumFractionDigits: 1 }).format(Number(value));
/** One row of the marts, queried without the dashboard. */
async function row(sql: string): Promise<Record<string, unknown>> {
	const [found = {}] = await test.warehouse.query<Record<string, unknown>>(sql);
	return found;
}
/** A time as the page shows it. */
const duration = (ms: number) =>
	ms < 9_950
		? `${Number((ms / 1_000).toFixed(1))} s`
		: ms < 59_500
			? `${Math.round(ms / 1_000)} s`
			: `${Math.floor(Math.round(ms / 1_000) / 60)} min ${String(Math.round(ms / 1_000) % 60).padStart(2, '0')} s`;
const last28 = `day >= '${daysAgo(27)}' AND day <= '${daysAgo(0)}'`;
const tile = (measure: string) => desk.page.locator(`[data-measure=${measure}] .tile-value`).textContent();

interface OverviewRow {
	isTotal: boolean;
	isCurrent: boolean;
	day: string;
	untilMs: number | null;
	visitors: number;
	sessions: number;
	pageViews: number;
}

/** The numbers of the overview, as the API answers them. */
async function overviewOf(site: string, from: string, to: string, filters = ''): Promise<OverviewRow[]> {
	const address = `${test.dashboard.url}/api/overview?site=${site}&from=${from}&to=${to}${filters}`;
	const { rows } = (await (await fetch(address, { headers: test.headers })).json()) as {
		rows: { numbers: OverviewRow[] };
	};
	return rows.numbers;
}

/** Opens a view, and returns the numbers of the overview that the page shows. */
async function openOverview(search: string): Promise<OverviewRow[]> {
	const answer = desk.page.waitForResponse((response) => response.url().includes('/api/overview?'));
	await desk.open(search);
	const { rows } = (await (await answer).json()) as { rows: { numbers: OverviewRow[] } };
	return rows.numbers;
}

describe('the numbers of the overview', () => {
	it.each(['', '&device=mobile'])('say in every row to which period it belongs%s', async (filters) => {
		const rows = await overviewOf('shop', daysAgo(9), daysAgo(3), filters);
		expect(rows.filter(({ isTotal }) => isTotal).map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
		const days = rows.filter(({ isTotal }) => !isTotal);
		expect(days).toHaveLength(14);
		for (const { day, isCurrent } of days) expect({ day, isCurrent }).toEqual({ day, isCurrent: day >= daysAgo(9) });
		expect(rows.map(({ untilMs }) => untilMs)).toEqual(rows.map(() => null));
	});

	it.each(['', '&device=mobile'])('of today are compared with the same time of yesterday%s', async (filters) => {
		const device = filters === '' ? '' : "AND device = 'mobile'";
		const rows = await overviewOf('shop', daysAgo(0), daysAgo(0), filters);
		const totals = rows.filter(({ isTotal }) => isTotal);
		const [before, now] = totals as [OverviewRow, OverviewRow];
		const { untilMs } = before;
		expect((now.untilMs as number) - (untilMs as number)).toBe(86_400_000);
		expect(rows.map((each) => each.untilMs)).toEqual(rows.map(({ isCurrent }) => (isCurrent ? now : before).untilMs));
		const until = `fromUnixTimestamp64Milli(toInt64(${untilMs}), 'UTC')`;
		const own = `FROM sessions WHERE site = 'shop' AND NOT is_bot AND day = '${daysAgo(1)}' AND started_at < ${until} ${device}`;
		const expected = await row(
			`SELECT count() AS sessions, sum(page_views) AS views, uniqExact(visitor_id) AS visitors ${own}`,
		);
		expect([before.sessions, before.pageViews]).toEqual([Number(expected.sessions), Number(expected.views)]);
		const active = await row(`SELECT count() AS visitors FROM int_user_days WHERE site = 'shop' AND NOT is_bot
			AND NOT has_invalid_time AND day = '${daysAgo(1)}' AND first_seen_at < ${until}`);
		expect(before.visitors).toBe(Number(filters === '' ? active.visitors : expected.visitors));
	});

	it.each([2, 7])('of %d days until today count a visitor of the preceding days once', async (days) => {
		const rows = await overviewOf('shop', daysAgo(days - 1), daysAgo(0));
		const before = rows.find(({ isTotal, isCurrent }) => isTotal && !isCurrent);
		const until = `fromUnixTimestamp64Milli(toInt64(${before?.untilMs}), 'UTC')`;
		const activity = await row(`SELECT uniqExact(visitor_id) AS visitors, count() AS visitorDays FROM int_user_days
			WHERE site = 'shop' AND NOT is_bot AND NOT has_invalid_time
			AND day BETWEEN '${daysAgo(2 * days - 1)}' AND '${daysAgo(days)}' AND first_seen_at < ${until}`);
		expect(before?.visitors).toBe(Number(activity.visitors));
		const byDay = rows.filter(({ isTotal, isCurrent }) => !isTotal && !isCurrent);
		expect(byDay.reduce((sum, { visitors }) => sum + visitors, 0)).toBe(Number(activity.visitorDays));
		expect(Number(activity.visitorDays)).toBeGreaterThan(Number(activity.visitors));
	});

	it('of today say on the page and in its charts up to when they are counted', async () => {
		await desk.open('?site=shop&days=1');
		expect(await desk.page.locator('.open-day').textContent()).toMatch(/is counted until \d\d:\d\d UTC, and compared/);
		expect((await desk.table('Visitors by day'))[0]?.[0]).toMatch(/, until \d\d:\d\d$/);
		await desk.open('?view=durations&site=shop&days=7');
		expect((await desk.table('Average and median by day')).at(-1)?.[0]).toMatch(/, until \d\d:\d\d$/);
		await desk.open(`?site=shop&from=${daysAgo(3)}&to=${daysAgo(1)}`);
		expect(await desk.page.locator('.open-day').count()).toBe(0);
		// Days to come have no numbers, and no zeros.
		await desk.open(`?site=shop&from=${daysAgo(1)}&to=${daysAgo(-2)}`);
		expect((await desk.table('Visitors by day')).map(([, visitors]) => visitors).slice(2)).toEqual(['–', '–']);
	});

	it('that are 0 in both periods have not changed', async () => {
		await desk.open('?site=shop&days=7&entry=%2Fnowhere');
		const changes = await desk.page.locator('.tile-change').allTextContents();
		const none = 'no sessions in both periods';
		expect(changes).toEqual([...Array(4).fill('no change'), none, none]);
	});
});

describe('a site', () => {
	it('without events gets its snippet with the address of the collector, which can be copied', async () => {
		await desk.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
		await desk.open('?site=empty');
		const snippet = '<script defer src="http://127.0.0.1:7171/footfall.js" data-site="empty"></script>';
		expect(await desk.page.locator('pre').textContent()).toBe(snippet);
		await desk.page.getByRole('button', { name: 'Copy' }).click();
		await desk.page.getByRole('button', { name: 'Copied' }).waitFor();
		expect(await desk.page.evaluate(() => navigator.clipboard.readText())).toBe(snippet);
		const options = await desk.page.getByLabel('Site').locator('option').allTextContents();
		expect(options).toEqual(['shop', 'blog', 'empty']);
	});

	it('that is not known is said to be unknown, with links to the known ones', async () => {
		const errors = desk.errors.splice(0);
		await desk.page.goto(`${test.dashboard.url}/?site=sohp`);
		await desk.page.getByRole('alert').getByText('The site "sohp" is not known').waitFor();
		await desk.page.getByRole('alert').getByRole('link', { name: 'blog' }).click();
		await desk.page.waitForURL(/site=blog/);
		await desk.page.locator('[data-measure=visitors]').waitFor();
		// The browser itself logs the status.
		expect(desk.errors.splice(0).filter((error) => !error.includes('404'))).toEqual([]);
		desk.errors.push(...errors);
	});
});

describe('numbers on the page equal those of the marts:', () => {
	it('overview, with the change since the previous period', async () => {
		const shown = await openOverview('?site=shop');
		const now =
			await row(`SELECT count() AS sessions, sum(page_views) AS views, sum(amount) AS revenue, countIf(is_bounce) / count() AS bounce
			FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${last28}`);
		const activeIn = async (days: string) =>
			(
				await row(`SELECT uniqExact(visitor_id) AS visitors FROM int_user_days
				WHERE site = 'shop' AND NOT is_bot AND NOT has_invalid_time AND ${days}`)
			).visitors;
		const visitors = await activeIn(last28);
		expect(await tile('visitors')).toBe(count(visitors));
		// Today is compared with the same time of the day 28 days ago, as of the answer that the page shows.
		const untilMs = shown.find(({ isTotal, isCurrent }) => isTotal && !isCurrent)?.untilMs;
		const until = `fromUnixTimestamp64Milli(toInt64(${untilMs}), 'UTC')`;
		const visitorsBefore = await activeIn(
			`day BETWEEN '${daysAgo(55)}' AND '${daysAgo(28)}' AND (day < '${daysAgo(28)}' OR first_seen_at < ${until})`,
		);
		expect(await desk.page.locator('[data-measure=visitors] .tile-change').textContent()).toContain(
			part(Math.abs(Number(visitors) / Number(visitorsBefore) - 1)),
		);
		expect(await tile('sessions')).toBe(count(now.sessions));
		expect(await tile('pageViews')).toBe(count(now.views));
		expect(await tile('revenue')).toBe(money(now.revenue));
		expect(await tile('bounceRate')).toBe(part(now.bounce));
		expect(Number(now.sessions)).toBeGreaterThan(500);
		const before = await row(`SELECT count() AS sessions FROM sessions
			WHERE site = 'shop' AND NOT is_bot AND day BETWEEN '${daysAgo(55)}' AND '${daysAgo(28)}' AND started_at < ${until}`);
		const change = Number(now.sessions) / Number(before.sessions) - 1;
		expect(await desk.page.locator('[data-measure=sessions] .tile-change').textContent()).toContain(
			part(Math.abs(change)),
		);
	});

	it('overview, without a change if the previous period is not complete', async () => {
		await desk.open('?site=shop&days=40');
		expect(await desk.page.locator('[data-measure=sessions] .tile-change').textContent()).toBe(
			'no earlier period to compare with',
		);
		const site = await row("SELECT min(day) AS first FROM users_activity WHERE site = 'shop'");
		const rows = await desk.table('Visitors by day');
		const unknown = rows.filter(([, , before]) => before === '–').length;
		const missing = (Date.parse(String(site.first)) - Date.parse(daysAgo(79))) / 86_400_000;
		expect(missing).toBeGreaterThan(10);
		expect(unknown).toBe(missing);
	});

	it('overview, with a chart of the selected measure', async () => {
		await desk.open('?site=shop');
		await desk.page.locator('[data-measure=revenue]').click();
		await desk.page.waitForURL(/measure=revenue/);
		await desk.page.getByRole('heading', { name: 'Revenue by day' }).waitFor();
		const rows = await desk.table('Revenue by day');
		const yesterday = await row(
			`SELECT sum(amount) AS revenue FROM sessions WHERE site = 'shop' AND NOT is_bot AND day = '${daysAgo(1)}'`,
		);
		expect(rows).toHaveLength(28);
		expect(rows.at(-2)?.[1]).toBe(money(yesterday.revenue));
	});

	it('active visitors', async () => {
		await desk.open('?view=activity&site=shop&days=7');
		const mart = await test.warehouse.query<
			Record<string, string>
		>(`SELECT dau, wau, mau, stickiness, new_visitors FROM users_activity
			WHERE site = 'shop' AND day >= '${daysAgo(6)}' ORDER BY day`);
		const rows = await desk.table('Active visitors');
		expect(rows.map((cells) => cells.slice(1))).toEqual(
			mart.map((day) => [
				count(day.dau),
				count(day.wau),
				count(day.mau),
				part(day.stickiness),
				count(day.new_visitors),
			]),
		);
	});

	it('session length', async () => {
		await desk.open('?view=durations&site=shop');
		const mart =
			await row(`SELECT countIf(duration_ms = 0) AS moment, countIf(duration_ms >= 60000 AND duration_ms < 180000) AS minutes, count() AS all
			FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${last28}`);
		const bins = await test.warehouse.query<Record<string, string>>(
			`SELECT roundDown(duration_ms, [${durationEdgesMs.join(', ')}]) AS bin, count() AS sessions
			FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${last28} GROUP BY bin ORDER BY bin`,
		);
		const rows = await desk.table('Session duration');
		expect(rows.find(([name]) => name === '0 s')?.[1]).toBe(count(mart.moment));
		expect(rows.find(([name]) => name === '1–3 min')?.[1]).toBe(count(mart.minutes));
		expect(rows.map(([, sessions]) => sessions).filter((sessions) => sessions !== '0')).toEqual(
			bins.map(({ sessions }) => count(sessions)),
		);
		expect(rows.reduce((sum, [, sessions = '0']) => sum + Number(sessions.replaceAll(',', '')), 0)).toBe(
			Number(mart.all),
		);
	});

	it('shop', async () => {
		await desk.open('?view=shop&site=shop');
		const funnel =
			await row(`SELECT sum(f.viewers) AS viewers, sum(f.adders) AS adders, sum(f.buyers) AS buyers FROM funnel AS f
			WHERE site = 'shop' AND product_id = '' AND ${last28}`);
		expect((await desk.table('Purchase funnel')).map(([, visitors]) => visitors)).toEqual(
			[funnel.viewers, funnel.adders, funnel.buyers].map(count),
		);
		const products = await test.warehouse.query<
			Record<string, string>
		>(`SELECT product_id, sum(p.views) AS views, sum(p.adds) AS adds, sum(p.buyers) AS buyers
			FROM product_days AS p WHERE site = 'shop' AND ${last28} GROUP BY product_id ORDER BY views DESC, length(product_id), product_id`);
		expect((await desk.table('Products')).map((cells) => [cells[0], cells[1], cells[3], cells[5]])).toEqual(
			products.map((each) => [`№ ${each.product_id}`, count(each.views), count(each.adds), count(each.buyers)]),
		);
	});

	/** A number with the change since the previous period below it, as a cell of a table shows both. */
	const withChange = (now: unknown, before: unknown) => {
		const change = Number(now) / Number(before) - 1;
		const size = Math.abs(change) < 0.0005 ? 'no change' : `${change > 0 ? '▲' : '▼'} ${part(Math.abs(change))}`;
		return `${count(now)}${size}`;
	};
	/** A range that is over, in a period of the shop that has all of the previous one. */
	const [first, last] = [daysAgo(14), daysAgo(2)];
	const over = `day BETWEEN '${first}' AND '${last}'`;
	const beforeOver = `day BETWEEN '${daysAgo(27)}' AND '${daysAgo(15)}'`;

	it('goals', async () => {
		await desk.open(`?view=goals&site=shop&from=${first}&to=${last}`);
		// The default goal checkout is counted by columns of its own, too.
		const totalsOf = (days: string) =>
			row(`SELECT count() AS sessions, sum(checkouts) AS conversions, uniqExactIf(visitor_id, is_converted) AS visitors,
				countIf(is_converted) AS converted, sum(amount) AS value FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${days}`);
		const [now, before] = [await totalsOf(over), await totalsOf(beforeOver)];
		expect(Number(before.converted)).toBeGreaterThan(9);
		const rateOf = ({ converted, sessions }: typeof now) => part(Number(converted) / Number(sessions));
		expect(await desk.table('Goals')).toEqual([
			[
				'Checkout',
				withChange(now.conversions, before.conversions),
				withChange(now.visitors, before.visitors),
				withChange(now.converted, before.converted),
				`${rateOf(now)}before ${rateOf(before)}`,
				`${money(now.value)} EURbefore ${money(before.value)} EUR`,
			],
			['Order', ...Array(3).fill('0no change'), '0%before 0%', '0before 0'],
		]);
		const days = await test.warehouse.query<Record<string, string>>(
			`SELECT countIf(is_converted) / count() AS rate, sum(checkouts) AS conversions FROM sessions
			WHERE site = 'shop' AND NOT is_bot AND ${over} GROUP BY day ORDER BY day`,
		);
		expect((await desk.table('Checkout: conversions by day')).map((cells) => cells[1])).toEqual(
			days.map(({ conversions }) => count(conversions)),
		);
		expect((await desk.table('Checkout: rate by day')).map((cells) => cells[1])).toEqual(
			days.map(({ rate }) => part(rate)),
		);
	});

	it('goals by every attribute of sessions, with and without filters', async () => {
		const where = `site = 'shop' AND NOT is_bot AND ${over}`;
		for (const device of ['', 'mobile']) {
			const filter = device === '' ? '' : `&device=${device}`;
			const address = `${test.dashboard.url}/api/goals?site=shop&from=${first}&to=${last}&goal=checkout${filter}`;
			const { rows } = (await (await fetch(address, { headers: test.headers })).json()) as {
				rows: { attributes: Record<string, unknown>[] };
			};
			for (const name of filterNames) {
				const mart = await test.warehouse.query<Record<string, string>>(
					`SELECT ${sessionAttributes[name].column} AS value, count() AS sessions, sum(checkouts) AS conversions, countIf(is_converted) AS converted
					FROM sessions WHERE ${where}${device === '' ? '' : ` AND device = '${device}'`} GROUP BY value ORDER BY converted DESC, sessions DESC, value`,
				);
				expect(rows.attributes.filter(({ attribute }) => attribute === name)).toEqual(
					mart.map(({ value, sessions, conversions, converted }) => ({
						...{ attribute: name, value, sessions: Number(sessions) },
						...{ conversions: Number(conversions), converted: Number(converted) },
					})),
				);
			}
		}
	});

	interface StepRow {
		visitor_id: string;
		started_on: string;
		step: number;
		ms_since_previous: string;
	}

	it.each(['', "device = 'mobile'"])('funnels, with times and the previous period, where %s', async (filter) => {
		await desk.open(
			`?view=funnels&site=shop&funnel=shop&from=${first}&to=${last}${filter === '' ? '' : '&device=mobile'}`,
		);
		// A session is short: one that has a first step in it is on this day or the day before.
		const all = await test.warehouse.query<StepRow>(`SELECT s.* FROM funnel_steps AS s
			INNER JOIN sessions AS first ON s.site = first.site AND s.visitor_id = first.visitor_id AND s.session_started_at = first.started_at
			WHERE s.site = 'shop' AND s.funnel = 'shop' ${filter === '' ? '' : `AND first.${filter}`}`);
		const stepsIn = (from: string, to: string, step: number) =>
			all.filter((each) => each.step === step && each.started_on >= from && each.started_on <= to);
		const visitorsIn = (from: string, to: string, step: number) =>
			new Set(stepsIn(from, to, step).map(({ visitor_id }) => visitor_id)).size;
		const expected = ['1. Product view', '2. Add to cart', '3. Checkout'].map((name, at) => {
			const [now, previous, start] = [at + 1, at, 1].map((step) => visitorsIn(first, last, step)) as [
				number,
				number,
				number,
			];
			const before = visitorsIn(daysAgo(27), daysAgo(15), at + 1);
			const times = stepsIn(first, last, at + 1).map((each) => Number(each.ms_since_previous));
			const median = times.sort((a, b) => a - b)[Math.floor((times.length - 1) / 2)] ?? 0;
			expect(before).toBeGreaterThan(3);
			const share = `${part(now / start)}before ${part(before / visitorsIn(daysAgo(27), daysAgo(15), 1))}`;
			const since = at === 0 ? ['–', '–', '–'] : [part(now / previous), count(previous - now), duration(median)];
			return [name, withChange(now, before), share, ...since];
		});
		expect(await desk.table('Shop')).toEqual(expected);
		const days = (await desk.table('Shop: share that reached the last step')).map((cells) => cells[1]);
		expect(days).toEqual(
			Array.from({ length: 13 }, (_, at) => {
				const [started, finished] = [1, 3].map((step) => stepsIn(daysAgo(14 - at), daysAgo(14 - at), step).length) as [
					number,
					number,
				];
				return started === 0 ? '–' : part(finished / started);
			}),
		);
	});

	it('retention', async () => {
		await desk.open('?view=retention&site=shop');
		const mart = await test.warehouse.query<
			Record<string, string>
		>(`SELECT cohort_week, week_number, visitors FROM retention
			WHERE site = 'shop' AND cohort_week >= toMonday(toDate('${daysAgo(27)}')) ORDER BY cohort_week, week_number`);
		expect(mart.length).toBeGreaterThan(9);
		expect((await desk.table('Weekly retention')).map((cells) => cells.slice(0, 3))).toEqual(
			mart.map((each) => [each.cohort_week, String(each.week_number), count(each.visitors)]),
		);
	});

	it('pages', async () => {
		await desk.open('?view=pages&site=shop');
		const mart = await test.warehouse.query<
			Record<string, string>
		>(`SELECT path, sum(p.views) AS views, sum(p.visitors) AS visitors, sum(p.entries) AS entries
			FROM page_days AS p WHERE site = 'shop' AND ${last28} GROUP BY path ORDER BY views DESC, path`);
		expect((await desk.table('Pages')).map((cells) => cells.slice(0, 4))).toEqual(
			mart.map((each) => [each.path, count(each.views), count(each.visitors), count(each.entries)]),
		);
	});

	it('paths', async () => {
		await desk.open('?view=paths&site=shop&step=page:/catalog');
		const sessions = await test.warehouse.query<{ steps: { is_page: boolean; name: string }[] }>(
			`SELECT steps FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${last28}`,
		);
		const after = new Map<string, number>();
		for (const { steps } of sessions) {
			const at = steps.findIndex(({ is_page, name }) => is_page && name === '/catalog');
			const next = at + 1 < steps.length ? (steps[at + 1]?.name ?? '') : 'End of session';
			if (at >= 0) after.set(next, (after.get(next) ?? 0) + 1);
		}
		expect(after.size).toBeGreaterThan(4);
		const all = [...after.values()].reduce((a, b) => a + b, 0);
		const shown = (await desk.table('Before and after')).filter(([where]) => where === '1 step after');
		expect(new Map(shown.map(([, name = '', , found, share]) => [name, [found, share]]))).toEqual(
			new Map([...after].map(([name, found]) => [name, [count(found), part(found / all)]])),
		);
	});

	it('acquisition', async () => {
		await desk.open('?view=acquisition&site=shop');
		const mart = await test.warehouse.query<
			Record<string, string>
		>(`SELECT channel, sum(a.sessions) AS sessions, sum(a.conversions) AS conversions, sum(a.amount) AS revenue
			FROM acquisition_days AS a WHERE site = 'shop' AND ${last28} GROUP BY channel ORDER BY sessions DESC`);
		expect(
			(await desk.table('Channels')).map((cells) => [cells[0]?.toLowerCase(), cells[1], cells[3], cells[4]]),
		).toEqual(mart.map((each) => [each.channel, count(each.sessions), count(each.conversions), money(each.revenue)]));
	});

	it('acquisition filtered by a channel: the numbers from sessions equal those of the mart', async () => {
		const channels = async (more: string) => {
			const address = `${test.dashboard.url}/api/acquisition?site=shop&from=${daysAgo(27)}&to=${daysAgo(0)}${more}`;
			const { rows } = (await (await fetch(address, { headers: test.headers })).json()) as {
				rows: { channels: { channel: string }[]; sources: { channel: string }[] };
			};
			return rows;
		};
		const whole = await channels('');
		expect(whole.channels.map(({ channel }) => channel).sort((a, b) => a.localeCompare(b))).toEqual([
			'campaign',
			'direct',
			'referral',
		]);
		for (const row of whole.channels) {
			const filtered = await channels(`&channel=${row.channel}`);
			expect(filtered.channels).toEqual([row]);
			expect(filtered.sources).toEqual(whole.sources.filter(({ channel }) => channel === row.channel));
		}
	});

	it('devices and countries', async () => {
		await desk.open('?view=audience&site=shop');
		expect(audienceNames).toEqual(expect.arrayContaining(['device', 'browser', 'os', 'country']));
		// The page shows names of countries, the mart has their codes.
		for (const name of audienceNames.filter((each) => each !== 'country')) {
			const { audienceTitle: title = '', column } = sessionAttributes[name];
			const mart = await test.warehouse.query<
				Record<string, string>
			>(`SELECT ${column} AS value, count() AS sessions FROM sessions
				WHERE site = 'shop' AND NOT is_bot AND ${last28} GROUP BY value ORDER BY sessions DESC, value`);
			expect((await desk.table(title)).map(([name, sessions]) => [name?.toLowerCase(), sessions])).toEqual(
				mart.map((each) => [each.value?.toLowerCase(), count(each.sessions)]),
			);
		}
		expect((await desk.table('Countries')).map(([name]) => name)).toEqual(
			expect.arrayContaining(['Germany', 'France', 'Unknown']),
		);
	});

	it('experiments', async () => {
		await desk.open('?view=experiments&site=shop');
		const mixedVisitors =
			'(SELECT visitor_id FROM experiment_visitors GROUP BY visitor_id HAVING uniqExact(variant) > 1)';
		const mart = await test.warehouse.query<Record<string, string>>(`SELECT variant, uniqExact(visitor_id) AS visitors,
				uniqExactIf(visitor_id, visitor_id IN (SELECT visitor_id FROM experiment_visitors WHERE is_conversion)) AS converted
			FROM experiment_visitors
			WHERE site = 'shop' AND NOT is_conversion AND ${last28} AND visitor_id NOT IN ${mixedVisitors}
			GROUP BY variant ORDER BY variant != 'control', variant`);
		expect(mart.map(({ variant }) => variant)).toEqual(['control', 'big', 'dark']);
		expect((await desk.table('Style of the cart')).map((cells) => cells.slice(0, 4))).toEqual(
			mart.map(({ variant = '', visitors, converted }) => [
				variant,
				count(visitors),
				count(converted),
				part(Number(converted) / Number(visitors)),
			]),
		);
		expect(Number(mart[0]?.converted)).toBeGreaterThan(5);
		const findings = await desk.page.locator('.findings li').allTextContents();
		expect(findings[0]).toMatch(/^Imbalanced split: dark has /);
		expect(findings[2]).toMatch(/^dark: there is too little to compare it with control/);
		const mixed = await row(`SELECT uniqExact(visitor_id) AS visitors FROM experiment_visitors
			WHERE site = 'shop' AND NOT is_conversion AND ${last28} AND visitor_id IN ${mixedVisitors}`);
		expect(Number(mixed.visitors)).toBeGreaterThan(1);
		expect(findings.at(-1)).toBe(`${count(mixed.visitors)} visitors saw several variants and count for none of them.`);
		await desk.open('?view=experiments&site=blog');
		expect(await desk.page.locator('.empty').textContent()).toContain('docs/how-to/count-your-own-events.md');
	});

	it('web vitals', async () => {
		await desk.open('?view=vitals&site=shop');
		const mart =
			await row(`SELECT quantileExact(0.75)(vital.value) AS p75, count() AS samples FROM int_user_days ARRAY JOIN vitals AS vital
			WHERE site = 'shop' AND NOT is_bot AND vital.metric = 'LCP' AND ${last28}`);
		const shown = desk.page.locator('[data-metric=LCP]');
		expect(await shown.locator('.tile-value').textContent()).toBe(`${(Number(mart.p75) / 1_000).toFixed(2)} s`);
		expect(await shown.textContent()).toContain(count(mart.samples));
		const page =
			await row(`SELECT vital.path AS path, quantileExactIf(0.75)(vital.value, vital.metric = 'LCP') AS p75 FROM int_user_days ARRAY JOIN vitals AS vital
			WHERE site = 'shop' AND NOT is_bot AND ${last28} GROUP BY path ORDER BY count() DESC, path LIMIT 1`);
		expect((await desk.table('By page'))[0]?.slice(0, 2)).toEqual([
			page.path,
			`${(Number(page.p75) / 1_000).toFixed(2)} s`,
		]);
	});
});

describe('the live view', () => {
	it('shows new events without a reload', async () => {
		await desk.open('?view=live&site=shop');
		const path = '/just-now/<b>bold</b>';
		await test.warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, amount, url)
			SETTINGS async_insert = 0 SELECT 'shop', 4242, generateUUIDv4(), now64(3) - 1, now64(3), 'view', 'page', {path:String}, 12.5, {url:String} FROM numbers(20)`,
			{ params: { path, url: `https://shop.example${path}` } },
		);
		const newest = desk.page.locator('tbody tr').first();
		await newest.getByText('12.50').waitFor();
		expect(await newest.textContent()).toContain(path);
		expect(await desk.page.locator('.tile', { hasText: 'Events per second' }).first().textContent()).toMatch(/[1-9]/);
	});
});

describe('filters', () => {
	it('are added by a click on a value, are part of the address, and can be removed', async () => {
		await desk.open('?view=audience&site=shop');
		await desk.page.getByRole('button', { name: 'Mobile', exact: true }).click();
		await desk.page.waitForURL(/device=mobile/);
		await desk.page.getByRole('link', { name: 'Overview' }).click();
		await desk.page.waitForSelector('main[data-shown=overview]:not([aria-busy])');
		expect(desk.page.url()).toContain('device=mobile');
		const mobile = await row(
			`SELECT count() AS n FROM sessions WHERE site = 'shop' AND NOT is_bot AND device = 'mobile' AND ${last28}`,
		);
		expect(await tile('sessions')).toBe(count(mobile.n));
		await desk.page.getByRole('button', { name: /Remove the filter Device: Mobile/ }).click();
		await desk.page.waitForFunction(() => !location.search.includes('device'));
		const all = await row(`SELECT count() AS n FROM sessions WHERE site = 'shop' AND NOT is_bot AND ${last28}`);
		await desk.page.locator('[data-measure=sessions]', { hasText: count(all.n) }).waitFor();
	});

	it('can be typed, and are removed by the back button of the browser', async () => {
		await desk.open('?site=shop');
		await desk.page.getByText('Filter', { exact: true }).click();
		await desk.page.getByLabel('Filter by').selectOption('browser');
		await desk.page.getByLabel('Value').fill('Firefox');
		await desk.page.getByRole('button', { name: 'Apply' }).click();
		const firefox = await row(
			`SELECT count() AS n FROM sessions WHERE site = 'shop' AND NOT is_bot AND browser = 'Firefox' AND ${last28}`,
		);
		await desk.page.locator('[data-measure=sessions]', { hasText: count(firefox.n) }).waitFor();
		await desk.page.goBack();
		await desk.page.waitForFunction(() => !location.search.includes('browser'));
		expect(await desk.page.getByRole('button', { name: /Remove the filter/ }).count()).toBe(0);
	});

	it('of an earlier link apply, whatever its hash', async () => {
		const rows: Record<string, unknown>[] = [];
		for (const hash of ['', '#content', '#anything']) {
			await desk.open(`?view=overview&site=shop&entry=%2Fcatalog&measure=sessions${hash}`);
			await desk.page.getByRole('button', { name: 'Remove the filter Landing page: /catalog' }).waitFor();
			rows.push({ sessions: await tile('sessions') });
		}
		const landed = await row(
			`SELECT count() AS n FROM sessions WHERE site = 'shop' AND NOT is_bot AND entry_path = '/catalog' AND ${last28}`,
		);
		expect(Number(landed.n)).toBeGreaterThan(0);
		expect(rows).toEqual(Array(3).fill({ sessions: count(landed.n) }));
	});

	it('have a hint on views where they do not apply', async () => {
		await desk.open('?view=activity&site=shop&device=mobile');
		expect(await desk.page.locator('.hint').textContent()).toContain('all visitors');
		await desk.open('?view=live&site=shop&device=mobile');
		expect(await desk.page.locator('.hint').textContent()).toContain('Filters do not apply here');
		await desk.open('?view=durations&site=shop&device=mobile');
		expect(await desk.page.locator('.hint').count()).toBe(0);
	});

	describe('restrict what is counted by day to the days with a matching session, with a hint:', () => {
		const campaign = "site = 'shop' AND NOT is_bot AND utm_source != ''";
		const campaignDays = `(SELECT * FROM int_user_days AS d INNER JOIN (SELECT DISTINCT visitor_id, day FROM sessions WHERE ${campaign}) AS s
			USING (visitor_id, day) WHERE d.site = 'shop' AND NOT d.is_bot AND ${last28})`;
		const open = async (view: string) => {
			await desk.open(`?view=${view}&site=shop&channel=campaign`);
			expect(await desk.page.locator('.hint').textContent()).toContain('days on which a visitor had');
		};

		it('the shop', async () => {
			await open('shop');
			const steps =
				await row(`SELECT countIf(funnel_step >= 1) AS viewers, countIf(funnel_step >= 2) AS adders, countIf(funnel_step >= 3) AS buyers
				FROM ${campaignDays}`);
			const all = await row(
				`SELECT sum(f.viewers) AS viewers FROM funnel AS f WHERE site = 'shop' AND product_id = '' AND ${last28}`,
			);
			expect(Number(steps.buyers)).toBeGreaterThan(0);
			expect(Number(steps.viewers)).toBeLessThan(Number(all.viewers) / 2);
			expect((await desk.table('Purchase funnel')).map(([, visitors]) => visitors)).toEqual(
				[steps.viewers, steps.adders, steps.buyers].map(count),
			);
			const products = await test.warehouse.query<
				Record<string, string>
			>(`SELECT product.product_id AS id, sum(product.views) AS views, sum(product.adds) AS adds, countIf(product.funnel_step = 3) AS buyers
				FROM ${campaignDays} ARRAY JOIN products AS product GROUP BY id ORDER BY views DESC, length(id), id`);
			expect((await desk.table('Products')).map((cells) => [cells[0], cells[1], cells[3], cells[5]])).toEqual(
				products.map((each) => [`№ ${each.id}`, count(each.views), count(each.adds), count(each.buyers)]),
			);
		});

		it('pages, with landings of matching sessions', async () => {
			await open('pages');
			const views = await test.warehouse.query<
				Record<string, string>
			>(`SELECT seen.path AS path, sum(seen.views) AS views, count() AS visitors FROM ${campaignDays} ARRAY JOIN paths AS seen
				GROUP BY path ORDER BY views DESC, path`);
			const entries = await test.warehouse.query<Record<string, string>>(
				`SELECT entry_path AS path, count() AS entries, countIf(is_bounce) AS bounces FROM sessions WHERE ${campaign} AND page_views > 0 AND ${last28} GROUP BY path`,
			);
			const entriesOf = (path: string | undefined) => entries.find((each) => each.path === path);
			expect((await desk.table('Pages')).map((cells) => [...cells.slice(0, 4), cells[5]])).toEqual(
				views.map(({ path, views: seen, visitors }) => {
					const found = entriesOf(path);
					const bounces = found ? part(Number(found.bounces) / Number(found.entries)) : '–';
					return [path, count(seen), count(visitors), count(found?.entries ?? 0), bounces];
				}),
			);
		});

		it('web vitals', async () => {
			await open('vitals');
			const lcp = await row(`SELECT quantileExact(0.75)(vital.value) AS p75, count() AS samples
				FROM ${campaignDays} ARRAY JOIN vitals AS vital WHERE vital.metric = 'LCP'`);
			const shown = desk.page.locator('[data-metric=LCP]');
			expect(await shown.locator('.tile-value').textContent()).toBe(`${(Number(lcp.p75) / 1_000).toFixed(2)} s`);
			expect(await shown.textContent()).toContain(count(lcp.samples));
			const days = await test.warehouse.query<Record<string, string>>(
				`SELECT count() AS samples FROM ${campaignDays} ARRAY JOIN vitals AS vital WHERE vital.metric = 'LCP' GROUP BY day ORDER BY day`,
			);
			expect((await desk.table('Largest contentful paint by day')).map(([, , samples]) => samples)).toEqual(
				days.map(({ samples }) => count(samples)),
			);
		});
	});

	it('combine with the choice of days and site', async () => {
		await desk.open(`?site=shop&from=${daysAgo(9)}&to=${daysAgo(3)}`);
		const week = await row(
			`SELECT count() AS n FROM sessions WHERE site = 'shop' AND NOT is_bot AND day BETWEEN '${daysAgo(9)}' AND '${daysAgo(3)}'`,
		);
		expect(await tile('sessions')).toBe(count(week.n));
		await desk.page.getByLabel('Site').selectOption('blog');
		await desk.page.waitForURL(/site=blog/);
		const blog = await row(
			`SELECT count() AS n FROM sessions WHERE site = 'blog' AND NOT is_bot AND day BETWEEN '${daysAgo(9)}' AND '${daysAgo(3)}'`,
		);
		await desk.page.locator('[data-measure=sessions]', { hasText: count(blog.n) }).waitFor();
		await desk.page.getByRole('button', { name: '7 days' }).click();
		await desk.page.waitForURL(/days=7/);
	});
});

describe('a page without numbers', () => {
	it('says that there is no data for the days', async () => {
		for (const view of viewNames.filter((each) => each !== 'overview' && each !== 'live')) {
			await desk.open(`?view=${view}&site=shop&from=2021-01-01&to=2021-01-07`);
			expect(await desk.page.locator('.empty').count(), view).toBeGreaterThan(0);
		}
		await desk.open('?site=shop&from=2021-01-01&to=2021-01-07');
		expect(await tile('visitors')).toBe('0');
		expect(await tile('bounceRate')).toBe('–');
	});

	it('shows why a request was refused, and a button to retry', async () => {
		const errors = desk.errors.splice(0);
		await desk.page.goto(`${test.dashboard.url}/?site=shop&from=2001-01-01&to=2021-01-07`);
		await desk.page.getByRole('alert').getByText('must be at most 1100 days').waitFor();
		expect(await desk.page.getByRole('button', { name: 'Try again' }).count()).toBe(1);
		// The browser itself logs the status.
		expect(desk.errors.splice(0).filter((error) => !error.includes('400'))).toEqual([]);
		desk.errors.push(...errors);
	});
});

describe('a chart', () => {
	it('is exported as CSV and PNG as it is shown', async () => {
		await desk.open('?view=activity&site=shop&days=7');
		const save = async (name: string) => {
			const [download] = await Promise.all([
				desk.page.waitForEvent('download'),
				desk.page.getByRole('button', { name }).click(),
			]);
			return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
		};
		const csv = await save('Save Active visitors as CSV');
		const mart = await test.warehouse.query<
			Record<string, string>
		>(`SELECT toString(day) AS day, dau, wau, mau FROM users_activity
			WHERE site = 'shop' AND day >= '${daysAgo(6)}' ORDER BY day`);
		expect(csv.name).toBe('footfall-active-visitors.csv');
		const lines = csv.content.toString('utf8').trimEnd().split('\r\n');
		expect(lines[0]).toBe('\ufeffDay,Daily,Weekly,Monthly,Stickiness,New');
		expect(lines.slice(1).map((line) => line.split(',').slice(0, 4))).toEqual(
			mart.map(({ day, dau, wau, mau }) => [day, dau, wau, mau]),
		);
		const png = await save('Save Active visitors as PNG');
		expect(png.content.subarray(1, 4).toString()).toBe('PNG');
		// Twice the size of the chart on the page.
		const box = await desk.page.locator('.card svg').first().boundingBox();
		expect(png.content.readUInt32BE(16)).toBe(Math.floor((box?.width ?? 0) * 2));
		expect(png.content.length).toBeGreaterThan(10_000);
		const [corner, ground] = await desk.page.evaluate(async (base64) => {
			const image = new Image();
			image.src = `data:image/png;base64,${base64}`;
			await image.decode();
			const context = new OffscreenCanvas(1, 1).getContext('2d') as OffscreenCanvasRenderingContext2D;
			context.drawImage(image, 0, 0);
			const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
			const card = document.querySelector('.card') as Element;
			return [`rgb(${red}, ${green}, ${blue})`, getComputedStyle(card).backgroundColor];
		}, png.content.toString('base64'));
		expect(corner).toBe(ground);
	});

	it('sorts its table by a click on a title', async () => {
		await desk.open('?view=pages&site=shop');
		await desk.page.getByRole('button', { name: 'Landings' }).click();
		expect(await desk.page.locator('th[aria-sort=descending]').textContent()).toContain('Landings');
		const entries = (await desk.table('Pages')).map((cells) => Number(cells[3]?.replaceAll(',', '')));
		expect(entries).toEqual([...entries].sort((a, b) => b - a));
	});
});

describe('the page', () => {
	it('gives the keyboard access to the content, the views and the tools', async () => {
		await desk.open('?site=shop');
		const asked: string[] = [];
		desk.page.on('request', (request) => void asked.push(new URL(request.url()).pathname));
		const focused = (of: string) => desk.page.evaluate((name) => document.activeElement?.getAttribute(name), of);
		await desk.page.keyboard.press('Tab');
		expect(await desk.page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to content');
		await desk.page.keyboard.press('Enter');
		expect(await desk.page.evaluate(() => document.activeElement?.id)).toBe('content');
		await desk.page.keyboard.press('Tab');
		await desk.page.keyboard.press('Tab');
		await desk.page.keyboard.press('Enter');
		await desk.page.waitForURL(/measure=sessions/);
		await desk.page.getByRole('heading', { name: 'Sessions by day' }).waitFor();
		// The skip link causes no request, and the focus stays on the selected measure.
		expect(asked.filter((path) => path === '/api/overview')).toHaveLength(1);
		expect(await focused('data-measure')).toBe('sessions');
		await desk.page.getByRole('link', { name: 'Pages', exact: true }).focus();
		await desk.page.keyboard.press('Enter');
		await desk.page.waitForSelector('main[data-shown=pages]:not([aria-busy])');
		expect(await desk.page.locator('[role=status]').textContent()).toBe('Pages loaded');
		expect(await desk.page.locator('nav [aria-current=page]').textContent()).toBe('Pages');
		expect(await focused('data-view')).toBe('pages');
	});

	// A short run of the tests has the light theme only.
	const isThorough = process.env.FOOTFALL_THOROUGH === '1' || Boolean(process.env.FOOTFALL_SCREENSHOTS);
	const themes = isThorough ? 2 : 1;

	it.each((['light', 'dark'] as const).slice(0, themes))(
		'has no accessibility violation in the views in the %s theme',
		async (colorScheme) => {
			const folder = process.env.FOOTFALL_SCREENSHOTS;
			if (folder) mkdirSync(folder, { recursive: true });
			const context = await browser.newContext({ colorScheme, viewport: { width: 1360, height: 900 } });
			const themed = await openDashboard(context, test);
			const grounds = new Set<string>();
			// A short run of the tests opens every second view: the check takes a second of processor time for each.
			for (const view of viewNames.filter((_, at) => isThorough || at % 2 === 0)) {
				await themed.open(`?view=${view}&site=shop`);
				// Only colours differ between the themes.
				const rules = colorScheme === 'dark' ? ['color-contrast'] : undefined;
				expect(await accessibilityFaults(themed.page, rules), view).toEqual([]);
				// A short run of the tests draws one view: a picture takes a second of processor time.
				if (isThorough || view === viewNames[0]) {
					const path = folder ? join(folder, `${view}-${colorScheme}.png`) : undefined;
					const picture = await themed.page.screenshot({ fullPage: true, ...(path ? { path } : {}) });
					expect(picture.length).toBeGreaterThan(20_000);
				}
				grounds.add(await themed.page.evaluate(() => getComputedStyle(document.body).backgroundColor));
			}
			expect([...grounds]).toEqual([colorScheme === 'light' ? 'rgb(246, 244, 241)' : 'rgb(20, 18, 16)']);
			expect(themed.errors).toEqual([]);
			await context.close();
		},
	);

	it('asks for the token without an accessibility violation, and opens with it', async () => {
		const context = await browser.newContext();
		const page = await context.newPage();
		await page.goto(test.dashboard.url);
		expect(await accessibilityFaults(page)).toEqual([]);
		await page.getByLabel('Token').fill('not the token at all');
		await page.keyboard.press('Enter');
		await page.getByRole('alert').getByText('The token is not valid').waitFor();
		await page.getByLabel('Token').fill(test.token);
		await page.keyboard.press('Enter');
		await page.waitForSelector('main[data-shown=overview]');
		expect(page.url()).not.toContain('token');
		await context.close();
	});

	it('does not ask a logged-in reader for the token after a link from another site', async () => {
		const context = await browser.newContext();
		const { page } = await openDashboard(context, test);
		const link = `${test.dashboard.url}/?view=pages&site=shop`;
		await page.route('http://elsewhere.example/', (route) =>
			route.fulfill({ contentType: 'text/html', body: `<a href="${link.replaceAll('&', '&amp;')}">Look</a>` }),
		);
		await page.goto('http://elsewhere.example/');
		const answers: number[] = [];
		page.on('response', (response) => void (response.url() === link && answers.push(response.status())));
		await page.getByRole('link').click();
		await page.waitForSelector('main[data-shown=pages]:not([aria-busy])');
		expect(page.url()).toBe(link);
		// The link itself came without the cookie.
		expect(answers).toEqual([401, 200]);
		await context.close();
	});

	// A short run of the tests opens the views at this width in lists.test.ts only, with long texts.
	it.runIf(process.env.FOOTFALL_THOROUGH === '1')('fits the width of a phone in every view', async () => {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
		const phone = await openDashboard(context, test);
		for (const view of viewNames) {
			await phone.open(`?view=${view}&site=shop`);
			const width = await phone.page.evaluate(() => document.scrollingElement?.scrollWidth);
			expect(width, view).toBe(360);
		}
		expect(phone.errors).toEqual([]);
		await context.close();
	});

	it('keeps the chosen theme', async () => {
		await desk.open('?site=shop');
		await desk.page.getByRole('button', { name: 'Theme: System' }).click();
		await desk.page.getByRole('button', { name: 'Theme: Light' }).click();
		await desk.page.reload();
		await desk.page.getByRole('button', { name: 'Theme: Dark' }).waitFor();
		expect(await desk.page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(20, 18, 16)');
		await desk.page.getByRole('button', { name: 'Theme: Dark' }).click();
	});
});

describe('after all tests', () => {
	it('the console has no error, no other origin got a request, and the dashboard logged no warning', () => {
		expect(desk.errors).toEqual([]);
		expect([...desk.origins].filter((origin) => origin !== 'null')).toEqual([test.dashboard.url]);
		expect(test.complaints).toEqual([]);
	});
});
