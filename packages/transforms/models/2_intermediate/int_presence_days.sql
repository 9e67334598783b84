-- @description Days on which a visitor sent events, with the first day, the previous day, and the hashes by which a run recognises an event that it has counted before.
-- @grain site, visitor_id, day
-- @order site, visitor_id, day
-- @materialized incremental by visitor
-- @carries event_hashes, is_continued
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day.
-- @column is_bot Bool: At least one event of a page or an import is that of a bot.
-- @column has_invalid_time Bool: Every event of the day has an invalid timestamp.
-- @column is_seen Bool: At least one event of the day counts as activity of the visitor: the day has more than orders and refunds that name no visitor. Other days count for nobody.
-- @column is_continued Bool: The first session of the day began on an earlier day.
-- @column first_day Date: First day on which the visitor was active, without days with invalid timestamps; the day itself if its own timestamps are invalid, or if it is not seen.
-- @column previous_day Date: Previous day on which the visitor was active, without bots and invalid timestamps; 1970-01-01 for none.
-- @column events UInt64 {>= 1}: Events.
-- @column event_hashes Array(UInt32): Hashes of the ids of the events.
-- @alias is_misdated has_invalid_time
-- @check length(event_hashes) = events: every event has a hash
-- @check has_invalid_time OR first_day <= day: no visitor is active before the first day
-- @check day = '1970-01-01' OR previous_day < day: the previous day is earlier
SELECT *
FROM
(
    SELECT
        *,
        if(
            has_invalid_time OR NOT is_seen,
            day,
            minIf(day, NOT has_invalid_time AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ) AS first_day,
        maxIf(day, NOT has_invalid_time AND NOT is_bot AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous_day
    FROM
    (
        SELECT
            site,
            visitor_id,
            day,
            max(part.is_bot) AS is_bot,
            max(has_valid_time) = false AS has_invalid_time,
            max(part.is_seen) AS is_seen,
            max(part.is_continued) AS is_continued,
            sum(part.events) AS events,
            arraySort(groupArrayArray(part.event_hashes)) AS event_hashes
        FROM
        (
            SELECT site, visitor_id, day, is_bot, has_valid_time, is_seen, session_started_at < toDateTime64(day, 3, 'UTC') AS is_continued, events, emptyArrayUInt32() AS event_hashes
            FROM {{int_visits}}
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, false, 0, event_hashes
            FROM {{int_visit_pieces}}
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, false, 0, event_hashes
            FROM {{int_presence_days.before}}
            UNION ALL
            -- Flags of published days: more events never change them back.
            SELECT site, visitor_id, day, is_bot, NOT has_invalid_time, is_seen, is_continued, 0, emptyArrayUInt32()
            FROM {{int_presence_days.history}}
        ) AS part
        GROUP BY site, visitor_id, day
    )
)
-- Days that the run does not recompute have no visits here.
WHERE events > 0
