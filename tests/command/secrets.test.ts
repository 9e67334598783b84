import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runHere } from '../support/command-line.js';
import { FootfallProcess, up } from '../support/footfall-process.js';

/** Tests that run, and values that are tried, only in the project `long`. */
const isThorough = process.env.FOOTFALL_THOROUGH === '1';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-secrets-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Command lines of a process and of all its descendants. */
function commandLinesOf(root: number): string[] {
	const parents = readdirSync('/proc')
		.filter((name) => /^\d+$/.test(name))
		.flatMap((pid) => {
			try {
				const parent = /\) \S (\d+)/.exec(readFileSync(join('/proc', pid, 'stat'), 'utf8'))?.[1];
				return [[Number(pid), Number(parent)] as const];
			} catch {
				return []; // The process ended during the check.
			}
		});
	const family = new Set([root]);
	for (let size = 0; size < family.size; ) {
		size = family.size;
		for (const [pid, parent] of parents) if (family.has(parent)) family.add(pid);
	}
	return [...family].map((pid) => readFileSync(join('/proc', String(pid), 'cmdline'), 'utf8').replaceAll('\0', ' '));
}

describe('secrets of footfall up', () => {
	it('appear on no command line of its processes, nor in its output', async () => {
		const token = 'sesame-of-the-dashboard';
		const data = join(scratch, 'data');
		const footfall = up(data, ['--workers', '2', '--log-level', 'debug'], { FOOTFALL_DASHBOARD_TOKEN: token });
		await footfall.collectorUrl();
		await footfall.printed(/^Dashboard\s+(\S+)/m);
		const { writer, reader } = JSON.parse(readFileSync(join(data, 'clickhouse/accounts.json'), 'utf8'));
		const commandLines = commandLinesOf(footfall.process.pid as number);
		await footfall.interrupt();
		// Footfall, two workers and ClickHouse.
		expect(commandLines.length).toBeGreaterThanOrEqual(4);
		for (const secret of [token, writer.password, reader.password]) {
			expect(commandLines.filter((line) => line.includes(secret))).toEqual([]);
			expect(`${footfall.stdout}${footfall.stderr}`).not.toContain(secret);
		}
		expect(footfall.stderr).not.toContain('list of processes');
	});
});

describe('no part of a URL is repeated in an error', () => {
	const file = join(scratch, 'events.csv');
	writeFileSync(file, 'name\n');
	const commands = [
		['up', '--port', '0', '--admin-port', '0', '--dashboard-port', '0'],
		['demo', '--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'],
		['collector', '--port', '0', '--admin-port', '0'],
		['dashboard', '--dashboard-port', '0'],
		['migrate'],
		['import', file],
		['transforms', 'build'],
		['sql', 'SELECT 1'],
		['simulate', 'history', '--from', '2026-01-01', '--to', '2026-01-01'],
	];
	interface Output {
		code: number | string;
		stdout: string;
		stderr: string;
	}
	/** Expects that a command has failed, and that its output has no part of the URL. @returns its stderr */
	function expectSilent({ code, stdout, stderr }: Output): string {
		expect(code, stderr).toBeGreaterThan(0);
		expect(stderr).toMatch(/^footfall: /);
		expect(`${stdout}${stderr}`).not.toContain('sesame');
		return stderr;
	}
	const withData = (words: readonly string[]) => [...words, '--data', join(scratch, 'silent')];
	async function expectSilence(words: readonly string[], environment: Record<string, string> = {}): Promise<string> {
		const run = new FootfallProcess(withData(words), environment, scratch);
		const code = await run.exit();
		return expectSilent({ code, stdout: run.stdout, stderr: run.stderr });
	}
	/** Runs a command within this process, which must refuse before it starts anything. */
	const expectSilenceHere = async (words: readonly string[], environment: Record<string, string> = {}) =>
		expectSilent(await runHere(withData(words), environment, scratch));

	it.each(commands)('by footfall %s, for a list of servers', async (...words) => {
		const list = 'http://sesame:sesame@127.0.0.1:1/sesame,http://sesame:sesame@127.0.0.1:2/sesame';
		await expectSilence(words, { CLICKHOUSE_URL: list });
	});

	it
		.runIf(isThorough)
		.each([
			'http://u:p@sesame,sesame:sesame@127.0.0.1:1/db',
			'http://sesame:12/sesame-rest@127.0.0.1:8123',
			'http://sesame:12/se/sesame',
			'sesame://u:p@127.0.0.1',
			'sesame:p@127.0.0.1',
			'http://127.0.0.1:1/?password=sesame',
			'http://u:p@sesame.invalid:8123',
		])('for the URL %s', async (url) => {
		await expectSilence(['migrate'], { CLICKHOUSE_URL: url });
		await expectSilence(['dashboard', '--dashboard-port', '0'], { CLICKHOUSE_READER_URL: url });
	});

	it('for a collector that does not answer', async () => {
		for (const transport of ['ws', 'beacon']) {
			const words = ['simulate', 'live', '--transport', transport];
			const text = await expectSilence(words, { FOOTFALL_ADDR: 'http://sesame:sesame@127.0.0.1:9' });
			expect(text).toContain('no collector answers at the given address; start one with footfall up');
		}
	});

	it.runIf(isThorough)('for a URL in the wrong place', async () => {
		const url = 'http://u:sesame@h';
		await expectSilence(['up', url]);
		await expectSilence([url]);
		await expectSilenceHere(['import', url]);
		await expectSilenceHere(['import', file, url]);
		await expectSilenceHere(['transforms', url]);
		await expectSilenceHere(['transforms', 'show', url]);
		await expectSilenceHere(['quarantine', url]);
		await expectSilenceHere(['quarantine', 'list', url]);
		await expectSilenceHere(['quarantine', 'restore', url]);
		await expectSilence(['collector', '--host', url]);
		await expectSilence(['collector', '--country-database', url]);
		await expectSilence(['dashboard', '--dashboard-host', url]);
		await expectSilenceHere(['transforms', 'ls', '--select', url]);
		await expectSilenceHere(['up', '--config', url]);
		await expectSilenceHere(['up', `--clickhouse-urls=${url}`]);
		await expectSilenceHere(['up', `--clickhouse-url:${url}`]);
		for (const name of ['PORT', 'SITES', 'TRUSTED_PROXIES', 'DASHBOARD_HOSTS', 'LOG_LEVEL', 'CONFIG'])
			await expectSilenceHere(['up'], { [`FOOTFALL_${name}`]: url });
		for (const [key, value] of Object.entries({ port: url, sites: { [url]: 'any' }, [url]: 1, addr: [url] })) {
			writeFileSync(join(scratch, 'bad.json'), JSON.stringify({ [key]: value }));
			await expectSilenceHere(['up', '--config', 'bad.json']);
		}
	});
});
