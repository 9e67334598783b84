import type { OwnLimits } from '../../compile/project.js';
import { type Manifest, type Partitions, rangesOf } from '../../plan/manifest.js';
import type { OwnPlan } from '../../plan/own.js';
import type { OwnFault, OwnStates, OwnTestFaults } from '../../plan/plan.js';
import type { Present } from '../../store/views.js';
import type { RunTestResult } from '../data-tests.js';
import type { RunContext } from '../run-context.js';
import type { OwnBudget } from './own-bounds.js';

/** The outcome of a run for an own model. */
export interface OwnReport {
	name: string;
	/**
	 * `computed`: all rows; `updated`: the rows that changed upstream; `unchanged`: nothing changed upstream; `failed`;
	 * `held`: it reads a model that is not current; `waiting`: it has failed, and is computed again after a pause;
	 * `deferred`: the run had no time for it, and the next run begins with it
	 */
	outcome: 'computed' | 'updated' | 'unchanged' | 'failed' | 'held' | 'waiting' | 'deferred';
	/** Number of rows that the run has written. */
	rows: number;
	ms: number;
	/** Why readers see earlier rows; undefined if they do not. */
	fault: string | undefined;
	/** Whether the run before had not this fault. */
	isNewFault: boolean;
}

/** The result of a data test of the project folder, or of the header of an own model. */
export interface OwnTestResult extends RunTestResult {
	/** The fault, with the file; absent if the test passed, and for tests of headers. */
	fault?: string | undefined;
	/** Whether it is a fault that the run before had not, and that is not the fault of an own model. */
	isNewFault?: boolean;
}

/** The own models after a run. Manifests are by names of models. */
export interface OwnMade {
	states: OwnStates;
	next: Manifest;
	reports: OwnReport[];
	tests: OwnTestResult[];
	/** Data tests that fail and read no own model. */
	testFaults: OwnTestFaults;
}

/** The state from which own models are computed. */
export interface OwnInput {
	plan: OwnPlan;
	/** The published manifest of the models of this package; empty for none. */
	before: Manifest;
	/** Published own models, and their time partitions by names. */
	states: OwnStates;
	/** Data tests that failed in the published run. */
	failing: OwnTestFaults;
	published: Manifest;
	/** The manifest of the models of this package once the run is published. */
	next: Manifest;
	/** The time partitions that the run changes in them. */
	changed: ReadonlyMap<string, Partitions>;
	/** Whether the run computes all rows of all models. */
	isRebuild: boolean;
	/** Whether there are visitors in the table of changes. */
	hasChangedVisitors: boolean;
	present: Present;
	/** The server's clock, microseconds since 1970. */
	nowUs: bigint;
	/** Whether rows that fail a data test are published anyway. */
	ignoreTests: boolean;
	/** Whether own models may together take only as long as one of them may. */
	hasBudget: boolean;
}

/** The state of the last part of a run. */
export interface OwnWork extends OwnInput {
	context: RunContext;
	limits: OwnLimits;
	/**
	 * The time for models that follow, for those of which all rows are computed, and for data tests: none of them can
	 * use up the time of the others. Undefined where an operator waits for the result.
	 */
	budgets: Record<'follow' | 'rebuild' | 'tests', OwnBudget> | undefined;
	/** By names: the manifest of all models, and the time partitions that the run changes. */
	all: Record<string, Manifest[string]>;
	changedNow: Map<string, Partitions>;
	/** The days of the visitors that the run recomputes; undefined if it computes all rows of each model by visitor. */
	visitorDays: Partitions | undefined;
	/** Models by visitor of which all rows are on days of their visitors, see visitor-days.ts. */
	onVisitorDays: Set<string>;
	made: Map<string, OwnReport>;
	testFaults: Map<string, OwnFault>;
	faults: Map<string, OwnFault>;
}

/** The time partitions of some ranges. Pure. */
export const partitionsIn = (ranges: Manifest[string] | undefined): Partitions =>
	rangesOf((ranges ?? []).flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, i) => from + i)));

/** The weeks of some days, each by its Monday. Pure. */
export const weeksOf = (days: Partitions): Partitions =>
	rangesOf(
		days.flatMap(({ from, to }) =>
			Array.from({ length: to - from + 1 }, (_, i) => from + i - ((((from + i + 3) % 7) + 7) % 7)),
		),
		7,
	);

/** A number of rows in words. Pure. */
export const rowWords = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;
