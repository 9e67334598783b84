-- @description Funnels by the day of the first step: how many visitors have reached each step, on this day or later within the window. Bots are excluded.
-- @grain site, day, funnel, step
-- @order site, funnel, day, step
-- @materialized view
-- @tags funnels
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day of the first step.
-- @column funnel LowCardinality(String) {!= ''}: Name of the funnel.
-- @column step UInt8 {BETWEEN 1 AND 12}: Number of the step.
-- @column visitors UInt64 {>= 1}: Visitors who took the first step on this day and reached this one.
-- @column median_ms UInt64: Median time since the step before it, milliseconds; 0 for the first step.
SELECT
    site,
    started_on AS day,
    funnel,
    step,
    count() AS visitors,
    quantileExactLow(0.5)(ms_since_previous) AS median_ms
FROM {{funnel_steps}}
GROUP BY site, started_on, funnel, step
