import { type Dashboard, startDashboard } from '@footfall/dashboard';
import { fillHistory } from '@footfall/dashboard/testing';
import { launchChromium } from '@footfall/demo-shop';
import { build, compileOrThrow, freshness, listRuns, resume, rollback } from '@footfall/transforms';
import { connect, type Warehouse } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDashboard } from './support/dashboard-page.js';
import { token } from './support/dashboard-under-test.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const headers = { authorization: `Bearer ${token}` };
let clickhouse: TestWarehouse;
let reader: Warehouse;
beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	const { url, reader: account } = clickhouse.server;
	reader = connect({ url, ...account });
});
afterAll(async () => {
	await reader.close();
	await clickhouse.stop();
});

/** Starts a dashboard and reads the lag of the marts from its live view and its metrics. */
async function reportedLag(source?: () => ReturnType<typeof freshness>) {
	const complaints: string[] = [];
	const complain = (_: object, message: string) => void complaints.push(message);
	const logger = { warn: complain, error: complain };
	const dashboard = await startDashboard({ port: 0, token, warehouse: reader, freshness: source, logger });
	const ask = (path: string) => fetch(`${dashboard.url}${path}`, { headers });
	const live = await ask('/api/live?site=shop&from=2026-01-01&to=2026-01-01');
	const metrics = await (await ask('/metrics')).text();
	await dashboard.stop();
	const metric = (name: string) => new RegExp(`^${name} (.+)$`, 'm').exec(metrics)?.[1];
	return {
		marts: ((await live.json()) as { rows: { marts: { behindMs: number; waiting: number }[] } }).rows.marts[0],
		waitingSeconds: Number(metric('footfall_marts_waiting_seconds')),
		isUp: metric('footfall_clickhouse_up'),
		complaints,
	};
}
const asWriter = () => reportedLag(() => freshness(clickhouse.warehouse));
const insert = (received: string) =>
	clickhouse.warehouse.command(
		`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj) SETTINGS async_insert = 0
		SELECT 'shop', 7, generateUUIDv4(), now64(3), ${received}, 'view', 'page' FROM numbers(3)`,
	);

describe('the dashboard', () => {
	it('reports that ClickHouse is up before the first run of the transforms', async () => {
		expect((await asWriter()).isUp).toBe('1');
	});

	it('reports no lag after a run, and a lag once a backlog with receipts older than the run is inserted', async () => {
		await fillHistory(clickhouse.warehouse, { days: 5, visitors: 50 });
		await build(clickhouse.warehouse, compileOrThrow());
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 0 }, waitingSeconds: 0 });
		await insert('now64(3) - INTERVAL 1 HOUR');
		const late = await asWriter();
		expect(late.marts?.waiting).toBe(3);
		expect(late.marts?.behindMs).toBeGreaterThanOrEqual(3_600_000);
		expect(late.waitingSeconds).toBeGreaterThanOrEqual(3_600);
		await build(clickhouse.warehouse, compileOrThrow());
	});

	it('reports a lag of 0 instead of a negative one when the clock of a collector is ahead', async () => {
		await insert('now64(3) + INTERVAL 1 HOUR');
		expect(await asWriter()).toMatchObject({ marts: { behindMs: 0, waiting: 3 }, waitingSeconds: 0 });
	});

	it('reports that the lag is not known with only a read-only account', async () => {
		const unknown = { marts: { behindMs: null, waiting: null }, waitingSeconds: Number.NaN, isUp: '1' };
		expect(await reportedLag()).toEqual({ ...unknown, complaints: [] });
		// That account does not see the parts of the raw table.
		const refused = await reportedLag(() => freshness(reader));
		expect(refused).toEqual({ ...unknown, complaints: Array(1).fill('the lag of the marts is not known') });
	});
});

describe('the first page of the dashboard', () => {
	const project = compileOrThrow();
	/** The models with a data test that fails as long as the site `wrong` has visitors. */
	const strict = {
		...project,
		tests: [
			...project.tests,
			{
				name: 'no_visitor_is_wrong',
				reads: ['int_user_days'],
				sql: "SELECT 1 FROM {{int_user_days}} WHERE site = 'wrong'",
			},
		],
		testsChecksum: 'with another test',
	};
	let page: Page;
	let dashboard: Dashboard;
	const stops: (() => Promise<void>)[] = [];

	beforeAll(async () => {
		const logger = { warn() {}, error() {} };
		const source = () => freshness(clickhouse.warehouse);
		dashboard = await startDashboard({ port: 0, token, warehouse: reader, freshness: source, logger });
		const browser = await launchChromium();
		stops.push(
			() => browser.close(),
			() => dashboard.stop(),
		);
		({ page } = await openDashboard(await browser.newContext(), { dashboard, token }));
	});
	afterAll(async () => {
		for (const stop of stops) await stop();
	});

	const visit = (site: string, visitor: number) =>
		clickhouse.warehouse.command(
			`INSERT INTO events (site, visitor_id, event_id, ts, received_at, name, obj) SETTINGS async_insert = 0
			SELECT '${site}', ${visitor}, generateUUIDv4(), now64(3), now64(3), 'view', 'page'`,
		);
	/** Kinds of the notices, as the API has them. The page has the same as soon as its reader returns to it. */
	async function kinds(): Promise<string[]> {
		const answer = await fetch(`${dashboard.url}/api/notices`, { headers });
		const { notices } = (await answer.json()) as { notices: { kind: string; text: string; remedy: string }[] };
		await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
		const shown = (text: string[]) =>
			[...document.querySelectorAll('.notice')].map((each) => each.textContent).join() === text.join();
		await page.waitForFunction(
			shown,
			notices.map(({ text, remedy }) => text + remedy),
		);
		return notices.map(({ kind }) => kind);
	}

	it('says nothing while the marts are current', async () => {
		await build(clickhouse.warehouse, project);
		expect(await kinds()).toEqual([]);
	});

	it.runIf(isThorough)(
		'says which data test fails, since when and what to do, and stops saying it after the next good run',
		async () => {
			await visit('wrong', 1);
			expect(await build(clickhouse.warehouse, strict)).toMatchObject({ outcome: 'tests-failed' });
			expect(await kinds()).toEqual(['tests-failed']);
			const text = await page.locator('[data-notice=tests-failed]').textContent();
			expect(text).toMatch(/Data tests have failed since 20\d\d-.* UTC, .*no_visitor_is_wrong \(1 row\)/);
			expect(text).toContain('footfall transforms build');
			await build(clickhouse.warehouse, project);
			expect(await kinds()).toEqual([]);
		},
	);

	it('says that a run failed and why, keeps the time of the first failure, and stops after a run with nothing to do', async () => {
		const failing = failingOnce(clickhouse.warehouse, 'no space left on device');
		await visit('shop', 2);
		await expect(build(failing, project)).rejects.toThrow('no space');
		expect(await kinds()).toEqual(['run-failed']);
		const first = await page.locator('.notice').textContent();
		expect(first).toContain('no space left on device');
		await expect(build(failingOnce(clickhouse.warehouse, 'no space left on device'), project)).rejects.toThrow();
		await kinds();
		expect(await page.locator('.notice').textContent()).toBe(first);
		await build(clickhouse.warehouse, project);
		expect(await kinds()).toEqual([]);
	});

	it.runIf(isThorough)(
		'names a model of the project folder of which readers see earlier rows, or a failing test, until the file is corrected',
		async () => {
			const words = 'footfall/models/plans.sql:3: {{plan}} is not a model';
			const own = { ...project.own, faulty: [{ name: 'plans', words, version: 'v' }], checksum: 'of a faulty file' };
			await build(clickhouse.warehouse, { ...project, own });
			expect(await kinds()).toEqual(['own-model-stale']);
			expect(await page.locator('[data-notice=own-model-stale]').textContent()).toContain(words);
			await build(clickhouse.warehouse, project);
			expect(await kinds()).toEqual([]);
			const file = { file: 'footfall/tests/empty.sql', source: '', firstLine: 1, version: '' };
			const test = { name: 'empty', reads: ['sessions'], sql: 'SELECT 1 FROM {{sessions}}', own: file };
			await visit('shop', 2);
			await build(clickhouse.warehouse, { ...project, own: { ...project.own, tests: [test], checksum: 'of a test' } });
			expect(await kinds()).toEqual(['own-test-failed']);
			await build(clickhouse.warehouse, project);
			expect(await kinds()).toEqual([]);
		},
	);

	it.runIf(isThorough)('says that a rollback holds runs, until they are allowed again', async () => {
		const [newest] = await listRuns(clickhouse.warehouse, 1);
		await rollback(clickhouse.warehouse, project, BigInt(newest?.run ?? 0));
		expect(await kinds()).toEqual(['held']);
		await resume(clickhouse.warehouse);
		expect(await kinds()).toEqual([]);
	});

	it.runIf(isThorough)('names visitors and sites that are left out, with the reason', async () => {
		await build(clickhouse.warehouse, project);
		for (let event = 0; event < 4; event++) await visit('shop', 3);
		await build(clickhouse.warehouse, project, { visitorEventsMax: 3 });
		expect(await kinds()).toEqual(['left-out']);
		const text = await page.locator('[data-notice=left-out]').textContent();
		expect(text).toMatch(/leave out 1 visitor of the site shop \(.+\)/);
		expect(text).toContain('footfall transforms left-out');
		await build(clickhouse.warehouse, project, { fullRefresh: true });
		expect(await kinds()).toEqual([]);
	});
});

/** The same warehouse, whose next insert into a model fails. */
function failingOnce(warehouse: Warehouse, message: string): Warehouse {
	let isDone = false;
	return {
		...warehouse,
		command(sql, options) {
			if (isDone || !/INSERT INTO int_/.test(sql)) return warehouse.command(sql, options);
			isDone = true;
			return Promise.reject(new Error(message));
		},
	};
}
