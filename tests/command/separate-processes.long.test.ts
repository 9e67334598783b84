import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, FootfallProcess } from '../support/footfall-process.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-separate-'));
const token = 'token-of-separate-ones';
let clickhouse: TestWarehouse;
const running: FootfallProcess[] = [];

const browser = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

/** Settings in files, like the secrets of the container stack. */
const writer = join(scratch, 'writer.json');
const reader = join(scratch, 'reader.json');

function start(...args: string[]): FootfallProcess {
	const run = new FootfallProcess(args, {}, scratch);
	running.push(run);
	return run;
}

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	const { host } = new URL(clickhouse.server.url);
	const urlOf = ({ user, password }: { user: string; password: string }) =>
		`http://${user}:${password}@${host}/footfall`;
	writeFileSync(writer, JSON.stringify({ 'clickhouse-url': urlOf(clickhouse.server.writer) }));
	writeFileSync(
		reader,
		JSON.stringify({
			'clickhouse-reader-url': urlOf(clickhouse.server.reader),
			'dashboard-token': token,
			sites: { shop: { currency: 'CHF', revenue: 'orders' } },
		}),
	);
});
afterAll(async () => {
	await Promise.all(running.map((run) => run.interrupt()));
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** Number of rows by which dashboards have recorded that they are in use. */
async function recordedReads(): Promise<number> {
	const [row] = await clickhouse.warehouse.query<{ rows: string }>(
		"SELECT sum(total_rows) AS rows FROM system.tables WHERE database = currentDatabase() AND name = 'transform_reads'",
	);
	return Number(row?.rows ?? 0);
}

describe('collector, transforms, dashboard and shop, each a process of its own with a ClickHouse server', () => {
	it('bring an event from the shop to the dashboard', async () => {
		expect(await start('migrate', '--config', writer).exit()).toBe(0);
		const data = join(scratch, 'data');
		const ports = ['--port', '0', '--admin-port', '0', '--admin-host', '0.0.0.0'];
		const collector = start('collector', '--config', writer, '--data', data, ...ports);
		const collectorUrl = await collector.collectorUrl();
		const adminUrl = await collector.printed(/health: (\S+)\)/);
		start('transforms', 'build', '--watch', '--transform-seconds', '1', '--config', writer);
		const dashboard = start(
			...['dashboard', '--config', reader, '--dashboard-host', '0.0.0.0', '--dashboard-port', '0'],
			...['--dashboard-hosts', 'dashboard'],
		);
		const dashboardUrl = await dashboard.printed(/^Dashboard\s+(\S+)$/m);
		const shop = start('shop', '--shop-port', '0', '--addr', collectorUrl);
		const shopUrl = await shop.printed(/^Shop\s+(\S+)$/m);
		expect(await (await fetch(`${shopUrl}/main`)).text()).toContain(`${collectorUrl}/footfall.js`);
		expect((await fetch(`${adminUrl}/readyz`)).status).toBe(200);
		const event = { dt: new Date().toISOString(), name: 'view', user_id: 7, url: `${shopUrl}/main`, obj: 'page' };
		const sent = await fetch(`${collectorUrl}/v1/events`, {
			method: 'POST',
			// Bots do not count as visitors.
			headers: { 'content-type': 'application/json', 'user-agent': browser },
			body: JSON.stringify(event),
		});
		expect(await sent.json()).toEqual({ outcome: 'stored', events: 1 });
		const found = await eventually(async () => {
			const answer = await fetch(`${dashboardUrl}/api/sites`, { headers: { authorization: `Bearer ${token}` } });
			const { sites = [] } = (await answer.json()) as { sites?: { site: string; visitorDays: number }[] };
			return sites.length > 0 ? sites : undefined;
		});
		expect(found).toMatchObject([{ site: 'shop', visitorDays: 1 }]);
		// The dashboard has the settings of sites on money, as `footfall up` has.
		const day = event.dt.slice(0, 10);
		const overview = await fetch(`${dashboardUrl}/api/overview?site=shop&from=${day}&to=${day}`, {
			headers: { authorization: `Bearer ${token}` },
		});
		expect(await overview.text()).toContain('"CHF"');
		// The read-only account cannot see events that wait for the marts; the writer's account can.
		const waiting = async (url: string) => {
			const answer = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
			return /^footfall_marts_waiting_seconds (.+)$/m.exec(await answer.text())?.[1];
		};
		expect(await waiting(dashboardUrl)).toBe('Nan');
		const { 'clickhouse-url': writerUrl } = JSON.parse(readFileSync(writer, 'utf8')) as { 'clickhouse-url': string };
		const both = start('dashboard', '--config', reader, '--clickhouse-url', writerUrl, '--dashboard-port', '0');
		const bothUrl = await both.printed(/^Dashboard\s+(\S+)$/m);
		await eventually(async () => ((await waiting(bothUrl)) === '0' ? true : undefined));
		// Only an admitted request for numbers says that a dashboard is in use, and only a writer can record it.
		expect((await fetch(`${bothUrl}/api/sites`)).status).toBe(401);
		expect(await recordedReads()).toBe(0);
		await fetch(`${bothUrl}/api/sites`, { headers: { authorization: `Bearer ${token}` } });
		await eventually(async () => ((await recordedReads()) > 0 ? true : undefined));
		// A write key that is written into the settings file holds without a restart, and orders need it from then on.
		const order = { ...event, name: 'order', order_id: 'T-1', amount: 1, currency: 'EUR' };
		const statusOf = async (authorization: string) => {
			const headers = { 'content-type': 'application/json', authorization };
			return (await fetch(`${collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(order) }))
				.status;
		};
		const key = 'shop-key-0123456789';
		expect(await statusOf(`Bearer ${key}x`)).toBe(200);
		const sites = { shop: { origins: ['https://shop.example'], keys: [key] } };
		writeFileSync(writer, JSON.stringify({ 'clickhouse-url': writerUrl, sites }));
		await eventually(async () => ((await statusOf(`Bearer ${key}x`)) === 401 ? true : undefined));
		expect(await statusOf(`Bearer ${key}`)).toBe(200);
		// A token from the settings is not printed.
		expect(dashboard.stdout).not.toContain(token);
	});
});
