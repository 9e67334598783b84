import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { descendants, isRunning } from '@footfall/demo-shop/testing';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, FootfallProcess, locksOf, processesOf, up } from '../support/footfall-process.js';

const isThorough = process.env.FOOTFALL_THOROUGH === '1';
const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-signals-'));
let clickhouse: TestWarehouse;
let environment: Record<string, string>;
const running: FootfallProcess[] = [];

function start(...args: string[]): FootfallProcess {
	const run = new FootfallProcess(args, environment, scratch);
	running.push(run);
	return run;
}

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	const { host } = new URL(clickhouse.server.url);
	const { user, password } = clickhouse.server.writer;
	environment = { CLICKHOUSE_URL: `http://${user}:${password}@${host}/footfall` };
});
afterAll(async () => {
	await Promise.all(
		running.map(({ process: { exitCode, signalCode } }, at) =>
			exitCode === null && signalCode === null ? running[at]?.kill() : undefined,
		),
	);
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

/** Every command that runs until it is stopped, running; those that send and read beside the collector. */
async function startAll(): Promise<{ collector: FootfallProcess; others: Record<string, FootfallProcess> }> {
	const ports = ['--port', '0', '--admin-port', '0'];
	const collector = start('collector', '--data', join(scratch, 'data'), ...ports);
	const url = await collector.collectorUrl();
	const live = start('simulate', 'live', '--addr', url, '--shoppers', '2', '--rps', '5');
	const shop = start('shop', '--shop-port', '0', '--addr', url);
	const dashboard = start('dashboard', '--dashboard-port', '0');
	const transforms = start('transforms', 'build', '--watch', '--transform-seconds', '1');
	await Promise.all([
		shop.printed(/^Shop/m),
		dashboard.printed(/^Dashboard/m),
		live.printed(/events acked/),
		transforms.printed(/./),
	]);
	return { collector, others: { live, shop, dashboard, transforms } };
}

/** The exit code and stderr of each command. */
async function ends(commands: Record<string, FootfallProcess>): Promise<Record<string, [number | string, string]>> {
	const found = Object.entries(commands).map(async ([name, run]) => {
		const code = await run.exit();
		return [name, [code, run.stderr] as [number | string, string]] as const;
	});
	return Object.fromEntries(await Promise.all(found));
}

/** Sends SIGHUP in every turn of the event loop, also while Node frees the memory of a command that has ended. */
async function hangUpUntilItEnds({ process: { pid } }: FootfallProcess): Promise<void> {
	while (isRunning(pid as number)) {
		process.kill(pid as number, 'SIGHUP');
		await nextTurn();
	}
}

const cleanly = (commands: object) => Object.fromEntries(Object.keys(commands).map((name) => [name, [0, '']]));

describe('every command that runs until it is stopped', () => {
	it.runIf(isThorough)('stops in order at SIGHUP, which a closed terminal sends more than once', async () => {
		const { collector, others } = await startAll();
		await Promise.all(Object.values(others).map(hangUpUntilItEnds));
		expect(await ends(others)).toEqual(cleanly(others));
		// A service manager may send it to the worker, too, and along with SIGTERM.
		for (const pid of descendants(collector.process.pid)) process.kill(pid, 'SIGHUP');
		collector.process.kill('SIGTERM');
		collector.process.kill('SIGHUP');
		expect(await ends({ collector })).toEqual(cleanly({ collector }));
		expect(locksOf(join(scratch, 'data'))).toEqual([]);
	});
});

describe('footfall up with its own ClickHouse, and shoppers', () => {
	it.runIf(isThorough)(
		'go on when the readers of their output have gone, and stop all processes in order at SIGHUP',
		async () => {
			const data = join(scratch, 'up');
			const footfall = up(data, ['--log-level', 'debug']);
			running.push(footfall);
			const url = await footfall.collectorUrl();
			const shoppers = start('simulate', 'live', '--addr', url, '--shoppers', '2', '--rps', '5');
			for (const { process } of [footfall, shoppers]) {
				process.stdout?.destroy();
				process.stderr?.destroy();
			}
			// The transforms run every second, and each run writes to the log.
			await wait(3_000);
			expect(descendants(footfall.process.pid).length).toBeGreaterThan(1);
			shoppers.process.kill('SIGHUP');
			expect(await shoppers.exit()).toBe(0);
			// A service manager may send it to every process.
			for (const pid of descendants(footfall.process.pid)) process.kill(pid, 'SIGHUP');
			footfall.process.kill('SIGHUP');
			expect(await footfall.exit()).toBe(0);
			await eventually(async () => (processesOf(data).length === 0 ? true : undefined));
			expect(locksOf(data)).toEqual([]);
		},
	);
});

describe('a command under nohup', () => {
	it.runIf(spawnSync('nohup', ['--version']).status === 0 && spawnSync('bash', ['--version']).status === 0).each([
		['a shell starts it', 'nohup "$@"'],
		['a script ignores SIGHUP', 'trap \'\' HUP; "$@"; exit $?'],
	])('ignores SIGHUP, and stops in order at SIGTERM, when %s', async (_, script) => {
		// No collector answers there. A port such as 9 is one that browsers block, which the command refuses.
		const words = [process.execPath, main, 'shop', '--shop-port', '0', '--addr', 'http://127.0.0.1:59009'];
		const shell = spawn('bash', ['-c', script, 'bash', ...words], { stdio: ['ignore', 'pipe', 'pipe'], cwd: scratch });
		const [line] = await once(shell.stdout, 'data');
		expect(String(line)).toMatch(/^Shop /);
		const isShop = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(main);
		const pid = [shell.pid as number, ...descendants(shell.pid)].findLast(isShop) as number;
		for (let times = 0; times < 3; times++) {
			process.kill(pid, 'SIGHUP');
			await wait(100);
		}
		expect(isRunning(pid)).toBe(true);
		process.kill(pid, 'SIGTERM');
		expect(await once(shell, 'close')).toEqual([0, null]);
	});
});

describe('a signal while the modules of a command are loaded', () => {
	/** Runs a command that sends itself a signal when Node loads its first module after the listeners. */
	function signalled(signal: NodeJS.Signals, startedBy: string) {
		const hooks = `export async function load(url, context, next) {
			if (url.endsWith('/footfall/dist/cli.js')) process.kill(process.pid, '${signal}');
			return next(url, context);
		}`;
		const moduleOf = (text: string) => `data:text/javascript,${encodeURIComponent(text)}`;
		const register = `import { register } from 'node:module'; register(${JSON.stringify(moduleOf(hooks))});`;
		const words = ['--import', moduleOf(register), main, 'settings'];
		const env = { ...process.env, _: startedBy };
		return spawnSync(process.execPath, words, { cwd: scratch, env, encoding: 'utf8' });
	}

	it('does not end the process: SIGTERM stops the command', () => {
		// The command may have ended before it sees the signal.
		const { status, signal } = signalled('SIGTERM', 'bash');
		expect([[0, 130].includes(status ?? -1), signal]).toEqual([true, null]);
	});

	it('does not end the process: SIGHUP is ignored under nohup', () => {
		const { status, stdout } = signalled('SIGHUP', '/usr/bin/nohup');
		expect([status, stdout]).toEqual([0, expect.stringMatching(/^data /m)]);
	});
});

describe('a command that prints and ends', () => {
	const run = (redirection: string, ...words: string[]) => {
		const script = `"$@" ${redirection}; exit \${PIPESTATUS[0]}`;
		const options = { cwd: scratch, encoding: 'utf8' as const };
		return spawnSync('bash', ['-c', script, 'bash', process.execPath, main, ...words], options);
	};

	it.each([['settings'], ['--help'], ['transforms', 'docs'], ['transforms', 'compile']])(
		'is not disturbed by a reader that has gone: footfall %s',
		(...words) => {
			const { status, stderr } = run('| true', ...words);
			expect([status, stderr]).toEqual([0, '']);
			// The message of a usage error has no reader either, and the exit code stays.
			expect(run('2>&1 | true', ...words, '--nothing').status).toBe(2);
		},
	);

	it('fails when its output is lost on a full disk', () => {
		const { status, stderr } = run('> /dev/full', 'settings');
		expect(status).toBe(1);
		expect(stderr).toMatch(/^footfall: a part of the output could not be written \(ENOSPC: .*\)\n$/);
	});
});
