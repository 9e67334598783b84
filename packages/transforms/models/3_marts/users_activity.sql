-- @description Daily, weekly and monthly active visitors (DAU, WAU, MAU) for every calendar day from the first to the last active day of a site. Bots and days with invalid timestamps are excluded.
-- @grain site, day
-- @order site
-- @materialized incremental from partition, lookback 29 days
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column dau UInt64: Daily active visitors.
-- @column wau UInt64: Weekly active visitors: active in the 7 days that end with this day.
-- @column mau UInt64: Monthly active visitors: active in the 30 days that end with this day.
-- @column stickiness Float64 {BETWEEN 0 AND 1}: dau / mau; 0 if no visitor was active in 30 days.
-- @column new_visitors UInt64: Visitors who were active for the first time.
-- @column visitors_sketch AggregateFunction(uniqCombined64, UInt64): Sketch of the visitors of the day. uniqCombined64Merge merges any days to a distinct count with an error of about 1 %.
-- @check dau <= wau AND wau <= mau: a wider window cannot have fewer visitors
-- @check new_visitors <= dau: new visitors are active visitors
SELECT
    site,
    day,
    active.visitors AS dau,
    wau,
    mau,
    if(mau = 0, 0, dau / mau) AS stickiness,
    active.new_visitors AS new_visitors,
    active.visitors_sketch AS visitors_sketch
FROM
(
    SELECT
        site,
        day,
        sum(weekly) OVER by_day AS wau,
        sum(monthly) OVER by_day AS mau,
        is_calendar
    FROM
    (
        SELECT site, change.1 AS day, sum(change.2) AS weekly, sum(change.3) AS monthly, max(change.4) AS is_calendar
        FROM
        (
            -- An active day adds a visitor to a window, and the end of the window removes the visitor. If two active
            -- days are less than a window apart, the visitor is neither added again on the second nor removed after the
            -- first.
            SELECT
                site,
                toInt64(visitors) AS count,
                arrayJoin(arrayConcat(
                    [(day, count, count, 0), (day + 7, -count, 0, 0), (day + 30, 0, -count, 0)],
                    arrayFlatten(arrayMap(
                        (days, again) -> [
                            (day, if(days < 7, -again, 0), -again, 0),
                            (day - days + 7, if(days < 7, again, 0), 0, 0),
                            (day - days + 30, 0, again, 0)
                        ],
                        gaps.days,
                        CAST(gaps.visitors, 'Array(Int64)')
                    ))
                )) AS change
            FROM {{int_activity_days}}
            UNION ALL
            SELECT site, 0, (toDate(arrayJoin(range(toUInt32(min(day)), toUInt32(max(day)) + 1))), 0, 0, 1)
            FROM {{int_activity_days.all}}
            GROUP BY site
        )
        GROUP BY site, day
    )
    WINDOW by_day AS (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING)
) AS windows
LEFT JOIN {{int_activity_days}} AS active USING (site, day)
WHERE is_calendar = 1
