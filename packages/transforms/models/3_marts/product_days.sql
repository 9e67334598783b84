-- @description Views, adds to cart and purchases by product and day. Bots are excluded.
-- @grain site, day, product_id
-- @order site, product_id
-- @materialized incremental by partition
-- @tags shop
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column product_id String {!= ''}: Product.
-- @column views UInt64: Views of the product page.
-- @column viewers UInt64: Visitors who viewed it.
-- @column adds UInt64: Adds to cart.
-- @column adders UInt64: Visitors who added it to the cart.
-- @column add_amount Decimal(38, 4): Sum of the prices of the adds to cart.
-- @column buyers UInt64: Visitors who viewed it, then added it to the cart, then had a checkout.
-- @check viewers <= views AND adders <= adds: no visitor is counted twice
SELECT
    site,
    day,
    product.product_id AS product_id,
    sum(product.views) AS views,
    countIf(product.views > 0) AS viewers,
    sum(product.adds) AS adds,
    countIf(product.adds > 0) AS adders,
    sum(product.add_amount) AS add_amount,
    countIf(product.funnel_step = 3) AS buyers
FROM {{int_user_days}}
ARRAY JOIN products AS product
WHERE NOT is_bot
GROUP BY site, day, product_id
