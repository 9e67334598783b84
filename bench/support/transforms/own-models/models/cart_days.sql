-- @description Visitors and their carts by day, and by whether they return.
-- @grain site, day, is_returning
-- @order site
-- @materialized incremental by partition
-- @column site LowCardinality(String): Site key.
-- @column day Date: UTC day.
-- @column is_returning Bool: Whether the visitor was there on an earlier day.
-- @column visitors UInt64 {>= 1}: Visitors.
-- @column adds UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
SELECT site, day, nth_day > 1 AS is_returning, uniqExact(visitor_id) AS visitors, sum(adds) AS adds, sum(checkouts) AS checkouts
FROM {{int_cart_days}}
GROUP BY site, day, is_returning
