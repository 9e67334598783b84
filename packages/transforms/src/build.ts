import type { Warehouse } from '@footfall/warehouse';
import { compile, type Project } from './compile.js';
import { collectGarbage, dropRun } from './garbage.js';
import {
	createRunsTable,
	createRunsView,
	createTable,
	createView,
	insertRun,
	runsTable,
	tableOf,
	viewSignature,
} from './layout.js';
import { planRun } from './plan.js';
import { readRunState } from './run-state.js';
import { runTests, type TestResult } from './run-tests.js';

/** What one run did. */
export interface BuildReport {
	outcome: 'published' | 'skipped' | 'tests-failed';
	/** Number of the run; undefined when it was skipped. */
	run: string | undefined;
	why: string;
	models: { name: string; rows: number; ms: number }[];
	tests: TestResult[];
	/** Wall time, milliseconds. */
	ms: number;
}

/** The model files are wrong; nothing was touched. */
export class CompileFault extends Error {
	override name = 'CompileFault';
}

/**
 * Builds all models from the raw table, tests them, and shows them to readers in one step. Does nothing when nothing
 * is new. A run that dies or fails its tests leaves the published one as it is, and the next run starts afresh; two at
 * once do not harm each other, since each writes its own partitions and readers follow the highest number.
 *
 * @throws CompileFault, or WarehouseError when a statement fails
 */
export async function build(warehouse: Warehouse, options: { directory?: string } = {}): Promise<BuildReport> {
	const startedAt = performance.now();
	const compiled = compile(options.directory);
	if (!compiled.ok) throw new CompileFault(compiled.faults.join('\n'));
	const { project } = compiled;
	await createTables(warehouse, project);
	const state = await readRunState(warehouse);
	const plan = planRun(state, project.checksum);
	const report = (rest: Omit<BuildReport, 'ms'>): BuildReport => ({ ...rest, ms: performance.now() - startedAt });
	if (plan.kind === 'skip') {
		await turnViews(warehouse, project);
		return report({ outcome: 'skipped', run: undefined, why: 'no new events', models: [], tests: [] });
	}
	const run = plan.run.toString();
	const made = await makeRun(warehouse, project, run).catch(async (error) => {
		await dropRun(warehouse, project, run).catch(() => undefined);
		throw error;
	});
	const done = { run, why: plan.why, ...made };
	if (made.tests.some(({ failingRows }) => failingRows > 0)) {
		await dropRun(warehouse, project, run);
		return report({ outcome: 'tests-failed', ...done });
	}
	await warehouse.command(
		`INSERT INTO ${runsTable} (run, models, source) VALUES ({run:UInt64}, {models:String}, {source:String})`,
		{ params: { run, models: project.checksum, source: state.source }, settings: { async_insert: 0 } },
	);
	await turnViews(warehouse, project);
	await collectGarbage(warehouse, project, state.nowUs);
	return report({ outcome: 'published', ...done });
}

async function makeRun(
	warehouse: Warehouse,
	project: Project,
	run: string,
): Promise<Pick<BuildReport, 'models' | 'tests'>> {
	const models = await fillModels(warehouse, project, run);
	return { models, tests: await runTests(warehouse, project, run) };
}

/**
 * Makes the views the ones that show the published run, where they are still those of other models. Also when there is nothing to run:
 * the run that published these models may have died before it came to its views.
 */
async function turnViews(warehouse: Warehouse, project: Project): Promise<void> {
	const views = await warehouse.query<{ name: string; comment: string }>(
		`SELECT name, comment FROM system.tables WHERE database = currentDatabase() AND engine = 'View'`,
	);
	const signatures = new Map(views.map(({ name, comment }) => [name, comment]));
	for (const model of project.models) {
		const isTurned = signatures.get(model.name) === viewSignature(model, project);
		if (!isTurned) await warehouse.command(createView(model, project, { replace: true }));
	}
}

async function createTables(warehouse: Warehouse, project: Project): Promise<void> {
	await warehouse.command(createRunsTable);
	for (const model of project.models) {
		await warehouse.command(createTable(model));
		await warehouse.command(createRunsView(model));
		await warehouse.command(createView(model, project, { replace: false }));
	}
}

async function fillModels(warehouse: Warehouse, project: Project, run: string): Promise<BuildReport['models']> {
	const filled: BuildReport['models'] = [];
	for (const model of project.models) {
		const startedAt = performance.now();
		await warehouse.command(insertRun(model, project), { params: { run }, settings: runSettings });
		const ms = performance.now() - startedAt;
		const [counted] = await warehouse.query<{ rows: string }>(
			`SELECT count() AS rows FROM ${tableOf(model)} WHERE run = {run:UInt64}`,
			{ params: { run } },
		);
		filled.push({ name: model.name, rows: Number(counted?.rows), ms });
	}
	return filled;
}

/** Explicit, because defaults differ between versions and profiles. */
const runSettings = {
	async_insert: 0,
	insert_deduplicate: 0,
	max_bytes_before_external_group_by: 1_000_000_000,
	max_bytes_before_external_sort: 1_000_000_000,
	do_not_merge_across_partitions_select_final: 0,
	join_use_nulls: 0,
};
