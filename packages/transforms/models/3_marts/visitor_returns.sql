-- @description Active visitors of a day by the day on which they were active before. The different visitors of some days in a row are those whose day before is earlier. Machines and misdated days do not count.
-- @grain site, day, previous_day
-- @order site, previous_day
-- @materialized incremental by partition
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column previous_day Date: The active day before; 1970-01-01 for none.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @check previous_day < day: the day before comes before
SELECT
    site,
    day,
    previous_day,
    count() AS visitors
FROM {{int_presence_days}}
WHERE NOT is_bot AND NOT is_misdated
GROUP BY site, day, previous_day
