-- @description Persons: visitors who identified as the same user are one person. Sessions belong to a visitor, not to a person.
-- @grain site, visitor_id
-- @order site, visitor_id
-- @materialized view
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: Last user that a page ever gave to identify(); empty for a visitor who was always anonymous.
-- @column person_id String: Id of the person: user:<user_id>, or visitor:<visitor_id> for an anonymous visitor.
-- @column first_day Date: First day on which the visitor was active.
-- @column last_day Date: Last day on which the visitor was active.
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
