-- @description On which days a visitor was there: the first one, the one before, and what tells whether an event that comes later is new.
-- @grain site, visitor_id, day
-- @order site, visitor_id, day
-- @materialized incremental by visitor
-- @carries event_hashes, is_continued
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day.
-- @column is_bot Bool: At least one event came from a machine.
-- @column is_misdated Bool: Every event of the day has an impossible time.
-- @column is_continued Bool: Its first session began on an earlier day.
-- @column first_day Date: First day that the visitor was ever active, but for days that are misdated; the day itself when that is.
-- @column previous_day Date: The active day before it, neither misdated nor a machine's; 1970-01-01 for none.
-- @column events UInt64 {>= 1}: Events.
-- @column event_hashes Array(UInt32): Hashes of their ids.
-- @check length(event_hashes) = events: every event is known
-- @check is_misdated OR first_day <= day: nobody is seen before the first day
-- @check day = '1970-01-01' OR previous_day < day: the day before comes before
SELECT *
FROM
(
    SELECT
        *,
        if(
            is_misdated,
            day,
            minIf(day, NOT is_misdated) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ) AS first_day,
        maxIf(day, NOT is_misdated AND NOT is_bot) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous_day
    FROM
    (
        SELECT
            site,
            visitor_id,
            day,
            max(part.is_bot) AS is_bot,
            max(is_dated) = false AS is_misdated,
            max(part.is_continued) AS is_continued,
            sum(part.events) AS events,
            arraySort(groupArrayArray(part.event_hashes)) AS event_hashes
        FROM
        (
            SELECT site, visitor_id, day, is_bot, is_dated, session_started_at < toDateTime64(day, 3, 'UTC') AS is_continued, events, emptyArrayUInt32() AS event_hashes
            FROM {{int_visits}}
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, 0, event_hashes
            FROM {{int_visit_pieces}}
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, 0, event_hashes
            FROM {{int_presence_days.before}}
            UNION ALL
            -- More events never undo what is said of a day here.
            SELECT site, visitor_id, day, is_bot, NOT is_misdated, is_continued, 0, emptyArrayUInt32()
            FROM {{int_presence_days.history}}
        ) AS part
        GROUP BY site, visitor_id, day
    )
)
-- Days that are not made again have no visits here.
WHERE events > 0
