import { setTimeout as wait } from 'node:timers/promises';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { build } from '../build.js';
import { compile, type Project } from '../compile/compile.js';
import { tableOf, viewDefinition } from './layout.js';
import { idOf, insertReceipts, receipt } from '../testing/raw-events.js';

let test: TestWarehouse;
let project: Project;
let nextId = 1;
beforeAll(async () => {
	test = await startTestWarehouse();
	const compiled = compile();
	if (!compiled.ok) throw new Error(compiled.faults.join('\n'));
	project = compiled.project;
	await publishOneMore();
});
afterAll(() => test.stop());

/** @returns events that the marts have from now on */
async function publishOneMore(): Promise<number> {
	const tsMs = Date.UTC(2026, 3, 1) + nextId * 1_000;
	await insertReceipts(test.warehouse, [receipt({ id: idOf(nextId++), tsMs })]);
	expect(await build(test.warehouse)).toMatchObject({ outcome: 'published' });
	return nextId - 1;
}

const model = (name: string) => {
	const found = project.models.find((candidate) => candidate.name === name);
	if (!found) throw new Error(`no model ${name}`);
	return found;
};

/** Makes a view in which the look-up of the run comes six seconds after the view is resolved. */
async function slowed(name: string, definition: string): Promise<string> {
	const view = `slow_${name}`;
	const slow = definition.replace('WHERE (day, run) IN', 'WHERE (SELECT sleep(6)) = 0 AND (day, run) IN');
	expect(slow).not.toBe(definition);
	await test.warehouse.command(`CREATE OR REPLACE VIEW ${view} AS ${slow}`);
	return view;
}

/** Reads while a run is made and published, start to end, between the reader's first and second step. */
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
	it('shows a whole run, even when one is published between the two steps of a read', async () => {
		const sessions = await slowed('sessions', viewDefinition(model('sessions'), project));
		const days = await slowed('int_user_days', viewDefinition(model('int_user_days'), project));
		const { row, before, after } = await readDuringPublish(
			`SELECT s.n AS sessions, d.n AS days FROM (SELECT sum(events) AS n FROM ${sessions}) AS s
			CROSS JOIN (SELECT sum(events) AS n FROM ${days}) AS d`,
		);
		expect([String(before), String(after)]).toContain(row?.sessions);
		expect(row?.days).toBe(row?.sessions);
	});

	it('would be empty at that moment if it read the table itself', async () => {
		const table = tableOf(model('sessions'));
		const direct = viewDefinition(model('sessions'), project).replace(`${table}_runs`, table);
		const view = await slowed('direct', direct);
		// On a busy machine the publish may miss the moment, so there are several tries: one that meets it is the proof.
		const counts: unknown[] = [];
		for (let tries = 0; tries < 8 && counts.at(-1) !== '0'; tries++) {
			const { row } = await readDuringPublish(`SELECT count() AS n FROM ${view}`);
			counts.push(row?.n);
		}
		expect(counts).toContain('0');
	});
});
