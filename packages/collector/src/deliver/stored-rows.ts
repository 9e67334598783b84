import type { Warehouse } from '@footfall/warehouse';
import type { EventBlock } from './event-block.js';

/**
 * Looks how many rows an insert of unknown outcome did store. An insert that may still be running is ended first, so
 * that the answer stays true. One insert is one block is one part: either all its rows are there or none.
 *
 * @param msMax longest wait for each answer, milliseconds
 */
export async function rowsStored(
	warehouse: Warehouse,
	label: string,
	block: EventBlock,
	msMax: number,
): Promise<number> {
	await warehouse.killQuery(label, msMax);
	return countRows(warehouse, 'segment = {label:String}', { label, block, msMax });
}

/** Whether rows of a segment were stored in ranges, around rows that were refused. @param msMax longest wait, milliseconds */
export async function rangesStored(
	warehouse: Warehouse,
	segment: string,
	block: EventBlock,
	msMax: number,
): Promise<boolean> {
	const which = 'startsWith(segment, {label:String})';
	return (await countRows(warehouse, which, { label: rangeLabel(segment), block, msMax })) > 0;
}

/** What the rows of a range say in their `segment` column; without a range, how all of them begin. */
export function rangeLabel(segment: string, range?: { from: number; to: number }): string {
	return `${segment}/${range === undefined ? '' : `${range.from}-${range.to}`}`;
}

async function countRows(
	warehouse: Warehouse,
	which: string,
	{ label, block, msMax }: { label: string; block: EventBlock; msMax: number },
): Promise<number> {
	const [found] = await warehouse.query<{ rows: string }>(
		`SELECT count() AS rows FROM events WHERE ${which}
			AND received_at BETWEEN fromUnixTimestamp64Milli({first:Int64}) AND fromUnixTimestamp64Milli({last:Int64})`,
		{ params: { label, first: block.firstReceivedMs, last: block.lastReceivedMs }, msMax },
	);
	return Number(found?.rows ?? 0);
}
