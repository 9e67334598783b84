import { checkBatch } from '@footfall/protocol/decode';
import { encodeBlock, SharedTextColumn } from '@footfall/warehouse/native';
import type { WalRecord } from '../../wal/segment-format.js';
import { BatchRows } from './batch-rows.js';
import { newEventColumns } from './event-columns.js';
import { type HashKey, randomHashKey } from './keyed-hash.js';
import { OrderRows } from './order-rows.js';
import type { KeysBySite } from './property-keys.js';

/** The rows of a segment, or a range of them, as one block of the Native format. */
export interface EventBlock {
	columns: string[];
	chunks: Uint8Array<ArrayBuffer>[];
	rows: number;
	/** Earliest and latest receipt, milliseconds since 1970; undefined values without rows. */
	firstReceivedMs: number;
	lastReceivedMs: number;
	/** Number of records whose frame this version rejects, although an earlier version acknowledged it. */
	refusedRecords: number;
	/** Number of fields in details of the rows that were cut, or not taken. */
	cutFields: number;
	/** Property keys of the rows. */
	propertyKeys: KeysBySite;
}

/** A range of rows of a segment by position: from `from` up to but not including `to`. */
export interface RowRange {
	from: number;
	to: number;
}

/** Options of a block. */
export interface BlockOptions {
	/** Range of the rows of the segment. @default all */
	range?: RowRange | undefined;
	/** Value of an additional column `reason`, for the quarantine. @default no such column */
	reason?: string | undefined;
	/** Maximum number of property keys that are counted for one site. @default 0 */
	propertyKeysMax?: number;
	/** Key of the hashes of property keys. @default a random key for this block only */
	hashKey?: HashKey;
}

/**
 * Builds a block from the records of a segment, directly from their bytes. The same records always result in the same
 * block.
 *
 * @param label value of the `segment` column
 */
export function buildBlock(
	records: readonly WalRecord[],
	label: string,
	{ range = everyRow, reason, propertyKeysMax = 0, hashKey = randomHashKey() }: BlockOptions = {},
): EventBlock {
	const events = records.reduce((sum, record) => sum + record.events, 0);
	const rowsMax = Math.min(events, range.to - range.from);
	const [columns, orders] = [newEventColumns(rowsMax), new OrderRows(rowsMax)];
	const batchRows = new BatchRows(columns, orders, label, { keysMax: propertyKeysMax, hashKey });
	const block = { rows: 0, firstReceivedMs: Number.POSITIVE_INFINITY, lastReceivedMs: 0, refusedRecords: 0 };
	let row = 0;
	for (const record of records) {
		// A batch is valid only if all of it can be decoded, and appended rows cannot be removed.
		const checked = checkBatch(record.frame);
		if (!checked.ok || checked.events !== record.events) {
			block.refusedRecords++;
			continue;
		}
		const start = Math.max(0, range.from - row);
		const end = Math.min(record.events, range.to - row);
		row += record.events;
		if (start >= end) continue;
		batchRows.push(record, { from: start, to: end }, checked.hasDetails);
		block.rows += end - start;
		block.firstReceivedMs = Math.min(block.firstReceivedMs, record.receivedAtMs);
		block.lastReceivedMs = Math.max(block.lastReceivedMs, record.receivedAtMs);
	}
	const common = { ...columns, ...orders.finish(block.rows) };
	const all = reason === undefined ? common : { ...common, reason: constantText(reason, block.rows) };
	const { propertyKeys, cutFields } = batchRows;
	return { ...block, columns: Object.keys(all), chunks: encodeBlock(all, block.rows), propertyKeys, cutFields };
}

const everyRow: RowRange = { from: 0, to: Number.POSITIVE_INFINITY };

function constantText(value: string, rows: number): SharedTextColumn {
	const column = new SharedTextColumn(rows);
	const text = column.addText(value);
	for (let row = 0; row < rows; row++) column.push(text);
	return column;
}
