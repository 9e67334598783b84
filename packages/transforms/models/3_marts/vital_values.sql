-- @description Values of web vitals, for quantiles over any days. Bots are excluded.
-- @grain site, day, metric, path
-- @order site, metric, path
-- @materialized incremental by partition
-- @tags pages
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column metric LowCardinality(String): LCP, INP, FCP or TTFB, in milliseconds, or CLS, without a unit.
-- @column path String: Path of the page.
-- @column values Array(Float64): Values in ascending order.
-- @check notEmpty(values): a page without measurements has no row
SELECT
    site,
    day,
    vital.metric AS metric,
    vital.path AS path,
    arraySort(groupArray(vital.value)) AS values
FROM {{int_user_days}}
ARRAY JOIN vitals AS vital
WHERE NOT is_bot
GROUP BY site, day, metric, path
