import { checkBatch } from '@footfall/protocol/decode';
import { encodeBlock, SharedTextColumn } from '@footfall/warehouse/native';
import type { LogRecord } from '../wal/segment-format.js';
import { BatchRows } from './batch-rows.js';
import { newEventColumns } from './event-columns.js';
import { type HashKey, randomHashKey } from './keyed-hash.js';
import type { KeysBySite } from './property-keys.js';

/** A segment's rows, or a range of them, as one block of the Native format. */
export interface EventBlock {
	columns: string[];
	chunks: Uint8Array<ArrayBuffer>[];
	rows: number;
	/** Range of receipt, milliseconds since 1970; meaningless without rows. */
	firstReceivedMs: number;
	lastReceivedMs: number;
	/** Records whose frame this version does not accept, though an earlier one acknowledged it. */
	refusedRecords: number;
	/** Which keys the rows' properties have. */
	propertyKeys: KeysBySite;
}

/** Rows of a segment by their position in it: from the first up to but without `to`. */
export interface RowRange {
	from: number;
	to: number;
}

/** What is special about a block. */
export interface BlockOptions {
	/** Rows of the segment. @default all */
	range?: RowRange | undefined;
	/** Text of one more column, `reason`, for the quarantine. @default none */
	reason?: string | undefined;
	/** Property keys of one site that are told apart, to be counted. @default none are */
	propertyKeysMax?: number;
	/** Key of the hashes of property keys. @default a random key for this block only */
	hashKey?: HashKey;
}

/**
 * Turns the records of a segment into a block, straight from their bytes. The same records always make the same block.
 *
 * @param label what the rows say in their `segment` column
 */
export function buildBlock(
	records: readonly LogRecord[],
	label: string,
	{ range = everyRow, reason, propertyKeysMax = 0, hashKey = randomHashKey() }: BlockOptions = {},
): EventBlock {
	const events = records.reduce((sum, record) => sum + record.events, 0);
	const columns = newEventColumns(Math.min(events, range.to - range.from));
	const batchRows = new BatchRows(columns, label, { keysMax: propertyKeysMax, hashKey });
	const block = { rows: 0, firstReceivedMs: Number.POSITIVE_INFINITY, lastReceivedMs: 0, refusedRecords: 0 };
	let row = 0;
	for (const record of records) {
		// A batch is known to be right only when all of it was read, and rows cannot be taken back.
		const checked = checkBatch(record.frame);
		if (!checked.ok || checked.events !== record.events) {
			block.refusedRecords++;
			continue;
		}
		const start = Math.max(0, range.from - row);
		const end = Math.min(record.events, range.to - row);
		row += record.events;
		if (start >= end) continue;
		batchRows.push(record, start, end);
		block.rows += end - start;
		block.firstReceivedMs = Math.min(block.firstReceivedMs, record.receivedAtMs);
		block.lastReceivedMs = Math.max(block.lastReceivedMs, record.receivedAtMs);
	}
	const all = reason === undefined ? columns : { ...columns, reason: constantText(reason, block.rows) };
	const { propertyKeys } = batchRows;
	return { ...block, columns: Object.keys(all), chunks: encodeBlock(all, block.rows), propertyKeys };
}

const everyRow: RowRange = { from: 0, to: Number.POSITIVE_INFINITY };

function constantText(value: string, rows: number): SharedTextColumn {
	const column = new SharedTextColumn(rows);
	const text = column.addText(value);
	for (let row = 0; row < rows; row++) column.push(text);
	return column;
}
