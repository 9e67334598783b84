-- @description Goals by day. Bots are excluded, and so are orders and refunds that name no visitor.
-- @grain site, day, goal
-- @order site, goal
-- @materialized incremental by partition
-- @tags goals
-- @defined {{definitions.has_goals}}
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column goal LowCardinality(String) {!= ''}: Name of the goal, see the view goals.
-- @column conversions UInt64 {>= 1}: Events that reach the goal.
-- @column visitors UInt64 {>= 1}: Visitors with a conversion.
-- @column sessions UInt64 {>= 1}: Sessions with a conversion on the day.
-- @column values Array(Tuple(currency String, value Decimal(38, 4))): Sum of the values of the conversions by currency, of which an event may have none; without sums of 0.
-- @check visitors <= sessions AND sessions <= conversions: no visitor and no session is counted twice
SELECT
    site,
    day,
    {{goal_name(reached.key)}} AS goal,
    sum(reached.conversions) AS conversions,
    uniqExact(visitor_id) AS visitors,
    uniqExact(visitor_id, session_started_at) AS sessions,
    sumMapIf([{{goal_currency(reached.key)}}], [reached.value], reached.value != 0) AS sums,
    arrayFilter(sum -> sum.2 != 0, arrayZip(sums.1, sums.2)) AS values
FROM {{int_visits}}
ARRAY JOIN goal_sums AS reached
WHERE is_seen AND NOT is_bot
GROUP BY site, day, goal
