-- @description Weekly cohorts: of the visitors that were first active in one week, those active in another. Machines and misdated days do not count.
-- @grain site, week, cohort_week
-- @order site, cohort_week
-- @materialized incremental by partition
-- @partition week
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column week Date: Monday of the week in which they were active.
-- @column cohort_week Date: Monday of the week in which they were first active.
-- @column week_number UInt16: Weeks from the first one; the row of 0 has the size of the cohort.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @check cohort_week <= week AND week_number * 7 = week - cohort_week: nobody comes back before the first time
SELECT
    site,
    toMonday(day) AS week,
    cohort.week AS cohort_week,
    intDiv(week - cohort_week, 7) AS week_number,
    sum(cohort.visitors) AS visitors
FROM {{int_activity_days}}
ARRAY JOIN cohorts AS cohort
GROUP BY site, week, cohort_week
