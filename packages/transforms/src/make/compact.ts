import { reasonOf, WarehouseError } from '@footfall/warehouse';
import { isStored } from '../compile/model.js';
import { afterTakeOver, partitionsOfRuns, runsToTakeOver } from '../plan/compaction.js';
import { type Manifest, seenCondition } from '../plan/manifest.js';
import { type RunContext, step } from './run-context.js';
import { insertCopy, insertKept } from './statements/run-sql.js';

/** Compaction of a run, see plan/compaction.ts. */
export interface Compaction {
	/** Number of earlier runs whose rows the run has taken over. */
	runs: number;
	/** Why it took over none, although there were too many; undefined if it did not fail. */
	error?: string;
}

/**
 * Settings of a statement that copies rows. Smaller blocks bound its memory, whatever the number of rows of a day. They
 * make more parts, which ClickHouse merges.
 */
export const copySettings = { min_insert_block_size_bytes: 64 * 1024 * 1024, max_insert_threads: 1 };

/**
 * Copies the rows of earlier runs into this run where readers see too many runs. A failure changes nothing: the copied
 * rows are in no manifest, and a later run tries again.
 *
 * @param next the manifest once the run is published
 */
export async function compact(
	context: RunContext,
	next: Manifest,
): Promise<{ next: Manifest; compaction: Compaction | undefined }> {
	const taken = runsToTakeOver(next, context.run, context.seenRunsMax);
	if (taken.size === 0) return { next, compaction: undefined };
	try {
		for (const model of context.project.models.filter(isStored)) {
			const partitions = partitionsOfRuns(next[model.name] ?? [], taken);
			if (partitions.length === 0) continue;
			const seen = seenCondition(next[model.name] ?? [], model.partition, partitions);
			// The run may have computed rows of days on which nothing has changed. Readers see these rows, which are equal
			// to those of the earlier run, so they are not copied as well.
			const isOfVisitors = model.materialized.kind === 'incremental by visitor';
			const copy = (isOfVisitors ? insertKept : insertCopy)(model, context.run, seen);
			await step(context, `${model.name}, earlier runs`, copy, copySettings);
		}
	} catch (error) {
		// Without a connection, the run cannot be published either.
		if (!(error instanceof WarehouseError)) throw error;
		return { next, compaction: { runs: 0, error: reasonOf(error) } };
	}
	return { next: afterTakeOver(next, taken, context.run), compaction: { runs: taken.size } };
}
