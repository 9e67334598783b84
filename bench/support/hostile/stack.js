// `footfall up` as an operator runs it: a separate process with its children, two sites, and a data directory.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../../packages/footfall/dist/main.js', import.meta.url));
const transformSeconds = 2;
const startMsMax = 120_000;
const stderrCharactersMax = 20_000;
const running = new Set();

/**
 * Starts the stack on free ports. Processes of this machine are exempt from rates, so this machine is set as a trusted
 * proxy, and every sender of the benchmark gives its own address in `X-Forwarded-For`.
 *
 * @returns the addresses of its parts, and `isRunning()`, `stderr()` and `stop()`
 * @throws when it ends, or is not ready after two minutes
 */
export async function startStack(data) {
	const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0'];
	const settings = ['--sites', 'shop,other', '--trusted-proxies', '127.0.0.1', '--transform-seconds', transformSeconds];
	const { CLICKHOUSE_URL: _, ...environment } = process.env;
	const child = spawn(process.execPath, [main, 'up', '--data', data, ...ports, ...settings], {
		env: environment,
		stdio: ['ignore', 'pipe', 'pipe'],
	});
	running.add(child);
	const output = { stdout: '', stderr: '' };
	for (const stream of ['stdout', 'stderr']) {
		child[stream].on('data', (chunk) => {
			output[stream] = (output[stream] + chunk).slice(-stderrCharactersMax);
		});
	}
	const exited = new Promise((resolve) => child.once('exit', resolve));
	child.once('exit', () => running.delete(child));
	const isRunning = () => child.exitCode === null && child.signalCode === null;
	const deadlineMs = performance.now() + startMsMax;
	while (!/^Embed it/m.test(output.stdout)) {
		if (!isRunning()) throw new Error(`footfall up ended at its start: ${output.stderr}`);
		if (performance.now() > deadlineMs) {
			child.kill('SIGKILL');
			throw new Error(`footfall up was not ready after ${startMsMax / 1_000} s: ${output.stderr}`);
		}
		await wait(20);
	}
	const { url: clickhouseUrl, reader } = JSON.parse(readFileSync(join(data, 'clickhouse', 'server.json'), 'utf8'));
	return {
		data,
		pid: child.pid,
		url: /^Collector\s+(\S+)/m.exec(output.stdout)[1],
		adminUrl: /health: ([^)\s]+)\)/.exec(output.stdout)[1],
		clickhouse: { url: clickhouseUrl, ...reader },
		isRunning,
		stderr: () => output.stderr,
		stop() {
			child.kill('SIGINT');
			const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
			return exited.finally(() => clearTimeout(timer));
		},
	};
}

process.on('exit', () => {
	for (const child of running) child.kill('SIGKILL');
});
