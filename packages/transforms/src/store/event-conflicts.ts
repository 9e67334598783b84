/**
 * Different events that came under one id: a collector cannot know of them at once, and the raw table keeps the first receipt. Somebody may
 * have guessed an id, or a server may give one id to two events. A run finds them among new receipts, as long as the later receipt has not
 * been merged away.
 */
const conflictsTable = 'event_conflicts';
/** Retention of a conflict, days. */
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
 * The columns that make two receipts different events. A replaced time differs with every receipt, and values from
 * headers may differ too.
 */
const content = `sipHash128(formatRow('RowBinary', if(ts_bounded, 0, toUnixTimestamp64Milli(ts)), user_id, name, obj, obj_id, product_id, amount, currency, exp, props, url))`;

/**
 * Records the conflicts that new receipts have, with others of these or with events that were counted before.
 *
 * @param repeats the latter, as a subquery of site, visitor and event id
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
