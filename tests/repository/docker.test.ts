import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../../packages/footfall/src/command-table.js';
import { parseArguments } from '../../packages/footfall/src/parse-arguments.js';
import { historyFile } from '../../packages/footfall/src/run/demo/history.js';
import { renderUsersConfig } from '../../packages/warehouse/src/embedded/server-config.js';
import { baseOf } from '../../scripts/images/names.js';
import { published } from '../../scripts/pack/published.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const dockerfile = read('docker/Dockerfile');

interface Service {
	image?: string;
	command?: string[];
	entrypoint?: string[];
	environment?: Record<string, string>;
	read_only?: boolean;
	cap_drop?: string[];
	profiles?: string[];
	ports?: string[];
	volumes?: string[];
	secrets?: (string | { source: string })[];
	healthcheck?: { test: string[] };
	depends_on?: Record<string, { condition: string }>;
	restart?: string;
}
const stack: {
	services: Record<string, Service>;
	secrets: Record<string, { file: string }>;
	volumes: Record<string, null>;
} = parse(read('docker/compose.yaml'), { merge: true });
const services = Object.entries(stack.services);
const ours = services.filter(([, { image, entrypoint }]) => image === 'footfall:service' && entrypoint === undefined);

const scratch = mkdtempSync(join(tmpdir(), 'footfall-docker-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const secrets = join(scratch, 'secrets');
const made = spawnSync(process.execPath, [join(root, 'docker/make-secrets.js'), secrets], { encoding: 'utf8' });

describe('the Dockerfile', () => {
	it('passes its validator', () => {
		expect(validate(dockerfile)).toEqual([]);
	});

	it('starts from one image, whose version uWebSockets.js has a file for, and runs as an unprivileged user', () => {
		const { node, suite } = baseOf(dockerfile);
		expect(node).toMatch(/^24\.\d+\.\d+$/);
		// The first Debian whose glibc loads the file for this version.
		expect(suite).toBe('trixie');
		const stages = [...dockerfile.matchAll(/^FROM (\S+) AS (\S+)$/gm)].map(([, from, name]) => ({ from, name }));
		expect(stages).toHaveLength(dockerfile.match(/^FROM/gm)?.length ?? 0);
		const names = stages.map(({ name }) => name);
		for (const { from } of stages) expect(['$' + '{BASE}', 'scratch', ...names]).toContain(from);
		const runtime = dockerfile.slice(dockerfile.indexOf('AS runtime'));
		expect(runtime.match(/^USER .+$/gm)).toEqual(['USER 1000:1000']);
	});

	it('downloads packages by the lockfile alone, and copies nothing else before', () => {
		const copies = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].map(([, paths = '']) => paths.split(' '));
		expect(copies).toEqual([['package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml'], ['.']]);
		const downloads = dockerfile.indexOf('pnpm fetch');
		expect(downloads).toBeGreaterThan(dockerfile.indexOf('COPY package.json'));
		expect(downloads).toBeLessThan(dockerfile.indexOf('COPY . .'));
		expect(dockerfile).toContain('pnpm install --frozen-lockfile --offline');
	});

	it('trusts the certificate of a company wherever it uses the network, and keeps no trace of it', () => {
		const runs = dockerfile.split(/^(?=RUN )/m).filter((run) => /npm install --global|pnpm fetch/.test(run));
		expect(runs).toHaveLength(2);
		for (const run of runs) {
			expect(run).toMatch(/^RUN --mount=type=secret,id=ca /);
			expect(run).toContain('export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi');
		}
		expect(dockerfile).not.toMatch(/^(?:ENV|COPY|ARG).*(?:CERT|\bca\b)/im);
	});

	it('contains the history of the demo, where the demo looks for it', () => {
		const { shared = [] } = published.find(({ bundled }) => bundled) ?? {};
		expect(shared).toEqual(['data', 'deploy']);
		expect(join(root, 'data', basename(historyFile))).toBe(historyFile);
		const [, target = ''] = /^FROM service AS footfall\n([\s\S]*)/m.exec(dockerfile) ?? [];
		expect(target).toMatch(/^COPY --from=build \/images\/engine \/app$/m);
	});

	it('shares one store of packages between its installs, and pnpm looks for it there', () => {
		const stores = [...dockerfile.matchAll(/--mount=type=cache,target=(\S+)/g)].map(([, target]) => target);
		expect(stores).toEqual(['/pnpm/store', '/pnpm/store']);
		expect(dockerfile).toMatch(/ PNPM_HOME=\/pnpm$/m);
	});

	it('serves the dashboard out of the container as its guide says', () => {
		const guide = read('docker/README.md');
		const [example = ''] = guide.match(/^docker run [\s\S]*? footfall$/m) ?? [];
		const published = [...example.matchAll(/--publish 127\.0\.0\.1:\d+:(\d+)/g)].map(([, port]) => port);
		expect(published).toEqual(/^EXPOSE (.+)$/m.exec(dockerfile)?.[1]?.split(' '));
		const given = [...example.matchAll(/--env (\w+)="?([^\s"]+)/g)].map(([, name, value]) => [name, value]);
		const [, json = '[]'] = /^CMD (\["up".+)$/m.exec(dockerfile) ?? [];
		const request = parseArguments(commands, JSON.parse(json), Object.fromEntries(given), () => ({ kind: 'absent' }));
		expect(request).toMatchObject({ kind: 'run', settings: { host: '0.0.0.0', dashboardHost: '0.0.0.0' } });
	});

	it('uses the version of pnpm that the workspace requires', () => {
		const [, version = ''] = /pnpm@(\S+)/.exec(dockerfile) ?? [];
		const { engines } = JSON.parse(read('package.json')) as { engines: { pnpm: string } };
		expect(engines.pnpm).toBe('>=10 <11');
		expect(version).toMatch(/^10\.\d+\.\d+$/);
	});
});

describe('the stack', () => {
	it('matches the schema of compose files, and its linter reports no error', () => {
		const off = [
			'service-keys-order',
			'services-alphabetical-order',
			'top-level-properties-order',
			'require-quotes-in-ports',
		];
		const rules = off.flatMap((rule) => ['--disable-rule', rule]);
		const args = [join(root, 'docker/compose.yaml'), '--max-warnings', '0', ...rules];
		const { status, stdout, stderr } = spawnSync(join(root, 'node_modules/.bin/dclint'), args, { encoding: 'utf8' });
		expect(status, stdout + stderr).toBe(0);
	});

	it('starts its core by default, and the rest by profiles', () => {
		const core = services.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name);
		expect(core).toEqual(['clickhouse', 'migrate', 'collector', 'transforms', 'dashboard']);
		expect(new Set(services.flatMap(([, { profiles = [] }]) => profiles))).toEqual(
			new Set(['demo', 'monitoring', 'bi']),
		);
	});

	it.each(services)(
		'%s has an image with a version, and ports for this machine alone',
		(_, { image = '', ports = [] }) => {
			expect(image).toMatch(/^footfall:service$|:v?\d+\.\d+\.\d+/);
			for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
		},
	);

	it.each(['collector', 'dashboard'])('gives the sites to its %s, which reads them', (name) => {
		expect(stack.services[name]?.environment?.FOOTFALL_SITES).toMatch(/^\$\{FOOTFALL_SITES:-shop\}$/);
	});

	it.each(services)('%s names secrets, volumes, files and services that there are', (_, service) => {
		for (const secret of service.secrets ?? []) {
			const { file } = stack.secrets[typeof secret === 'string' ? secret : secret.source] as { file: string };
			expect(existsSync(join(scratch, file)), file).toBe(true);
		}
		for (const volume of service.volumes ?? []) {
			const [source = ''] = volume.split(':');
			expect(source.startsWith('.') ? existsSync(join(root, 'docker', source)) : source in stack.volumes, source).toBe(
				true,
			);
		}
		for (const [name, { condition }] of Object.entries(service.depends_on ?? {})) {
			const awaited = stack.services[name] as Service;
			if (condition === 'service_healthy') expect(awaited.healthcheck, name).toBeDefined();
			if (condition === 'service_completed_successfully') expect(awaited.restart, name).not.toBe('unless-stopped');
		}
	});

	it.each(ours)(
		'%s runs a command that there is, with settings that are right',
		(_, { command = [], environment = {} }) => {
			const resolved = Object.fromEntries(
				Object.entries(environment).map(([name, value]) => [name, value.replace(/^\$\{\w+:-(.*)\}$/, '$1')]),
			);
			const request = parseArguments(commands, command, resolved, (path) =>
				path.startsWith('/run/secrets/')
					? { kind: 'text', text: readFileSync(path.replace('/run/secrets', secrets).concat('.json'), 'utf8') }
					: { kind: 'absent' },
			);

			expect(request).toMatchObject({ kind: 'run' });
		},
	);

	it.each(ours)('%s cannot write its files, has no privileges and reads its secrets from a file', (_, service) => {
		expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
		expect(JSON.stringify(service.environment ?? {})).not.toMatch(/PASSWORD"|TOKEN"|CLICKHOUSE_URL/);
	});

	it('is scraped under the names of its services', () => {
		const targets = [...read('docker/prometheus/prometheus.yml').matchAll(/targets: \["([^:]+):(\d+)"\]/g)];
		expect(targets.map(([, name]) => name)).toEqual(['collector', 'dashboard', 'clickhouse']);
		for (const [, name] of targets) expect(Object.keys(stack.services)).toContain(name);
		expect(read('docker/clickhouse/server.xml')).toContain('<port>9363</port>');
	});
});

const account = (user: string) => ({ user, password: 'x' });
const embeddedUsers = renderUsersConfig({ writer: account('footfall'), reader: account('reader') });

/** The grants of an account in the users file. */
function grantsIn(xml: string, name: string) {
	const entry = new RegExp(`<${name}>[^]*?<grants>(.*)</grants>`).exec(xml.slice(xml.indexOf('<users>')));
	return entry?.[1]?.match(/(?<=<query>)[^<]+/g);
}

/** The settings that a profile of a users file makes constant. */
function constantsIn(xml: string, profile: string) {
	const entry = new RegExp(`<${profile}>[^]*?<constraints>([^]*?)</constraints>`).exec(xml);
	return entry?.[1]?.match(/(?<=<)\w+(?=><const\/>)/g);
}

const bounds = ['readonly', 'max_execution_time', 'max_memory_usage'];
const boundIn = (xml: string, name: string) => new RegExp(`<${name}>(\\d+)</${name}>`).exec(xml)?.[1];

describe('the page on a ClickHouse of your own', () => {
	const page = read('docs/how-to/own-clickhouse.md');

	it.each(['footfall', 'reader'])('grants %s what the embedded server grants it', (name) => {
		const granted = [...page.matchAll(/^((?:GRANT|REVOKE) .+) (?:TO|FROM) (\w+);$/gm)]
			.filter(([, , to]) => to === name)
			.map(([, statement]) => statement);
		expect(granted).toEqual(grantsIn(embeddedUsers, name));
	});

	it.each(['writer', 'reader'])('lets the %s change the same settings as the embedded server', (name) => {
		const profile = new RegExp(`SETTINGS PROFILE footfall_${name} SETTINGS([^;]+);`).exec(page)?.[1];
		expect(profile?.match(/\w+(?= CONST)/g)).toEqual(constantsIn(embeddedUsers, name));
	});

	it('limits the reader like the embedded server', () => {
		for (const bound of bounds)
			expect(new RegExp(`${bound} = (\\d+)`).exec(page)?.[1], bound).toBe(boundIn(embeddedUsers, bound));
	});
});

describe('secrets', () => {
	it('are generated once, all different, and kept by later runs', () => {
		expect(made.status, made.stderr).toBe(0);
		const before = readdirSync(secrets).map((name) => readFileSync(join(secrets, name), 'utf8'));
		expect(new Set(before).size).toBe(Object.keys(stack.secrets).length);
		const again = spawnSync(process.execPath, [join(root, 'docker/make-secrets.js'), secrets], { encoding: 'utf8' });
		expect(again.stderr).toContain('kept');
		expect(readdirSync(secrets).map((name) => readFileSync(join(secrets, name), 'utf8'))).toEqual(before);
	});

	it('grant the accounts of ClickHouse what the embedded server grants them, and other users nothing', () => {
		const users = readFileSync(join(secrets, 'clickhouse-users.xml'), 'utf8');
		for (const name of ['footfall', 'reader'])
			expect(grantsIn(users, name), name).toEqual(grantsIn(embeddedUsers, name));
		for (const bound of bounds) expect(boundIn(users, bound), bound).toBe(boundIn(embeddedUsers, bound));
		for (const name of ['writer', 'reader'])
			expect(constantsIn(users, `footfall_${name}`), name).toEqual(constantsIn(embeddedUsers, name));
		expect(users).toContain('<default remove="remove"/>');
		expect(users).not.toMatch(/<password>/);
	});
});
