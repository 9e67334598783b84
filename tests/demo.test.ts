import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FootfallProcess, locksOf, processesOf } from './support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

describe('footfall demo', () => {
	it.each(['on new data', 'on the data of the run before'])(
		'loses and doubles nothing %s, and says so in its last line',
		async () => {
			const ports = ['--port', '0', '--admin-port', '0', '--shop-port', '0'];
			const run = new FootfallProcess(['demo', '--seconds', '8', '--data', data, '--transform-seconds', '1', ...ports]);
			expect(await run.exit(), run.stderr).toBe(0);
			const lines = run.stdout.trimEnd().split('\n');
			const tally = JSON.parse(lines.at(-1) as string);
			expect(Object.keys(tally)).toEqual(['sent', 'acked', 'raw', 'marts', 'lost', 'duplicated']);
			expect(tally.sent).toBeGreaterThan(10);
			expect(tally).toMatchObject({ acked: tally.sent, raw: tally.sent, marts: tally.sent, lost: 0, duplicated: 0 });
			expect(run.stdout).toMatch(/^tracked \d+, acked \d+ \| raw \d+, marts \d+ \| sessions \d+, dau \d+/m);
			expect(processesOf(data)).toEqual([]);
			expect(locksOf(data)).toEqual([]);
		},
	);
});
