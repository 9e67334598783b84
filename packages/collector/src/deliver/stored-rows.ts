import type { Warehouse } from '@footfall/warehouse';
import type { EventBlock } from './block/event-block.js';

/**
 * Looks up how many rows an insert of unknown outcome has stored. An insert that may still run is cancelled first, so
 * that the result stays valid. One insert is one block and one part: either all its rows are stored or none.
 *
 * @param msMax timeout of each query, ms
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

/**
 * Returns whether rows of a segment were stored in ranges, around rejected rows.
 *
 * @param msMax timeout, ms
 */
export async function rangesStored(
	warehouse: Warehouse,
	segment: string,
	block: EventBlock,
	msMax: number,
): Promise<boolean> {
	const which = 'startsWith(segment, {label:String})';
	return (await countRows(warehouse, which, { label: rangeLabel(segment), block, msMax })) > 0;
}

/** The value of the `segment` column for the rows of a range; without a range, the common prefix of all ranges. */
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
