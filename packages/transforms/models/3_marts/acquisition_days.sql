-- @description Sources of sessions by the day of their start. Bots are excluded.
-- @grain site, day, referrer_host, utm_source, utm_medium, utm_campaign
-- @order site, referrer_host, utm_source, utm_medium, utm_campaign
-- @materialized incremental by partition
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column channel LowCardinality(String) {IN ('campaign', 'referral', 'direct')}: Source of the session: campaign if it has a utm_source, referral if it has a referrer, else direct.
-- @column referrer_host LowCardinality(String): Host of the referrer.
-- @column utm_source LowCardinality(String): Campaign source.
-- @column utm_medium LowCardinality(String): Campaign medium.
-- @column utm_campaign LowCardinality(String): Campaign name.
-- @column sessions UInt64 {>= 1}: Sessions.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @column bounces UInt64: Sessions that bounced.
-- @column page_views UInt64: Page views.
-- @column duration_ms UInt64: Sum of the durations of the sessions, milliseconds.
-- @column conversions UInt64: Sessions with a checkout.
-- @column revenue Decimal(38, 4): Sum of the totals of checkouts.
-- @column goals {{definitions.goal_counts_type}}: Goals that the sessions reached, each with the number of these sessions, and that of conversions, see the view goals.
-- @alias amount revenue
-- @check visitors <= sessions AND bounces <= sessions AND conversions <= sessions: nothing is counted twice
SELECT
    site,
    day,
    channel,
    entry_referrer_host AS referrer_host,
    utm_source,
    utm_medium,
    utm_campaign,
    count() AS sessions,
    uniqExact(visitor_id) AS visitors,
    countIf(is_bounce) AS bounces,
    sum(session.page_views) AS page_views,
    sum(session.duration_ms) AS duration_ms,
    countIf(is_converted) AS conversions,
    sum(session.revenue) AS revenue,
    {{counts_of_goals(session.goals.goal, session.goals.conversions)}} AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM {{sessions}} AS session
WHERE NOT is_bot
GROUP BY site, day, channel, referrer_host, utm_source, utm_medium, utm_campaign
