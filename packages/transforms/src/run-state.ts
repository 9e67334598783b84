import type { Warehouse } from '@footfall/warehouse';
import { runsTable } from './layout.js';
import type { RunState } from './plan.js';

/** Reads what `planRun` decides by. */
export async function readRunState(warehouse: Warehouse): Promise<RunState> {
	const [published] = await warehouse.query<{ run: string; models: string; source: string }>(
		`SELECT run, models, source FROM ${runsTable} ORDER BY run DESC LIMIT 1`,
	);
	// Merges change parts, but neither the highest block of a partition, which an insert changes, nor its highest mutation,
	// which a DELETE or UPDATE does. The data version of a part that was never mutated is its lowest block.
	const [raw] = await warehouse.query<{ source: string; nowUs: string }>(
		`SELECT
			toString(arraySort(groupArray((partition_id, block, mutation)))) AS source,
			toString(toUnixTimestamp64Micro(now64(6))) AS nowUs
		FROM
		(
			SELECT
				partition_id,
				max(max_block_number) AS block,
				maxIf(data_version, data_version != min_block_number) AS mutation
			FROM system.parts
			WHERE database = currentDatabase() AND table = 'events' AND active
			GROUP BY partition_id
		)`,
	);
	return {
		published: published && { ...published, run: BigInt(published.run) },
		source: raw?.source ?? '',
		nowUs: BigInt(raw?.nowUs ?? 0),
	};
}
