import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const main = fileURLToPath(new URL('../../packages/footfall/dist/main.js', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'footfall-progress-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
/** A program of every Debian, in which another one runs with a terminal. */
const terminal = '/usr/bin/script';

it.runIf(existsSync(terminal))('a terminal shows the progress of a demo, whose history takes seconds', () => {
	const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'];
	const words = ['demo', ...ports, '--seconds', '1', '--browsers', '0', '--shoppers', '1', '--data', 'data'];
	const line = [process.execPath, main, ...words].join(' ');
	const { CLICKHOUSE_URL: _, ...env } = process.env;
	const { stdout, status } = spawnSync(terminal, ['-qec', line, '/dev/null'], { cwd: scratch, env, encoding: 'utf8' });
	expect(status, stdout).toBe(0);
	expect(stdout).toMatch(/^Importing the history of a year …\r$/m);
	expect(stdout).toMatch(/^Importing the history of a year: done after [\d.]+ s\r$/m);
	const [told, done] = [stdout.indexOf('history of a year …'), stdout.indexOf('history of a year: done')];
	expect(told).toBeGreaterThan(stdout.indexOf('Embed it'));
	expect(done).toBeGreaterThan(told);
});
