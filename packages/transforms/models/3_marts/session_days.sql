-- @description Sessions by the day of their start. Bots are excluded.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column sessions UInt64 {>= 1}: Sessions.
-- @column bounces UInt64: Sessions that bounced.
-- @column conversions UInt64: Sessions with a checkout.
-- @column checkouts UInt64: Checkouts.
-- @column page_views UInt64: Page views.
-- @column revenue Decimal(38, 4): Sum of the totals of checkouts.
-- @column duration_ms UInt64: Sum of the durations of the sessions, milliseconds.
-- @column median_duration_ms UInt64: Median of the durations, milliseconds.
-- @column durations Array(Tuple(from_ms UInt64, sessions UInt64)): Histogram of durations: bins begin at 0 (a single moment), 1 ms, 10 s, 30 s, 1, 3, 10 and 30 min, and 1, 2 and 4 h.
-- @alias amount revenue
-- @check bounces <= sessions AND conversions <= sessions AND conversions <= checkouts: nothing is counted twice
-- @check arraySum(durations.sessions) = sessions: every session is in one bin
SELECT
    site,
    day,
    count() AS sessions,
    countIf(is_bounce) AS bounces,
    countIf(is_converted) AS conversions,
    sum(session.checkouts) AS checkouts,
    sum(session.page_views) AS page_views,
    sum(session.revenue) AS revenue,
    sum(session.duration_ms) AS duration_ms,
    quantileExact(0.5)(session.duration_ms) AS median_duration_ms,
    sumMap(
        [roundDown(session.duration_ms, [0, 1, 10000, 30000, 60000, 180000, 600000, 1800000, 3600000, 7200000, 14400000])],
        [1]
    ) AS counts,
    arrayZip(counts.1, counts.2) AS durations
FROM {{sessions}} AS session
WHERE NOT is_bot
GROUP BY site, day
