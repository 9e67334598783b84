-- Visit duration: how many visits lasted so many hours, in steps of a tenth.
-- {"display": "bar", "dimension": "hours", "metrics": ["visits"]}
SELECT floor(duration_seconds / 360) / 10 AS hours, count() AS visits
FROM sessions
WHERE NOT is_bot AND NOT is_long AND day >= today() - 90
GROUP BY hours
ORDER BY hours
