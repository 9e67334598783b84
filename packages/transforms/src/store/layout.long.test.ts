import { setTimeout as wait } from 'node:timers/promises';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.js';
import { compileOrThrow } from '../compile/compile.js';
import { idOf, insertReceipts, receipt } from '../testing/raw-events.js';
import { tableOf, viewDefinition } from './layout.js';

let test: TestWarehouse;
const project = compileOrThrow();
let nextId = 1;
beforeAll(async () => {
	test = await startTestWarehouse();
	await publishOneMore();
});
afterAll(() => test.stop());

/** Adds an event and publishes it. @returns number of events in the marts */
async function publishOneMore(): Promise<number> {
	const tsMs = Date.UTC(2026, 3, 1) + nextId * 1_000;
	await insertReceipts(test.warehouse, [receipt({ id: idOf(nextId++), tsMs })]);
	expect(await build(test.warehouse, project)).toMatchObject({ outcome: 'published' });
	return nextId - 1;
}

const model = (name: string) => {
	const found = project.models.find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no model ${name}`);
	return found;
};

/** Creates a view that looks the manifest up six seconds after ClickHouse has resolved the view. */
async function slowed(name: string, definition: string): Promise<string> {
	const view = `slow_${name}`;
	const slow = definition.replace('WHERE (day, run) IN', 'WHERE (SELECT sleep(6)) = 0 AND (day, run) IN');
	expect(slow).not.toBe(definition);
	await test.warehouse.command(`CREATE OR REPLACE VIEW ${view} AS ${slow}`);
	return view;
}

/** Reads while a whole run is computed and published, between the two steps of the reader. */
async function readDuringPublish(
	sql: string,
): Promise<{ row: Record<string, unknown> | undefined; before: number; after: number }> {
	const reader = test.connect();
	const before = nextId - 1;
	const reading = reader.query<Record<string, unknown>>(sql, {
		settings: { function_sleep_max_microseconds_per_block: 10_000_000 },
	});
	await wait(300);
	const after = await publishOneMore();
	const [row] = await reading;
	await reader.close();
	return { row, before, after };
}

describe('a view of a mart', () => {
	it('shows a whole run, even when another is published between the two steps of a read', async () => {
		const sessions = await slowed('sessions', viewDefinition(model('sessions'), project));
		const days = await slowed('int_user_days', viewDefinition(model('int_user_days'), project));
		const { row, before, after } = await readDuringPublish(
			`SELECT s.n AS sessions, d.n AS days FROM (SELECT sum(events) AS n FROM ${sessions}) AS s
			CROSS JOIN (SELECT sum(events) AS n FROM ${days}) AS d`,
		);
		expect([String(before), String(after)]).toContain(row?.sessions);
		expect(row?.days).toBe(row?.sessions);
	});

	it('would be empty during that read if it read the table itself', async () => {
		const table = tableOf(model('sessions'));
		const direct = viewDefinition(model('sessions'), project).replace(`${table}_runs`, table);
		const view = await slowed('direct', direct);
		// On a busy machine the run may be published too late, so there are several attempts; one success is the proof.
		const counts: unknown[] = [];
		for (let tries = 0; tries < 8 && counts.at(-1) !== '0'; tries++) {
			const { row } = await readDuringPublish(`SELECT count() AS n FROM ${view}`);
			counts.push(row?.n);
		}
		expect(counts).toContain('0');
	});
});
