-- @description Funnel from a product view to a checkout on the same day, with the steps in order of time. Bots are excluded.
-- @grain site, day, product_id
-- @order site, product_id
-- @materialized incremental by partition
-- @tags shop
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column product_id String: Product; empty for any product, where the view and the add to cart may be of different products.
-- @column viewers UInt64: Visitors who viewed it.
-- @column adders UInt64: Viewers who then added it to the cart.
-- @column buyers UInt64: Adders who then had a checkout.
-- @check viewers >= adders AND adders >= buyers: no step has more visitors than the previous one
SELECT
    site,
    day,
    step.1 AS product_id,
    count() AS viewers,
    countIf(step.2 >= 2) AS adders,
    countIf(step.2 >= 3) AS buyers
FROM {{int_user_days}}
ARRAY JOIN arrayPushFront(arrayMap(p -> (p.product_id, p.funnel_step), products), ('', funnel_step)) AS step
WHERE NOT is_bot AND step.2 >= 1
GROUP BY site, day, product_id
