import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { isStored } from '../compile/model.js';
import { changesTable, repeatsTable, runsTable, runsViewOf, tableOf } from './layout.js';

/** A reader that looked up the newest run must still find its rows for this long after a newer one came. */
const replacedKeptUs = 30_000_000n;
/** A run that was never published may still be under way for this long. */
const unpublishedKeptUs = 6n * 3_600_000_000n;
/** So many of the newest runs of the newest models can be gone back to. */
const runsKeptDefault = 10;

/** So many rows about runs are kept, and up to as many more until they are deleted together. */
const runRowsKept = 5_000;

/** A published run, as far as garbage goes. */
export interface KeptRun {
	run: bigint;
	/** Checksum of its model files. */
	models: string;
	publishedAtUs: bigint;
	/** Runs that its readers see rows of. */
	sees: ReadonlySet<bigint>;
}

/** Which runs' partitions can go. Pure; times are microseconds since 1970. */
export function expiredRuns(
	present: readonly bigint[],
	published: readonly KeptRun[],
	nowUs: bigint,
	runsKept: number = runsKeptDefault,
): bigint[] {
	const inOrder = [...published].sort((a, b) => (a.run < b.run ? 1 : -1));
	const needed = new Set<bigint>();
	for (const [i, { sees, models }] of inOrder.entries()) {
		const successor = inOrder[i - 1];
		const isRecent = successor === undefined || successor.publishedAtUs >= nowUs - replacedKeptUs;
		const canBeGoneBackTo = i < runsKept && models === inOrder[0]?.models;
		if (isRecent || canBeGoneBackTo) for (const run of sees) needed.add(run);
	}
	const known = new Set(published.map(({ run }) => run));
	return present.filter((run) => !needed.has(run) && (known.has(run) || run < nowUs - unpublishedKeptUs));
}

/** Drops what a run has made that will not be published. */
export async function dropRun(warehouse: Warehouse, project: Project, run: bigint): Promise<void> {
	await Promise.all(
		project.models
			.filter(isStored)
			.map((model) => warehouse.command(`ALTER TABLE ${tableOf(model)} DROP PARTITION ${run}`)),
	);
}

/**
 * Drops the partitions of expired runs, and tables of models that have another structure now.
 *
 * @param runsKept how many of the newest runs can be gone back to. @default 10
 * @returns partitions dropped
 */
export async function collectGarbage(
	warehouse: Warehouse,
	project: Project,
	nowUs: bigint,
	runsKept?: number,
): Promise<number> {
	const [published, tables] = await Promise.all([readKeptRuns(warehouse), readTables(warehouse, project)]);
	const present = [...new Set(tables.flatMap(({ runs }) => runs))];
	const expired = new Set(expiredRuns(present, published, nowUs, runsKept));
	const current = new Set([...project.models.map(tableOf), changesTable, repeatsTable]);
	await forgetOldRuns(warehouse);
	const dropped = await Promise.all(
		tables.map(async ({ name, runs, madeAtUs }) => {
			const over = runs.filter((run) => expired.has(run));
			const isEmpty = over.length === runs.length;
			// One that is empty from the start may be another build's that is about to fill it.
			const isOld = isEmpty && (runs.length > 0 || madeAtUs < nowUs - unpublishedKeptUs);
			if (isOld && !current.has(name)) await dropTable(warehouse, name);
			else if (over.length > 0)
				await warehouse.command(`ALTER TABLE ${name} ${over.map((run) => `DROP PARTITION ${run}`).join(', ')}`);
			return over.length;
		}),
	);
	return dropped.reduce((sum, partitions) => sum + partitions, 0);
}

async function dropTable(warehouse: Warehouse, name: string): Promise<void> {
	await warehouse.command(`DROP VIEW IF EXISTS ${runsViewOf(name)}`);
	await warehouse.command(`DROP TABLE IF EXISTS ${name}`);
}

/** At a run a second there are 86,400 rows a day. */
async function forgetOldRuns(warehouse: Warehouse): Promise<void> {
	const [row] = await warehouse.query<{ rows: string; oldest: string }>(
		`SELECT count() AS rows, toString((SELECT run FROM ${runsTable} ORDER BY run DESC LIMIT 1 OFFSET ${runRowsKept})) AS oldest FROM ${runsTable}`,
	);
	if (Number(row?.rows ?? 0) <= 2 * runRowsKept) return;
	await warehouse.command(`ALTER TABLE ${runsTable} DELETE WHERE run <= ${BigInt(row?.oldest ?? 0)}`);
}

async function readKeptRuns(warehouse: Warehouse): Promise<KeptRun[]> {
	// Manifests of long histories are large, and the process that reads them may be the one that answers pages.
	const rows = await warehouse.query<{ run: string; models: string; at: string; sees: string[] }>(
		`SELECT run, models, toUnixTimestamp64Micro(toDateTime64(published_at, 6)) AS at,
			arrayDistinct(arrayFlatten(arrayMap(ranges -> ranges.3, mapValues(manifest)))) AS sees
		FROM ${runsTable} ORDER BY run DESC LIMIT 200`,
	);
	return rows.map(({ run, models, at, sees }) => ({
		run: BigInt(run),
		models,
		publishedAtUs: BigInt(at),
		sees: new Set(sees.map(BigInt)),
	}));
}

/** The tables of these models, and the engine's own scratch tables, in all their structures, with the runs that each holds. */
async function readTables(
	warehouse: Warehouse,
	project: Project,
): Promise<{ name: string; runs: bigint[]; madeAtUs: bigint }[]> {
	const names = project.models.map(({ name }) => name).join('|');
	const rows = await warehouse.query<{ name: string; runs: string[]; madeAt: string }>(
		`SELECT name, runs, toString(toUnixTimestamp(metadata_modification_time)) AS madeAt
		FROM system.tables
		LEFT JOIN
		(
			SELECT table AS name, groupUniqArray(partition) AS runs FROM system.parts
			WHERE database = currentDatabase() AND active
			GROUP BY table
		) AS parts USING (name)
		WHERE database = currentDatabase() AND match(name, {ours:String})`,
		// That of changes had no hash in its name once.
		{
			params: {
				ours: `^(transform_scratch_)?(${names})__[0-9a-f]{8}$|^transform_scratch_(changes|repeats)(__[0-9a-f]{8})?$`,
			},
		},
	);
	return rows.map(({ name, runs, madeAt }) => ({
		name,
		runs: runs.filter((run) => /^\d+$/.test(run)).map(BigInt),
		madeAtUs: BigInt(madeAt) * 1_000_000n,
	}));
}
