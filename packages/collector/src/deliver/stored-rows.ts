import { supersedeInsert, type Warehouse } from '@footfall/warehouse';
import type { EventBlock } from './block/event-block.js';

/** The result of the earlier attempts of an insert. */
export interface EarlierAttempts {
	/** Whether one of them has stored the rows. */
	stored: boolean;
	/** Number of the next attempt. */
	attempt: number;
}

/**
 * Looks up whether an insert of unknown outcome has stored its rows. The result stays valid: an attempt that has not
 * arrived will be refused, and one that runs is cancelled before the look-up. One insert is one block and one part:
 * either all its rows are stored or none, and any row shows that they are. Their number shows nothing, because
 * ClickHouse stores one of several receipts of an event in a block, and merges remove receipts.
 *
 * @param msMax timeout of each statement, ms
 */
export async function earlierAttempts(
	warehouse: Warehouse,
	label: string,
	block: EventBlock,
	msMax: number,
): Promise<EarlierAttempts> {
	// In this order: an attempt that arrives before the number is in force, and is therefore not refused, is cancelled.
	const attempt = await supersedeInsert(warehouse, label, msMax);
	await warehouse.killQuery(label, msMax);
	const rows = await countRows(warehouse, 'segment = {label:String}', { label, block, msMax });
	return { stored: rows > 0, attempt };
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
