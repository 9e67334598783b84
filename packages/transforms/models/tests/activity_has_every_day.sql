-- No calendar day is missing between a site's first and last.
SELECT site, count() AS days, max(day) - min(day) + 1 AS expected
FROM {{users_activity}}
GROUP BY site
HAVING days != expected
