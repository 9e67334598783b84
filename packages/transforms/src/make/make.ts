import { withOwn } from '../compile/project.js';
import { seenRunsMaxDefault } from '../plan/compaction.js';
import { ownManifest } from '../plan/own.js';
import type { RunState } from '../plan/plan.js';
import { presentRowsCondition } from '../plan/watermark.js';
import { fingerprintOf, readHashKey } from '../store/hash-key.js';
import { copyList, dropList, hasLeftOut } from '../store/left-out.js';
import { createTables } from './create-tables.js';
import { discardOwn, makeOwn } from './own/make-own.js';
import type { OwnMade } from './own/own-work.js';
import { type MadeReport, madeReport } from './report.js';
import { discard, type Made, makeRun } from './run.js';
import { type RunContext, runSettings } from './run-context.js';
import { isAskedFor, type Job, ownPlanOf, ownStatesOf, type RunPlan } from './start.js';

/** The first step of a run: it computes and tests all models. The second step publishes them, see publish/. */

/** A run that is made and not published: its rows are in the tables, and no reader sees them. */
export interface MadeRun {
	job: Job;
	context: RunContext;
	made: Made;
	own: OwnMade;
	report: MadeReport;
	/** Whether data tests fail, so that the run must not be published. */
	isFailed: boolean;
}

/** The hashes of this many events, and the lookup of them, fit into the memory of one statement. */
const visitorEventsMaxDefault = 10_000_000;

/**
 * Makes a run. If it rejects, nothing of the run is left.
 *
 * @param isAside whether the run will be discarded: what it finds must not change what readers see or later runs do
 */
export async function make(planned: Job, isAside: boolean): Promise<MadeRun> {
	await createTables(planned);
	const key = planned.start?.key ?? (await readHashKey(planned.warehouse));
	const job = { ...planned, plan: unlessRebuilt(planned.plan, fingerprintOf(key)) };
	const spent = new Map<string, number>();
	const context: RunContext = { ...(await contextOf(job, isAside)), key, onStep: (step, ms) => addUp(spent, step, ms) };
	const run = { job, context };
	try {
		const { project, state, options, lock, plan } = job;
		const { restate, ignoreTests = false, visitorEventsMax = visitorEventsMaxDefault } = options;
		const made = await makeRun(context, state, plan, { restate, ignoreTests, visitorEventsMax });
		const own = await makeOwnModels(run, made, isAside);
		const [rows] = await Promise.all([rowsOf(context), lock.assertHeld()]);
		const { removed } = ownPlanOf(state, project, options);
		const report = madeReport(plan, project.models, spent, { ...made, own, rows }, removed);
		return { ...run, made, own, report, isFailed: !ignoreTests && hasFailed(made) };
	} catch (error) {
		await discardRun(run).catch(() => undefined);
		throw error;
	}
}

/** Drops everything that a run has made. */
export async function discardRun({ context }: Pick<MadeRun, 'context'>): Promise<void> {
	const { list, run, warehouse } = context;
	await Promise.all([
		discard(context),
		discardOwn(context),
		// Only a run that is made aside has a list of its own number.
		list === run ? dropList(warehouse, list) : undefined,
	]);
}

const hasFailed = ({ tests }: Made) => tests.some(({ failingRows }) => failingRows > 0);

/** Adds up the time of steps by model. */
function addUp(spent: Map<string, number>, step: string, ms: number): void {
	const model = step.split(',')[0] as string;
	spent.set(model, (spent.get(model) ?? 0) + ms);
}

async function contextOf(job: Job, isAside: boolean): Promise<Omit<RunContext, 'key' | 'onStep'>> {
	const { warehouse, project, state, plan, options } = job;
	const { run } = plan;
	const list = isAside ? run : listOf(plan, state);
	if (isAside) await copyList(warehouse, state.published?.judged.list ?? 0n, list);
	const isProven =
		state.published?.models === project.checksum && state.published.judged.tests === project.testsChecksum;
	return {
		warehouse,
		project,
		run,
		list,
		leavesOut: await leavesOut(job, list),
		isProven,
		share: options.share ?? 1,
		seenRunsMax: options.seenRunsMax ?? seenRunsMaxDefault,
		settings: runSettings,
		present: presentRowsCondition(state.parts),
	};
}

/** The list of left-out visitors and sites that a run continues, see store/left-out.ts. Pure. */
const listOf = (plan: RunPlan, { published }: RunState): bigint =>
	(plan.kind === 'incremental' ? plan.published.judged.list : published?.run) ?? 0n;

/** Whether a list has any entry. An incremental run has read that of its list when it took the lock. */
async function leavesOut({ warehouse, start, plan }: Job, list: bigint): Promise<boolean> {
	return start !== undefined && plan.kind === 'incremental' ? start.leavesOut : hasLeftOut(warehouse, list);
}

/** Number of new rows above which a run is a rebuild: an incremental run holds a hash of each in memory. */
const newRowsMax = 30_000_000;

/** Changes a plan to a rebuild if the published hashes have another key, or if there are too many new events. Pure. */
function unlessRebuilt(plan: RunPlan, hashKey: string): RunPlan {
	if (plan.kind === 'rebuild') return plan;
	const { run, published, change } = plan;
	if (published.judged.hashKey !== hashKey) return { kind: 'rebuild', run, why: 'new key of hashes' };
	const newRows = change.newParts.reduce((sum, { rows }) => sum + rows, 0);
	return newRows > newRowsMax ? { kind: 'rebuild', run, why: 'many new events' } : plan;
}

/** Computes own models from what the run will publish. */
async function makeOwnModels(
	{ context, job }: Pick<MadeRun, 'context' | 'job'>,
	made: Made,
	isAside: boolean,
): Promise<OwnMade> {
	const { project, state, present, plan, options } = job;
	const ignoreTests = options.ignoreTests ?? false;
	// A run that is not published needs none.
	if (!ignoreTests && hasFailed(made)) return { states: {}, next: {}, reports: [], tests: [], testFaults: {} };
	const states = ownStatesOf(state);
	const input = {
		plan: ownPlanOf(state, project, options),
		before: plan.kind === 'incremental' ? plan.published.manifest : {},
		states,
		failing: state.published?.judged.own?.tests ?? {},
		published: ownManifest(state.published?.manifest ?? {}, states),
		next: made.next,
		changed: made.changed,
		isRebuild: plan.kind === 'rebuild',
		hasChangedVisitors: plan.kind === 'incremental' && plan.why !== 'own models changed',
		present,
		nowUs: state.nowUs,
		ignoreTests,
		hasBudget: !isAskedFor(options) && !isAside,
	};
	const leavesOut = context.leavesOut || made.leftOut.length > 0;
	return makeOwn({ ...context, project: withOwn(project), leavesOut }, project.own.limits, input);
}

/** Number of rows that the run has written, by model. */
async function rowsOf({ warehouse, project, run }: RunContext): Promise<Map<string, number>> {
	const rows = await warehouse.query<{ name: string; rows: string }>(
		`SELECT extract(table, '^(?:own_)?(.+)__[0-9a-f]{8}$') AS name, sum(rows) AS rows FROM system.parts
		WHERE database = currentDatabase() AND active AND partition = '${run}' GROUP BY name`,
	);
	const known = new Set([...project.models, ...project.own.models].map(({ name }) => name));
	return new Map(rows.filter(({ name }) => known.has(name)).map((row) => [row.name, Number(row.rows)]));
}
