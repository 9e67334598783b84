import type { Warehouse } from '@footfall/warehouse';
import type { Project } from '../compile/compile.js';
import { isStored } from '../compile/model.js';
import {
	changedOrdersTable,
	changesTable,
	ownTables,
	repeatsTable,
	runsTable,
	runsViewOf,
	tableOf,
	visitorDaysTable,
} from './layout.js';

/** Time for which a replaced run is kept, microseconds: a reader may have looked it up just before. */
const replacedKeptUs = 30_000_000n;
/** Time for which an unpublished run is kept, microseconds: it may still be in progress. */
const unpublishedKeptUs = 6n * 3_600_000_000n;
/** Number of the newest runs of the current models that `rollback` can return to. */
const runsKeptDefault = 10;

/** Minimum number of rows that stay in the table of runs. Older ones are deleted together at twice this number. */
const runRowsKept = 5_000;

/** A published run, as far as garbage collection needs it. */
export interface KeptRun {
	run: bigint;
	/** Checksum of its model files. */
	models: string;
	publishedAtUs: bigint;
	/** Runs whose rows its readers see. */
	sees: ReadonlySet<bigint>;
	/** Keys of its manifest: models of this package, and tables of own models. @default none */
	keys?: ReadonlySet<string>;
}

/**
 * The runs whose rows can be dropped: no reader sees them, no rollback needs them, and they are not in progress. Pure.
 *
 * @param present runs that have rows
 * @param nowUs microseconds since 1970
 * @param runsKept number of the newest runs that can be returned to. @default 10
 */
export function expiredRuns(
	present: readonly bigint[],
	published: readonly KeptRun[],
	nowUs: bigint,
	runsKept: number = runsKeptDefault,
): bigint[] {
	const needed = new Set(neededRuns(published, nowUs, runsKept).flatMap(({ sees }) => [...sees]));
	const known = new Set(published.map(({ run }) => run));
	return present.filter((run) => !needed.has(run) && (known.has(run) || run < nowUs - unpublishedKeptUs));
}

/**
 * Those of some runs that are not in progress, although rows of them may be needed: published ones, and all that are
 * older than the published runs that are known. Pure.
 */
export function endedRuns(present: readonly bigint[], published: readonly KeptRun[]): bigint[] {
	const known = new Set(published.map(({ run }) => run));
	const oldest = published.reduce<bigint | undefined>(
		(least, { run }) => (least && least < run ? least : run),
		undefined,
	);
	return present.filter((run) => known.has(run) || (oldest !== undefined && run < oldest));
}

/** The published runs that readers may see, or that a rollback can return to. Pure. */
function neededRuns(published: readonly KeptRun[], nowUs: bigint, runsKept = runsKeptDefault): KeptRun[] {
	const inOrder = [...published].sort((a, b) => (a.run < b.run ? 1 : -1));
	return inOrder.filter(({ models }, i) => {
		const successor = inOrder[i - 1];
		const isRecent = successor === undefined || successor.publishedAtUs >= nowUs - replacedKeptUs;
		return isRecent || (i < runsKept && models === inOrder[0]?.models);
	});
}

/** Those of some runs whose rows garbage collection may drop, or has begun to drop. @param nowUs the server's clock */
export async function expiredAmong(warehouse: Warehouse, runs: readonly bigint[], nowUs: bigint): Promise<bigint[]> {
	return expiredRuns(runs, await readKeptRuns(warehouse), nowUs);
}

/** Drops the rows of a run that will not be published. */
export async function dropRun(warehouse: Warehouse, project: Project, run: bigint): Promise<void> {
	await Promise.all(
		project.models
			.filter(isStored)
			.map((model) => warehouse.command(`ALTER TABLE ${tableOf(model)} DROP PARTITION ${run}`)),
	);
}

/**
 * Drops the rows of expired runs, tables of earlier structures of models, and old rows of the table of runs.
 *
 * @param nowUs the server's clock, microseconds since 1970
 * @param runsKept number of the newest runs that can be returned to. @default 10
 * @returns number of dropped ClickHouse partitions, one for each run and table
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
	const scratch = [changesTable, repeatsTable, visitorDaysTable, changedOrdersTable];
	const current = new Set([...[...project.models, ...project.own.models].map(tableOf), ...scratch]);
	const keys = new Set(neededRuns(published, nowUs, runsKept).flatMap(({ keys = [] }) => [...keys]));
	await forgetOldRuns(warehouse);
	const dropped = await Promise.all(
		tables.map(async ({ name, runs, madeAtUs }) => {
			// The runs of a table that no reader needs may be needed for other tables.
			const isGone = /^own_/.test(name) && !current.has(name) && !keys.has(name);
			const ended = isGone ? endedRuns(runs, published) : [];
			const over = runs.filter((run) => expired.has(run) || ended.includes(run));
			const isEmpty = over.length === runs.length;
			// Another process may have just created an empty table and be about to fill it.
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

/** Bounds the table of runs: a run every second adds 86,400 rows a day. */
async function forgetOldRuns(warehouse: Warehouse): Promise<void> {
	const [row] = await warehouse.query<{ rows: string; oldest: string }>(
		`SELECT count() AS rows, toString((SELECT run FROM ${runsTable} ORDER BY run DESC LIMIT 1 OFFSET ${runRowsKept})) AS oldest FROM ${runsTable}`,
	);
	if (Number(row?.rows ?? 0) <= 2 * runRowsKept) return;
	await warehouse.command(`ALTER TABLE ${runsTable} DELETE WHERE run <= ${BigInt(row?.oldest ?? 0)}`);
}

async function readKeptRuns(warehouse: Warehouse): Promise<KeptRun[]> {
	// ClickHouse reduces the manifests, which are large in long histories: this process may also answer requests.
	type KeptRow = Record<'run' | 'models' | 'at', string> & Record<'sees' | 'keys', string[]>;
	const rows = await warehouse.query<KeptRow>(
		`SELECT run, models, mapKeys(manifest) AS keys, toUnixTimestamp64Micro(toDateTime64(published_at, 6)) AS at,
			arrayDistinct(arrayFlatten(arrayMap(ranges -> ranges.3, mapValues(manifest)))) AS sees
		FROM ${runsTable} ORDER BY run DESC LIMIT 200`,
	);
	return rows.map(({ run, models, at, sees, keys }) => ({
		run: BigInt(run),
		models,
		publishedAtUs: BigInt(at),
		sees: new Set(sees.map(BigInt)),
		keys: new Set(keys),
	}));
}

/**
 * The tables of the models and the scratch tables, in all their structures, with the runs that have rows in each.
 * Tables of own models that the project no longer has are among them.
 */
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
		// Earlier versions named the table of changes without a hash.
		{
			params: {
				ours: [
					`^(transform_scratch_)?(${names})__[0-9a-f]{8}$`,
					'^transform_scratch_(changes|repeats|visitor_days|changed_orders)(__[0-9a-f]{8})?$',
					ownTables,
				].join('|'),
			},
		},
	);
	return rows.map(({ name, runs, madeAt }) => ({
		name,
		runs: runs.filter((run) => /^\d+$/.test(run)).map(BigInt),
		madeAtUs: BigInt(madeAt) * 1_000_000n,
	}));
}
