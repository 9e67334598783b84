-- No calendar day is missing between the first and the last day of a site.
SELECT site, count() AS days, max(day) - min(day) + 1 AS expected
FROM {{users_activity}}
GROUP BY site
HAVING days != expected
