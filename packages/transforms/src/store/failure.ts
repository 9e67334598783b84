import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/project.js';

/**
 * Table with one row that counts: why the last run was not published, or did not apply definitions.json. The dashboard,
 * which may be another process, tells its readers. A run that is published, or that has nothing to do, replaces it by a
 * row without a kind.
 */
export const failureTable = 'transform_failures';

const createFailureTable = `CREATE TABLE IF NOT EXISTS ${failureTable}
(
    id UInt8 COMMENT 'Always 1, so that a newer row replaces an older one',
    kind LowCardinality(String) COMMENT 'tests-failed, run-failed or definitions-faulty; empty for no failure',
    message String COMMENT 'The failed data tests, or the error',
    since DateTime64(3, 'UTC') COMMENT 'The first of the failures that followed each other',
    failed_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(failed_at) ORDER BY id`;

export interface Failure {
	/** With `definitions-faulty`, runs go on with the definitions published before. */
	kind: 'tests-failed' | 'run-failed' | 'definitions-faulty';
	message: string;
}

const messageCharactersMax = 1_000;

/** Records that a run was not published. The first of several failures in a row keeps its time. */
export async function recordFailure(warehouse: Warehouse, { kind, message }: Failure): Promise<void> {
	await warehouse.command(createFailureTable);
	await warehouse.command(
		`INSERT INTO ${failureTable} (id, kind, message, since) SETTINGS async_insert = 0
		SELECT 1, {kind:String}, {message:String},
			if(known.kind = '' OR (known.kind = 'definitions-faulty') != ({kind:String} = 'definitions-faulty'), now64(3), known.since) FROM
		(SELECT argMax(kind, failed_at) AS kind, argMax(since, failed_at) AS since FROM ${failureTable}) AS known`,
		{ params: { kind, message: message.slice(0, messageCharactersMax) } },
	);
}

/**
 * Records that the last run did not fail. If its definitions have a fault, this is what remains to be told.
 *
 * @param hasTable whether the table exists
 */
export async function clearFailure(
	warehouse: Warehouse,
	hasTable: boolean,
	{ definitionsFault }: Pick<Project, 'definitionsFault'>,
): Promise<void> {
	const known = hasTable ? await readFailure(warehouse) : { kind: '', message: '' };
	if (definitionsFault !== undefined) {
		const wanted: Failure = { kind: 'definitions-faulty', message: definitionsFault.slice(0, messageCharactersMax) };
		if (known.kind !== wanted.kind || known.message !== wanted.message) await recordFailure(warehouse, wanted);
		return;
	}
	if (known.kind === '') return;
	await warehouse.command(
		`INSERT INTO ${failureTable} (id, kind, message, since) SETTINGS async_insert = 0 VALUES (1, '', '', now64(3))`,
	);
}

async function readFailure(warehouse: Warehouse): Promise<{ kind: string; message: string }> {
	const [row] = await warehouse.query<{ kind: string; message: string }>(
		`SELECT argMax(kind, failed_at) AS kind, argMax(message, failed_at) AS message FROM ${failureTable}`,
	);
	return row ?? { kind: '', message: '' };
}
