import { type PresentTable, readTables, type Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/project.js';
import { refuseNewer } from '../plan/generation.js';
import { type OwnPlan, planOwn, withOwnReason } from '../plan/own.js';
import { type OwnStates, type Plan, planRun, type Restated, type RunState } from '../plan/plan.js';
import { type Lock, takeLock } from '../store/processes/lock.js';
import { refuseBesideOthers } from '../store/processes/watchers.js';
import { type RunStart, readRunStart } from '../store/runs/run-start.js';
import { readRunState } from '../store/runs/run-state.js';
import { type Present, presentOf } from '../store/views.js';
import { renderedChecksum } from './statements/rendered.js';

/** The start of a run: it reads the state of the database, plans, takes the lock, and plans again. */

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
}

const lockWaitMsDefault = 60_000;

/** The models that a caller wants to be up to date. */
export interface Order {
	warehouse: Warehouse;
	project: Project;
	options: BuildOptions;
	/** Start of the run, on the clock of `performance.now`. */
	startedAt: number;
}

/** An order, the state of the database, and what must therefore be done. */
export interface Planned extends Order {
	state: RunState;
	/** The tables and views of the database and of the marts database. */
	tables: readonly PresentTable[];
	present: Present;
	plan: Plan;
}

/** A run that holds the lock. */
export interface Locked extends Planned {
	/** Read when the run took the lock; undefined when the state was read again. */
	start: RunStart | undefined;
	lock: Lock;
}

/** A plan that computes models. */
export type RunPlan = Exclude<Plan, { kind: 'skip' }>;

/** A run that holds the lock and has something to compute. */
export type Job = Locked & { plan: RunPlan };

/**
 * Plans a run before it takes the lock, so that a run with nothing to do costs two look-ups.
 *
 * @throws RunFault when a newer version has published the marts
 */
export async function planOrder(order: Order): Promise<Planned> {
	const { warehouse, project, options } = order;
	const [state, tables] = await Promise.all([readRunState(warehouse), readTables(warehouse)]);
	refuseNewer(state.published, project);
	const rendered = renderedChecksum(project);
	const plan = planRun(state, project.checksum, { ...options, rendered });
	return {
		...order,
		state,
		tables,
		present: presentOf(tables, warehouse),
		plan: withOwnReason(plan, state, ownPlanOf(state, project, options)),
	};
}

/** Takes the lock and plans again: another run may have been published in the meantime, and have done all the work. */
export async function underLock<T>(before: Planned, use: (locked: Locked) => Promise<T>): Promise<T> {
	const { warehouse, project, options, state, plan } = before;
	const identity = { checksum: project.checksum, rendered: renderedChecksum(project), own: project.own.checksum };
	await refuseBesideOthers(warehouse, identity, state.published);
	const lock = await takeLock(warehouse, options.lockWaitMs ?? lockWaitMsDefault);
	try {
		const mayReuse = plan.kind === 'incremental' && !lock.hasWaited;
		const start = mayReuse ? await readRunStart(warehouse, plan.published) : undefined;
		const current = start === undefined ? await planOrder(before) : before;
		await refuseBesideOthers(warehouse, identity, current.state.published, state.published);
		return await use({ ...current, start, lock });
	} finally {
		await lock.release().catch(() => undefined);
	}
}

/** The own models of the published run. Pure. */
export const ownStatesOf = ({ published }: RunState): OwnStates => published?.judged.own?.states ?? {};

/** The plan of a run for own models. Pure. */
export const ownPlanOf = (state: RunState, { own }: Project, options: BuildOptions): OwnPlan =>
	planOwn(ownStatesOf(state), own, state.nowUs, isAskedFor(options), state.published?.judged.own?.tests);

/** Whether an operator asks for the run. Pure. */
export const isAskedFor = ({ isAsked = false, fullRefresh = false }: BuildOptions): boolean => isAsked || fullRefresh;
