-- Every event that was published before or that the run has read is in exactly one visit, one session and one day
-- of a visitor. Sessions and days of which no event counts as activity have no row; of a session of several days, all
-- count together.
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
    SELECT site, visitor_id, 'sessions', sum(visit.events) FROM {{int_visits}} AS visit GROUP BY site, visitor_id, session_started_at HAVING NOT max(is_seen)
    UNION ALL
    SELECT site, visitor_id, 'days', events FROM {{int_user_days}}
    UNION ALL
    SELECT site, visitor_id, 'days', sum(visit.events) FROM {{int_visits}} AS visit GROUP BY site, visitor_id, day HAVING NOT max(is_seen)
)
GROUP BY site, visitor_id
HAVING raw != visits OR raw != sessions OR raw != days
