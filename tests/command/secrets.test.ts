import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { up } from '../support/footfall-process.js';

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
