import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FootfallProcess } from '../support/footfall-process.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-settings-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs `footfall settings` in a new directory with these files. */
async function settings(args: string[], environment: Record<string, string> = {}, files: Record<string, string> = {}) {
	const cwd = mkdtempSync(join(scratch, 'cwd-'));
	for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
	const run = new FootfallProcess(['settings', ...args], environment, cwd);
	return { code: await run.exit(), stdout: run.stdout, stderr: run.stderr };
}

const file = '{"port": 1, "host": "::1", "admin-port": 3, "sites": {"shop": ["https://shop.example"]}}';
const environment = { FOOTFALL_PORT: '4', FOOTFALL_ADMIN_PORT: '5', CLICKHOUSE_URL: 'http://user:sesame@host:8123' };

describe('footfall settings', () => {
	it('prints an aligned table of values and sources', async () => {
		const { code, stdout, stderr } = await settings(['--admin-port', '6'], environment, { 'footfall.json': file });
		expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
		const rows = stdout.split('\n').map((line) => line.split(/ {2,}/));
		expect(rows).toContainEqual(['admin-port', '6', 'flag']);
		expect(rows).toContainEqual(['port', '4', 'environment']);
		expect(rows).toContainEqual(['host', '::1', 'file']);
		expect(rows).toContainEqual(['sites', 'shop=https://shop.example', 'file']);
		expect(rows).toContainEqual(['wal-bytes', '4GiB', 'default']);
		expect(rows).toContainEqual(['config', 'footfall.json', 'default']);
		expect(rows).toContainEqual(['clickhouse-url', 'http://user:***@host:8123/', 'environment']);
		expect(stdout).not.toContain('sesame');
	});

	it('prints one JSON object with --json', async () => {
		const { code, stdout } = await settings(['--config', 'a.json', '--json'], environment, {
			'a.json': '{"data": "/srv"}',
			'footfall.json': file,
		});
		expect(code).toBe(0);
		expect(stdout).not.toContain('sesame');
		expect(JSON.parse(stdout)).toMatchObject({
			config: { value: 'a.json', from: 'flag' },
			data: { value: '/srv', from: 'file' },
			port: { value: 4, from: 'environment' },
			host: { value: '127.0.0.1', from: 'default' },
			json: { value: true, from: 'flag' },
		});
	});

	it('warns about secrets in flags, and not about those in variables or a file', async () => {
		const secrets = { 'clickhouse-url': 'http://user:sesame@host', 'dashboard-token': 'sesame-and-more-of-it' };
		const flags = Object.entries(secrets).flatMap(([flag, value]) => [`--${flag}`, value]);
		const { code, stdout, stderr } = await settings(flags);
		expect(code).toBe(0);
		expect(stderr).toBe(
			'footfall: --clickhouse-url: all users of this machine can see the password in it in the process list; ' +
				'give it as CLICKHOUSE_URL or as "clickhouse-url" in a settings file\n' +
				'footfall: --dashboard-token: all users of this machine can see its value in the process list; ' +
				'give it as FOOTFALL_DASHBOARD_TOKEN or as "dashboard-token" in a settings file\n',
		);
		expect(stdout).not.toContain('sesame');
		const variables = {
			CLICKHOUSE_URL: secrets['clickhouse-url'],
			FOOTFALL_DASHBOARD_TOKEN: secrets['dashboard-token'],
		};
		const elsewhere = await settings([], variables, { 'footfall.json': JSON.stringify(secrets) });
		expect(elsewhere).toMatchObject({ code: 0, stderr: '' });
		expect(elsewhere.stdout).not.toContain('sesame');
	});

	it('prints every fault, and no settings', async () => {
		const secret = { CLICKHOUSE_URL: 'http://user:sesame@host', FOOTFALL_COMMIT_DELAY_MS: '1001' };
		expect(await settings(['--json', '--wal-bytes', '1MiB'], secret, { 'footfall.json': '{"hots": 1}' })).toEqual({
			code: 2,
			stdout: '',
			stderr:
				'footfall: footfall.json: "hots" is not a setting; did you mean "host"?\n' +
				'footfall: --wal-bytes: must be a number of bytes or a size like 512MiB or 4GiB, from 64MiB to 1PiB (got "1MiB")\n' +
				'footfall: FOOTFALL_COMMIT_DELAY_MS: must be a whole number from 0 to 1000 (got "1001")\n',
		});
	});
});
