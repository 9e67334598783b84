-- @description Web vitals by page and day. Bots are excluded.
-- @grain site, day, metric, path
-- @order site, metric, path
-- @materialized incremental by partition
-- @tags pages
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column metric LowCardinality(String): LCP, INP, FCP or TTFB, in milliseconds, or CLS, without a unit.
-- @column path String: Path of the page; * for all pages.
-- @column samples UInt64 {>= 1}: Measurements.
-- @column p75 Float64: 75th percentile of the values.
-- @column p50 Float64: Median of the values.
-- @check p50 <= p75: quantiles are in order
SELECT
    site,
    day,
    vital.metric AS metric,
    arrayJoin([vital.path, '*']) AS path,
    count() AS samples,
    quantileExact(0.75)(vital.value) AS p75,
    quantileExact(0.5)(vital.value) AS p50
FROM {{int_user_days}}
ARRAY JOIN vitals AS vital
WHERE NOT is_bot
GROUP BY site, day, metric, path
