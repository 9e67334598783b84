import { viewNames } from '@footfall/dashboard/contract';
import { launchChromium } from '@footfall/demo-shop';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenPage, openDashboard } from './support/dashboard-page.js';
import { type DashboardUnderTest, daysAgo, startDashboardUnderTest } from './support/dashboard-under-test.js';

let test: DashboardUnderTest;
let browser: Browser;
let desk: OpenPage;

/** Bytes that are not valid UTF-8, markup, control characters, and a truncated character. */
const oddText = `unhex('FF80C328EDA0803C623EE280AE00090D0A5C22E2')`;
const largest = '18446744073709551615';

/**
 * Values that no honest sender produces, by mart. Each entry adds rows with its values. The columns of conditions keep
 * their values: site, day, metric, dimension.
 */
const oddColumns: Readonly<Record<string, readonly string[]>> = {
	vitals_days: ['inf AS p75', '-inf AS p75', 'nan AS p75', '1.7976931348623157e308 AS p75', `${largest} AS samples`],
	vital_values: [
		'[inf, inf, inf, inf] AS values',
		'[-inf] AS values',
		'[nan, nan, nan, nan, nan] AS values',
		'[] AS values',
		`${oddText} AS path`,
	],
	users_activity: ['nan AS stickiness', 'inf AS stickiness', `${largest} AS dau, ${largest} AS mau`],
	session_days: [
		`${largest} AS duration_ms`,
		'0 AS sessions',
		`9007199254740993 AS sessions`,
		`'99999999999999999999999999999999.9999' AS amount`,
		`[(${largest}, ${largest})] AS durations`,
	],
	acquisition_days: [
		'0 AS sessions, 0 AS bounces',
		`${oddText} AS utm_source, ${oddText} AS referrer_host`,
		`[('checkout', ${largest}, ${largest}), (${oddText}, 1, 1)] AS goals`,
	],
	audience_days: [`${oddText} AS value`, `${largest} AS sessions`, `[('checkout', ${largest}, 0)] AS goals`],
	page_days: [
		`${oddText} AS path`,
		`${largest} AS views, ${largest} AS entries`,
		`[(${oddText}, 0, ${largest})] AS goals`,
	],
	product_days: [`'${largest}' AS product_id`, `${oddText} AS product_id`, `'1e30' AS add_amount`],
	funnel: [`${largest} AS viewers, 0 AS adders`],
	retention: [`0 AS visitors`, `${largest} AS visitors`],
	experiment_visitors: [`${oddText} AS variant`, `${largest} AS visitor_id, true AS is_conversion`],
	visitor_returns: [`${largest} AS visitors`],
	order_days: [`${oddText} AS currency`, `'' AS currency`, `'99999999999999999.9999' AS amount, ${largest} AS orders`],
	orders: [
		`${oddText} AS order_id, ${oddText} AS channel, ${oddText} AS entry_path, ${oddText} AS utm_campaign`,
		`${oddText} AS currency, '99999999999999.9999' AS amount, '99999999999999.9999' AS refunded`,
		`[(${oddText}, ${oddText}, '', '', '99999999999999.9999', 4294967295)] AS items`,
	],
	refunds: [`${oddText} AS order_id, ${oddText} AS currency, '99999999999999.9999' AS amount`],
	sessions: [
		`${oddText} AS entry_path, ${oddText} AS exit_path, ${oddText} AS entry_referrer_host, ${oddText} AS browser`,
		`'99999999999999999999999999999999.9999' AS amount, ${largest} AS duration_ms`,
		`[(true, ${oddText}), (false, ${oddText}), (true, '')] AS steps, ${largest} AS steps_left_out`,
		`[('checkout', ${oddText}, ${largest}, '99999999999999999999999999999999.9999'), (${oddText}, '', 1, '1')] AS goals`,
	],
	goal_days: [`${oddText} AS goal`, `${largest} AS conversions, ${largest} AS visitors`],
	funnel_steps: [`${largest} AS ms_since_previous`, `${oddText} AS funnel`, '12 AS step'],
	int_user_days: [
		`[('LCP', '/', inf), ('INP', '/', nan), ('CLS', ${oddText}, -inf), ('FCP', '/', 1e308)] AS vitals`,
		`[('${largest}', ${largest}, ${largest}, '1e30', 3), (${oddText}, 1, 1, 1, 1)] AS products`,
		`[(${oddText}, ${largest})] AS paths`,
	],
};

/** Adds rows with such values to a mart. */
async function addOddRows(mart: string, changes: readonly string[]): Promise<void> {
	const { warehouse } = test;
	const columns = await warehouse.query<{ name: string; type: string }>(
		`SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {mart:String}`,
		{ params: { mart } },
	);
	const held = `${mart}_held`;
	await warehouse.command(`CREATE TABLE ${held} ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM ${mart}`);
	for (const change of changes) {
		const cast = change.replaceAll(/(.*?) AS (\w+)(, |$)/g, (_, value: string, name: string, end: string) => {
			const type = columns.find((column) => column.name === name)?.type;
			if (type === undefined) throw new Error(`${mart} has no ${name}`);
			return `CAST(${value} AS ${type}) AS ${name}${end}`;
		});
		await warehouse.command(
			`INSERT INTO ${held} SELECT * REPLACE(${cast}) FROM ${mart} ${mart === 'funnel' ? "WHERE product_id = ''" : ''} LIMIT 200`,
		);
	}
	await warehouse.command(`CREATE OR REPLACE VIEW ${mart} AS SELECT * FROM ${held}`);
}

beforeAll(async () => {
	test = await startDashboardUnderTest({ orders: true });
	for (const [mart, changes] of Object.entries(oddColumns)) await addOddRows(mart, changes);
	await test.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj, obj_id, url, amount, product_id)
		SELECT 'shop', ${largest}, generateUUIDv4(), toDateTime64(if(number % 2, '1970-01-01 00:00:00', '2149-01-01 00:00:00'), 3, 'UTC'),
			now64(3), ${oddText}, ${oddText}, ${oddText}, concat('https://x/', ${oddText}), 99999999999999, '${largest}' FROM numbers(30)`,
	);
	browser = await launchChromium();
	desk = await openDashboard(await browser.newContext(), test);
});
afterAll(async () => {
	await browser.close();
	await test.stop();
});

const scope = `site=shop&from=${daysAgo(60)}&to=${daysAgo(0)}`;

describe.each(viewNames)('%s', (view) => {
	it.each(['', '&device=mobile', '&channel=direct&os='])('answers over marts with odd values%s', async (filters) => {
		const { url } = test.dashboard;
		const response = await fetch(`${url}/api/${view}?${scope}${filters}`, { headers: test.headers });
		const { rows } = (await response.json()) as { rows: Record<string, unknown[]> };
		expect(response.status).toBe(200);
		expect(test.complaints).toEqual([]);
		expect(JSON.stringify(rows)).not.toMatch(/Infinity|"-?inf"|"nan"|NaN/i);
	});

	it('shows the rows, and logs no error', async () => {
		for (const filters of ['', '&device=mobile']) {
			await desk.open(`?view=${view}&${scope}${filters}`);
			expect(await desk.page.locator('[role=alert]').count()).toBe(0);
			expect(await desk.page.locator('main').textContent()).not.toMatch(/NaN|Infinity|undefined|\[object/);
		}
		expect(desk.errors.splice(0)).toEqual([]);
	});
});

describe('a number', () => {
	it('that is infinite or NaN is null, and the other numbers are present', async () => {
		const response = await fetch(`${test.dashboard.url}/api/vitals?${scope}`, { headers: test.headers });
		const { rows } = (await response.json()) as { rows: { days: { metrics: { p75: number | null }[] }[] } };
		const values = rows.days.flatMap(({ metrics }) => metrics.map(({ p75 }) => p75));
		expect(values).toContain(null);
		expect(values.some((value) => value !== null && value > 0)).toBe(true);
	});

	it('that is a product id is text, with all of its digits', async () => {
		const response = await fetch(`${test.dashboard.url}/api/shop?${scope}`, { headers: test.headers });
		const { rows } = (await response.json()) as { rows: { products: { productId: unknown }[] } };
		const ids = rows.products.map(({ productId }) => productId);
		expect(ids).toEqual(expect.arrayContaining(['1', '2', '3', '4', largest]));
	});
});
