import type { Warehouse } from '@footfall/warehouse';

/**
 * Table with one row that counts: why the last run was not published. The dashboard, which may be another process,
 * tells its readers. A run that is published, or that has nothing to do, replaces it by a row without a kind.
 */
export const failureTable = 'transform_failures';

const createFailureTable = `CREATE TABLE IF NOT EXISTS ${failureTable}
(
    id UInt8 COMMENT 'Always 1, so that a newer row replaces an older one',
    kind LowCardinality(String) COMMENT 'tests-failed or run-failed; empty for no failure',
    message String COMMENT 'The failed data tests, or the error',
    since DateTime64(3, 'UTC') COMMENT 'The first of the failures that followed each other',
    failed_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(failed_at) ORDER BY id`;

export interface Failure {
	kind: 'tests-failed' | 'run-failed';
	message: string;
}

const messageCharactersMax = 1_000;

/** Records that a run was not published. The first of several failures in a row keeps its time. */
export async function recordFailure(warehouse: Warehouse, { kind, message }: Failure): Promise<void> {
	await warehouse.command(createFailureTable);
	await warehouse.command(
		`INSERT INTO ${failureTable} (id, kind, message, since) SETTINGS async_insert = 0
		SELECT 1, {kind:String}, {message:String}, if(known.kind = '', now64(3), known.since) FROM
		(SELECT argMax(kind, failed_at) AS kind, argMax(since, failed_at) AS since FROM ${failureTable}) AS known`,
		{ params: { kind, message: message.slice(0, messageCharactersMax) } },
	);
}

/** Records that the last run did not fail. @param hasTable whether the table exists */
export async function clearFailure(warehouse: Warehouse, hasTable: boolean): Promise<void> {
	if (!hasTable) return;
	const [row] = await warehouse.query<{ kind: string }>(`SELECT argMax(kind, failed_at) AS kind FROM ${failureTable}`);
	if ((row?.kind ?? '') === '') return;
	await warehouse.command(
		`INSERT INTO ${failureTable} (id, kind, message, since) SETTINGS async_insert = 0 VALUES (1, '', '', now64(3))`,
	);
}
