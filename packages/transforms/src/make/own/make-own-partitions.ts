import type { Model, OwnFile } from '../../compile/model.js';
import type { Partitions } from '../../plan/manifest.js';
import { makeModel } from '../partitions.js';
import { ask } from '../run-context.js';
import { OwnModelFault } from './own-bounds.js';
import { rowsQuery, strayOfPartition, strayPartitionsQuery } from './own-sql.js';
import { type OwnWork, partitionsIn } from './own-work.js';

/**
 * Computes an own model of days or weeks.
 *
 * @param isWhole whether it computes all time partitions, and not only those that changed upstream
 * @param rows filled with the number of rows upstream by day
 * @returns the recomputed time partitions
 */
export async function makeOwnPartitions(
	work: OwnWork,
	model: Model,
	isWhole: boolean,
	rows: Map<number, number>,
): Promise<Partitions> {
	const { context, all, changedNow, published } = work;
	const upstream = context.project.models.filter(({ name }) => model.reads.includes(name));
	const changed = isWhole ? new Map(upstream.map(({ name }) => [name, partitionsIn(all[name])])) : changedNow;
	if (isWhole)
		for (const read of upstream)
			for (const one of await ask<{ partition: number; rows: string }>(context, rowsQuery(read, all)))
				rows.set(one.partition, (rows.get(one.partition) ?? 0) + Number(one.rows));
	const next = { ...all, [model.name]: isWhole ? [] : (published[model.name] ?? []) };
	const partitions = await makeModel(context, model, changed, next, rows);
	if (partitions.length > 0) await refuseStrayPartitions(work, model, partitions, isWhole);
	return partitions;
}

/**
 * Rows of other days would be missing in runs that do not recompute the days from which they come. If a run computes
 * all days, their rows show that only where it looks at a day alone: it does so for the first and the last.
 */
async function refuseStrayPartitions(
	{ context, all }: OwnWork,
	model: Model,
	partitions: Partitions,
	isWhole: boolean,
): Promise<void> {
	const ends = new Set([partitions[0]?.from as number, partitions.at(-1)?.to as number]);
	const isAlone = isWhole && model.materialized.kind === 'incremental by partition';
	const queries = [
		strayPartitionsQuery(model, context.run, partitions),
		...(isAlone ? [...ends].map((one) => strayOfPartition(model, context.project, one, all)) : []),
	];
	let stray: { strayed: string } | undefined;
	for (const query of queries) stray ??= (await ask<{ strayed: string }>(context, query))[0];
	if (stray === undefined) return;
	throw new OwnModelFault(
		`${(model.own as OwnFile).file}: it makes a row of the ${model.partition} ${stray.strayed} from rows of other ${model.partition}s; select the column ${model.partition} of the upstream model unchanged, or use "@materialized incremental from partition, lookback N days"`,
	);
}
