import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/footfall-process.js';
import { argumentsOf, environmentOf, lastValue, readUnit, spanMs } from './support/unit-file.js';

/*
 * The commands of the units with their environments and their settings, as a user without rights, where no systemd can
 * be started. units-in-systemd.long.test.ts has the sandbox.
 */

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
/** The user `nobody`, if this process may become it. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
const scratch = mkdtempSync(join(tmpdir(), 'footfall-services-'));
const token = 'token-of-the-services';
const noPorts = { port: 0, 'admin-port': 0, 'dashboard-port': 0 };
const event = { dt: new Date().toISOString(), name: 'view', user_id: 7, url: 'https://shop.example/', obj: 'page' };

/** A service that runs, with what it has printed. */
interface Service {
	child: ChildProcess;
	printed(): string;
	/** Sends SIGTERM to the main process alone, like `KillMode=mixed`. @returns exit code, or signal that ended it */
	stop(): Promise<number | string>;
}

const running: Service[] = [];

/** Starts the command of a unit, with settings in place of the file of its `LoadCredential=`. */
function start(name: string, settings: object): Service {
	const unit = readUnit(`${name}.service`);
	const at = (folder: string) => join(scratch, name, folder);
	for (const folder of ['credentials', 'state', 'configuration']) mkdirSync(at(folder), { recursive: true });
	writeFileSync(join(at('credentials'), 'settings'), JSON.stringify(settings));
	if (lastValue(unit, 'Service.StateDirectory') !== undefined) {
		mkdirSync(join(at('state'), 'footfall'), { mode: 0o700, recursive: true });
		if (user !== undefined) chownSync(join(at('state'), 'footfall'), user.uid, user.gid);
	}
	const environment = environmentOf(unit, { credentials: at('credentials'), state: at('state') });
	const child = spawn(process.execPath, [main, ...argumentsOf(unit)], {
		cwd: at('configuration'),
		env: { PATH: '/usr/local/bin:/usr/bin:/bin', ...environment },
		stdio: ['ignore', 'pipe', 'pipe'],
		...user,
	});
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk));
	const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
	const service: Service = {
		child,
		printed: () => text,
		async stop() {
			const limitMs = spanMs(lastValue(unit, 'Service.TimeoutStopSec'));
			const timer = setTimeout(() => child.kill('SIGKILL'), limitMs);
			child.kill('SIGTERM');
			const result = await ended;
			clearTimeout(timer);
			return result;
		},
	};
	running.push(service);
	return service;
}

/** The first group of a pattern in what a service has printed. */
const printed = (service: Service, pattern: RegExp): Promise<string> =>
	eventually(async () => {
		const found = pattern.exec(service.printed())?.[1];
		if (found === undefined && service.child.exitCode !== null) throw new Error(`ended: ${service.printed()}`);
		return found;
	}, 60_000);
const collectorOf = (service: Service) => printed(service, /^Collector\s+(\S+)/m);

async function store(collectorUrl: string): Promise<unknown> {
	const headers = { 'content-type': 'application/json', 'user-agent': 'Mozilla/5.0 Chrome/147.0.0.0 Safari/537.36' };
	const sent = await fetch(`${collectorUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
	return sent.json();
}

beforeAll(() => chmodSync(scratch, 0o755));
afterEach(async () => {
	for (const service of running.splice(0)) if (service.child.exitCode === null) await service.stop();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('the command of', () => {
	it('footfall-up stores an event, and delivers it before it ends', async () => {
		const settings = { ...noPorts, 'dashboard-token': token };
		const service = start('footfall-up', settings);
		expect(await store(await collectorOf(service))).toEqual({ outcome: 'stored', events: 1 });
		expect(await service.stop()).toBe(0);
		expect(readdirSync(join(scratch, 'footfall-up/state/footfall/log'))).toEqual([]);
		expect(service.printed()).not.toContain(token);
	});

	describe('each separate service, with a ClickHouse server,', () => {
		let clickhouse: TestWarehouse;
		beforeAll(async () => {
			clickhouse = await startTestWarehouse();
		});
		afterAll(() => clickhouse.stop());
		const urlOf = (account: 'writer' | 'reader') => {
			const { user: name, password } = clickhouse.server[account];
			return `http://${name}:${password}@${new URL(clickhouse.server.url).host}/footfall`;
		};

		it('brings an event to the dashboard, and ends in order', async () => {
			const writer = { ...noPorts, 'clickhouse-url': urlOf('writer'), 'transform-seconds': 1 };
			const migration = start('footfall-migrate', writer);
			await once(migration.child, 'close');
			expect(migration.child.exitCode, migration.printed()).toBe(0);
			const collector = start('footfall-collector', writer);
			const transforms = start('footfall-transforms', writer);
			const reader = { ...noPorts, 'clickhouse-reader-url': urlOf('reader'), 'dashboard-token': token };
			const dashboard = start('footfall-dashboard', reader);
			expect(await store(await collectorOf(collector))).toEqual({ outcome: 'stored', events: 1 });
			const dashboardUrl = await printed(dashboard, /^Dashboard\s+(\S+)$/m);
			await eventually(async () => {
				const answer = await fetch(`${dashboardUrl}/api/sites`, { headers: { authorization: `Bearer ${token}` } });
				const { sites = [] } = (await answer.json()) as { sites?: { visitorDays: number }[] };
				return sites[0]?.visitorDays === 1 ? true : undefined;
			}, 60_000);
			for (const service of [collector, transforms, dashboard]) expect(await service.stop()).toBe(0);
		});
	});
});
