-- @description What visitors use and where they are, by the day of the start of their sessions. Machines do not count.
-- @grain site, day, dimension, value
-- @order site, dimension, value
-- @materialized incremental by partition
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column dimension LowCardinality(String) {IN ('device', 'browser', 'os', 'country')}: What the value is of; every session counts once in each.
-- @column value LowCardinality(String): Value; empty where it is not known.
-- @column sessions UInt64 {>= 1}: Sessions.
-- @column conversions UInt64: Sessions with a checkout.
-- @column amount Decimal(38, 4): Sum of the totals of checkouts.
-- @check conversions <= sessions: nothing counts twice
SELECT
    site,
    day,
    pair.1 AS dimension,
    pair.2 AS value,
    count() AS sessions,
    countIf(is_converted) AS conversions,
    sum(session.amount) AS amount
FROM {{sessions}} AS session
ARRAY JOIN [('device', device), ('browser', browser), ('os', os), ('country', country)] AS pair
WHERE NOT is_bot
GROUP BY site, day, dimension, value
