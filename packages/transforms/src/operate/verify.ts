import { largeStatements, type Warehouse } from '@footfall/warehouse';
import { build } from '../build.js';
import type { Project } from '../compile/compile.js';
import { isStored, type Model, readable, rowHash } from '../compile/model.js';
import type { TestResult } from '../make/data-tests.js';
import type { MadeRun } from '../make/make.js';
import { makeAside } from '../make/make-aside.js';
import type { BuildReport } from '../make/report.js';
import { ownStatesOf } from '../make/start.js';
import { type Manifest, type PartitionRange, seenCondition } from '../plan/manifest.js';
import { ownManifest } from '../plan/own.js';
import { changeSince, watermarkOf } from '../plan/watermark.js';
import { momentaryHashKey } from '../store/hash-key.js';
import { tableOf } from '../store/layout.js';
import { publishedLeftOutConditions } from '../store/left-out.js';
import { withPublishedDefinitions } from '../store/runs/published-definitions.js';
import { readRunState } from '../store/runs/run-state.js';

/** A time partition of a model in which the published marts and a rebuild differ. */
export interface Difference {
	model: string;
	/** The day, or the Monday of the week, `2026-01-31`. */
	partition: string;
	publishedRows: number;
	rebuiltRows: number;
}

/** Number of attempts to find a moment without new events. */
const triesMax = 5;

/**
 * Rebuilds everything beside the published tables, compares every column of every row, and drops the result. Sites that
 * are left out are not compared: their published rows stay, and a rebuild has no rows of them.
 *
 * @returns at most 100 differences of each model, or the failed data tests of a run that can therefore not be compared;
 *   undefined when new events arrived during every attempt
 */
export async function verify(
	warehouse: Warehouse,
	ours: Project,
): Promise<{ differences: Difference[] } | { failedTests: TestResult[] } | undefined> {
	const project = await withPublishedDefinitions(warehouse, ours);
	for (let tries = 0; tries < triesMax; tries++) {
		const current = await build(warehouse, project);
		if (current.outcome === 'tests-failed') return failedTests(current);
		const found = await makeAside(warehouse, project, { fullRefresh: true }, async (run) => {
			if (run.isFailed) return failedTests(run.report);
			const differences = await differencesOf(run);
			return (await isUnchanged(run)) ? { differences } : undefined;
		});
		if (found !== undefined) return found;
	}
	return undefined;
}

const failedTests = ({ tests }: Pick<BuildReport, 'tests'>) => ({
	failedTests: tests.filter(({ failingRows }) => failingRows > 0),
});

/** Whether the raw table is as it was when the run was planned. */
async function isUnchanged({ job: { warehouse, state } }: MadeRun): Promise<boolean> {
	const { parts } = await readRunState(warehouse);
	return changeSince(watermarkOf(state.parts), parts).kind === 'nothing';
}

/** The differences between a run and the published one in all stored models that both have computed. */
async function differencesOf({ job, made, own }: MadeRun): Promise<Difference[]> {
	const { warehouse, project, state } = job;
	const states = ownStatesOf(state);
	const manifest = state.published?.manifest ?? {};
	const published: Manifest = { ...manifest, ...ownManifest(manifest, states) };
	const rebuilt: Manifest = { ...made.next, ...own.next };
	const isComputed = ({ name }: Model) => own.states[name]?.fault === undefined && states[name]?.fault === undefined;
	const found: Difference[] = [];
	for (const model of [...project.models, ...project.own.models.filter(isComputed)].filter(isStored))
		found.push(...(await compare(warehouse, model, published[model.name] ?? [], rebuilt[model.name] ?? [])));
	return found;
}

async function compare(
	warehouse: Warehouse,
	model: Model,
	published: readonly PartitionRange[],
	rebuilt: readonly PartitionRange[],
): Promise<Difference[]> {
	const values = model.columns.map(readable);
	const rows = (side: string, ranges: readonly PartitionRange[]) =>
		`SELECT ${model.partition} AS partition, ${rowHash(values.join(', '))} AS hash, '${side}' AS side
		FROM ${tableOf(model)} WHERE ${seenCondition(ranges, model.partition, 'all')} AND ${publishedLeftOutConditions.siteIsIn}`;
	const found = await warehouse.query<{ partition: string; publishedRows: string; rebuiltRows: string }>(
		`SELECT toString(partition) AS partition, countIf(side = 'published') AS publishedRows, countIf(side = 'rebuilt') AS rebuiltRows
		FROM (${rows('published', published)} UNION ALL ${rows('rebuilt', rebuilt)})
		GROUP BY partition HAVING groupBitXor(hash) != 0 ORDER BY partition LIMIT 100`,
		{
			params: { ...momentaryHashKey() },
			settings: largeStatements,
		},
	);
	return found.map(({ partition, publishedRows, rebuiltRows }) => ({
		model: model.name,
		partition,
		publishedRows: Number(publishedRows),
		rebuiltRows: Number(rebuiltRows),
	}));
}
