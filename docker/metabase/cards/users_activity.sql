-- Users activity: daily, weekly and monthly active visitors, and stickiness.
-- {"display": "line", "dimension": "day", "metrics": ["dau", "wau", "mau", "stickiness"]}
SELECT day, sum(users_activity.dau) AS dau, sum(users_activity.wau) AS wau, sum(users_activity.mau) AS mau, if(mau = 0, 0, dau / mau) AS stickiness
FROM users_activity
WHERE day >= today() - 90
GROUP BY day
ORDER BY day
