import { type Warehouse, WarehouseError } from '@footfall/warehouse';
import type { Manifest } from '../../plan/manifest.js';
import type { PublishedRun, RunState } from '../../plan/plan.js';
import type { RawPart } from '../../plan/watermark.js';
import { runsTable } from '../layout.js';
import { readSeenModels } from '../views.js';
import { readJudged } from './judged.js';

const unknownTable = 60;

/** Reads the state from which `planRun` decides. */
export async function readRunState(warehouse: Warehouse): Promise<RunState> {
	const [published, { parts, nowUs }] = await Promise.all([readPublished(warehouse), readParts(warehouse)]);
	return { published, parts, nowUs };
}

/**
 * Reads the published run that readers of the marts see. It is not the newest one while the views show earlier models;
 * if they show several, it is the oldest of their runs.
 *
 * @param newest the newest published run
 * @returns undefined when some view shows no run
 */
export async function readSeenRun(
	warehouse: Warehouse,
	newest: PublishedRun | undefined,
): Promise<PublishedRun | undefined> {
	if (newest === undefined) return undefined;
	const seen = await readSeenModels(warehouse, Object.keys(newest.manifest));
	const runs = await Promise.all(
		seen.map((models) => (models === newest.models ? newest : readPublished(warehouse, { models }))),
	);
	return runs.includes(undefined) ? undefined : runs.reduce(older, newest);
}

const older = (a: PublishedRun | undefined, b: PublishedRun | undefined) => (a && b && b.run < a.run ? b : a);

interface PublishedRow {
	run: string;
	models: string;
	judged: string;
	kind: PublishedRun['kind'];
	ledger: string;
	manifest: Record<string, [number, number, string][]>;
}

/**
 * Reads the newest published run.
 *
 * @param wanted the run with this number, or the newest run of these models
 * @returns undefined when there is none
 */
export async function readPublished(
	warehouse: Warehouse,
	wanted: { run?: bigint; models?: string } = {},
): Promise<PublishedRun | undefined> {
	const { run, models } = wanted;
	const conditions = [
		...(run === undefined ? [] : [`run = ${run}`]),
		...(models === undefined ? [] : ['models = {models:String}']),
	];
	try {
		const [row] = await warehouse.query<PublishedRow>(
			`SELECT run, models, JSONExtractRaw(report, 'judged') AS judged, kind, ledger, manifest FROM ${runsTable} ${conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`}
			ORDER BY run DESC LIMIT 1`,
			{ params: models === undefined ? {} : { models } },
		);
		return (
			row && {
				...row,
				run: BigInt(row.run),
				judged: readJudged(row.judged),
				watermark: JSON.parse(row.ledger),
				manifest: readManifest(row.manifest),
			}
		);
	} catch (error) {
		if (error instanceof WarehouseError && error.code === unknownTable) return undefined;
		throw error;
	}
}

function readManifest(rows: PublishedRow['manifest']): Manifest {
	return Object.fromEntries(
		Object.entries(rows).map(([model, ranges]) => [
			model,
			ranges.map(([from, to, run]) => ({ from, to, run: BigInt(run) })),
		]),
	);
}

/**
 * Reads the active parts of the raw table, and the server's clock. Merges replace parts, but they change neither the
 * set of blocks in a ClickHouse partition nor its highest mutation: inserts add blocks, and a DELETE or UPDATE raises
 * the mutation. The data version of a part without mutations is its lowest block.
 */
async function readParts(warehouse: Warehouse): Promise<{ parts: RawPart[]; nowUs: bigint }> {
	const rows = await warehouse.query<{
		name: string;
		partition_id: string;
		low: string;
		high: string;
		mutation: string;
		rows: string;
		bytes: string;
		nowUs: string;
	}>(
		`SELECT name, partition_id, min_block_number AS low, max_block_number AS high,
			if(data_version = min_block_number, 0, data_version) AS mutation, rows,
			data_uncompressed_bytes AS bytes, nowUs
		FROM (SELECT toString(toUnixTimestamp64Micro(now64(6))) AS nowUs) AS clock
		LEFT JOIN
		(
			SELECT * FROM system.parts WHERE database = currentDatabase() AND table = 'events' AND active
		) AS parts ON true`,
	);
	const parts = rows
		.filter(({ name }) => name !== '')
		.map((row) => ({
			name: row.name,
			partition: row.partition_id,
			blocks: [Number(row.low), Number(row.high)] as const,
			mutation: Number(row.mutation),
			rows: Number(row.rows),
			bytes: Number(row.bytes),
		}));
	return { parts, nowUs: BigInt(rows[0]?.nowUs ?? 0) };
}
