-- @description From a view of a product to a checkout on the same day, step by step in order of time. Machines do not count.
-- @grain site, day, product_id
-- @order site, product_id
-- @materialized incremental by partition
-- @tags shop
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column product_id UInt64: Product; 0 for any, where view and add may be of different ones.
-- @column viewers UInt64: Visitors that viewed it.
-- @column adders UInt64: Of these, those that then added it to the cart.
-- @column buyers UInt64: Of these, those that then had a checkout.
-- @check viewers >= adders AND adders >= buyers: every step has at most the visitors of the one before
SELECT
    site,
    day,
    step.1 AS product_id,
    count() AS viewers,
    countIf(step.2 >= 2) AS adders,
    countIf(step.2 >= 3) AS buyers
FROM {{int_user_days}}
ARRAY JOIN arrayPushFront(arrayMap(p -> (p.product_id, p.funnel_step), products), (toUInt64(0), funnel_step)) AS step
WHERE NOT is_bot AND step.2 >= 1
GROUP BY site, day, product_id
