-- @description Active visitors of a day by the previous day on which they were active. The distinct visitors of consecutive days are those with a previous day before the first of them. Bots and days with invalid timestamps are excluded.
-- @grain site, day, previous_day
-- @order site, previous_day
-- @materialized incremental by partition
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column previous_day Date: Previous day on which the visitors were active; 1970-01-01 for none.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @check previous_day < day: the previous day is earlier
SELECT
    site,
    day,
    previous_day,
    count() AS visitors
FROM {{int_presence_days}}
WHERE NOT is_bot AND NOT has_invalid_time AND is_seen
GROUP BY site, day, previous_day
