-- @description Visits: events of a visitor with at most 1800 s between one and the next. Midnight and campaigns do not cut.
-- @grain site, session_id
-- @order site, started_at, visitor_id
-- @column site LowCardinality(String): Site key.
-- @column session_id UInt64: Hash of site, visitor and start, so that the same events always have the same id.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: The last one given to identify() in the session; empty when anonymous throughout.
-- @column started_at DateTime64(3, 'UTC'): First event.
-- @column ended_at DateTime64(3, 'UTC'): Last event.
-- @column day Date: UTC day of the start.
-- @column duration_ms UInt64: From first to last event, milliseconds.
-- @column duration_seconds Float64: The same in seconds.
-- @column events UInt64: Events.
-- @column page_views UInt64: Views of pages.
-- @column is_bounce Bool: At most one page view and nothing but views.
-- @column entry_path String: Path of the first page viewed; empty when none was.
-- @column exit_path String: Path of the last page viewed; empty when none was.
-- @column entry_referrer String: Referrer of the first event.
-- @column entry_referrer_host LowCardinality(String): Its host.
-- @column utm_source LowCardinality(String): Campaign source of the first event.
-- @column utm_medium LowCardinality(String): Campaign medium of the first event.
-- @column utm_campaign LowCardinality(String): Campaign name of the first event.
-- @column browser LowCardinality(String): Browser family of the first event.
-- @column os LowCardinality(String): Operating system family of the first event.
-- @column device LowCardinality(String): Device of the first event.
-- @column country LowCardinality(String): Country of the first event.
-- @column is_bot Bool: At least one event came from a machine.
-- @column is_long Bool: Longer than 24 hours, which people are not: such a session is flagged, not cut.
-- @column product_views UInt64: Views of product pages.
-- @column adds_to_cart UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
-- @column amount Decimal(38, 4): Sum of the totals of checkouts.
-- @column is_converted Bool: At least one checkout.
SELECT
    site,
    cityHash64(site, visitor_id, toUnixTimestamp64Milli(min(ts))) AS session_id,
    visitor_id,
    argMaxIf(user_id, position, user_id != '') AS user_id,
    min(ts) AS started_at,
    max(ts) AS ended_at,
    toDate(min(ts)) AS day,
    toUnixTimestamp64Milli(max(ts)) - toUnixTimestamp64Milli(min(ts)) AS duration_ms,
    (toUnixTimestamp64Milli(max(ts)) - toUnixTimestamp64Milli(min(ts))) / 1000 AS duration_seconds,
    count() AS events,
    countIf(is_page_view) AS page_views,
    countIf(is_page_view) <= 1 AND countIf(NOT is_page_view) = 0 AS is_bounce,
    argMinIf(path, position, is_page_view) AS entry_path,
    argMaxIf(path, position, is_page_view) AS exit_path,
    -- The one event that starts the session is its first.
    anyIf(referrer, starts_session) AS entry_referrer,
    anyIf(referrer_host, starts_session) AS entry_referrer_host,
    anyIf(utm_source, starts_session) AS utm_source,
    anyIf(utm_medium, starts_session) AS utm_medium,
    anyIf(utm_campaign, starts_session) AS utm_campaign,
    anyIf(browser, starts_session) AS browser,
    anyIf(os, starts_session) AS os,
    anyIf(device, starts_session) AS device,
    anyIf(country, starts_session) AS country,
    max(is_bot) AS is_bot,
    duration_ms > 86400000 AS is_long,
    countIf(is_product_view) AS product_views,
    countIf(is_add_to_cart) AS adds_to_cart,
    countIf(is_checkout) AS checkouts,
    sumIf(amount, is_checkout) AS amount,
    countIf(is_checkout) > 0 AS is_converted
FROM
(
    SELECT
        *,
        -- Numbers instead of (ts, event_id), which order the same but cost several times as much to compare.
        row_number() OVER by_time AS position,
        sum(starts_session) OVER by_time AS session_number
    FROM
    (
        SELECT
            *,
            -- Milliseconds as Int64: a difference of dates would be 32 bits wide. The first event's predecessor is far away.
            toUnixTimestamp64Milli(ts) - lagInFrame(toUnixTimestamp64Milli(ts), 1, toInt64(-1e15)) OVER (
                PARTITION BY site, visitor_id ORDER BY ts, event_id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
            ) > 1800000 AS starts_session
        FROM {{stg_events}}
    )
    WINDOW by_time AS (PARTITION BY site, visitor_id ORDER BY ts, event_id ROWS UNBOUNDED PRECEDING)
)
GROUP BY site, visitor_id, session_number
