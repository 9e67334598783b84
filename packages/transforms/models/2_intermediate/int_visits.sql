-- @description What a visitor did in one session on one day. All that a run reads of events; sessions and days are put together from these.
-- @grain site, visitor_id, session_started_at, day
-- @order site, visitor_id, session_started_at, day
-- @refresh run
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column session_started_at DateTime64(3, 'UTC'): First event of the session, which may be of an earlier day.
-- @column day Date: UTC day.
-- @column user_id String: The last one given to identify() on the day in the session; empty when anonymous.
-- @column is_bot Bool: At least one event came from a machine.
-- @column is_misdated Bool: At least one event has an impossible time.
-- @column is_dated Bool: At least one event has a possible time.
-- @column events UInt64 {>= 1}: Events.
-- @column first_at DateTime64(3, 'UTC'): First event.
-- @column last_at DateTime64(3, 'UTC'): Last event.
-- @column is_all_views Bool: Nothing but views of pages.
-- @column entry Tuple(referrer String, referrer_host LowCardinality(String), utm_source LowCardinality(String), utm_medium LowCardinality(String), utm_campaign LowCardinality(String), browser LowCardinality(String), os LowCardinality(String), device LowCardinality(String), country LowCardinality(String)): Where the session came from; empty on its later days.
-- @column page_views Array(Tuple(ts DateTime64(3, 'UTC'), event_id UUID, path String)): Views of pages in order of time.
-- @column product_view_count UInt64: Views of product pages.
-- @column product_view_amount Decimal(38, 4): Sum of their prices.
-- @column first_product_view_at Nullable(DateTime64(3, 'UTC')): First view of a product page.
-- @column last_product_view_at Nullable(DateTime64(3, 'UTC')): Last one.
-- @column add_to_cart_count UInt64: Adds to cart.
-- @column add_to_cart_amount Decimal(38, 4): Sum of their prices.
-- @column add_times Array(DateTime64(3, 'UTC')): When they were.
-- @column product_events Array(Tuple(product_id UInt64, ts DateTime64(3, 'UTC'), is_add Bool, amount Decimal(18, 4))): Views of product pages and adds to cart, of products that have a number.
-- @column checkout_count UInt64: Checkouts.
-- @column checkout_amount Decimal(38, 4): Sum of their totals.
-- @column first_checkout_at Nullable(DateTime64(3, 'UTC')): First checkout.
-- @column last_checkout_at Nullable(DateTime64(3, 'UTC')): Last checkout.
-- @column vitals Array(Tuple(metric LowCardinality(String), path String, value Float64)): Measurements.
WITH
    -- A session begins at the first event, and at each that comes more than 1800 s after the one before it.
    starts AS
    (
        SELECT
            site,
            visitor_id,
            arrayJoin(arrayPushFront(arrayFilter((time, gap) -> gap > 1800000, times, arrayDifference(times)), times[1])) AS started_ms
        FROM
        (
            SELECT site, visitor_id, arraySort(groupArray(toUnixTimestamp64Milli(ts))) AS times
            FROM {{stg_events}}
            GROUP BY site, visitor_id
        )
    ),
    placed AS
    (
        SELECT event.*, starts.started_ms AS started_ms
        FROM (SELECT *, toUnixTimestamp64Milli(ts) AS ms FROM {{stg_events}}) AS event
        ASOF INNER JOIN starts
            ON event.site = starts.site AND event.visitor_id = starts.visitor_id AND event.ms >= starts.started_ms
    )
SELECT
    site,
    visitor_id,
    fromUnixTimestamp64Milli(started_ms, 'UTC') AS session_started_at,
    day,
    argMaxIf(placed.user_id, (ts, event_id), placed.user_id != '') AS user_id,
    max(placed.is_bot) AS is_bot,
    max(placed.is_misdated) AS is_misdated,
    min(placed.is_misdated) = false AS is_dated,
    count() AS events,
    min(ts) AS first_at,
    max(ts) AS last_at,
    min(is_page_view) AS is_all_views,
    argMinIf(
        (referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country),
        event_id,
        ms = started_ms
    ) AS entry,
    arraySort(groupArrayIf((ts, event_id, path), is_page_view)) AS page_views,
    countIf(is_product_view) AS product_view_count,
    sumIf(amount, is_product_view) AS product_view_amount,
    minIfOrNull(ts, is_product_view) AS first_product_view_at,
    maxIfOrNull(ts, is_product_view) AS last_product_view_at,
    countIf(is_add_to_cart) AS add_to_cart_count,
    sumIf(amount, is_add_to_cart) AS add_to_cart_amount,
    groupArrayIf(ts, is_add_to_cart) AS add_times,
    groupArrayIf(
        (product_id, ts, is_add_to_cart, amount),
        product_id != 0 AND (is_product_view OR is_add_to_cart)
    ) AS product_events,
    countIf(is_checkout) AS checkout_count,
    sumIf(amount, is_checkout) AS checkout_amount,
    minIfOrNull(ts, is_checkout) AS first_checkout_at,
    maxIfOrNull(ts, is_checkout) AS last_checkout_at,
    arraySort(groupArrayIf((metric, path, value), is_vital)) AS vitals
FROM placed
GROUP BY site, visitor_id, started_ms, day
