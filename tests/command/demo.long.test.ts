import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, startEmbeddedServer } from '@footfall/warehouse';
import { afterAll, describe, expect, it } from 'vitest';
import { expectCompleteTally } from '../support/demo-tally.js';
import { FootfallProcess, locksOf, processesOf } from '../support/footfall-process.js';

const data = mkdtempSync(join(tmpdir(), 'footfall-demo-'));
afterAll(() => rmSync(data, { recursive: true, force: true }));

interface StoredHistory {
	/** Events of the shoppers that the collector took for those of bots, which the active users exclude. */
	botEvents: string;
	/** Days of the marts before today, and the fewest active users on one of them. */
	days: string;
	leastUsers: string;
}

/** Reads what the demo left in its data directory. */
async function storedHistory(): Promise<StoredHistory> {
	const server = await startEmbeddedServer({ directory: join(data, 'clickhouse') });
	const warehouse = connect({ url: server.url, ...server.writer });
	const [row] = await warehouse.query<StoredHistory>(
		`SELECT (SELECT countIf(is_bot) FROM events WHERE NOT startsWith(segment, 'import-')) AS botEvents,
			count() AS days, min(dau) AS leastUsers FROM users_activity WHERE day BETWEEN today() - 399 AND today() - 1`,
	);
	await warehouse.close();
	await server.stop();
	return row as StoredHistory;
}

describe('footfall demo', () => {
	it.each([
		['on new data', /^History {6}400 days, [\d]+ events: imported in /m],
		['on the data of the run before', /^History {6}already stored/m],
	])(
		'starts with a year of history %s, loses and doubles nothing, and leaves no process or lock',
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
			expectCompleteTally(run.stdout);
			expect(run.stdout).toMatch(history);
			const { botEvents, days, leastUsers } = await storedHistory();
			expect([botEvents, days]).toEqual(['0', '399']);
			expect(Number(leastUsers)).toBeGreaterThan(300);
			expect(processesOf(data)).toEqual([]);
			expect(locksOf(data)).toEqual([]);
		},
	);
});
