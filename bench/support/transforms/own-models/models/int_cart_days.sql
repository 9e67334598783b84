-- @description Views, adds to cart and checkouts of a visitor on a day, with the number of the day among those of the visitor.
-- @grain site, visitor_id, day
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @column site LowCardinality(String): Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day.
-- @column views UInt64: Page views.
-- @column adds UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
-- @column nth_day UInt64 {>= 1}: Number of the day among the days of the visitor.
SELECT *, count() OVER (PARTITION BY site, visitor_id ORDER BY day ROWS UNBOUNDED PRECEDING) AS nth_day
FROM
(
    SELECT site, visitor_id, day, countIf(is_page_view) AS views, countIf(is_add_to_cart) AS adds, countIf(is_checkout) AS checkouts
    FROM {{stg_events}}
    WHERE NOT is_bot
    GROUP BY site, visitor_id, day
)
