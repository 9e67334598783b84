-- @description Units and money sold by product, day and currency, from the lines of orders. Orders of bots and implausible ones are excluded.
-- @grain site, day, currency, product_id
-- @order site, currency, product_id
-- @materialized view
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day of the orders.
-- @column currency LowCardinality(String): ISO 4217 code of the currency; amounts of several currencies are never added.
-- @column product_id String: Id of the product; empty for lines without one.
-- @column orders UInt64 {>= 1}: Orders with the product.
-- @column units UInt64: Pieces sold.
-- @column amount Decimal(38, 4): Sum of the prices of these pieces, before discounts of whole orders and refunds.
-- @column confirmed_units UInt64: Pieces in orders of which a server told.
-- @column confirmed_amount Decimal(38, 4): Sum of their prices.
-- @check confirmed_units <= units: nothing is counted twice
SELECT
    site,
    day,
    currency,
    line.product_id AS product_id,
    uniqExact(order_id) AS orders,
    sum(line.quantity) AS units,
    sum(toDecimal128(line.price, 4) * line.quantity) AS amount,
    sumIf(line.quantity, is_confirmed) AS confirmed_units,
    sumIf(toDecimal128(line.price, 4) * line.quantity, is_confirmed) AS confirmed_amount
FROM {{orders}}
ARRAY JOIN items AS line
WHERE NOT is_bot AND NOT is_implausible
GROUP BY site, day, currency, product_id
