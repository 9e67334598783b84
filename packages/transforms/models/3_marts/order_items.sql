-- @description Lines of orders. Orders of bots and implausible ones are flagged.
-- @grain site, order_id, item
-- @order site, order_id, item
-- @materialized view
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column order_id String {!= ''}: Order id that the shop gave.
-- @column item UInt32 {>= 1}: Number of the line in the order, from 1.
-- @column ordered_at DateTime64(3, 'UTC'): Time of the order.
-- @column day Date: UTC day of the order.
-- @column currency LowCardinality(String): ISO 4217 code of the currency.
-- @column product_id String: Id of the product; empty for none.
-- @column name String: Name of the product; empty for none.
-- @column category String: Category of the product; empty for none.
-- @column variant String: Variant of the product; empty for none.
-- @column price Decimal(18, 4): Price of one piece.
-- @column quantity UInt32: Number of pieces.
-- @column amount Decimal(38, 4): Price of all pieces.
-- @column is_bot Bool: The order is that of a bot, see orders.
-- @column is_implausible Bool: The order is implausible, see orders.
SELECT
    site,
    order_id,
    number AS item,
    ordered_at,
    day,
    currency,
    line.product_id AS product_id,
    line.name AS name,
    line.category AS category,
    line.variant AS variant,
    line.price AS price,
    line.quantity AS quantity,
    toDecimal128(price, 4) * quantity AS amount,
    is_bot,
    is_implausible
FROM {{orders}}
ARRAY JOIN items AS line, arrayEnumerate(items) AS number
