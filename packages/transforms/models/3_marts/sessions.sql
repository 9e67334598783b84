-- @description Visits: events of a visitor with at most 1800 s between one and the next. Midnight and campaigns do not cut.
-- @grain site, visitor_id, started_at
-- @order site, visitor_id, started_at
-- @materialized incremental by visitor
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column session_id UInt64: Hash of site, visitor and start, so that the same events always have the same id. A sender can make two sessions share it: join and count by site, visitor_id and started_at.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: The last one given to identify() in the session; empty when anonymous throughout.
-- @column started_at DateTime64(3, 'UTC'): First event.
-- @column ended_at DateTime64(3, 'UTC'): Last event.
-- @column day Date: UTC day of the start.
-- @column duration_ms UInt64: From first to last event, milliseconds.
-- @column duration_seconds Float64 {>= 0}: The same in seconds.
-- @column events UInt64 {>= 1}: Events.
-- @column page_views UInt64: Views of pages.
-- @column is_bounce Bool: At most one page view, and the visitor did nothing else: what pages tell by themselves (views, how far and how long somebody read, errors, vitals, who signed in) does not count.
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
-- @column is_misdated Bool: At least one event has an impossible time.
-- @column product_views UInt64: Views of product pages.
-- @column adds_to_cart UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
-- @column amount Decimal(38, 4): Sum of the totals of checkouts.
-- @column is_converted Bool: At least one checkout.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: 1 a product was viewed, 2 then one was added to the cart, 3 then there was a checkout; 0 none.
-- @check started_at <= ended_at AND duration_ms = toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at): a session lasts from its first to its last event
-- @check page_views + adds_to_cart + checkouts <= events AND product_views <= page_views: no event counts twice
-- @check is_converted = (checkouts > 0) AND is_long = (duration_ms > 86400000): flags follow from counts
SELECT
    site,
    cityHash64(site, visitor_id, toUnixTimestamp64Milli(session_started_at)) AS session_id,
    visitor_id,
    argMaxIf(last_user.user_id, visit.day, last_user.user_id != '') AS user_id,
    session_started_at AS started_at,
    max(last_at) AS ended_at,
    min(visit.day) AS day,
    toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at) AS duration_ms,
    duration_ms / 1000 AS duration_seconds,
    sum(visit.events) AS events,
    sum(visit.page_views) AS page_views,
    page_views <= 1 AND min(is_passive) AS is_bounce,
    argMinIf(first_page.path, visit.day, visit.page_views > 0) AS entry_path,
    argMaxIf(last_page.path, visit.day, visit.page_views > 0) AS exit_path,
    -- One visit of a session begins with it.
    anyIf(entry.referrer, first_at = session_started_at) AS entry_referrer,
    anyIf(entry.referrer_host, first_at = session_started_at) AS entry_referrer_host,
    anyIf(entry.utm_source, first_at = session_started_at) AS utm_source,
    anyIf(entry.utm_medium, first_at = session_started_at) AS utm_medium,
    anyIf(entry.utm_campaign, first_at = session_started_at) AS utm_campaign,
    anyIf(entry.browser, first_at = session_started_at) AS browser,
    anyIf(entry.os, first_at = session_started_at) AS os,
    anyIf(entry.device, first_at = session_started_at) AS device,
    anyIf(entry.country, first_at = session_started_at) AS country,
    max(visit.is_bot) AS is_bot,
    duration_ms > 86400000 AS is_long,
    max(visit.is_misdated) AS is_misdated,
    sum(product_view_count) AS product_views,
    sum(add_to_cart_count) AS adds_to_cart,
    sum(checkout_count) AS checkouts,
    sum(checkout_amount) AS amount,
    checkouts > 0 AS is_converted,
    min(first_product_view_at) AS viewed_at,
    arrayFilter(t -> ifNull(t >= viewed_at, false), groupArrayArray(add_times)) AS adds_after_view,
    multiIf(product_views = 0, 0, empty(adds_after_view), 1, ifNull(max(last_checkout_at) >= arrayMin(adds_after_view), false), 3, 2) AS funnel_step
FROM {{int_visits}} AS visit
GROUP BY site, visitor_id, session_started_at
