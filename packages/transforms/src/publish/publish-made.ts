import { type Project, withOwn } from '../compile/project.js';
import type { MadeRun } from '../make/make.js';
import type { OwnMade, OwnReport } from '../make/own/own-work.js';
import type { BuildReport } from '../make/report.js';
import { ownStatesOf } from '../make/start.js';
import { renderedChecksum } from '../make/statements/rendered.js';
import { heldByViews, ownManifest, ownManifestToPublish, tablesKept } from '../plan/own.js';
import type { Judged, OwnStates, PublishedRun } from '../plan/plan.js';
import { watermarkOf } from '../plan/watermark.js';
import { fingerprintOf } from '../store/hash-key.js';
import { tablesShown, turnOwnViews } from '../store/own-views.js';
import { publish } from '../store/runs/publish.js';
import { areViewsCurrent, turnViews } from '../store/views.js';
import { tidyUp } from './tidy-up.js';
import { viewsRefused } from './turn-published.js';

/** The second step of a run: it publishes what the first one has made, and removes what is no longer needed. */

/** Publishes a run that has passed its data tests. */
export async function publishMade(run: MadeRun): Promise<BuildReport> {
	const { job, report } = run;
	const states = await publishAndTurn(run);
	await tidyUp(run);
	const own = withFaults(report.own, states);
	return { outcome: 'published', ...report, own, ms: performance.now() - job.startedAt };
}

/**
 * Publishes a run and lets the views show it. If ClickHouse refuses views of own models, a second record holds these.
 *
 * @returns the own models as they are recorded at last
 */
async function publishAndTurn(run: MadeRun): Promise<OwnStates> {
	const { warehouse, project, state, present, startedAt } = run.job;
	const kept = tablesKept(state.published, new Set(project.models.map(({ name }) => name)));
	const shown = await tablesShown(warehouse, kept);
	await publish(warehouse, recordOf(run, run.own, shown), { ...run.report, ms: performance.now() - startedAt });
	// Before garbage collection, which may drop the rows that the views of earlier models show.
	if (state.published !== undefined && !areViewsCurrent(project, present)) await turnViews(warehouse, project, present);
	const { states } = run.own;
	const refused = await turnOwnViews(warehouse, withOwn(project), states, present);
	if (refused.size === 0) return states;
	const seen = ownStatesOf(state);
	const before = { states: seen, manifest: ownManifest(state.published?.manifest ?? {}, seen) };
	const held = heldByViews(run.own, refused, project.own.models, before, state.nowUs);
	const record = recordOf(run, held, shown);
	await publish(warehouse, { ...record, run: record.run + 1n }, { why: viewsRefused });
	return held.states;
}

/**
 * The record that shows a run to readers. Pure.
 *
 * @param own the own models as they are to be published
 * @param shown earlier tables of own models that views show
 */
function recordOf({ job, context, made }: MadeRun, own: OwnMade, shown: readonly string[]): PublishedRun {
	const { project, state, plan, options } = job;
	const { key, list } = context;
	return {
		run: plan.run,
		kind: plan.kind,
		models: project.checksum,
		watermark: watermarkOf(state.parts),
		judged: judgedOf(project, list, fingerprintOf(key), own, options.ignoreTests ?? false),
		manifest: { ...made.next, ...ownManifestToPublish(state.published, own, shown) },
	};
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

/** The report with the faults that views have added. Pure. */
const withFaults = (own: readonly OwnReport[], states: OwnStates): OwnReport[] =>
	own.map((one) => {
		const fault = states[one.name]?.fault;
		if (fault === undefined || one.fault !== undefined) return one;
		return { ...one, outcome: fault.upstream === '' ? 'failed' : 'held', fault: fault.words, isNewFault: true };
	});
