/**
 * Table of different events with the same id. The collector cannot detect them on receipt, and the raw table keeps the
 * first receipt. They come from a sender that guessed an id, or from a server that gives one id to two events. A run
 * finds them among new receipts, unless ClickHouse has already merged the later receipt away.
 */
const conflictsTable = 'event_conflicts';
/** Days for which a conflict is kept. */
const keptDays = 90;
/** Maximum number of conflicts that one run records. */
const conflictsMax = 10_000;

export const createConflictsTable = `CREATE TABLE IF NOT EXISTS ${conflictsTable}
(
    site LowCardinality(String),
    visitor_id UInt64,
    event_id UUID,
    receipts Array(Tuple(received_at DateTime64(3, 'UTC'), name String, obj_id String, amount Decimal(18, 4))) COMMENT 'The different events in the order of their receipt; the first one counts. At most 10',
    found_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree ORDER BY (site, visitor_id, event_id)
TTL toDateTime(found_at) + INTERVAL ${keptDays} DAY`;

/**
 * Hash of the columns in which two receipts of one event must agree. It leaves out a replaced time, which differs with
 * every receipt, and columns from request headers, which may differ.
 */
const content = `sipHash128(formatRow('RowBinary', if(ts_bounded, 0, toUnixTimestamp64Milli(ts)), user_id, name, obj, obj_id, product_id, amount, currency, exp, props, url, order_id, refund_id, tax, shipping, discount, coupon, items))`;

/**
 * Records conflicts of new receipts with each other, and with events that were counted before.
 *
 * @param repeats a SELECT of site, visitor and event id of events that were counted before and have new receipts
 * @param isNew the condition for being a new row of the raw table
 */
export function insertConflicts(repeats: string, isNew: string): string {
	return `INSERT INTO ${conflictsTable} (site, visitor_id, event_id, receipts)
		SELECT site, visitor_id, event_id,
			arraySlice(arraySort(groupArray(receipt)), 1, 10)
		FROM
		(
			SELECT site, visitor_id, event_id, ${content} AS content, min((received_at, name, obj_id, amount)) AS receipt
			FROM events
			WHERE (site, visitor_id, event_id) IN
			(
				${repeats}
				UNION ALL
				SELECT site, visitor_id, event_id FROM events WHERE ${isNew} GROUP BY site, visitor_id, event_id HAVING count() > 1
			)
			GROUP BY site, visitor_id, event_id, content
		)
		GROUP BY site, visitor_id, event_id
		HAVING count() > 1
		LIMIT ${conflictsMax}`;
}
