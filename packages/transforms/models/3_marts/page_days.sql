-- @description Page views by page and day. Bots are excluded.
-- @grain site, day, path
-- @order site, path
-- @materialized incremental by partition
-- @tags pages
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column path String: Path of the page.
-- @column views UInt64: Views.
-- @column visitors UInt64: Visitors who viewed it.
-- @column entries UInt64: Sessions that started on the day with this page as the landing page.
-- @column exits UInt64: Sessions that started on the day with this page as the exit page.
-- @column bounces UInt64: Sessions that started on the day, landed on this page and bounced.
-- @column goals {{definitions.goal_counts_type}}: Goals that the sessions that started on the day with this page as the landing page reached, each with the number of these sessions, and that of conversions, see the view goals.
-- @check visitors <= views: no visitor is counted twice
-- @check bounces <= entries: a session that bounces landed on the page
SELECT
    site,
    day,
    page.1 AS path,
    sum(page.2) AS views,
    sum(page.3) AS visitors,
    sum(page.4) AS entries,
    sum(page.5) AS exits,
    sum(page.6) AS bounces,
    {{counts_of_goals(page.7.1, page.7.2)}} AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM
(
    SELECT
        site,
        day,
        (
            seen.path,
            seen.views,
            toUInt64(1),
            toUInt64(0),
            toUInt64(0),
            toUInt64(0),
            CAST([], 'Array(Tuple(LowCardinality(String), UInt64))')
        ) AS page
    FROM {{int_user_days}}
    ARRAY JOIN paths AS seen
    WHERE NOT is_bot
    UNION ALL
    SELECT
        site,
        day,
        arrayJoin([
            (entry_path, toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0), toUInt64(is_bounce), arrayZip(session.goals.goal, session.goals.conversions)),
            (exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0), [])
        ]) AS page
    FROM {{sessions}} AS session
    WHERE NOT is_bot AND page_views > 0
)
GROUP BY site, day, path
