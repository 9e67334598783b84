-- @description Weekly retention: the visitors of each cohort, by first active week, who were active in a later week. Bots and days with invalid timestamps are excluded.
-- @grain site, week, cohort_week
-- @order site, cohort_week
-- @materialized incremental by partition
-- @partition week
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column week Date: Monday of the week in which the visitors were active.
-- @column cohort_week Date: Monday of the week in which the visitors were first active.
-- @column week_number UInt16: Number of weeks since the first one; the row with 0 has the size of the cohort.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @check cohort_week <= week AND week_number * 7 = week - cohort_week: no visitor returns before the first week
SELECT
    site,
    toMonday(day) AS week,
    cohort.week AS cohort_week,
    intDiv(week - cohort_week, 7) AS week_number,
    sum(cohort.visitors) AS visitors
FROM {{int_activity_days}}
ARRAY JOIN cohorts AS cohort
GROUP BY site, week, cohort_week
