import type { Model } from '../compile/model.js';
import type { LeftOut } from '../store/left-out.js';
import type { Compaction } from './compact.js';
import type { TestResult } from './data-tests.js';
import type { OwnMade, OwnReport } from './own/own-work.js';
import type { Made } from './run.js';
import type { RunPlan } from './start.js';

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

/** The report of a run that is made: everything but its outcome and its end. */
export type MadeReport = Omit<BuildReport, 'outcome' | 'ms'>;

/** The report of a run that had nothing to do. */
export const skippedReport = (why: string, startedAt: number): BuildReport => ({
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

const leftOutReportedMax = 100;

/**
 * The report of a run that was made. It has some of the left-out visitors and sites; all are in `transform_left_out`.
 * Pure.
 *
 * @param spent time by model, milliseconds
 * @param rows number of rows that the run has written, by model
 */
export function madeReport(
	plan: RunPlan,
	models: readonly Model[],
	spent: ReadonlyMap<string, number>,
	{
		visitors,
		reread,
		tests,
		leftOut,
		compaction,
		own,
		rows,
	}: Made & { own: OwnMade; rows: ReadonlyMap<string, number> },
	removedOwn: string[],
): MadeReport {
	return {
		run: plan.run.toString(),
		why: plan.why,
		kind: plan.kind,
		models: models
			.filter(({ name }) => spent.has(name))
			.map(({ name }) => ({ name, rows: rows.get(name) ?? 0, ms: spent.get(name) as number })),
		visitors,
		reread,
		tests: tests.map(({ name, failingRows }) => ({ name, failingRows })),
		leftOut: leftOut.slice(0, leftOutReportedMax),
		compaction,
		own: own.reports.map((one) => ({ ...one, rows: rows.get(one.name) ?? 0 })),
		removedOwn,
		ownTests: own.tests.map(({ name, failingRows, fault, isNewFault = false }) => ({
			...{ name, failingRows, fault, isNewFault },
		})),
	};
}
