import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readServerAddress } from '@footfall/warehouse';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, type FootfallProcess, up } from '../support/footfall-process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const prometheusFolder = join(root, 'docker/prometheus');
const alerts = readFileSync(join(prometheusFolder, 'alerts.yml'), 'utf8');
const isInstalled = spawnSync('promtool', ['--version']).status === 0;
if (!isInstalled) console.warn('Skipped: Prometheus is not installed (on Debian: apt-get install prometheus).');

interface Panel {
	title: string;
	type: string;
	targets?: { expr: string }[];
}
const board: { panels: Panel[] } = JSON.parse(
	readFileSync(join(root, 'docker/grafana/dashboards/footfall.json'), 'utf8'),
);
const panels = board.panels.filter(({ type }) => type !== 'row');
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const));

/** These metrics have no series before the first such event, which brings their labels. */
const mayBeEmpty = /_(rejected|retry_later)_total|:batches_(rejected|retry_later):|:delivery_errors:/;

const token = 'token-of-the-monitoring';
const scratch = mkdtempSync(join(tmpdir(), 'footfall-monitoring-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const filesIn = (folder: string, ending: string) =>
	readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((path) => path.endsWith(ending) && !/(^|\/)(node_modules|dist|decisions)\//.test(path))
		.map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') }));

describe('the names of metrics', () => {
	const code = filesIn('packages', '.ts').filter(({ path }) => path.includes('/src/') && !path.endsWith('.test.ts'));
	const exported = new Set(code.flatMap(({ text }) => text.match(/(?<=['"`])footfall_\w+(?=['"`])/g) ?? []));
	const rules = readFileSync(join(prometheusFolder, 'recording-rules.yml'), 'utf8');
	const recorded = new Set([...rules.matchAll(/record: (\S+)/g)].map(([, name]) => name));
	const pages = [...filesIn('docker', '.yml'), ...filesIn('docker', '.json'), ...filesIn('docs', '.md')];

	it.each(pages.filter(({ text }) => /footfall[_:]\w/.test(text)))('in $path are those of the code', ({ text }) => {
		// Accounts and a database of ClickHouse begin like metrics, and a page searches for `footfall_events`, which is how
		// several begin.
		const used = text
			.match(/(?<![\w:])footfall_\w+/g)
			?.filter((name) => !/_(?:reader|writer|events)$|^footfall_marts$/.test(name));
		const metrics = (used ?? []).map((name) => name.replace(/_(?:bucket|sum|count)$/, ''));
		expect(metrics.filter((name) => !exported.has(name))).toEqual([]);
		const series = text.match(/(?<![\w:])footfall:\w+:\w+/g) ?? [];
		expect(series.filter((name) => !recorded.has(name))).toEqual([]);
	});

	it('are found in the code and in the rules', () => {
		expect(exported.size).toBeGreaterThan(30);
		expect(recorded.size).toBeGreaterThan(10);
	});
});

describe('alerts', () => {
	const pages = [...alerts.matchAll(/runbook: (\S+)/g)].map(([, page]) => page as string);

	it('each link a page that describes what to do', () => {
		expect(pages.length).toBe(alerts.match(/- alert:/g)?.length);
		expect(pages.filter((page) => !existsSync(join(root, page)))).toEqual([]);
	});

	it.runIf(isInstalled)('are right in their syntax, and fire when they should and not otherwise', () => {
		for (const args of [
			['check', 'rules', 'recording-rules.yml', 'alerts.yml'],
			['check', 'config', '--syntax-only', 'prometheus.yml'],
			['test', 'rules', 'alerts.test.yml'],
		]) {
			const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: prometheusFolder, encoding: 'utf8' });
			expect(status, `${args.join(' ')}: ${stdout}${stderr}`).toBe(0);
		}
	});

	it('each fire in a test of their rules', () => {
		const tests = readFileSync(join(prometheusFolder, 'alerts.test.yml'), 'utf8');
		const names = [...alerts.matchAll(/- alert: (\w+)/g)].map(([, name]) => name as string);
		const fired = names.filter((name) => new RegExp(`alertname: ${name}\\n\\s+exp_alerts:\\n`).test(tests));
		expect(fired).toEqual(names);
	});
});

describe.runIf(isInstalled)('a Prometheus that scrapes a running Footfall', () => {
	let footfall: FootfallProcess;
	let prometheus: ReturnType<typeof spawn>;
	let prometheusUrl: string;

	beforeAll(async () => {
		const data = join(scratch, 'data');
		footfall = up(data, ['--dashboard-token', token]);
		const collectorUrl = await footfall.collectorUrl();
		const adminUrl = await footfall.printed(/health: (\S+)\)/);
		const dashboardUrl = await footfall.printed(/^Dashboard\s+(\S+)/m);
		await send(collectorUrl, 'shop');
		await send(collectorUrl, 'nobody');
		const port = await freePort();
		writeFileSync(join(scratch, 'prometheus.yml'), configFor({ data, adminUrl, dashboardUrl }));
		prometheus = spawn(
			'prometheus',
			[
				`--config.file=${join(scratch, 'prometheus.yml')}`,
				`--storage.tsdb.path=${join(scratch, 'prometheus')}`,
				`--web.listen-address=127.0.0.1:${port}`,
			],
			{ stdio: 'ignore' },
		);
		prometheusUrl = `http://127.0.0.1:${port}`;
		// A rate needs two scrapes, and a rule one evaluation more.
		await eventually(async () => {
			const found = await ask('footfall:events_accepted:rate1m').catch(() => []);
			await fetch(`${dashboardUrl}/api/activity?site=shop&from=2026-01-01&to=2026-01-02`, {
				headers: { authorization: `Bearer ${token}` },
			});
			return found.length > 0 ? true : undefined;
		}, 60_000);
	});

	afterAll(async () => {
		prometheus.kill('SIGTERM');
		await footfall.interrupt();
	});

	/** Returns the samples of an instant query. */
	async function ask(query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
		const response = await fetch(`${prometheusUrl}/api/v1/query?${new URLSearchParams({ query })}`);
		const { status, data, error } = (await response.json()) as {
			status: string;
			error?: string;
			data: { result: { metric: Record<string, string>; value: [number, string] }[] };
		};
		if (status !== 'success') throw new Error(`${query}: ${error}`);
		return data.result;
	}

	it('finds collector, dashboard and ClickHouse up', async () => {
		await eventually(async () => {
			const targets = await ask('up');
			return targets.length === 3 && targets.every(({ value }) => value[1] === '1') ? true : undefined;
		});
		const [away] = await ask('footfall_clickhouse_up');
		expect(away?.value[1]).toBe('1');
	});

	it.each(queries)('answers what the panel "%s" asks: %s', async (_, expr) => {
		if (mayBeEmpty.test(expr)) expect(await ask(expr)).toBeInstanceOf(Array);
		else await eventually(async () => ((await ask(expr)).length > 0 ? true : undefined));
	});

	it('counts refused events by reason', async () => {
		const refused = await ask(
			'footfall_batches_rejected_total{reason="unknown-site"} or footfall_events_rejected_total{reason="unknown-site"}',
		);
		expect(refused.length).toBeGreaterThan(0);
	});

	it('evaluates every rule without a fault, and has no critical alert', async () => {
		const response = await fetch(`${prometheusUrl}/api/v1/rules`);
		const { data } = (await response.json()) as {
			data: {
				groups: { rules: { name: string; health: string; state?: string; labels?: Record<string, string> }[] }[];
			};
		};
		const rules = data.groups.flatMap((group) => group.rules);
		expect(rules.length).toBeGreaterThan(20);
		expect(rules.filter(({ health }) => health === 'err')).toEqual([]);
		expect(rules.filter(({ state, labels }) => state === 'firing' && labels?.severity === 'critical')).toEqual([]);
	});
});

/** The configuration of the container stack, with the addresses and secrets of this run instead of container names. */
function configFor({ data, adminUrl, dashboardUrl }: { data: string; adminUrl: string; dashboardUrl: string }): string {
	const clickhouse = readServerAddress(join(data, 'clickhouse'));
	if (!clickhouse) throw new Error('ClickHouse does not run');
	writeFileSync(join(scratch, 'token'), token);
	writeFileSync(join(scratch, 'password'), clickhouse.reader.password);
	const host = (url: string) => new URL(url).host;
	return readFileSync(join(prometheusFolder, 'prometheus.yml'), 'utf8')
		.replace('collector:7071', host(adminUrl))
		.replace('dashboard:7073', host(dashboardUrl))
		.replace('clickhouse:9363', host(clickhouse.url))
		.replace('/run/secrets/dashboard-token', join(scratch, 'token'))
		.replace(
			'- job_name: clickhouse\n',
			`- job_name: clickhouse\n    basic_auth: { username: ${clickhouse.reader.user}, password_file: ${join(scratch, 'password')} }\n`,
		)
		.replace('- recording-rules.yml', `- ${join(prometheusFolder, 'recording-rules.yml')}`)
		.replace('- alerts.yml', `- ${join(prometheusFolder, 'alerts.yml')}`)
		.replace('scrape_interval: 5s', 'scrape_interval: 1s')
		.replace('scrape_timeout: 4s', 'scrape_timeout: 1s')
		.replace('evaluation_interval: 15s', 'evaluation_interval: 1s');
}

async function send(collectorUrl: string, site: string): Promise<void> {
	const event = {
		dt: new Date().toISOString(),
		name: 'view',
		user_id: 1,
		url: 'https://shop.example/',
		obj: 'page',
		site,
	};
	await fetch(`${collectorUrl}/v1/events`, {
		method: 'POST',
		headers: { 'content-type': 'application/json' },
		body: JSON.stringify(event),
	});
}

function freePort(): Promise<number> {
	return new Promise((resolve) => {
		const server = createServer().listen(0, '127.0.0.1', () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
}
