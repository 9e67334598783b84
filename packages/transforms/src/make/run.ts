import { isStored } from '../compile/model.js';
import type { Manifest, Partitions } from '../plan/manifest.js';
import type { Plan, Restated, RunState } from '../plan/plan.js';
import { RunFault } from '../plan/run-fault.js';
import { keyOf } from '../store/culprit.js';
import { dropRun } from '../store/garbage.js';
import { changesTable } from '../store/layout.js';
import { type LeftOut, leaveOut } from '../store/left-out.js';
import { type Compaction, compact } from './compact.js';
import { type RunTestResult, sumResults } from './data-tests.js';
import { isMemoryOfStatement, mayBeOfData } from './failures/data-error.js';
import { findCulprits } from './failures/find-culprits.js';
import { makeOrders } from './orders.js';
import { makePartitions, PartitionsFailure } from './partitions.js';
import { ask, type RunContext } from './run-context.js';
import {
	emptyAllScratch,
	largestVisitors,
	makeVisitors,
	selectAll,
	selectChanged,
	tooManyEvents,
	type VisitorSelection,
	VisitorsFailure,
} from './visitors.js';

/**
 * Computes a run, without publishing it. The data of one visitor or site must not keep the numbers of others from being
 * published: if rows of a visitor or site fail a data test, or cannot be computed, the run leaves it out and starts
 * again.
 */

/** The result of a run before it is published. */
export interface Made {
	next: Manifest;
	/** The time partitions that the run changes, by model; only models with any. */
	changed: ReadonlyMap<string, Partitions>;
	tests: RunTestResult[];
	/** Number of recomputed visitors; undefined for all. */
	visitors: number | undefined;
	/** Number of visitors whose events were all re-read; undefined for all visitors. */
	reread: number | undefined;
	/** Visitors and sites that this run has left out. */
	leftOut: LeftOut[];
	/** Undefined when readers do not see too many runs. */
	compaction: Compaction | undefined;
}

export interface MakeOptions {
	/** Visitors to recompute even if they have no new events. */
	restate: Restated | undefined;
	/** Whether rows that fail a data test are published anyway. */
	ignoreTests: boolean;
	/** Maximum number of events of one visitor. */
	visitorEventsMax: number;
}

type RunPlan = Exclude<Plan, { kind: 'skip' }>;

/** Maximum number of attempts of a run. */
const attemptsMax = 6;
/** Fraction of the usual size of statements, used after a statement did not fit in memory. */
const smallShare = 1 / 16;

/**
 * Computes a run. If it rejects, or if a test of the result fails, the caller must drop all of the result.
 *
 * @throws WarehouseError when a statement fails for a reason other than the data of single visitors or sites, and
 * TooManyEvents when visitors are still too large after the last attempt; the next run continues with the same list
 */
export async function makeRun(
	context: RunContext,
	state: RunState,
	plan: RunPlan,
	options: MakeOptions,
): Promise<Made> {
	const leftOut: LeftOut[] = [];
	const { warehouse, list } = context;
	let { share } = context;
	for (let attempt = 1; ; attempt++) {
		const current = { ...context, share, leavesOut: context.leavesOut || leftOut.length > 0 };
		const isLast = attempt >= attemptsMax;
		const made = await attemptRun(current, state, plan, options).catch((error) => new Failure(error));
		if (!(made instanceof Failure)) {
			const culprits = isLast || options.ignoreTests ? [] : culpritsOfTests(made.tests);
			const fresh = await leaveOut(warehouse, list, await unlessModelsAreWrong(current, plan, culprits));
			if (fresh.length === 0) return { ...made, leftOut, ...(await compact(current, made.next)) };
			leftOut.push(...fresh);
		} else if (made.error instanceof TooManyEvents) {
			const fresh = await leaveOut(warehouse, list, made.error.visitors);
			if (isLast || fresh.length === 0) throw made.error;
			leftOut.push(...fresh);
		} else if (share > smallShare && isOfData(made.error)) {
			// A smaller fraction may fit.
			share = smallShare;
		} else {
			const culprits = isLast ? [] : await findCulprits(current, made.error);
			const fresh = await leaveOut(warehouse, list, await unlessModelsAreWrong(current, plan, culprits));
			if (fresh.length === 0) throw causeOf(made.error);
			leftOut.push(...fresh);
		}
		await discard(context);
	}
}

/** Drops the results of a run. */
export async function discard(context: RunContext): Promise<void> {
	await Promise.all([dropRun(context.warehouse, context.project, context.run), emptyAllScratch(context)]);
}

class Failure {
	readonly error: unknown;

	constructor(error: unknown) {
		this.error = error;
	}
}

/** Thrown when visitors have more events than a run may hold the hashes of. */
class TooManyEvents extends RunFault {
	readonly visitors: readonly LeftOut[];

	constructor(visitors: readonly LeftOut[]) {
		super(
			`${visitors.length} visitors have more events than a run can process. They are on the list of visitors that ` +
				'the marts leave out, so the next run continues without them: see "footfall transforms left-out".',
		);
		this.visitors = visitors;
	}
}

const causeOf = (error: unknown) =>
	error instanceof VisitorsFailure || error instanceof PartitionsFailure ? error.cause : error;
const isOfData = (error: unknown) => mayBeOfData(causeOf(error));

async function attemptRun(
	context: RunContext,
	state: RunState,
	plan: RunPlan,
	{ restate, visitorEventsMax }: MakeOptions,
): Promise<Omit<Made, 'leftOut' | 'compaction'>> {
	const published = plan.kind === 'incremental' ? plan.published.manifest : undefined;
	const leftOut = context.leavesOut ? context.list : undefined;
	if (plan.kind === 'incremental' && plan.why === 'own models changed')
		return unchanged(context, plan.published.manifest);
	let selection: VisitorSelection;
	if (plan.kind === 'incremental') {
		selection = await selectChanged(context, plan, restate, leftOut).catch(async (error) => {
			const visitors = isMemoryOfStatement(error) ? await largestVisitors(context, plan) : [];
			throw visitors.length > 0 ? new TooManyEvents(visitors) : error;
		});
		const mayBeTooMany = selection.largestVisitorEvents > visitorEventsMax;
		const visitors = mayBeTooMany ? await tooManyEvents(context, visitorEventsMax) : [];
		if (visitors.length > 0) throw new TooManyEvents(visitors);
	} else selection = await selectAll(context, state.parts, leftOut);
	const { changed, tests } = await makeVisitors(context, selection, published);
	const ofOrders = await makeOrders(context, published, changed, selection.isRestated);
	const made = await makePartitions(context, published, new Map([...changed, ...ofOrders]));
	const { visitors, reread } = selection;
	const results = sumResults([...tests, ...made.tests]);
	return { next: made.next, changed: made.changed, tests: results, visitors, reread };
}

/** The result of a run that computes own models only. Pure. */
function unchanged({ project }: RunContext, manifest: Manifest): Omit<Made, 'leftOut' | 'compaction'> {
	const next = Object.fromEntries(project.models.filter(isStored).map(({ name }) => [name, manifest[name] ?? []]));
	return { next, changed: new Map(), tests: [], visitors: 0, reread: 0 };
}

/** The visitors or sites whose rows fail tests; an empty list when a test fails for rows without an owner. Pure. */
function culpritsOfTests(tests: readonly RunTestResult[]): LeftOut[] {
	const failed = tests.filter(({ failingRows }) => failingRows > 0);
	if (failed.some(({ culprits }) => culprits.length === 0)) return [];
	return failed.flatMap(({ name, culprits }) =>
		culprits.map((one) => ({ ...one, reason: `it fails the data test "${name}"` })),
	);
}

/**
 * Returns no culprits when the models or the tests are at fault. If the published run has passed the same models and
 * tests, new data is the cause of a failure. New models and new tests may be wrong: they are at fault when more than
 * half of the visitors, or of the sites, of a run fail.
 */
async function unlessModelsAreWrong(
	context: RunContext,
	plan: RunPlan,
	culprits: readonly LeftOut[],
): Promise<readonly LeftOut[]> {
	if (context.isProven || culprits.length === 0) return culprits;
	const source = plan.kind === 'incremental' ? `${changesTable} WHERE run = ${context.run}` : 'events';
	const [all] = await ask<{ visitors: string; sites: string }>(
		context,
		`SELECT uniq(site, visitor_id) AS visitors, uniq(site) AS sites FROM ${source}`,
	);
	const count = (isSite: boolean) =>
		new Set(culprits.filter(({ visitor }) => (visitor === undefined) === isSite).map(keyOf)).size;
	const areWrong = 2 * count(false) > Number(all?.visitors) || 2 * count(true) > Number(all?.sites);
	return areWrong ? [] : culprits;
}
