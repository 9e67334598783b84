import { restoreRows } from '@footfall/warehouse';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { noProgress } from '../../terminal/progress.js';
import { runQuarantine } from './run.js';

let clickhouse: TestWarehouse;
let lines: string[];

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
});
afterAll(() => clickhouse.stop());

/** Runs a verb and returns its output. */
async function run(verb: string, json: boolean = false): Promise<string> {
	lines = [];
	const print = (line: string) => lines.push(line);
	const { url, writer } = clickhouse.server;
	const clickhouseUrl = `${url.replace('//', `//${writer.user}:${writer.password}@`)}/footfall`;
	const settings = { data: clickhouse.directory, json, clickhouseUrl, clickhousePort: 0, logLevel: 'warn' as const };
	await runQuarantine(
		settings,
		{ signal: new AbortController().signal, print, write: async () => true, terminal: false, progress: noProgress },
		[verb],
	);
	return lines.join('\n');
}

/** Quarantines one event of a visitor. */
const quarantine = (visitor: number, name: string, reason: string) =>
	clickhouse.warehouse.command(
		`INSERT INTO events_quarantine (site, visitor_id, event_id, ts, received_at, name, exp, amount, reason) VALUES
		('shop', ${visitor}, '00000000-0000-4000-8000-00000000000${visitor}', now64(3), now64(3), '${name}', map('a', 'b'),
			9.5, '${reason}')`,
	);

const stored = () =>
	clickhouse.warehouse.query('SELECT visitor_id, name, amount, exp FROM events FINAL ORDER BY visitor_id');
const row = (visitor: number, name: string) => ({ visitor_id: `${visitor}`, name, amount: '9.5', exp: { a: 'b' } });

it('quarantined rows are listed by reason, and each counts once after they are put back', async () => {
	const { warehouse } = clickhouse;
	expect([await run('rows'), await run('restore-rows')]).toEqual(['No row is quarantined.', 'No row is quarantined.']);
	await warehouse.command("ALTER TABLE events ADD CONSTRAINT no_poison CHECK name != 'poison'");
	// The first event is quarantined twice, because an answer was lost.
	for (const visitor of [1, 1, 2]) await quarantine(visitor, 'poison', 'no_poison is violated');
	await quarantine(3, 'view', 'a column is missing');
	expect(await run('rows')).toMatch(
		/^2 rows {2}20\S+Z to 20\S+Z {2}no_poison is violated\n1 rows .* a column is missing\n3 rows are quarantined\. footfall/,
	);
	expect(JSON.parse(await run('rows', true))).toMatchObject({ rows: 3, reasons: [{ rows: 2 }, { rows: 1 }] });
	await expect(run('restore-rows')).rejects.toThrow(/^Cannot insert the quarantined rows \(.*no_poison.*: correct the/);
	expect(JSON.parse(await run('rows', true))).toMatchObject({ rows: 3 });
	await warehouse.command('ALTER TABLE events DROP CONSTRAINT no_poison');
	expect(await run('restore-rows')).toBe('3 rows are in events; 0 are still quarantined.');
	expect(await stored()).toEqual([row(1, 'poison'), row(2, 'poison'), row(3, 'view')]);
	expect(await run('rows')).toBe('No row is quarantined.');
});

it('a row that is quarantined while the others are put back stays in the quarantine', async () => {
	const { warehouse } = clickhouse;
	await quarantine(4, 'view', 'a column is missing');
	const interrupted: typeof warehouse = {
		...warehouse,
		async command(...statement) {
			await warehouse.command(...statement);
			if (statement[0].startsWith('INSERT')) await quarantine(5, 'view', 'a column is missing');
		},
	};
	expect(await restoreRows(interrupted)).toMatchObject({ left: 1 });
	expect(await stored()).toHaveLength(4);
	expect(await run('restore-rows')).toBe('1 rows are in events; 0 are still quarantined.');
	expect(await stored()).toHaveLength(5);
});
