import type { Warehouse } from '@footfall/warehouse';
import { runsTable } from './layout.js';
import type { RunState } from './plan.js';

/** Reads what `planRun` decides by. */
export async function readRunState(warehouse: Warehouse): Promise<RunState> {
	const [published] = await warehouse.query<{ run: string; models: string; source: string }>(
		`SELECT run, models, source FROM ${runsTable} ORDER BY run DESC LIMIT 1`,
	);
	// Merges change parts but not the highest block of a partition; only an insert does.
	const [raw] = await warehouse.query<{ source: string; nowUs: string }>(
		`SELECT
			toString(arraySort(groupArray((partition_id, block)))) AS source,
			toString(toUnixTimestamp64Micro(now64(6))) AS nowUs
		FROM
		(
			SELECT partition_id, max(max_block_number) AS block
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
