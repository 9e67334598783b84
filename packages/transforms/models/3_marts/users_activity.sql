-- @description Active visitors of every calendar day from a site's first to its last active one. Machines and misdated days do not count.
-- @grain site, day
-- @order site
-- @refresh onwards 29
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column dau UInt64: Visitors active on the day.
-- @column wau UInt64: Visitors active in the 7 days that end with it.
-- @column mau UInt64: Visitors active in the 30 days that end with it.
-- @column stickiness Float64 {BETWEEN 0 AND 1}: dau / mau; 0 when nobody was active in 30 days.
-- @column new_visitors UInt64: Visitors that were active for the first time.
-- @column visitors_sketch AggregateFunction(uniqCombined64, UInt64): The day's visitors as a sketch, to be merged over any days with uniqCombined64Merge, within 1 %.
-- @check dau <= wau AND wau <= mau: a wider window cannot have fewer visitors
-- @check new_visitors <= dau: the new ones are among the active
SELECT
    site,
    day,
    dau,
    wau,
    mau,
    if(mau = 0, 0, dau / mau) AS stickiness,
    new_visitors,
    visitors_sketch
FROM
(
    SELECT
        site,
        day,
        daily AS dau,
        sum(weekly) OVER by_day AS wau,
        sum(monthly) OVER by_day AS mau,
        first_ever AS new_visitors,
        visitors_sketch,
        is_calendar
    FROM
    (
        SELECT
            site,
            day,
            sum(change.2) AS daily,
            sum(change.3) AS weekly,
            sum(change.4) AS monthly,
            sum(change.5) AS first_ever,
            uniqCombined64StateIf(visitor_id, change.2 = 1) AS visitors_sketch,
            max(change.6) AS is_calendar
        FROM
        (
            -- A visitor enters a window on an active day and leaves it when it has passed, or when the next active day takes
            -- over: so running sums count everyone exactly once, without sets of visitors.
            SELECT
                site,
                visitor_id,
                arrayJoin(arrayZip(days, arrayPushBack(arrayPopFront(days), toDate('2149-06-06')))) AS step,
                arrayJoin([
                    (step.1, 1, 1, 1, step.1 = first_day, 0),
                    (toDate(least(toUInt32(step.1) + 7, toUInt32(step.2))), 0, -1, 0, 0, 0),
                    (toDate(least(toUInt32(step.1) + 30, toUInt32(step.2))), 0, 0, -1, 0, 0)
                ]) AS change,
                change.1 AS day
            FROM
            (
                SELECT site, visitor_id, arraySort(groupArray(day)) AS days, any(first_day) AS first_day
                FROM {{int_user_days}}
                WHERE NOT is_bot AND NOT is_misdated
                GROUP BY site, visitor_id
            )
            UNION ALL
            SELECT
                site,
                0,
                (toDate(0), toDate(0)),
                (toDate(arrayJoin(range(toUInt32(min(day)), toUInt32(max(day)) + 1))), 0, 0, 0, 0, 1) AS change,
                change.1
            FROM {{int_user_days.all}}
            WHERE NOT is_bot AND NOT is_misdated
            GROUP BY site
        )
        GROUP BY site, day
    )
    WINDOW by_day AS (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING)
)
WHERE is_calendar = 1
