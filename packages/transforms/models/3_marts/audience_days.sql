-- @description Devices, browsers, operating systems and countries of sessions by the day of their start. Bots are excluded.
-- @grain site, day, dimension, value
-- @order site, dimension, value
-- @materialized incremental by partition
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column dimension LowCardinality(String) {IN ('device', 'browser', 'os', 'country')}: Dimension that the value belongs to; every session is counted once in each dimension.
-- @column value LowCardinality(String): Value; empty if it is unknown.
-- @column sessions UInt64 {>= 1}: Sessions.
-- @column conversions UInt64: Sessions with a checkout.
-- @column revenue Decimal(38, 4): Sum of the totals of checkouts.
-- @column goals {{definitions.goal_counts_type}}: Goals that the sessions reached, each with the number of these sessions, and that of conversions, see the view goals.
-- @alias amount revenue
-- @check conversions <= sessions: nothing is counted twice
SELECT
    site,
    day,
    pair.1 AS dimension,
    pair.2 AS value,
    count() AS sessions,
    countIf(is_converted) AS conversions,
    sum(session.revenue) AS revenue,
    {{counts_of_goals(session.goals.goal, session.goals.conversions)}} AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM {{sessions}} AS session
ARRAY JOIN [('device', device), ('browser', browser), ('os', os), ('country', country)] AS pair
WHERE NOT is_bot
GROUP BY site, day, dimension, value
