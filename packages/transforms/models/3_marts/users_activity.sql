-- @description Active visitors of every calendar day from a site's first to its last active one. Machines do not count.
-- @grain site, day
-- @order site, day
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column dau UInt64: Visitors active on the day.
-- @column wau UInt64: Visitors active in the 7 days that end with it.
-- @column mau UInt64: Visitors active in the 30 days that end with it.
-- @column stickiness Float64: dau / mau; 0 when nobody was active in 30 days.
WITH
    active AS
    (
        SELECT
            site,
            visitor_id,
            day,
            leadInFrame(day, 1, toDate('2149-06-06')) OVER (
                PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) AS next_day
        FROM {{int_user_days}}
        WHERE NOT is_bot
    ),
    bounds AS (SELECT site, min(day) AS first_day, max(day) AS last_day FROM active GROUP BY site),
    -- A visitor enters a window on an active day and leaves it when it has passed, or when the next active day takes over:
    -- so running sums count everyone exactly once, without sets of visitors.
    changes AS
    (
        SELECT
            site,
            tupleElement(change, 1) AS day,
            tupleElement(change, 2) AS daily,
            tupleElement(change, 3) AS weekly,
            tupleElement(change, 4) AS monthly
        FROM
        (
            SELECT
                site,
                arrayJoin([
                    (day, 1, 1, 1),
                    (least(day + 7, next_day), 0, -1, 0),
                    (least(day + 30, next_day), 0, 0, -1)
                ]) AS change
            FROM active
        )
        UNION ALL
        SELECT site, first_day + arrayJoin(range(toUInt32(last_day - first_day + 1))), 0, 0, 0
        FROM bounds
    ),
    days AS
    (
        SELECT site, day, sum(daily) AS daily, sum(weekly) AS weekly, sum(monthly) AS monthly
        FROM changes
        GROUP BY site, day
    ),
    running AS
    (
        SELECT
            site,
            day,
            daily AS dau,
            sum(weekly) OVER (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING) AS wau,
            sum(monthly) OVER (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING) AS mau
        FROM days
    )
SELECT site, day, dau, wau, mau, if(mau = 0, 0, dau / mau) AS stickiness
FROM running
INNER JOIN bounds USING (site)
WHERE day <= last_day
