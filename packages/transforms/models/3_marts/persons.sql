-- @description Which person a visitor is: visitors that identified as the same user are one person. Sessions stay those of a visitor.
-- @grain site, visitor_id
-- @order site, visitor_id
-- @materialized view
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: The last one ever given to identify(); empty when anonymous throughout.
-- @column person_id String: user: and the user_id, or visitor: and the visitor_id.
-- @column first_day Date: First day on which the visitor was active.
-- @column last_day Date: Last one.
-- @column active_days UInt64 {>= 1}: Days on which the visitor was active.
SELECT
    site,
    visitor_id,
    argMaxIf(days.user_id, day, days.user_id != '') AS user_id,
    if(user_id != '', concat('user:', user_id), concat('visitor:', toString(visitor_id))) AS person_id,
    min(day) AS first_day,
    max(day) AS last_day,
    count() AS active_days
FROM {{int_user_days}} AS days
GROUP BY site, visitor_id
