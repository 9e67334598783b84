import type { Warehouse } from '@footfall/warehouse';
import type { Project } from './compile.js';
import { runsTable, runsViewOf, tableOf } from './layout.js';

/** A reader that looked up the newest run must still find it for this long after a newer one came. */
const replacedKeptUs = 30_000_000n;
/** A run that was never published may still be under way for this long. */
const unpublishedKeptUs = 6n * 3_600_000_000n;

/** Which runs can go. Pure; times are microseconds since 1970. */
export function expiredRuns(
	present: readonly bigint[],
	publishedAtUs: ReadonlyMap<bigint, bigint>,
	nowUs: bigint,
): bigint[] {
	const published = [...publishedAtUs.keys()].sort((a, b) => (a < b ? -1 : 1));
	return present.filter((run) => {
		const successor = published.find((other) => other > run);
		if (!publishedAtUs.has(run)) return run < nowUs - unpublishedKeptUs;
		return successor !== undefined && (publishedAtUs.get(successor) as bigint) < nowUs - replacedKeptUs;
	});
}

/** Drops what a run has made that will not be published. */
export async function dropRun(warehouse: Warehouse, project: Project, run: string): Promise<void> {
	for (const model of project.models) {
		await warehouse.command(`ALTER TABLE ${tableOf(model)} DROP PARTITION ${BigInt(run)}`);
	}
}

/** Drops the partitions of expired runs, and tables of models that have another structure now. */
export async function collectGarbage(warehouse: Warehouse, project: Project, nowUs: bigint): Promise<void> {
	const rows = await warehouse.query<{ run: string; at: string }>(
		`SELECT run, toUnixTimestamp64Micro(toDateTime64(published_at, 6)) AS at FROM ${runsTable}`,
	);
	const publishedAtUs = new Map(rows.map(({ run, at }) => [BigInt(run), BigInt(at)]));
	const tables = await readTables(warehouse, project);
	const expired = new Set(expiredRuns([...new Set(tables.flatMap(({ runs }) => runs))], publishedAtUs, nowUs));
	const current = new Set(project.models.map(tableOf));
	for (const { name, runs, madeAtUs } of tables) {
		const kept = runs.filter((run) => !expired.has(run));
		// One that is empty from the start may be another build's that is about to fill it.
		const isOver = kept.length === 0 && (runs.length > 0 || madeAtUs < nowUs - unpublishedKeptUs);
		if (isOver && !current.has(name)) {
			await warehouse.command(`DROP VIEW IF EXISTS ${runsViewOf(name)}`);
			await warehouse.command(`DROP TABLE IF EXISTS ${name}`);
			continue;
		}
		for (const run of runs) if (expired.has(run)) await warehouse.command(`ALTER TABLE ${name} DROP PARTITION ${run}`);
	}
}

/** The tables of these models in all their structures, with the runs that each holds. */
async function readTables(
	warehouse: Warehouse,
	project: Project,
): Promise<{ name: string; runs: bigint[]; madeAtUs: bigint }[]> {
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
		{ params: { ours: `^(${project.models.map(({ name }) => name).join('|')})__[0-9a-f]{8}$` } },
	);
	return rows.map(({ name, runs, madeAt }) => ({
		name,
		runs: runs.map(BigInt),
		madeAtUs: BigInt(madeAt) * 1_000_000n,
	}));
}
