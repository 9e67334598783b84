import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, startEmbeddedServer } from '@footfall/warehouse';
import { afterAll, describe, expect, it } from 'vitest';
import { FootfallProcess, locksOf, processesOf } from './support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

/** Shoppers are people: taken for machines, they would be missing from the active users. */
async function machineSessions(): Promise<number> {
	const server = await startEmbeddedServer({ directory: join(data, 'clickhouse') });
	const warehouse = connect({ url: server.url, ...server.writer });
	const [row] = await warehouse.query<{ n: string }>('SELECT countIf(is_bot) AS n FROM sessions');
	await warehouse.close();
	await server.stop();
	return Number(row?.n);
}

describe('footfall demo', () => {
	it.each(['on new data', 'on the data of the run before'])(
		'loses and doubles nothing %s, and says so in its last line',
		async () => {
			const ports = ['--port', '0', '--admin-port', '0', '--dashboard-port', '0', '--shop-port', '0'];
			const run = new FootfallProcess([
				'demo',
				'--seconds',
				'16',
				'--data',
				data,
				'--transform-seconds',
				'1',
				...ports,
			]);
			expect(await run.exit(), run.stderr).toBe(0);
			const lines = run.stdout.trimEnd().split('\n');
			const tally = JSON.parse(lines.at(-1) as string);
			expect(Object.keys(tally)).toEqual(['sent', 'acked', 'raw', 'marts', 'lost', 'duplicated', 'eventToMartMs']);
			expect(tally.sent).toBeGreaterThan(10);
			expect(tally.eventToMartMs.p99).toBeGreaterThan(0);
			expect(tally).toMatchObject({ acked: tally.sent, raw: tally.sent, marts: tally.sent, lost: 0, duplicated: 0 });
			expect(run.stdout).toMatch(/^tracked \d+, acked \d+ \| raw \d+, marts \d+ \| sessions \d+, dau \d+/m);
			expect(await machineSessions()).toBe(0);
			expect(processesOf(data)).toEqual([]);
			expect(locksOf(data)).toEqual([]);
		},
	);
});
