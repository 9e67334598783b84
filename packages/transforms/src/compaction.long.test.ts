import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from './build.js';
import { compileOrThrow } from './compile/compile.js';
import { isStored } from './compile/model.js';
import type { BuildReport } from './make/report.js';
import { resume, rollback } from './operate/runs.js';
import { verify } from './operate/verify.js';
import { runsOf } from './plan/manifest.js';
import { collectGarbage } from './store/garbage.js';
import { tableOf } from './store/layout.js';
import { breakLock } from './store/processes/lock.js';
import { readPublished } from './store/runs/run-state.js';
import { failingAt } from './testing/failing-at.js';
import { idOf, insertReceipts, receipt } from './testing/raw-events.js';

const project = compileOrThrow();
const seenRunsMax = 3;
let test: TestWarehouse;
beforeAll(async () => {
	test = await startTestWarehouse();
	await build(test.warehouse, project);
});
afterAll(async () => {
	await test.stop();
});

let nextId = 1;
/** Adds an event on a day of its own, so that each run adds a run to those that readers see. */
async function addDay(): Promise<void> {
	const tsMs = Date.UTC(2026, 3, 1 + nextId);
	await insertReceipts(test.warehouse, [receipt({ id: idOf(nextId), visitor: nextId++ % 3, tsMs })]);
}
async function buildDay(): Promise<BuildReport> {
	await addDay();
	const report = await build(test.warehouse, project, { seenRunsMax });
	expect(report).toMatchObject({ outcome: 'published', kind: 'incremental' });
	return report;
}
/** Adds days until a run takes earlier ones over. */
async function buildUntilTakeOver(): Promise<BuildReport> {
	for (;;) {
		const report = await buildDay();
		if (report.compaction) return report;
	}
}
async function eventsInMarts(): Promise<unknown> {
	const [row] = await test.warehouse.query(
		`SELECT (SELECT sum(events) FROM sessions) AS sessions, (SELECT sum(events) FROM int_user_days) AS days,
			(SELECT sum(dau) FROM users_activity) AS active`,
	);
	return row;
}
const all = (events: number) => ({ sessions: `${events}`, days: `${events}`, active: `${events}` });
async function seenRuns(): Promise<bigint[]> {
	return [...runsOf((await readPublished(test.warehouse))?.manifest ?? {})];
}
async function storedRuns(): Promise<string[]> {
	const rows = await test.warehouse.query<{ partition: string }>(
		`SELECT DISTINCT partition FROM system.parts
		WHERE active AND database = currentDatabase() AND table IN {tables:Array(String)}`,
		{ params: { tables: project.models.filter(isStored).map(tableOf) } },
	);
	return rows.map(({ partition }) => partition);
}

it('keeps every row, and bounds the number of runs that readers see', async () => {
	const takenOver: number[] = [];
	for (let day = 1; day <= 7; day++) {
		takenOver.push((await buildDay()).compaction?.runs ?? 0);
		expect(await eventsInMarts()).toEqual(all(day));
		expect((await seenRuns()).length).toBeLessThanOrEqual(seenRunsMax);
	}
	expect(takenOver.filter((runs) => runs > 0).length).toBeGreaterThan(1);
	expect(takenOver).toContain(0);
	expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
});

it('lets garbage collection drop the runs that were taken over from every table', async () => {
	await buildUntilTakeOver();
	const before = await eventsInMarts();
	await collectGarbage(test.warehouse, project, BigInt(Date.now() + 60_000) * 1_000n, 1);
	expect(new Set((await storedRuns()).map(BigInt))).toEqual(new Set(await seenRuns()));
	expect(await eventsInMarts()).toEqual(before);
});

it('leaves the runs that were taken over in place for a rollback, after which runs continue', async () => {
	const { run = '' } = await buildDay();
	const before = await eventsInMarts();
	const takeOver = await buildUntilTakeOver();
	await rollback(test.warehouse, project, BigInt(run));
	expect(await eventsInMarts()).toEqual(before);
	await resume(test.warehouse);
	await build(test.warehouse, project, { seenRunsMax });
	expect(await eventsInMarts()).toEqual(all(nextId - 1));
	await rollback(test.warehouse, project, BigInt(takeOver.run ?? ''));
	await resume(test.warehouse);
	await buildDay();
	expect(await eventsInMarts()).toEqual(all(nextId - 1));
});

it('publishes without it when the copy fails, and a later run tries again', async () => {
	const command: typeof test.warehouse.command = (sql, options) => {
		const isCopy = /^INSERT INTO users_activity__[^{]* FROM users_activity__\w+\s+WHERE/.test(sql);
		return test.warehouse.command(isCopy ? sql.replace('WHERE', 'WHERE throwIf(true) AND') : sql, options);
	};
	let report: BuildReport;
	do {
		await addDay();
		report = await build({ ...test.warehouse, command }, project, { seenRunsMax });
		expect(report).toMatchObject({ outcome: 'published' });
	} while (report.compaction === undefined);
	expect(report.compaction).toMatchObject({ runs: 0, error: expect.stringContaining('throwIf') });
	expect(await eventsInMarts()).toEqual(all(nextId - 1));
	expect((await seenRuns()).length).toBeGreaterThan(seenRunsMax);
	expect((await buildDay()).compaction?.runs).toBeGreaterThan(0);
	expect(await eventsInMarts()).toEqual(all(nextId - 1));
});

// Needs twenty runs, since a rollback reaches ten of them.
it('refuses a rollback to a run that garbage collection has dropped from some tables, as when it is killed', async () => {
	await buildUntilTakeOver();
	// No later run sees what the last run before the next take-over sees.
	let { run = '' } = await buildDay();
	for (let report = await buildDay(); !report.compaction; report = await buildDay()) run = report.run ?? '';
	for (let later = 0; later < 9; later++) await buildDay();
	// Readers may still look at the runs of the last seconds.
	await test.warehouse.command('ALTER TABLE transform_runs UPDATE published_at = published_at - 3600 WHERE true', {
		settings: { mutations_sync: 2 },
	});
	const seen = await seenRuns();
	const target = await readPublished(test.warehouse, { run: BigInt(run) });
	const dropped = [...runsOf(target?.manifest ?? {})].filter((other) => !seen.includes(other));
	const [table] = project.models.filter(({ name }) => name === 'sessions').map(tableOf);
	for (const other of dropped) await test.warehouse.command(`ALTER TABLE ${table} DROP PARTITION ${other}`);
	expect(dropped.length).toBeGreaterThan(0);
	const before = await eventsInMarts();
	await expect(rollback(test.warehouse, project, BigInt(run))).rejects.toThrow('is too old');
	expect(await eventsInMarts()).toEqual(before);
});

const statementStep = Number(process.env.FOOTFALL_STATEMENT_STEP ?? 22);

it('shows readers the rows before or after it when it dies at any statement', async () => {
	for (let statement = 1; ; statement += statementStep) {
		await addDay();
		await addDay();
		await build(test.warehouse, project, { seenRunsMax: 16 });
		const before = nextId - 1;
		await addDay();
		const failing = failingAt(test.warehouse, statement);
		const report = await build(failing.warehouse, project, { seenRunsMax: 2 }).catch(() => undefined);
		// A run that dies when it cleans up has published before.
		expect([all(before), all(before + 1)]).toContainEqual(await eventsInMarts());
		await breakLock(test.warehouse);
		await build(test.warehouse, project, { seenRunsMax: 2 });
		expect(await eventsInMarts()).toEqual(all(before + 1));
		if (report?.compaction !== undefined) break;
	}
	expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
});

it('does not copy rows of days that the run has computed and found unchanged', async () => {
	const event = (n: number) => receipt({ id: idOf(900 + n), visitor: 900, tsMs: Date.UTC(2026, 2, 1 + n) });
	const start = await eventsInMarts();
	for (const n of [1, 2]) {
		await insertReceipts(test.warehouse, [event(n)]);
		await build(test.warehouse, project);
	}
	// An earlier receipt of a counted event: all days of its visitor are computed again, and are as before.
	await insertReceipts(test.warehouse, [{ ...event(1), receivedMs: event(1).receivedMs - 1 }, event(3)]);
	const report = await build(test.warehouse, project, { seenRunsMax: 2 });
	expect(report).toMatchObject({ reread: 1, compaction: { runs: expect.any(Number) } });
	expect(await verify(test.warehouse, project)).toEqual({ differences: [] });
	const { days } = start as { days: string };
	expect(await eventsInMarts()).toMatchObject({ days: `${Number(days) + 3}`, sessions: `${Number(days) + 3}` });
});
