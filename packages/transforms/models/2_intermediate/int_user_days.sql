-- @description What a visitor did on a day. NULL says never.
-- @grain site, day, visitor_id
-- @order site, visitor_id, day
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: The last one given to identify() on that day; empty when anonymous all day.
-- @column is_bot Bool: At least one event came from a machine.
-- @column events UInt64: Events of the day.
-- @column page_views UInt64: Views of pages.
-- @column first_seen_at DateTime64(3, 'UTC'): First event.
-- @column last_seen_at DateTime64(3, 'UTC'): Last event.
-- @column first_product_view_at Nullable(DateTime64(3, 'UTC')): First view of a product page.
-- @column last_product_view_at Nullable(DateTime64(3, 'UTC')): Last view of a product page.
-- @column product_view_count UInt64: Views of product pages.
-- @column product_view_amount Decimal(38, 4): Sum of their prices.
-- @column first_add_to_cart_at Nullable(DateTime64(3, 'UTC')): First add to cart.
-- @column last_add_to_cart_at Nullable(DateTime64(3, 'UTC')): Last add to cart.
-- @column add_to_cart_count UInt64: Adds to cart.
-- @column add_to_cart_amount Decimal(38, 4): Sum of their prices.
-- @column first_checkout_at Nullable(DateTime64(3, 'UTC')): First checkout.
-- @column last_checkout_at Nullable(DateTime64(3, 'UTC')): Last checkout.
-- @column checkout_count UInt64: Checkouts.
-- @column checkout_amount Decimal(38, 4): Sum of their totals.
SELECT
    site,
    day,
    visitor_id,
    argMaxIf(user_id, (ts, event_id), user_id != '') AS user_id,
    max(is_bot) AS is_bot,
    count() AS events,
    countIf(is_page_view) AS page_views,
    min(ts) AS first_seen_at,
    max(ts) AS last_seen_at,
    minIfOrNull(ts, is_product_view) AS first_product_view_at,
    maxIfOrNull(ts, is_product_view) AS last_product_view_at,
    countIf(is_product_view) AS product_view_count,
    sumIf(amount, is_product_view) AS product_view_amount,
    minIfOrNull(ts, is_add_to_cart) AS first_add_to_cart_at,
    maxIfOrNull(ts, is_add_to_cart) AS last_add_to_cart_at,
    countIf(is_add_to_cart) AS add_to_cart_count,
    sumIf(amount, is_add_to_cart) AS add_to_cart_amount,
    minIfOrNull(ts, is_checkout) AS first_checkout_at,
    maxIfOrNull(ts, is_checkout) AS last_checkout_at,
    countIf(is_checkout) AS checkout_count,
    sumIf(amount, is_checkout) AS checkout_amount
FROM {{stg_events}}
GROUP BY site, visitor_id, day
