import type { Model } from '../compile/model.js';
import { type Manifest, type Partitions, rangesOf, seenCondition } from '../plan/manifest.js';
import { copySettings } from './compact.js';
import { ask, type RunContext, step } from './run-context.js';
import { changedPartitionsQuery, insertKept } from './statements/run-sql.js';

/** Finds the time partitions that a run changes in models of visitors, and completes them. */

/** The time partitions (days since 1970) that a run changes in each model, with the number of compared rows. */
export type ChangedPartitions = Map<string, { partition: number; rows: number }[]>;

/**
 * Compares the rows that a run has computed with the published ones.
 *
 * @param published the manifest of the published run; undefined for a rebuild
 * @param days the days of the published rows that the run recomputes
 * @param withSame whether time partitions with the same rows are included: in a restated run, the caller does not trust
 *   the published rows
 */
export async function comparedPartitions(
	context: RunContext,
	models: readonly Model[],
	published: Manifest | undefined,
	days: Partitions,
	withSame: boolean,
): Promise<ChangedPartitions> {
	const compare = async (compared: readonly Model[], hashes: 'stored' | 'computed') => {
		const queries = compared.map((model) => {
			const seen = published && seenCondition(published[model.name] ?? [], model.partition, days);
			const before = seen === undefined ? undefined : { seen, withSame };
			return changedPartitionsQuery(model, context.run, before, hashes);
		});
		return queries.length === 0 ? [] : ask<ComparedPartition>(context, queries.join('\nUNION ALL\n'));
	};
	const found = await compare(models, 'stored');
	const unhashed = new Set(found.filter((row) => Number(row.unhashed) > 0).map(({ model }) => model));
	const computed = withSame ? [] : models.filter(({ name }) => unhashed.has(name));
	const rows = [
		...found.filter(({ model }) => withSame || !unhashed.has(model)),
		...(await compare(computed, 'computed')),
	];
	const changed: ChangedPartitions = new Map(models.map(({ name }) => [name, []]));
	for (const { model, partition, rows: count } of rows) changed.get(model)?.push({ partition, rows: Number(count) });
	return changed;
}

/** A row of `changedPartitionsQuery`. */
interface ComparedPartition {
	model: string;
	partition: number;
	rows: string;
	unhashed: string;
}

/** Copies the published rows of other visitors into the changed time partitions. */
export async function copyOthers(
	context: RunContext,
	models: readonly Model[],
	published: Manifest,
	changed: ChangedPartitions,
): Promise<void> {
	await Promise.all(
		models.map(async (model) => {
			const partitions = rangesOf((changed.get(model.name) ?? []).map(({ partition }) => partition));
			if (partitions.length === 0) return;
			const seen = seenCondition(published[model.name] ?? [], model.partition, partitions);
			await step(context, `${model.name}, other visitors`, insertKept(model, context.run, seen), copySettings);
		}),
	);
}
