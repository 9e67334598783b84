import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isMounted } from '../../scripts/images/debian-root.js';
import { mountOf, targets } from '../../scripts/images/names.js';
import { Containers, type Restrictions, whyNoContainers } from '../support/containers.js';
import { eventually, type FootfallProcess } from '../support/footfall-process.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const reason = whyNoContainers();
if (reason !== undefined) console.warn(`Skipped: the images are not built, since ${reason}.`);

interface Service extends Restrictions {
	image: string;
	command: string[];
	environment?: Record<string, string>;
	secrets?: string[];
}
const { services }: { services: Record<'migrate' | 'collector' | 'transforms' | 'dashboard', Service> } = parse(
	readFileSync(join(root, 'docker/compose.yaml'), 'utf8'),
	{ merge: true },
);
const storage = mkdtempSync(join(tmpdir(), 'footfall-images-'));
const containers = new Containers(storage, services.collector);
const userAgent =
	'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

/** Largest sizes of the images, in bytes. With Node 24 and Debian 13 they have 231 and 903 MB. */
const bytesMax = { service: 250e6, footfall: 940e6 };
const images = Object.entries(targets) as [keyof typeof targets, string][];

let wasMounted = true;

beforeAll(() => {
	if (reason !== undefined) return;
	execFileSync(process.execPath, ['scripts/images.js', '--storage', storage], { cwd: root, stdio: 'pipe' });
	wasMounted = isMounted(storage);
}, 1_200_000);
afterAll(() => {
	if (reason === undefined) {
		containers.podman('rm', '--all', '--force', '--volumes');
		// Podman mounts it, too.
		if (isMounted(mountOf(storage))) execFileSync('umount', [mountOf(storage)]);
	}
	if (isMounted(storage)) throw new Error(`${storage} is still mounted, and is left there`);
	rmSync(storage, { recursive: true, force: true });
});

/** The configuration of an image, of which Docker's names of the fields are read. */
interface Configuration {
	User: string;
	ExposedPorts: Record<string, object>;
	Volumes: Record<string, object>;
	Env: string[];
	Labels: Record<string, string>;
}
const inspected = <Value>(image: string, field: string) =>
	JSON.parse(containers.podman('image', 'inspect', '--format', `{{json ${field}}}`, image)) as Value;

describe.skipIf(reason !== undefined)('the images', () => {
	it('are built without a mount that stays', () => {
		expect(wasMounted).toBe(false);
	});

	it.each(images)('%s is small, and as large as its guide says', (target, image) => {
		const bytes = inspected<number>(image, '.Size');
		expect(bytes).toBeLessThan(bytesMax[target]);
		const guide = readFileSync(join(root, 'docker/README.md'), 'utf8');
		const told = Number(new RegExp(`^\\| \`${target}\` \\|.*\\| (\\d+) MB \\|$`, 'm').exec(guide)?.[1]) * 1e6;
		expect([bytes, told, Math.abs(bytes - told) < told / 20]).toEqual([bytes, told, true]);
	});

	it.each(images)('%s has a version, a commit, a user without privileges, ports and a volume', (_, image) => {
		const { User, ExposedPorts, Volumes, Env, Labels } = inspected<Configuration>(image, '.Config');
		expect(User).toBe('1000:1000');
		expect(Object.keys(ExposedPorts)).toEqual(['7070/tcp', '7073/tcp']);
		expect(Object.keys(Volumes)).toEqual(['/var/lib/footfall']);
		const commit = Labels['org.opencontainers.image.revision'];
		expect(Labels['org.opencontainers.image.version']).toBe(version);
		expect(Env).toContain(`FOOTFALL_COMMIT=${commit}`);
		const words = ['rev-parse', 'HEAD'];
		expect(commit).toContain(execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim());
		expect(containers.run(image, 'node', '/app/dist/main.js', '--version')).toContain(version);
	});

	it.each(images)(
		'%s has no tests, sources, maps, configurations of builds, or programs of others',
		(target, image) => {
			const files = containers.run(image, 'sh', '-c', 'find /app /usr/local -type f').split('\n');
			expect(files).toContain('/app/dist/main.js');
			expect(files.includes('/app/data/shop.csv.zst')).toBe(target === 'footfall');
			const unwanted =
				/\.(?:test|spec)\.|\.(?:map|tsbuildinfo|[cm]?tsx?)$|\/(?:src|testing)\/.*\.ts$|tsconfig|scarf|vitest/;
			expect(files.filter((file) => unwanted.test(file))).toEqual([]);
			expect(files.filter((file) => /uws_\w+\.node$/.test(file))).toHaveLength(1);
			expect(files.filter((file) => file.startsWith('/usr/local/'))).toEqual(['/usr/local/bin/node']);
			expect(containers.run(image, 'sh', '-c', 'find /usr /var -type f -perm /6000 2>/dev/null; true')).toBe('');
		},
	);

	it('service has neither ClickHouse nor Chromium, and says so', () => {
		expect(() => containers.run(targets.service, 'node', '/app/dist/main.js', 'up')).toThrow(
			/the embedded ClickHouse is not installed/,
		);
		const files = containers.run(targets.service, 'find', '/app/node_modules', '-size', '+8M');
		expect(files).toBe('');
	});

	it.each(images)('%s cannot be changed by its user, who has no capabilities', (_, image) => {
		const tried = 'id -u; grep -E "^(CapBnd|CapEff|NoNewPrivs)" /proc/self/status; touch /app/x /usr/x /etc/x; true';
		const said = containers.run(image, 'sh', '-c', `{ ${tried}; } 2>&1`);
		expect(said).toMatch(/^1000\n/);
		expect(said).toMatch(/CapEff:\t0+\nCapBnd:\t0+\nNoNewPrivs:\t1\n/);
		expect(said.match(/Read-only file system/g)).toHaveLength(3);
	});
});

describe.skipIf(reason !== undefined)('the image footfall', () => {
	it('is healthy with its own command, and brings an event to a mart with uWebSockets.js', async () => {
		// Without a network of its own, every port of the default command is free.
		const up = containers.start(targets.footfall, 'footfall-alone', ['--network=none']);
		try {
			await up.printed(/^Embed it\s+(.+)$/m);
			const fetched = (path: string, init = '{}') =>
				containers.exec(
					'footfall-alone',
					...['node', '-e', `fetch('http://127.0.0.1:${path}', ${init}).then((it) => it.text()).then(console.log)`],
				);
			expect(fetched('7071/metrics')).toMatch(/^footfall_http_engine\{engine="uws"[^}]*\} 1$/m);
			const event = {
				dt: new Date().toISOString(),
				name: 'view',
				user_id: 7,
				url: 'https://shop.example/',
				obj: 'page',
			};
			const headers = { 'content-type': 'application/json', 'user-agent': userAgent };
			const init = JSON.stringify({ method: 'POST', headers, body: JSON.stringify(event) });
			expect(fetched('7070/v1/events', init)).toContain('{"outcome":"stored","events":1}');
			const counted = "SELECT name, events FROM event_days WHERE is_total AND name = 'view'";
			const inMart = async () =>
				containers
					.exec('footfall-alone', 'node', '/app/dist/main.js', 'sql', '--format', 'tsv', counted)
					.includes('view\t1') || undefined;
			await eventually(inMart, 60_000, 1_000);
			const { Test } = inspected<{ Test: string[] }>(targets.footfall, '.HealthCheck');
			expect(Test[0]).toBe('CMD');
			containers.exec('footfall-alone', ...Test.slice(1));
		} finally {
			expect(await up.interrupt()).toBe(0);
		}
	});
});

describe.skipIf(reason !== undefined)('the image service, with the commands, settings and limits of the stack', () => {
	let clickhouse: TestWarehouse;
	const token = 'token-of-the-stack-12345';
	const running: FootfallProcess[] = [];
	const secret = (name: string) => join(storage, `${name}.json`);

	beforeAll(async () => {
		clickhouse = await startTestWarehouse();
		const { host } = new URL(clickhouse.server.url);
		const urlOf = ({ user, password }: { user: string; password: string }) =>
			`http://${user}:${password}@${host}/footfall`;
		writeFileSync(secret('writer'), JSON.stringify({ 'clickhouse-url': urlOf(clickhouse.server.writer) }));
		const reader = { 'clickhouse-reader-url': urlOf(clickhouse.server.reader), 'dashboard-token': token };
		writeFileSync(secret('reader'), JSON.stringify(reader));
	});
	afterAll(async () => {
		await Promise.all(running.map((run) => run.interrupt()));
		await clickhouse?.stop();
	});

	/** Starts a service of the stack on the network of this machine, on free ports. */
	function start(name: keyof typeof services, ...ports: string[]): FootfallProcess {
		const { image, command, environment = {}, secrets = [] } = services[name];
		const variables = Object.entries(environment).flatMap(([key, value]) => [
			'--env',
			`${key}=${value.replace(/^\$\{\w+:-(.*)\}$/, '$1')}`,
		]);
		const mounts = secrets.flatMap((of) => ['--volume', `${secret(of)}:/run/secrets/${of}:ro`]);
		const flags = ['--network=host', ...variables, ...mounts];
		const run = containers.start(image, `footfall-${name}`, flags, [...command, ...ports]);
		running.push(run);
		return run;
	}

	it('brings an event from the collector to the dashboard', async () => {
		const migrate = start('migrate');
		expect(await migrate.exit(), migrate.stderr).toBe(0);
		const collector = start('collector', '--port', '0', '--admin-port', '0');
		const port = new URL(await collector.collectorUrl()).port;
		start('transforms', '--transform-seconds', '1');
		const dashboard = start('dashboard', '--dashboard-port', '0');
		const dashboardPort = new URL(await dashboard.printed(/^Dashboard\s+(\S+)$/m)).port;
		const event = { dt: new Date().toISOString(), name: 'view', user_id: 7, url: 'https://shop.example/', obj: 'page' };
		const sent = await fetch(`http://127.0.0.1:${port}/v1/events`, {
			method: 'POST',
			headers: { 'content-type': 'application/json', 'user-agent': userAgent },
			body: JSON.stringify(event),
		});
		expect(await sent.json()).toEqual({ outcome: 'stored', events: 1 });
		const found = await eventually(async () => {
			const headers = { authorization: `Bearer ${token}` };
			const answer = await fetch(`http://127.0.0.1:${dashboardPort}/api/sites`, { headers });
			const { sites = [] } = (await answer.json()) as { sites?: { site: string; visitorDays: number }[] };
			return sites.length > 0 ? sites : undefined;
		}, 60_000);
		expect(found).toMatchObject([{ site: 'shop', visitorDays: 1 }]);
	});
});
