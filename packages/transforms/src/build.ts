import { areMartsShown, showMarts, type Warehouse } from '@footfall/warehouse';
import { isStored, type Model } from './compile/model.js';
import { type Project, withOwn } from './compile/project.js';
import type { Compaction } from './make/compact.js';
import type { TestResult } from './make/data-tests.js';
import { discardOwn, makeOwn } from './make/own/make-own.js';
import type { OwnMade, OwnReport } from './make/own/own-work.js';
import { renderedChecksum } from './make/rendered.js';
import { discard, type Made, makeRun } from './make/run.js';
import { type RunContext, runSettings } from './make/run-context.js';
import { emptyAllScratch } from './make/visitors.js';
import { seenRunsMaxDefault } from './plan/compaction.js';
import { refuseNewer } from './plan/generation.js';
import type { Manifest } from './plan/manifest.js';
import { heldByViews, ownManifest, ownManifestToPublish, planOwn, withOwnReason } from './plan/own.js';
import {
	type Judged,
	nextRun,
	type OwnStates,
	type Plan,
	type PublishedRun,
	planRun,
	type Restated,
	type RunState,
} from './plan/plan.js';
import { changeSince, presentRowsCondition, watermarkOf } from './plan/watermark.js';
import { clearFailure, failureTable, recordFailure } from './store/failure.js';
import { collectGarbage } from './store/garbage.js';
import { fingerprintOf, readHashKey } from './store/hash-key.js';
import { listInReport } from './store/judged.js';
import {
	createRunsView,
	leftOutViewStatement,
	runsTable,
	runsViewOf,
	tableOf,
	tableStatements,
} from './store/layout.js';
import {
	copyList,
	dropList,
	hasLeftOut,
	keepLists,
	type LeftOut,
	leftOutTable,
	upgradeLeftOutTable,
} from './store/left-out.js';
import { type Lock, takeLock } from './store/lock.js';
import { areOwnViewsCurrent, turnOwnViews } from './store/own-views.js';
import { publish } from './store/publish.js';
import { type RunStart, readRunStart } from './store/run-start.js';
import { readRunState } from './store/run-state.js';
import {
	areViewsCurrent,
	checkViews,
	completeViews,
	isMartOf,
	needsViews,
	type Present,
	readPresent,
	staleViews,
	turnViews,
} from './store/views.js';
import { refuseBesideOthers } from './store/watchers.js';

/** The report of one run. */
export interface BuildReport {
	outcome: 'published' | 'skipped' | 'tests-failed';
	/** Number of the run; undefined when it was skipped. */
	run: string | undefined;
	/** Why the run was needed, or why it was skipped. */
	why: string;
	kind: 'rebuild' | 'incremental' | undefined;
	/** Number of visitors whose rows were recomputed; undefined for all. */
	visitors: number | undefined;
	/**
	 * Number of visitors whose events were all re-read, since a counted event may have changed; undefined for all
	 * visitors.
	 */
	reread: number | undefined;
	/** Rows written and duration (milliseconds) of each model, in lineage order. */
	models: { name: string; rows: number; ms: number }[];
	tests: TestResult[];
	/** Visitors and sites that the marts leave out from this run on. */
	leftOut: LeftOut[];
	/** The earlier runs whose rows this run has taken over; undefined when readers do not see too many runs. */
	compaction: Compaction | undefined;
	/** Own models, in lineage order. A fault in one of them does not keep the run from being published. */
	own: OwnReport[];
	/** Own models that the run has removed, since the project folder no longer has them. */
	removedOwn: string[];
	/** Data tests of the project folder and of headers of own models. */
	ownTests: OwnTestReport[];
	/** Why the marts database does not show the marts as they are, and the remedy; absent if it does. */
	martsFault?: string;
	/** Wall time, milliseconds. */
	ms: number;
}

/** The result of a data test of the project folder, or of the header of an own model. */
interface OwnTestReport extends TestResult {
	/** The fault, with the file; undefined if the test passed, and for tests of headers. */
	fault: string | undefined;
	/** Whether it is a fault that the run before had not, and that is not the fault of an own model. */
	isNewFault: boolean;
}

/** Stored models in two runs. */
interface Comparable {
	models: readonly Model[];
	/** The manifest of the published run, by names of models. */
	published: Manifest;
	/** The manifest of this run, by names of models. */
	rebuilt: Manifest;
}

/** A run that was computed and will not be published. */
interface Unpublished extends Comparable {
	/** Whether the raw table is unchanged since the run began. */
	isUnchanged: () => Promise<boolean>;
}

/** Options of a run. */
export interface BuildOptions {
	/** Rebuilds all models from all events. @default false */
	fullRefresh?: boolean;
	/** Recomputes these visitors even if they have no new events. */
	restate?: Restated;
	/** Publishes the run even if data tests fail. @default false */
	ignoreTests?: boolean;
	/**
	 * Whether an operator asks for the run: own models that have failed are then computed again without their pause, and
	 * all own models together may take any time.
	 *
	 * @default false
	 */
	isAsked?: boolean;
	/** Maximum number of events of one visitor; a visitor with more is left out. @default 10 000 000 */
	visitorEventsMax?: number;
	/** Fraction of the usual number of events or rows per statement, above 0. @default 1 */
	share?: number;
	/** Number of runs whose rows readers see above which a run takes earlier ones over, at least 2. @default 16 */
	seenRunsMax?: number;
	/** Maximum wait for another run to end, milliseconds. @default 60 000 */
	lockWaitMs?: number;
	/** Called with the computed and tested run instead of publishing it; its rows are dropped afterwards. */
	insteadOfPublishing?: (run: Unpublished) => Promise<void>;
}

const lockWaitMsDefault = 60_000;
/** The hashes of this many events, and the lookup of them, fit into the memory of one statement. */
const visitorEventsMaxDefault = 10_000_000;

/**
 * Brings all models up to date with the raw table, tests them, and publishes them to readers in one step. It does
 * nothing when there are no new events. A run that dies or fails its tests leaves the published run as it is, and the
 * next run starts from the published one. One process at a time holds the lock; a run that lost the lock publishes
 * nothing.
 *
 * @throws LockedError when another process runs the transforms, OtherModelsError when one keeps other models up to
 * date, RunFault when the run cannot be done, or WarehouseError when a statement fails
 */
export async function build(warehouse: Warehouse, project: Project, options: BuildOptions = {}): Promise<BuildReport> {
	if (options.insteadOfPublishing !== undefined) return buildOnce(warehouse, project, options);
	let holdsLock = false;
	const onLock = () => {
		holdsLock = true;
	};
	try {
		const report = await buildOnce(warehouse, project, options, onLock);
		// The report counts more than its record, which the next run repeats.
		if (report.outcome === 'tests-failed')
			await recordFailure(warehouse, { kind: 'tests-failed', message: failedTests(report) }).catch(() => undefined);
		return report;
	} catch (error) {
		// A run that was refused before it had the lock writes nothing. Where ClickHouse is away, nothing can be recorded.
		if (holdsLock)
			await recordFailure(warehouse, { kind: 'run-failed', message: messageOf(error) }).catch(() => undefined);
		throw error;
	}
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const failedTests = ({ tests }: BuildReport) =>
	tests
		.filter(({ failingRows }) => failingRows > 0)
		.map(({ name, failingRows }) => `${name} (${failingRows} ${failingRows === 1 ? 'row' : 'rows'})`)
		.join(', ');

/** One run. @param onLock called when it may write, at the latest before it writes anything */
async function buildOnce(
	warehouse: Warehouse,
	project: Project,
	options: BuildOptions,
	onLock: () => void = () => undefined,
): Promise<BuildReport> {
	const startedAt = performance.now();
	const identity = { checksum: project.checksum, rendered: renderedChecksum(project), own: project.own.checksum };
	const [state, present] = await Promise.all([readRunState(warehouse), readPresent(warehouse)]);
	refuseNewer(state.published, project);
	// Planned before it takes the lock, so that a run with nothing to do costs two look-ups.
	const { rendered } = identity;
	const planOf = (of: RunState) =>
		withOwnReason(planRun(of, project.checksum, { ...options, rendered }), of, ownPlanOf(of, project, options));
	const plan = planOf(state);
	if (plan.kind === 'skip' && !needsAnyViews(state, project, present)) {
		await clearFailure(warehouse, present.has(failureTable));
		const report = skipped(plan.why, startedAt);
		const isShown = areMartsShown(present.rows, warehouse.database, isMartOf(project));
		return isShown ? report : withMartsShown(warehouse, project, report);
	}
	await refuseBesideOthers(warehouse, identity, state.published);
	const lock = await takeLock(warehouse, options.lockWaitMs ?? lockWaitMsDefault);
	try {
		// Planned again if another run has been published in the meantime: it may have done all the work.
		const mayReuse = plan.kind === 'incremental' && !lock.hasWaited;
		const start = mayReuse ? await readRunStart(warehouse, plan.published) : undefined;
		const [current, now] =
			start === undefined ? await Promise.all([readRunState(warehouse), readPresent(warehouse)]) : [state, present];
		refuseNewer(current.published, project);
		await refuseBesideOthers(warehouse, identity, current.published, state.published);
		onLock();
		const again = planOf(current);
		if (again.kind === 'skip') {
			await completeViews(warehouse, project, current.published, now);
			await turnPublishedOwnViews(warehouse, project, current, now);
			await clearFailure(warehouse, now.has(failureTable));
			return await withMartsShown(warehouse, project, skipped(again.why, startedAt));
		}
		const job = { warehouse, project, state: current, present: now, plan: again, start, lock, options, startedAt };
		const report = await runPlan(job);
		return options.insteadOfPublishing ? report : await withMartsShown(warehouse, project, report);
	} finally {
		await lock.release().catch(() => undefined);
	}
}

/** Brings the marts database up to date. A failure is left to the next run, since the marts are published already. */
async function withMartsShown(warehouse: Warehouse, project: Project, report: BuildReport): Promise<BuildReport> {
	const martsFault = await showMarts(warehouse, isMartOf(project)).catch(() => undefined);
	return martsFault === undefined ? report : { ...report, martsFault };
}

const ownStatesOf = ({ published }: RunState) => published?.judged.own?.states ?? {};

/** Whether views are missing, or show other models than the published ones. Pure. */
const needsAnyViews = (state: RunState, project: Project, present: Present): boolean =>
	needsViews(state.published, project, present) ||
	(state.published?.models === project.checksum && !areOwnViewsCurrent(withOwn(project), ownStatesOf(state), present));

/** The plan of the run for own models. Pure. */
const ownPlanOf = (state: RunState, { own }: Project, options: BuildOptions) =>
	planOwn(ownStatesOf(state), own, state.nowUs, isAskedFor(options), state.published?.judged.own?.tests);

const isAskedFor = ({ isAsked = false, fullRefresh = false }: BuildOptions): boolean => isAsked || fullRefresh;

const skipped = (why: string, startedAt: number): BuildReport => ({
	outcome: 'skipped',
	run: undefined,
	why,
	kind: undefined,
	visitors: undefined,
	reread: undefined,
	models: [],
	tests: [],
	leftOut: [],
	compaction: undefined,
	own: [],
	removedOwn: [],
	ownTests: [],
	ms: performance.now() - startedAt,
});

type RunPlan = Exclude<Plan, { kind: 'skip' }>;

interface Job {
	warehouse: Warehouse;
	project: Project;
	state: RunState;
	present: Present;
	plan: RunPlan;
	/** Read when the run took the lock; undefined when the state was read again. */
	start: RunStart | undefined;
	lock: Lock;
	options: BuildOptions;
	startedAt: number;
}

async function runPlan(job: Job): Promise<BuildReport> {
	const { warehouse, project, state, present, lock, options, startedAt } = job;
	const spent = new Map<string, number>();
	const onStep: RunContext['onStep'] = (step, ms) => {
		const model = step.split(',')[0] as string;
		spent.set(model, (spent.get(model) ?? 0) + ms);
	};
	await createTables(job);
	const key = job.start?.key ?? (await readHashKey(warehouse));
	const plan = unlessRebuilt(job.plan, fingerprintOf(key));
	const { run, kind } = plan;
	const isAside = options.insteadOfPublishing !== undefined;
	const list = isAside ? run : listOf(plan, state);
	if (isAside) await copyList(warehouse, state.published?.judged.list ?? 0n, list);
	const isProven =
		state.published?.models === project.checksum && state.published.judged.tests === project.testsChecksum;
	const context: RunContext = {
		warehouse,
		project,
		run,
		key,
		list,
		leavesOut: await leavesOut(job, plan, list),
		isProven,
		share: options.share ?? 1,
		seenRunsMax: options.seenRunsMax ?? seenRunsMaxDefault,
		settings: runSettings,
		present: presentRowsCondition(state.parts),
		onStep,
	};
	const { restate, ignoreTests = false, visitorEventsMax = visitorEventsMaxDefault } = options;
	const make = async () => {
		const made = await makeRun(context, state, plan, { restate, ignoreTests, visitorEventsMax });
		const own = await makeOwnModels(context, { ...job, plan }, made);
		const [rows] = await Promise.all([rowsOf(context), lock.assertHeld()]);
		return { ...made, rows, own };
	};
	const made = await make().catch(async (error) => {
		await discardAll(context).catch(() => undefined);
		throw error;
	});
	const { rows, own } = made;
	const models = project.models
		.filter(({ name }) => spent.has(name))
		.map(({ name }) => ({ name, rows: rows.get(name) ?? 0, ms: spent.get(name) as number }));
	const report = {
		...{ run: plan.run.toString(), why: plan.why, kind: plan.kind, models },
		...reportOf(made),
		...ownReportOf(own, rows),
		removedOwn: ownPlanOf(state, project, options).removed,
	};
	if (!ignoreTests && report.tests.some(({ failingRows }) => failingRows > 0)) {
		await discardAll(context);
		return { outcome: 'tests-failed', ...report, ms: performance.now() - startedAt };
	}
	if (options.insteadOfPublishing) {
		const isUnchanged = async () =>
			changeSince(watermarkOf(state.parts), (await readRunState(warehouse)).parts).kind === 'nothing';
		const { models, published, rebuilt } = comparable(project, state, made);
		await options.insteadOfPublishing({ models, published, rebuilt, isUnchanged });
		await Promise.all([discardAll(context), dropList(warehouse, list)]);
		return { outcome: 'skipped', ...report, ms: performance.now() - startedAt };
	}
	const states = await publishMade({ ...job, plan }, context, made, {
		...report,
		ms: performance.now() - startedAt,
	});
	await clearFailure(warehouse, present.has(failureTable));
	await Promise.all([
		emptyAllScratch(context),
		isCollecting(job) ? collectGarbage(warehouse, project, state.nowUs) : undefined,
		kind === 'rebuild' ? deleteOldLists(warehouse) : undefined,
	]);
	const all = { ...report, own: withFaults(report.own, states) };
	return { outcome: 'published', ...all, ms: performance.now() - startedAt };
}

/**
 * Publishes a run and lets the views show it. If ClickHouse refuses views of own models, a second record holds these.
 *
 * @param report for operators
 * @returns the own models as they are recorded at last
 */
async function publishMade(
	{ warehouse, project, state, present, plan, options }: Job,
	{ key, list }: RunContext,
	made: Made & { own: OwnMade },
	report: object,
): Promise<OwnStates> {
	const { run, kind } = plan;
	const recordOf = (own: OwnMade): PublishedRun => ({
		...{ run, kind, models: project.checksum, watermark: watermarkOf(state.parts) },
		judged: judgedOf(project, list, fingerprintOf(key), own, options.ignoreTests ?? false),
		manifest: { ...made.next, ...ownManifestToPublish(state.published, own) },
	});
	await publish(warehouse, recordOf(made.own), report);
	// Before garbage collection, which may drop the rows that the views of earlier models show.
	if (state.published !== undefined && !areViewsCurrent(project, present)) await turnViews(warehouse, project, present);
	const { states } = made.own;
	const refused = await turnOwnViews(warehouse, withOwn(project), states, present);
	if (refused.size === 0) return states;
	const seen = ownStatesOf(state);
	const before = { states: seen, manifest: ownManifest(state.published?.manifest ?? {}, seen) };
	const held = heldByViews(made.own, refused, project.own.models, before, state.nowUs);
	await publish(warehouse, { ...recordOf(held), run: run + 1n }, { why: viewsRefused });
	return held.states;
}

/** The record of a run by which later runs decide. Pure. */
function judgedOf(project: Project, list: bigint, hashKey: string, own: OwnMade, ignoreTests: boolean): Judged {
	const { generation, testsChecksum } = project;
	const tests = ignoreTests ? '' : testsChecksum;
	const judged = { tests, list, hashKey, generation, rendered: renderedChecksum(project) };
	const { states, testFaults } = own;
	if (Object.keys({ ...states, ...testFaults }).length === 0) return judged;
	const failing = Object.keys(testFaults).length === 0 ? {} : { tests: testFaults };
	return { ...judged, own: { checksum: project.own.checksum, states, ...failing } };
}

/** The reason of a record that a run publishes after it, when ClickHouse has refused views of own models. */
const viewsRefused = 'views of own models refused';

/** The report with the faults that views have added. Pure. */
const withFaults = (own: readonly OwnReport[], states: OwnStates): OwnReport[] =>
	own.map((one) => {
		const fault = states[one.name]?.fault;
		if (fault === undefined || one.fault !== undefined) return one;
		return { ...one, outcome: fault.upstream === '' ? 'failed' : 'held', fault: fault.words, isNewFault: true };
	});

/** Completes the views of own models where the run that published them has died, and holds models that are refused. */
async function turnPublishedOwnViews(
	warehouse: Warehouse,
	project: Project,
	state: RunState,
	present: Present,
): Promise<void> {
	const { published, nowUs } = state;
	const states = ownStatesOf(state);
	const refused = await turnOwnViews(warehouse, withOwn(project), states, present);
	if (refused.size === 0 || published?.judged.own === undefined) return;
	const before = { states, manifest: ownManifest(published.manifest, states) };
	const held = heldByViews({ states, next: before.manifest }, refused, project.own.models, before, nowUs);
	const judged = { ...published.judged, own: { ...published.judged.own, states: held.states } };
	await publish(warehouse, { ...published, run: nextRun(state), judged }, { why: viewsRefused });
}

async function discardAll(context: RunContext): Promise<void> {
	await Promise.all([discard(context), discardOwn(context)]);
}

/** Computes own models from what the run will publish. */
async function makeOwnModels(
	context: RunContext,
	{ project, state, present, plan, options }: Job,
	made: Made,
): Promise<OwnMade> {
	const ignoreTests = options.ignoreTests ?? false;
	// A run that is not published needs none.
	if (!ignoreTests && made.tests.some(({ failingRows }) => failingRows > 0))
		return { states: {}, next: {}, reports: [], tests: [], testFaults: {} };
	const states = ownStatesOf(state);
	const hasChangedVisitors = plan.kind === 'incremental' && plan.why !== 'own models changed';
	const input = {
		plan: ownPlanOf(state, project, options),
		states,
		failing: state.published?.judged.own?.tests ?? {},
		published: ownManifest(state.published?.manifest ?? {}, states),
		next: made.next,
		changed: made.changed,
		isRebuild: plan.kind === 'rebuild',
		hasChangedVisitors,
		present,
		nowUs: state.nowUs,
		ignoreTests,
		hasBudget: !isAskedFor(options) && options.insteadOfPublishing === undefined,
	};
	const leavesOut = context.leavesOut || made.leftOut.length > 0;
	return makeOwn({ ...context, project: withOwn(project), leavesOut }, project.own.limits, input);
}

/** The part of a run's report about own models. */
const ownReportOf = ({ reports, tests }: OwnMade, rows: ReadonlyMap<string, number>) => ({
	own: reports.map((one) => ({ ...one, rows: rows.get(one.name) ?? 0 })),
	ownTests: tests.map(({ name, failingRows, fault, isNewFault = false }) => ({ name, failingRows, fault, isNewFault })),
});

/** The stored models that a rebuild beside the published tables has computed, with both manifests by their names. */
function comparable(project: Project, state: RunState, { next, own }: Made & { own: OwnMade }): Comparable {
	const { published } = state;
	const states = ownStatesOf(state);
	const isComputed = ({ name }: Model) => own.states[name]?.fault === undefined && states[name]?.fault === undefined;
	return {
		models: [...project.models, ...project.own.models.filter(isComputed)].filter(isStored),
		published: { ...published?.manifest, ...ownManifest(published?.manifest ?? {}, states) },
		rebuilt: { ...next, ...own.next },
	};
}

/** Whether a list has any entry. An incremental run has read that of its list when it took the lock. */
async function leavesOut({ warehouse, start }: Job, { kind }: RunPlan, list: bigint): Promise<boolean> {
	return start !== undefined && kind === 'incremental' ? start.leavesOut : hasLeftOut(warehouse, list);
}

/** An incremental run collects garbage after this many runs. */
const runsPerCollection = 8;

/** Whether a run collects garbage: the look-up costs as much as a model. Pure. */
const isCollecting = ({ plan, start }: Job): boolean =>
	plan.kind === 'rebuild' || start === undefined || start.runs % runsPerCollection === 0;

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

/** The list of left-out visitors and sites that a run continues, see store/left-out.ts. Pure. */
const listOf = (plan: RunPlan, { published }: RunState): bigint =>
	(plan.kind === 'incremental' ? plan.published.judged.list : published?.run) ?? 0n;

/** Deletes lists of left-out visitors and sites, except those of the newest 200 runs. */
async function deleteOldLists(warehouse: Warehouse): Promise<void> {
	const rows = await warehouse.query<{ list: string }>(
		`SELECT DISTINCT list FROM (SELECT ${listInReport} AS list FROM ${runsTable} ORDER BY run DESC LIMIT 200)`,
	);
	await keepLists(
		warehouse,
		rows.map(({ list }) => BigInt(list)),
	);
}

/** The part of a run's report that operators read. All left-out visitors and sites are in `transform_left_out`. */
function reportOf({ visitors, reread, tests, leftOut, compaction }: Made) {
	return {
		visitors,
		reread,
		tests: tests.map(({ name, failingRows }) => ({ name, failingRows })),
		leftOut: leftOut.slice(0, leftOutReportedMax),
		compaction,
	};
}

const leftOutReportedMax = 100;

/** Number of rows that the run has written, by model. */
async function rowsOf({ warehouse, project, run }: RunContext): Promise<Map<string, number>> {
	const rows = await warehouse.query<{ name: string; rows: string }>(
		`SELECT extract(table, '^(?:own_)?(.+)__[0-9a-f]{8}$') AS name, sum(rows) AS rows FROM system.parts
		WHERE database = currentDatabase() AND active AND partition = '${run}' GROUP BY name`,
	);
	const known = new Set([...project.models, ...project.own.models].map(({ name }) => name));
	return new Map(rows.filter(({ name }) => known.has(name)).map((row) => [row.name, Number(row.rows)]));
}

/**
 * Creates the tables that are missing, and checks the views that the run will replace. Readers of a published run keep
 * their views until the next one is published.
 *
 * @throws RunFault when ClickHouse refuses a view
 */
async function createTables({ warehouse, project, state, present, plan }: Job): Promise<void> {
	// A run that is not a rebuild follows one of these models, which has upgraded the table.
	if (plan.kind === 'rebuild' && present.has(leftOutTable)) await upgradeLeftOutTable(warehouse);
	const { name, statement } = leftOutViewStatement;
	for (const [table, create] of [...tableStatements(project), [name, statement] as const])
		if (!present.has(table)) await warehouse.command(create);
	for (const model of project.models) {
		const runsView = runsViewOf(tableOf(model));
		if (isStored(model) && !present.has(runsView)) await warehouse.command(createRunsView(model));
	}
	await checkViews(warehouse, project, staleViews(project, present));
	// Before the first run the marts exist, and they are empty.
	if (state.published === undefined) await turnViews(warehouse, project, present);
}
