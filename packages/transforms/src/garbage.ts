import type { Warehouse } from '@footfall/warehouse';
import type { Project } from './compile.js';
import { runsTable, tableOf } from './layout.js';

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

/** Drops the partitions of expired runs, and tables of models that have another structure now. */
export async function collectGarbage(warehouse: Warehouse, project: Project, nowUs: bigint): Promise<void> {
	const rows = await warehouse.query<{ run: string; at: string }>(
		`SELECT run, toUnixTimestamp64Micro(toDateTime64(published_at, 6)) AS at FROM ${runsTable}`,
	);
	const publishedAtUs = new Map(rows.map(({ run, at }) => [BigInt(run), BigInt(at)]));
	const parts = await warehouse.query<{ table: string; run: string }>(
		`SELECT DISTINCT table, partition AS run FROM system.parts
		WHERE database = currentDatabase() AND active AND match(table, {ours:String})`,
		{ params: { ours: `^(${project.models.map(({ name }) => name).join('|')})__[0-9a-f]{8}$` } },
	);
	const expired = new Set(expiredRuns([...new Set(parts.map(({ run }) => BigInt(run)))], publishedAtUs, nowUs));
	for (const { table, run } of parts) {
		if (expired.has(BigInt(run))) await warehouse.command(`ALTER TABLE ${table} DROP PARTITION ${BigInt(run)}`);
	}
	const current = new Set(project.models.map(tableOf));
	const emptied = new Set(parts.map(({ table }) => table).filter((table) => !current.has(table)));
	for (const table of emptied) {
		const left = parts.some((part) => part.table === table && !expired.has(BigInt(part.run)));
		if (!left) await warehouse.command(`DROP TABLE IF EXISTS ${table}`);
	}
}
