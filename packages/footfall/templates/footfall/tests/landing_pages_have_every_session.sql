-- A data test: a statement that must return no rows. It runs on the days that a run has changed. If it returns rows,
-- readers keep the last good rows of the model, and all other models are published.
SELECT site, day
FROM
(
    SELECT site, day, toInt64(sessions) AS sessions FROM {{landing_pages}}
    UNION ALL
    SELECT site, day, -1 FROM {{sessions}} WHERE NOT is_bot
)
GROUP BY site, day
HAVING sum(sessions) != 0
