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
WITH
    active AS (SELECT site, day, visitor_id, first_day FROM {{int_user_days}} WHERE NOT is_bot AND NOT is_misdated),
    bounds AS
    (
        SELECT site, min(day) AS first_day, max(day) AS last_day
        FROM {{int_user_days.all}}
        WHERE NOT is_bot AND NOT is_misdated
        GROUP BY site
    ),
    -- A visitor enters a window on an active day and leaves it when it has passed, or when the next active day takes over:
    -- so running sums count everyone exactly once, without sets of visitors.
    changes AS
    (
        SELECT
            site,
            tupleElement(change, 1) AS day,
            tupleElement(change, 2) AS weekly,
            tupleElement(change, 3) AS monthly
        FROM
        (
            SELECT
                site,
                arrayJoin(arrayZip(days, arrayPushBack(arrayPopFront(days), toDate('2149-06-06')))) AS step,
                arrayJoin([
                    (step.1, 1, 1),
                    (toDate(least(toUInt32(step.1) + 7, toUInt32(step.2))), -1, 0),
                    (toDate(least(toUInt32(step.1) + 30, toUInt32(step.2))), 0, -1)
                ]) AS change
            FROM (SELECT site, visitor_id, arraySort(groupArray(day)) AS days FROM active GROUP BY site, visitor_id)
        )
        UNION ALL
        SELECT site, toDate(arrayJoin(range(toUInt32(first_day), toUInt32(last_day) + 1))), 0, 0
        FROM bounds
    ),
    running AS
    (
        SELECT
            site,
            day,
            sum(weekly) OVER (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING) AS wau,
            sum(monthly) OVER (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING) AS mau
        FROM (SELECT site, day, sum(weekly) AS weekly, sum(monthly) AS monthly FROM changes GROUP BY site, day)
    ),
    daily AS
    (
        SELECT
            site,
            day,
            count() AS dau,
            countIf(first_day = day) AS new_visitors,
            uniqCombined64State(visitor_id) AS visitors_sketch
        FROM active
        GROUP BY site, day
    )
SELECT
    site,
    day,
    dau,
    wau,
    mau,
    if(mau = 0, 0, dau / mau) AS stickiness,
    new_visitors,
    visitors_sketch
FROM running
INNER JOIN bounds USING (site)
LEFT JOIN daily USING (site, day)
WHERE day <= last_day
