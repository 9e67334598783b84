import { WarehouseError } from '@footfall/warehouse';
import { isStored } from '../../compile/model.js';
import { afterTakeOver, partitionsOfRuns, runsToTakeOver } from '../../plan/compaction.js';
import { type Manifest, seenCondition } from '../../plan/manifest.js';
import { copySettings } from '../compact.js';
import { step } from '../run-context.js';
import { insertCopy } from '../statements/run-sql.js';
import { insertOtherVisitors } from './own-sql.js';
import type { OwnWork } from './own-work.js';

/**
 * Copies the rows of earlier runs of own models into this run where readers see too many runs, see plan/compaction.ts.
 * A failure changes nothing, since the copied rows are in no manifest; a later run tries again.
 */
export async function compactOwn(work: OwnWork): Promise<void> {
	const { context, all, faults } = work;
	const models = context.project.own.models.filter((model) => isStored(model) && !faults.has(model.name));
	const current: Manifest = Object.fromEntries(models.map(({ name }) => [name, all[name] ?? []]));
	const taken = runsToTakeOver(current, context.run, context.seenRunsMax);
	if (taken.size === 0) return;
	try {
		for (const model of models) {
			const partitions = partitionsOfRuns(current[model.name] ?? [], taken);
			if (partitions.length === 0) continue;
			const seen = seenCondition(current[model.name] ?? [], model.partition, partitions);
			// The run may have computed rows of days on which nothing has changed, which readers will now see.
			const isOfVisitors = model.materialized.kind === 'incremental by visitor';
			const copy = (isOfVisitors ? insertOtherVisitors : insertCopy)(model, context.run, seen);
			await step(context, `${model.name}, earlier runs`, copy, copySettings);
		}
	} catch (error) {
		if (!(error instanceof WarehouseError)) throw error;
		return;
	}
	Object.assign(all, afterTakeOver(current, taken, context.run));
}
