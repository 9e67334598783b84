-- @description Carts by week.
-- @grain site, week
-- @order site
-- @materialized view
-- @column site LowCardinality(String): Site key.
-- @column week Date: Monday of the week.
-- @column adds UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
SELECT site, toMonday(day) AS week, sum(adds) AS adds, sum(checkouts) AS checkouts FROM {{cart_days}} GROUP BY site, week
