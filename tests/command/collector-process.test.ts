import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { descendants, isRunning } from '@footfall/demo-shop/testing';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectExactlyOnce } from '../support/exactly-once.js';
import { eventually, FootfallProcess } from '../support/footfall-process.js';
import { PageClient } from '../support/page-client.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

let clickhouse: TestWarehouse;
let data: string;
let running: FootfallProcess[] = [];

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});
afterAll(() => clickhouse.stop());
beforeEach(() => {
	data = mkdtempSync(join(tmpdir(), 'footfall-collector-process-'));
});
afterEach(async () => {
	const left = running.filter(({ process: { exitCode, signalCode } }) => exitCode === null && signalCode === null);
	await Promise.all(left.map((each) => each.interrupt()));
	running = [];
	rmSync(data, { recursive: true, force: true });
});

function start(command: 'up' | 'collector', ports: { port: string; adminPort: string }, more: string[] = []) {
	const args = ['--port', ports.port, '--admin-port', ports.adminPort, '--data', data, ...more];
	const { host } = new URL(clickhouse.server.url);
	const { user, password } = clickhouse.server.writer;
	const environment: Record<string, string> =
		command === 'collector' ? { CLICKHOUSE_URL: `http://${user}:${password}@${host}/footfall` } : {};
	const footfall = new FootfallProcess([command, ...args], environment);
	running.push(footfall);
	return footfall;
}

const anyPorts = { port: '0', adminPort: '0' };
const upArguments = ['--dashboard-port', '0', '--transform-seconds', '1'];

/** The worker processes of a Footfall. */
function workersOf(footfall: FootfallProcess): number[] {
	return descendants(footfall.process.pid).filter((pid) => {
		try {
			return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker-main');
		} catch {
			return false; // The process ended during the check.
		}
	});
}

/** Sends batches from a page until enough are acknowledged, and returns the acknowledged ids. */
async function visit(collectorUrl: string, stream: number, batches: number): Promise<string[]> {
	const client = await PageClient.connect(collectorUrl, 11, stream);
	client.keepSending();
	await eventually(async () => (client.acks.size >= batches ? true : undefined));
	client.close();
	return client.ackedIds();
}

const statusOf = async (url: string) => (await fetch(url)).status;

describe('the process of the collector', () => {
	it.runIf(isThorough)(
		'can be killed alone: health and dashboard answer, and acknowledged events count once',
		async () => {
			const footfall = start('up', anyPorts, upArguments);
			const collectorUrl = await footfall.collectorUrl();
			const adminUrl = await footfall.printed(/health: (\S+?)\)/);
			const dashboardUrl = await footfall.printed(/^Dashboard\s+(http:\/\/[^/\s]+)/m);
			const [worker] = workersOf(footfall);
			expect(worker).toBeDefined();
			const before = await visit(collectorUrl, 1, 20);
			process.kill(worker as number, 'SIGKILL');
			expect(await statusOf(`${adminUrl}/livez`)).toBe(200);
			// The dashboard asks for the token.
			expect(await statusOf(`${dashboardUrl}/api/sites`)).toBe(401);
			await eventually(async () => ((await statusOf(`${adminUrl}/readyz`)) === 200 ? true : undefined));
			await eventually(async () => {
				const [another] = workersOf(footfall);
				return another !== undefined && another !== worker ? true : undefined;
			});
			const after = await eventually(() => visit(collectorUrl, 2, 20).catch(() => undefined));
			await expectExactlyOnce(data, [...before, ...after]);
			expect(await footfall.interrupt()).toBe(0);
			expect(footfall.stderr.trimEnd().split('\n')).toEqual([
				expect.stringContaining('a worker of the collector ended unexpectedly; restarting it'),
			]);
		},
	);

	it('ends with a killed main process, even while it is stuck, so that the next Footfall can start at once', async () => {
		const first = start('up', anyPorts, upArguments);
		const collectorUrl = await first.collectorUrl();
		const adminUrl = await first.printed(/health: (\S+?)\)/);
		const ids = await visit(collectorUrl, 1, 20);
		const workers = workersOf(first);
		expect(workers).toHaveLength(1);
		for (const pid of workers) process.kill(pid, 'SIGSTOP');
		await first.kill();
		const ports = { port: new URL(collectorUrl).port, adminPort: new URL(adminUrl).port };
		const second = start('up', ports, upArguments);
		expect(await second.collectorUrl()).toBe(collectorUrl);
		expect(workers.filter(isRunning)).toEqual([]);
		await expectExactlyOnce(data, ids);
	});

	it('is not named in the refusal of a second Footfall, which names the main process instead', async () => {
		const first = start('collector', anyPorts);
		await first.collectorUrl();
		expect(workersOf(first)).toHaveLength(1);
		const second = start('collector', anyPorts);
		expect(await second.exit()).toBe(1);
		expect(second.stderr.trimEnd().split('\n')).toEqual([
			expect.stringContaining(`is in use by another Footfall, process ${first.process.pid}; stop it first`),
		]);
		const { port } = new URL(await first.collectorUrl());
		const third = start('collector', { ...anyPorts, port });
		expect(await third.exit()).toBe(1);
		expect(third.stderr).toMatch(new RegExp(`^footfall: Cannot listen on port ${port} of .* with --port\\.\\n$`));
	});
});
