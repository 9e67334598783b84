-- @description The active visitors of a day by how long ago they were active before, which is all that windows of days and weeks are made of. Machines and misdated days do not count.
-- @grain site, day
-- @order site
-- @materialized incremental by partition
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column visitors UInt64 {>= 1}: Active visitors.
-- @column new_visitors UInt64: Those that were active for the first time.
-- @column gaps Array(Tuple(days UInt16, visitors UInt64)): Visitors by the days since they were active before, of those with at most 29.
-- @column cohorts Array(Tuple(week Date, visitors UInt64)): Visitors that were not active before in this week, by the Monday of the week in which they were first active.
-- @column visitors_sketch AggregateFunction(uniqCombined64, UInt64): The visitors as a sketch.
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
    WHERE NOT is_bot AND NOT is_misdated
    GROUP BY site, day, gap, cohort_week, is_first_of_week, is_new
) AS visitors_alike
GROUP BY site, day
