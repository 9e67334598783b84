import { WarehouseError } from '@footfall/warehouse';
import { isStored, type Model, type OwnFile } from '../../compile/model.js';
import type { OwnLimits } from '../../compile/project.js';
import { type Manifest, type Partitions, replacePartitions } from '../../plan/manifest.js';
import { nextFault, type OwnTask } from '../../plan/own.js';
import type { OwnFault, OwnState } from '../../plan/plan.js';
import { createRunsView, createTable, ownComment, runsViewOf, tableOf } from '../../store/layout.js';
import { checkOwnView } from '../../store/own-views.js';
import type { Present } from '../../store/views.js';
import type { RunTestResult } from '../data-tests.js';
import { PartitionsFailure, testPartitions } from '../partitions.js';
import type { RunContext } from '../run-context.js';
import { compactOwn } from './compact-own.js';
import { makeOwnPartitions } from './make-own-partitions.js';
import { makeOwnVisitors } from './make-own-visitors.js';
import { boundsOf, deferralOf, faultOf, type OwnBudget, OwnModelFault, rowsMaxDefault } from './own-bounds.js';
import { type OwnInput, type OwnMade, type OwnReport, type OwnTestResult, type OwnWork, rowWords } from './own-work.js';
import { forgetFailures, isOfServer, noteFailure, refuseTwiceFailed } from './server-failures.js';
import { testOwn } from './test-own.js';
import { findVisitorDays } from './visitor-days.js';

/**
 * The last part of a run: own models. They are computed after those of this package, each within bounds of its own. A
 * model that cannot be computed, or whose rows fail a data test, keeps its published rows, and so does each model that
 * reads it; the run is published with all others.
 */

/** @param context whose project has the models of this package and own ones */
export async function makeOwn(context: RunContext, limits: OwnLimits, input: OwnInput): Promise<OwnMade> {
	const work: OwnWork = {
		...input,
		context,
		limits,
		visitorDays: await visitorDaysOf(context, input),
		onVisitorDays: new Set(),
		all: { ...input.next },
		changedNow: new Map(input.changed),
		made: new Map(),
		faults: new Map(),
		testFaults: new Map(),
		budgets: input.hasBudget ? { follow: newBudget(), rebuild: newBudget(), tests: newBudget() } : undefined,
	};
	for (const { name, words, version } of input.plan.faulty) hold(work, name, { words, version, upstream: '' });
	const tests: OwnTestResult[] = [];
	for (const task of input.plan.tasks) tests.push(...(await makeTask(work, task)));
	tests.push(...(await testOwn(work, (model, words, outcome) => dropAndHold(work, model, words, outcome))));
	await compactOwn(work);
	return { ...resultOf(work), tests };
}

/** The days are looked up within the bounds of the run, since several models may need them. */
async function visitorDaysOf(context: RunContext, input: OwnInput): Promise<Partitions | undefined> {
	const { plan, isRebuild, hasChangedVisitors, before, next } = input;
	const isNeeded = ({ model, how }: OwnTask) =>
		how === 'follow' && model.materialized.kind === 'incremental by visitor';
	if (isRebuild || !hasChangedVisitors || !plan.tasks.some(isNeeded)) return undefined;
	return findVisitorDays(context, before, next);
}

const newBudget = (): OwnBudget => ({ endAtMs: undefined });

async function makeTask(work: OwnWork, task: OwnTask): Promise<RunTestResult[]> {
	const { model, how } = task;
	const { name, reads } = model;
	const own = model.own as OwnFile;
	const upstream = reads.find((read) => work.faults.has(read));
	if (upstream !== undefined) {
		const words = `${own.file}: it reads ${upstream}, which is not current`;
		hold(work, name, { words, version: own.version, upstream });
		return [];
	}
	if (how === 'wait') {
		keep(work, name, task.fault as OwnFault, 'waiting');
		return [];
	}
	const startedAt = performance.now();
	const isWhole = how === 'rebuild' || work.isRebuild;
	const linesBefore = model.materialized.kind === 'incremental from partition' || model.partition === 'week' ? 2 : 1;
	const bounds = boundsOf(own, work.limits, work.budgets?.[isWhole ? 'rebuild' : 'follow']);
	try {
		refuseTwiceFailed(own.file, own.version);
		const tests = await makeModel(work, model, isWhole, bounds);
		forgetFailures(own.version);
		const ms = performance.now() - startedAt;
		const isChanged = isWhole || (work.changedNow.get(name) ?? []).length > 0;
		const outcome = isWhole ? 'computed' : isChanged ? 'updated' : 'unchanged';
		work.made.set(name, { name, outcome, rows: 0, ms, fault: undefined, isNewFault: false });
		return tests;
	} catch (error) {
		const cause = error instanceof PartitionsFailure ? error.cause : error;
		const deferred = deferralOf(cause, own, work.limits, bounds);
		if (deferred !== undefined) {
			await dropAndHold(work, model, deferred, 'deferred');
			return [];
		}
		const words = isOfServer(cause) ? undefined : faultOf(cause, own, work.limits, linesBefore);
		if (words === undefined) noteFailure(own.version, cause);
		if (words === undefined) throw cause;
		await dropAndHold(work, model, words);
		return [];
	}
}

/** Computes and tests one model. @throws WarehouseError, PartitionsFailure or OwnModelFault */
async function makeModel(
	work: OwnWork,
	model: Model,
	isWhole: boolean,
	bounds: () => Record<string, number>,
): Promise<RunTestResult[]> {
	const { name } = model;
	const own = model.own as OwnFile;
	refuseForeign(work, model);
	const context: RunContext = { ...work.context, bounds, rowsMax: work.limits.rowsMax ?? rowsMaxDefault };
	bounds();
	if (!isStored(model)) {
		await checkOwnView(context.warehouse, context.project, model);
		return [];
	}
	await createOwnTable(context, model, work.present);
	const rows = new Map<number, number>();
	const make = model.materialized.kind === 'incremental by visitor' ? makeOwnVisitors : makeOwnPartitions;
	const partitions = await make({ ...work, context }, model, isWhole, rows);
	work.all[name] = replacePartitions(isWhole ? [] : (work.published[name] ?? []), partitions, context.run);
	if (partitions.length > 0) work.changedNow.set(name, partitions);
	const results = await testPartitions(context, [model], new Map([[name, partitions]]), work.all, rows);
	const failed = results.filter(({ failingRows }) => failingRows > 0);
	if (failed.length > 0 && !work.ignoreTests)
		throw new OwnModelFault(
			`${own.file}: its rows fail ${failed.map((test) => `the data test "${test.name}" (${rowWords(test.failingRows)})`).join(', ')}; correct the model or the test`,
		);
	return results;
}

/** A view of the model would take the place of a table that Footfall has not made. */
function refuseForeign({ present }: OwnWork, { name, own }: Model): void {
	const comment = present.get(name);
	if (comment !== undefined && !ownComment.test(comment))
		throw new OwnModelFault(
			`${own?.file}: the database has a table or view ${name} that is not of an own model; rename the file`,
		);
}

async function createOwnTable({ warehouse }: RunContext, model: Model, present: Present): Promise<void> {
	const table = tableOf(model);
	if (!present.has(table)) await warehouse.command(createTable(model));
	if (!present.has(runsViewOf(table))) await warehouse.command(createRunsView(model));
}

/** Drops what the run has written of a model, and holds it and each model that reads it. */
async function dropAndHold(
	work: OwnWork,
	model: Model,
	words: string,
	outcome: 'failed' | 'deferred' = 'failed',
): Promise<void> {
	const { context, made, faults } = work;
	const own = model.own as OwnFile;
	await dropRows(work, model);
	hold(work, model.name, { words, version: own.version, upstream: '' }, outcome);
	for (const reader of context.project.own.models) {
		const upstream = reader.reads.find((name) => faults.has(name));
		if (upstream === undefined || !made.has(reader.name) || faults.has(reader.name)) continue;
		await dropRows(work, reader);
		const file = (reader.own as OwnFile).file;
		const version = (reader.own as OwnFile).version;
		hold(work, reader.name, { words: `${file}: it reads ${upstream}, which is not current`, version, upstream });
	}
}

async function dropRows({ context, all, published }: OwnWork, model: Model): Promise<void> {
	all[model.name] = published[model.name] ?? [];
	if (!isStored(model)) return;
	// The table is missing if ClickHouse refused its columns.
	const drop = `ALTER TABLE ${tableOf(model)} DROP PARTITION ${context.run}`;
	await context.warehouse.command(drop).catch(() => undefined);
}

/** Drops the rows of own models of a run that is not published. @param project without own models among its models */
export async function discardOwn({ warehouse, project, run }: RunContext): Promise<void> {
	await Promise.all(
		project.own.models.filter(isStored).map((model) =>
			warehouse.command(`ALTER TABLE ${tableOf(model)} DROP PARTITION ${run}`).catch((error) => {
				if (!(error instanceof WarehouseError) || error.code !== unknownTable) throw error;
			}),
		),
	);
}

const unknownTable = 60;

/** Keeps the published rows of a model, with the reason. */
function hold(
	work: OwnWork,
	name: string,
	now: Pick<OwnFault, 'words' | 'version' | 'upstream'>,
	outcome: 'failed' | 'deferred' = 'failed',
): void {
	const { states, nowUs } = work;
	const fault = nextFault(states[name]?.fault, now, nowUs, outcome === 'deferred');
	keep(work, name, fault, now.upstream === '' ? outcome : 'held');
}

function keep(work: OwnWork, name: string, fault: OwnFault, outcome: OwnReport['outcome']): void {
	const before = work.states[name]?.fault;
	work.faults.set(name, fault);
	work.changedNow.delete(name);
	work.all[name] = work.published[name] ?? [];
	const isNewFault = before?.words !== fault.words;
	work.made.set(name, { name, outcome, rows: 0, ms: 0, fault: fault.words, isNewFault });
}

function resultOf(work: OwnWork): Omit<OwnMade, 'tests'> {
	const { context, states, made, faults, all } = work;
	const next: Record<string, Manifest[string]> = {};
	const after: Record<string, OwnState> = {};
	const models = new Map(context.project.own.models.map((model) => [model.name, model]));
	for (const name of made.keys()) {
		const model = models.get(name);
		const fault = faults.get(name);
		next[name] = all[name] ?? [];
		after[name] =
			fault === undefined && model !== undefined
				? {
						version: (model.own as OwnFile).version,
						table: isStored(model) ? tableOf(model) : '',
						...(work.onVisitorDays.has(name) ? { isOnVisitorDays: true as const } : {}),
					}
				: { version: states[name]?.version ?? '', table: states[name]?.table ?? '', fault: fault as OwnFault };
	}
	return { states: after, next, reports: [...made.values()], testFaults: Object.fromEntries(work.testFaults) };
}
