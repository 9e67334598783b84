import type { Warehouse } from '@footfall/warehouse';
import { type BuildReport, build } from '../build.js';
import type { Project } from '../compile/compile.js';
import { type Model, readable, rowHash } from '../compile/model.js';
import type { TestResult } from '../make/data-tests.js';
import { type PartitionRange, seenCondition } from '../plan/manifest.js';
import { momentaryHashKey } from '../store/hash-key.js';
import { tableOf } from '../store/layout.js';
import { publishedLeftOutConditions } from '../store/left-out.js';

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
	project: Project,
): Promise<{ differences: Difference[] } | { failedTests: TestResult[] } | undefined> {
	for (let tries = 0; tries < triesMax; tries++) {
		const current = await build(warehouse, project);
		if (current.outcome === 'tests-failed') return failedTests(current);
		let differences: Difference[] | undefined;
		const rebuild = await build(warehouse, project, {
			fullRefresh: true,
			insteadOfPublishing: async ({ models, published, rebuilt, isUnchanged }) => {
				const found: Difference[] = [];
				for (const model of models)
					found.push(...(await compare(warehouse, model, published[model.name] ?? [], rebuilt[model.name] ?? [])));
				if (await isUnchanged()) differences = found;
			},
		});
		if (rebuild.outcome === 'tests-failed') return failedTests(rebuild);
		if (differences) return { differences };
	}
	return undefined;
}

const failedTests = ({ tests }: BuildReport) => ({ failedTests: tests.filter(({ failingRows }) => failingRows > 0) });

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
			settings: { max_query_size: 4 * 1024 * 1024, max_ast_elements: 500_000, max_expanded_ast_elements: 2_000_000 },
		},
	);
	return found.map(({ partition, publishedRows, rebuiltRows }) => ({
		model: model.name,
		partition,
		publishedRows: Number(publishedRows),
		rebuiltRows: Number(rebuiltRows),
	}));
}
