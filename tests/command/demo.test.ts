import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, startEmbeddedServer } from '@footfall/warehouse';
import { afterAll, describe, expect, it } from 'vitest';
import { FootfallProcess, locksOf, processesOf } from '../support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

interface Kept {
	/** Shoppers are people: taken for machines, they would be missing from the active users. */
	machines: string;
	/** Days of the marts, up to today, and the fewest people on one of them. */
	days: string;
	leastPeople: string;
}

async function kept(): Promise<Kept> {
	const server = await startEmbeddedServer({ directory: join(data, 'clickhouse') });
	const warehouse = connect({ url: server.url, ...server.writer });
	const [row] = await warehouse.query<Kept>(
		`SELECT (SELECT countIf(is_bot) FROM events WHERE NOT startsWith(segment, 'import-')) AS machines,
			count() AS days, min(dau) AS leastPeople FROM users_activity WHERE day BETWEEN today() - 399 AND today() - 1`,
	);
	await warehouse.close();
	await server.stop();
	return row as Kept;
}

describe('footfall demo', () => {
	it.each([
		['on new data', /^History {6}400 days, [\d]+ events: read in /m],
		['on the data of the run before', /^History {6}there already/m],
	])(
		'starts with a year of history %s, loses and doubles nothing, and says so in its last line',
		async (_, history) => {
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
			expect(run.stdout).toMatch(history);
			const { machines, days, leastPeople } = await kept();
			expect([machines, days]).toEqual(['0', '399']);
			expect(Number(leastPeople)).toBeGreaterThan(300);
			expect(processesOf(data)).toEqual([]);
			expect(locksOf(data)).toEqual([]);
		},
	);
});
