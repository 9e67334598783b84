-- An example of a model. Footfall computes it in every run together with its own models, and tests and publishes it
-- with them. Change it, or delete the file. "footfall transforms build" computes it at once, and
-- "footfall transforms show landing_pages" prints rows. The lines that begin with an @ are the header:
--
-- @description Sessions and conversions by the first page of the session and the day of its start. Bots are excluded.
--
-- The columns that identify a row, which is tested, and the sorting key of the table:
-- @grain site, day, entry_path
-- @order site, entry_path
--
-- "incremental by partition" computes the rows of a day when rows of this day in {{sessions}} have changed. The others
-- are "incremental by visitor", "incremental from partition, lookback N days", and "view":
-- @materialized incremental by partition
-- @tags example
--
-- Every column with its ClickHouse type. The braces are a test of every row, and so is a @check of several columns:
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column entry_path String: First page of the session; empty if it has none.
-- @column sessions UInt64 {>= 1}: Sessions.
-- @column conversions UInt64: Sessions with a checkout.
-- @column conversion_share Float64 {BETWEEN 0 AND 1}: Share of the sessions that have a checkout.
-- @check conversions <= sessions: a session converts at most once
SELECT
    site,
    day,
    entry_path,
    count() AS sessions,
    countIf(is_converted) AS conversions,
    {{share(conversions, sessions)}} AS conversion_share
FROM {{sessions}}
WHERE NOT is_bot
GROUP BY site, day, entry_path
