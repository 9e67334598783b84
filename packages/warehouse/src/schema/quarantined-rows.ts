import type { Warehouse } from '../client/client.js';
import { eventColumns } from './event-columns.js';

/** Rows of `events_quarantine` with the same reason. */
export interface QuarantinedRows {
	readonly rows: number;
	/** The reason that ClickHouse gave. */
	readonly reason: string;
	/** Times at which the first and the last of them were quarantined, ms since 1970. */
	readonly firstMs: number;
	readonly lastMs: number;
}

/** Number of reasons that are listed: a reason may name a value, so that every row has its own. */
const reasonsMax = 100;

/** The rows of `events_quarantine` by reason, the most frequent first, at most 100 reasons; and the number of all. */
export async function quarantinedRows(warehouse: Warehouse): Promise<{ all: number; byReason: QuarantinedRows[] }> {
	const byReason = await warehouse.query<Record<keyof QuarantinedRows, string>>(
		`SELECT count() AS rows, reason, toUnixTimestamp64Milli(min(quarantined_at)) AS firstMs,
			toUnixTimestamp64Milli(max(quarantined_at)) AS lastMs
		FROM events_quarantine FINAL GROUP BY reason ORDER BY count() DESC, reason LIMIT ${reasonsMax}`,
	);
	return {
		all: await countOf(warehouse),
		byReason: byReason.map(({ rows, reason, firstMs, lastMs }) => ({
			rows: Number(rows),
			reason,
			firstMs: Number(firstMs),
			lastMs: Number(lastMs),
		})),
	};
}

/** Key of a row of both tables. */
const key = 'site, visitor_id, event_id';

/**
 * Inserts the rows of `events_quarantine` into `events`, and removes from the quarantine those that are in `events`
 * then, so that a row that is quarantined meanwhile stays. Events keep their ids, so each counts once however often
 * this is repeated.
 *
 * @returns the number of rows that were inserted, and of those that are quarantined afterwards
 * @throws WarehouseError when ClickHouse still rejects a row; the rows stay in the quarantine
 */
export async function restoreRows(warehouse: Warehouse): Promise<{ restored: number; left: number }> {
	const before = await countOf(warehouse);
	if (before === 0) return { restored: 0, left: 0 };
	const columns = eventColumns.map(({ name }) => name).join(', ');
	await warehouse.command(`INSERT INTO events (${columns}) SELECT ${columns} FROM events_quarantine FINAL`, {
		settings: { async_insert: 0, insert_deduplicate: 0, max_partitions_per_insert_block: 1_000 },
	});
	const quarantined = `SELECT ${key} FROM events_quarantine`;
	await warehouse.command(
		`ALTER TABLE events_quarantine DELETE
		WHERE (${key}) IN (SELECT ${key} FROM events WHERE (${key}) IN (${quarantined}))`,
		{ settings: { mutations_sync: 2 } },
	);
	const left = await countOf(warehouse);
	return { restored: Math.max(0, before - left), left };
}

async function countOf(warehouse: Warehouse): Promise<number> {
	const [row] = await warehouse.query<{ rows: string }>('SELECT count() AS rows FROM events_quarantine FINAL');
	return Number(row?.rows);
}
