-- A wider window cannot have fewer visitors, and a negative count would be a running sum gone wrong.
SELECT * FROM {{users_activity}} WHERE NOT (dau <= wau AND wau <= mau) LIMIT 100
