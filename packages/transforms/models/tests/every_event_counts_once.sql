-- Every event that was there before or has been read is in exactly one visit, one session and one visitor's day.
SELECT
    sumIf(count, place = 'raw') AS raw,
    sumIf(count, place = 'visits') AS visits,
    sumIf(count, place = 'sessions') AS sessions,
    sumIf(count, place = 'days') AS days
FROM
(
    SELECT 'raw' AS place, count() AS count FROM {{stg_events}}
    UNION ALL
    SELECT 'raw', sum(events) FROM {{int_visits.before}}
    UNION ALL
    SELECT 'visits', sum(events) FROM {{int_visits}}
    UNION ALL
    SELECT 'sessions', sum(events) FROM {{sessions}}
    UNION ALL
    SELECT 'days', sum(events) FROM {{int_user_days}}
)
HAVING raw != visits OR raw != sessions OR raw != days
