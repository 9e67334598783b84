-- @description Steps of funnels that visitors have reached, see the view funnels. For each day on which a visitor takes the first step, each later step is reached by the first event after the step before it, within the window from a first step of that day. The row is on the day on which the step was reached. Bots are excluded, and so are orders and refunds that name no visitor.
-- @grain site, visitor_id, funnel, started_on, step
-- @order site, funnel, visitor_id, started_on, step
-- @materialized incremental by visitor
-- @tags funnels
-- @defined {{definitions.has_funnels}}
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day on which the step was reached.
-- @column funnel LowCardinality(String) {!= ''}: Name of the funnel.
-- @column started_on Date: UTC day of the first step.
-- @column step UInt8 {BETWEEN 1 AND 12}: Number of the step.
-- @column reached_at DateTime64(3, 'UTC'): Time at which the step was reached.
-- @column ms_since_previous UInt64: Time since the step before it, milliseconds; 0 for the first step.
-- @column session_started_at DateTime64(3, 'UTC'): Start of the session in which the visitor took the first step on started_on, which with site and visitor_id is the row in sessions.
-- @check started_on <= day AND (step > 1 OR started_on = day AND ms_since_previous = 0): a step is reached after the first one
SELECT
    site,
    visitor_id,
    reached.at.day AS day,
    {{definitions.funnel_names}}[number + 1] AS funnel,
    started_on,
    reached.step AS step,
    fromUnixTimestamp64Milli(reached.at.ms, 'UTC') AS reached_at,
    reached.ms_since_previous AS ms_since_previous,
    fromUnixTimestamp64Milli(session_started_ms, 'UTC') AS session_started_at
FROM
(
    SELECT
        site,
        visitor_id,
        number,
        started_on,
        near[first_1].session_started_ms AS session_started_ms,
        arrayJoin(arrayFilter(
            one -> one.at.is_recomputed,
            CAST([{{definitions.reached_steps}}], 'Array(Tuple(step UInt8, at {{definitions.hit_literal}}, ms_since_previous UInt64))')
        )) AS reached
    FROM {{definitions.funnel_levels}}
    (
        SELECT
            site,
            visitor_id,
            number,
            {{definitions.funnel_windows}}[number + 1] AS window_ms,
            arrayJoin(arrayDistinct(arrayFilter(hit -> bitTest(hit.step_bits, 0), hits).day)) AS started_on,
            arrayFilter(
                hit -> toInt32(hit.day) - toInt32(started_on) BETWEEN 0 AND intDiv(window_ms, 86400000) + 1,
                hits
            ) AS near
        FROM
        (
            SELECT
                site,
                visitor_id,
                intDiv(code, 65536) AS number,
                min(if(is_recomputed, day, toDate('2149-06-06'))) AS first_recomputed,
                -- Visits that are recomputed have all hits of their published rows.
                arrayFilter(
                    hit -> hit.is_counted AND (hit.is_recomputed OR hit.day < first_recomputed),
                    CAST(
                        arraySort(groupArray((
                            toUnixTimestamp64Milli(hit.at),
                            hit.event_id,
                            toUInt16(code % 65536),
                            day,
                            toUnixTimestamp64Milli(session_started_at),
                            is_recomputed,
                            is_counted
                        ))),
                        'Array({{definitions.hit_literal}})'
                    )
                ) AS hits
            FROM
            (
                SELECT site, visitor_id, day, session_started_at, is_seen AND NOT is_bot AS is_counted, funnel_hits, true AS is_recomputed
                FROM {{int_visits}}
                UNION ALL
                SELECT site, visitor_id, day, session_started_at, is_seen AND NOT is_bot AS is_counted, funnel_hits, false
                FROM {{int_visits.history}}
                -- Earlier visits are before the window of any step that this run can add.
                WHERE day >= toDate(greatest(toInt32((SELECT min(day) FROM {{int_visits}})) - {{definitions.window_days_max}}, 0))
            )
            ARRAY JOIN funnel_hits AS hit
            ARRAY JOIN hit.funnels AS code
            GROUP BY site, visitor_id, number
            HAVING max(is_recomputed)
        )
    ){{definitions.funnel_levels_end}}
)
