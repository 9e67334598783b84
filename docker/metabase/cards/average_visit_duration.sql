-- Average visit duration: by day, in minutes.
-- {"display": "line", "dimension": "day", "metrics": ["average_minutes"]}
SELECT day, avg(duration_seconds) / 60 AS average_minutes
FROM sessions
WHERE NOT is_bot AND NOT is_long AND day >= today() - 90
GROUP BY day
ORDER BY day
