-- @description Daily active visitors by days since they were last active, from which windows of days and weeks are computed. Bots and days with invalid timestamps are excluded.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column visitors UInt64 {>= 1}: Active visitors.
-- @column new_visitors UInt64: Visitors who were active for the first time.
-- @column gaps Array(Tuple(days UInt16, visitors UInt64)): Number of visitors by days since they were last active, for at most 29 days.
-- @column cohorts Array(Tuple(week Date, visitors UInt64)): Number of visitors who were not active earlier in the week, by the Monday of the week in which they were first active.
-- @column visitors_sketch AggregateFunction(uniqCombined64, UInt64): Sketch of the visitors, for approximate distinct counts.
SELECT
    site,
    day,
    sum(visitors_alike.visitors) AS visitors,
    sumIf(visitors_alike.visitors, is_new) AS new_visitors,
    sumMapIf([gap], [visitors_alike.visitors], gap > 0) AS gap_counts,
    arrayZip(gap_counts.1, gap_counts.2) AS gaps,
    sumMapIf([cohort_week], [visitors_alike.visitors], is_first_of_week) AS cohort_counts,
    arrayZip(cohort_counts.1, cohort_counts.2) AS cohorts,
    uniqCombined64MergeState(sketch) AS visitors_sketch
FROM
(
    SELECT
        site,
        day,
        toUInt16(if(day - previous_day < 30, day - previous_day, 0)) AS gap,
        toMonday(first_day) AS cohort_week,
        previous_day < toMonday(day) AS is_first_of_week,
        first_day = day AS is_new,
        count() AS visitors,
        uniqCombined64State(visitor_id) AS sketch
    FROM {{int_presence_days}}
    WHERE NOT is_bot AND NOT has_invalid_time AND is_seen
    GROUP BY site, day, gap, cohort_week, is_first_of_week, is_new
) AS visitors_alike
GROUP BY site, day
