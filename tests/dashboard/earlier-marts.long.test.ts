import { type Dashboard, startDashboard } from '@footfall/dashboard';
import { viewNames } from '@footfall/dashboard/contract';
import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow, generation } from '@footfall/transforms';
import { migrate, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEarlierMarts, earlierMarts } from '../support/earlier-marts.js';
import { type Asked, askAll, noticesOf } from './support/ask-all.js';
import { accessibilityFaults, openDashboard } from './support/dashboard-page.js';
import { token } from './support/dashboard-under-test.js';

const project = compileOrThrow();
/** Words of a card in the place of what the marts do not have. */
const missingCard = 'Not in these numbers yet';

let test: TestWarehouse;
let browser: Browser;
beforeAll(async () => {
	[test, browser] = await Promise.all([startTestWarehouse(), launchChromium()]);
});
afterAll(async () => {
	await browser.close();
	await test.stop();
});

/** Starts a dashboard, and expects that it logs no error. @param ours generation of its models */
async function withDashboard(
	warehouse: Warehouse,
	ours: number,
	work: (dashboard: Dashboard) => Promise<void>,
): Promise<void> {
	const faults: string[] = [];
	const error = (fields: object, message: string) => void faults.push(message + JSON.stringify(fields));
	const dashboard = await startDashboard({
		port: 0,
		token,
		warehouse,
		generation: ours,
		logger: { warn() {}, error },
	});
	await work(dashboard).finally(() => dashboard.stop());
	expect(faults).toEqual([]);
}

/** Opens every view, and returns those that say that something is missing. */
async function viewsWithoutRows(dashboard: Dashboard): Promise<string[]> {
	const context = await browser.newContext({ viewport: { width: 1360, height: 900 } });
	const open = await openDashboard(context, { dashboard, token });
	const incomplete: string[] = [];
	for (const view of viewNames) {
		await open.open(`?view=${view}&site=shop&from=2026-01-01&to=2026-01-31`);
		expect(await open.page.locator('[role=alert]').allTextContents(), view).toEqual([]);
		if ((await open.page.getByRole('heading', { name: missingCard }).count()) === 1) incomplete.push(view);
		expect(await accessibilityFaults(open.page, ['heading-order', 'region']), view).toEqual([]);
	}
	expect(open.errors).toEqual([]);
	await context.close();
	return incomplete;
}

/**
 * Adds a day to the active visitors: the files have no rows of tables with sketches, and the page welcomes a site
 * without visitors.
 */
async function addActiveDay(warehouse: Warehouse): Promise<void> {
	const [table] = await warehouse.query<{ name: string }>(
		"SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE 'users_activity__%' AND engine = 'MergeTree'",
	);
	await warehouse.command(
		`INSERT INTO ${table?.name} (run, site, day, dau) SETTINGS async_insert = 0
		SELECT run, 'shop', toDate('2026-01-05'), 3 FROM transform_runs ORDER BY run DESC LIMIT 1`,
	);
}

// The versions between them differ from these in fewer columns.
const fixtures = [earlierMarts[0], earlierMarts.at(-1)].filter((one) => one !== undefined);

describe.each(fixtures)('on the marts of an earlier version, %s', (fixture) => {
	it('every view answers, and says what these marts do not have, until the first run', async () => {
		const warehouse = await createEarlierMarts(test, fixture, 'dashboard');
		await migrate(warehouse);
		await addActiveDay(warehouse);
		await withDashboard(warehouse, generation, async (dashboard) => {
			const before = await askAll(dashboard);
			expect(before.filter(({ answer }) => answer.status !== 200)).toEqual([]);
			// Orders are a line below the funnel of the shop.
			const isIncomplete = ({ answer, request }: Asked) =>
				request.name === '' && answer.notInMarts?.rows.some((name) => `${request.view} ${name}` !== 'shop orders');
			const incomplete = new Set(before.filter(isIncomplete).map(({ request }) => request.view));
			expect(await noticesOf(dashboard)).toContain('other-version');
			expect(await viewsWithoutRows(dashboard)).toEqual(
				viewNames.filter((view) => incomplete.has(view) || (view === 'overview' && incomplete.has('pages'))),
			);
			expect(await build(warehouse, project)).toMatchObject({ outcome: 'published' });
			const after = await askAll(dashboard);
			expect(after.filter(({ answer }) => answer.status !== 200 || answer.notInMarts !== undefined)).toEqual([]);
			expect(await viewsWithoutRows(dashboard)).toEqual([]);
		});
		await warehouse.close();
	});
});
