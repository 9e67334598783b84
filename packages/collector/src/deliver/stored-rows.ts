import type { Warehouse } from '@footfall/warehouse';
import type { EventBlock } from './event-block.js';

/**
 * Looks whether an insert of unknown outcome did store its rows. An insert that may still be running is ended first, so
 * that the answer stays true. One insert is one block is one part: either all its rows are there or none.
 */
export async function rowsStored(warehouse: Warehouse, segment: string, block: EventBlock): Promise<boolean> {
	await warehouse.killQuery(segment);
	const [found] = await warehouse.query<{ rows: string }>(
		`SELECT count() AS rows FROM events WHERE segment = {segment:String}
			AND received_at BETWEEN fromUnixTimestamp64Milli({first:Int64}) AND fromUnixTimestamp64Milli({last:Int64})`,
		{ params: { segment, first: block.firstReceivedMs, last: block.lastReceivedMs } },
	);
	return Number(found?.rows ?? 0) >= block.rows;
}
