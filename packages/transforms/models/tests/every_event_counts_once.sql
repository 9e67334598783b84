-- Every event that was published before or that the run has read is in exactly one visit, one session and one day
-- of a visitor.
SELECT
    site,
    visitor_id,
    sumIf(count, place = 'raw') AS raw,
    sumIf(count, place = 'visits') AS visits,
    sumIf(count, place = 'sessions') AS sessions,
    sumIf(count, place = 'days') AS days
FROM
(
    SELECT site, visitor_id, 'raw' AS place, count() AS count FROM {{stg_events}} GROUP BY site, visitor_id
    UNION ALL
    SELECT site, visitor_id, 'raw', events FROM {{int_visits.before}}
    UNION ALL
    SELECT site, visitor_id, 'visits', events FROM {{int_visits}}
    UNION ALL
    SELECT site, visitor_id, 'sessions', events FROM {{sessions}}
    UNION ALL
    SELECT site, visitor_id, 'days', events FROM {{int_user_days}}
)
GROUP BY site, visitor_id
HAVING raw != visits OR raw != sessions OR raw != days
