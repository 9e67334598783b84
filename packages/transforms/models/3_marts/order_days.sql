-- @description Orders and refunds by day and currency: an order on its day, a refund on the day of the refund. Orders of bots and implausible ones have columns of their own.
-- @grain site, day, currency
-- @order site, currency
-- @materialized incremental by partition
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column currency LowCardinality(String): ISO 4217 code of the currency; empty for reports without one.
-- @column orders UInt64: Orders.
-- @column amount Decimal(38, 4) {>= 0}: Sum of the amounts of the orders.
-- @column tax Decimal(38, 4): Sum of the taxes.
-- @column shipping Decimal(38, 4): Sum of the costs of shipping.
-- @column discount Decimal(38, 4): Sum of the discounts.
-- @column items UInt64: Pieces in the orders.
-- @column confirmed_orders UInt64: Orders of which a server told.
-- @column confirmed_amount Decimal(38, 4) {>= 0}: Sum of their amounts.
-- @column refunds UInt64: Refunds of the day by which an amount was subtracted, of orders of any day.
-- @column refunded Decimal(38, 4) {>= 0}: Sum of these refunds.
-- @column confirmed_refunded Decimal(38, 4) {>= 0}: Sum of these refunds, of orders of which a server told.
-- @column net Decimal(38, 4): Amount of the orders of the day, less the refunds of the day.
-- @column bot_orders UInt64: Orders of bots.
-- @column bot_amount Decimal(38, 4): Sum of their amounts.
-- @column implausible_orders UInt64: Other orders that are implausible, see orders.
-- @column implausible_amount Decimal(38, 4): Sum of their amounts.
-- @column differing_orders UInt64: Orders of which reports differ, bots and implausible ones included.
-- @column refunds_without_order UInt64: Refunds whose order is not known.
-- @column refunds_in_other_currency UInt64: Refunds in another currency than that of the order.
-- @column refunds_cut UInt64: Refunds that give back more than was left of the order.
-- @column reports_without_id UInt64: Events that tell of an order or a refund without an order id.
-- @check confirmed_orders <= orders AND confirmed_amount <= amount AND confirmed_refunded <= refunded: nothing is counted twice
-- @check net = amount - refunded: the refunds of the day lower the day
SELECT
    site,
    day,
    currency,
    countIf(is_counted) AS orders,
    sumIf(counted.amount, is_counted) AS amount,
    sumIf(counted.tax, is_counted) AS tax,
    sumIf(counted.shipping, is_counted) AS shipping,
    sumIf(counted.discount, is_counted) AS discount,
    sumIf(pieces, is_counted) AS items,
    countIf(is_counted AND is_confirmed) AS confirmed_orders,
    sumIf(counted.amount, is_counted AND is_confirmed) AS confirmed_amount,
    countIf(is_subtracted) AS refunds,
    sumIf(counted.amount, is_subtracted) AS refunded,
    sumIf(counted.amount, is_subtracted AND is_confirmed) AS confirmed_refunded,
    amount - refunded AS net,
    countIf(kind = 'order' AND is_bot) AS bot_orders,
    sumIf(counted.amount, kind = 'order' AND is_bot) AS bot_amount,
    countIf(kind = 'order' AND is_implausible AND NOT is_bot) AS implausible_orders,
    sumIf(counted.amount, kind = 'order' AND is_implausible AND NOT is_bot) AS implausible_amount,
    countIf(kind = 'order' AND differs) AS differing_orders,
    countIf(kind = 'refund' AND NOT has_order) AS refunds_without_order,
    countIf(kind = 'refund' AND differs) AS refunds_in_other_currency,
    countIf(kind = 'refund' AND is_cut) AS refunds_cut,
    countIf(kind = 'nameless') AS reports_without_id
FROM
(
    SELECT
        site,
        day,
        currency,
        'order' AS kind,
        toDecimal128(amount, 4) AS amount,
        toDecimal128(tax, 4) AS tax,
        toDecimal128(shipping, 4) AS shipping,
        toDecimal128(discount, 4) AS discount,
        arraySum(items.quantity) AS pieces,
        NOT is_bot AND NOT is_implausible AS is_counted,
        false AS is_subtracted,
        is_confirmed,
        is_bot,
        is_implausible,
        differences > 0 AS differs,
        true AS has_order,
        false AS is_cut
    FROM {{orders}}
    UNION ALL
    SELECT
        site, day, currency, 'refund', amount, 0, 0, 0, 0, false, is_order_counted AND amount > 0, is_order_confirmed,
        false, false, is_other_currency, has_order, is_cut
    FROM {{refunds}}
    UNION ALL
    SELECT site, day, told.currency, 'nameless', 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false
    FROM {{int_order_reports}}
    WHERE order_id = ''
) AS counted
GROUP BY site, day, currency
