import type { Warehouse } from '@footfall/warehouse';
import type { EventBlock } from './event-block.js';

/**
 * Looks how many rows an insert of unknown outcome did store. An insert that may still be running is ended first, so
 * that the answer stays true. One insert is one block is one part: either all its rows are there or none.
 */
export async function rowsStored(warehouse: Warehouse, label: string, block: EventBlock): Promise<number> {
	await warehouse.killQuery(label);
	return countRows(warehouse, 'segment = {label:String}', label, block);
}

/** Whether rows of a segment were stored in ranges, around rows that were refused. */
export async function rangesStored(warehouse: Warehouse, segment: string, block: EventBlock): Promise<boolean> {
	return (await countRows(warehouse, 'startsWith(segment, {label:String})', rangeLabel(segment), block)) > 0;
}

/** What the rows of a range say in their `segment` column; without a range, how all of them begin. */
export function rangeLabel(segment: string, range?: { from: number; to: number }): string {
	return `${segment}/${range === undefined ? '' : `${range.from}-${range.to}`}`;
}

async function countRows(warehouse: Warehouse, which: string, label: string, block: EventBlock): Promise<number> {
	const [found] = await warehouse.query<{ rows: string }>(
		`SELECT count() AS rows FROM events WHERE ${which}
			AND received_at BETWEEN fromUnixTimestamp64Milli({first:Int64}) AND fromUnixTimestamp64Milli({last:Int64})`,
		{ params: { label, first: block.firstReceivedMs, last: block.lastReceivedMs } },
	);
	return Number(found?.rows ?? 0);
}
