import type { Warehouse } from '@footfall/warehouse';
import { build } from '../build.js';
import { type Model, readable, rowHash } from '../compile/model.js';
import { seenCondition, type UnitRange } from '../plan/manifest.js';
import { momentaryHashKey } from '../store/hash-key.js';
import { tableOf } from '../store/layout.js';
import { ofPublishedList } from '../store/left-out.js';

/** A unit of a model in which the published marts and a rebuild differ. */
export interface Difference {
	model: string;
	/** Its day, or Monday. */
	unit: string;
	publishedRows: number;
	rebuiltRows: number;
}

/** Fewer tries than this do not meet a quiet moment on a busy collector. */
const triesMax = 5;

/**
 * Rebuilds everything beside the published tables, compares every column of every row, and drops the result. Sites that
 * are left out are not compared: their published rows stay, and a rebuild has no rows of them.
 */
export async function verify(warehouse: Warehouse): Promise<{ differences: Difference[] } | undefined> {
	for (let tries = 0; tries < triesMax; tries++) {
		await build(warehouse);
		let differences: Difference[] | undefined;
		await build(warehouse, {
			fullRefresh: true,
			insteadOfPublishing: async ({ models, published, rebuilt, isUnchanged }) => {
				const found: Difference[] = [];
				for (const model of models)
					found.push(...(await compare(warehouse, model, published[model.name] ?? [], rebuilt[model.name] ?? [])));
				if (await isUnchanged()) differences = found;
			},
		});
		if (differences) return { differences };
	}
	return undefined;
}

async function compare(
	warehouse: Warehouse,
	model: Model,
	published: readonly UnitRange[],
	rebuilt: readonly UnitRange[],
): Promise<Difference[]> {
	const values = model.columns.map(readable);
	const rows = (side: string, ranges: readonly UnitRange[]) =>
		`SELECT ${model.unit} AS unit, ${rowHash(values.join(', '))} AS hash, '${side}' AS side
		FROM ${tableOf(model)} WHERE ${seenCondition(ranges, model.unit)} AND ${ofPublishedList.siteIsIn}`;
	const found = await warehouse.query<{ unit: string; publishedRows: string; rebuiltRows: string }>(
		`SELECT toString(unit) AS unit, countIf(side = 'published') AS publishedRows, countIf(side = 'rebuilt') AS rebuiltRows
		FROM (${rows('published', published)} UNION ALL ${rows('rebuilt', rebuilt)})
		GROUP BY unit HAVING groupBitXor(hash) != 0 ORDER BY unit LIMIT 100`,
		{
			params: { ...momentaryHashKey() },
			settings: { max_query_size: 4 * 1024 * 1024, max_ast_elements: 500_000, max_expanded_ast_elements: 2_000_000 },
		},
	);
	return found.map(({ unit, publishedRows, rebuiltRows }) => ({
		model: model.name,
		unit,
		publishedRows: Number(publishedRows),
		rebuiltRows: Number(rebuiltRows),
	}));
}
