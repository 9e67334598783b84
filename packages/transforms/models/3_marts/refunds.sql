-- @description Refunds, each once, whatever told of it. A refund without an order id is in no row.
-- @grain site, order_id, refund_id
-- @order site, order_id, refund_id
-- @materialized incremental by order
-- @reports told.is_refund
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column order_id String {!= ''}: Order id that the shop gave.
-- @column refund_id String {!= ''}: Id that the shop gave to the refund, or the id of the event if it gave none.
-- @column refunded_at DateTime64(3, 'UTC'): Time of the refund.
-- @column day Date: UTC day of the refund.
-- @column currency LowCardinality(String): ISO 4217 code of the currency: that of the order if the refund has none.
-- @column asked Decimal(18, 4) {>= 0}: Amount that the refund gives back; 0 for all that is left of the order.
-- @column amount Decimal(38, 4) {>= 0}: Amount that is subtracted from the order: never more than what earlier refunds have left of it.
-- @column source LowCardinality(String): Sender of the report that counts: page, server or import.
-- @column reports UInt64 {>= 1}: Events that told of the refund.
-- @column has_order Bool: The order is known. A refund whose order is not known is applied as soon as it is.
-- @column is_other_currency Bool: The currency is not that of the order, so that nothing is subtracted.
-- @column is_cut Bool: The refund gives back more than was left of the order.
-- @column is_bot Bool: It was told by a page in the visit of a bot, so that nothing is subtracted.
-- @column is_order_counted Bool: The order counts in the sums of order_days: it is neither that of a bot nor implausible.
-- @column is_order_confirmed Bool: A server told of the order.
-- @column visitor_id UInt64: Visitor of the order; 0 for none.
-- @column session_id UInt64: Session of the order; 0 for none.
-- @column entry_path String: Landing page of the session; empty for none.
-- @column channel LowCardinality(String) {IN ('campaign', 'referral', 'direct', '')}: Source of the session: campaign, referral or direct; empty without a session.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: Furthest step of the funnel in the session: 1 a product was viewed, 2 then a product was added to the cart, 3 then there was a checkout; 0 for none.
{{attributes.filter_columns}}
-- @check amount = 0 OR (has_order AND NOT is_other_currency AND NOT is_bot): only a refund of a known order in its currency is subtracted
WITH
    counted AS
    (
        SELECT
            site,
            order_id,
            true AS is_known,
            argMin(
                (told.currency, told.amount, NOT is_bot AND NOT told.is_implausible AND NOT is_one_of_many),
                {{order_precedence(told.source, told.received_at, event_id)}}
            ) AS first,
            max(told.source = 'server') AS is_confirmed,
            argMinIf((session_id, report.visit), {{order_precedence(told.source, told.received_at, event_id)}}, names_visitor) AS named,
            max(names_visitor) AS is_named
        FROM {{int_order_reports}} AS report
        WHERE NOT told.is_refund AND order_id != ''
        GROUP BY site, order_id
    ),
    given_back AS
    (
        SELECT
            site,
            order_id,
            if(told.refund_id = '', toString(event_id), told.refund_id) AS refund_id,
            count() AS reports,
            argMin(
                (ts, day, told.currency, told.amount, told.source, is_bot, told.received_at, event_id),
                {{order_precedence(told.source, told.received_at, event_id)}}
            ) AS first
        FROM {{int_order_reports}}
        WHERE told.is_refund AND order_id != ''
        GROUP BY site, order_id, refund_id
    )
SELECT
    site,
    order_id,
    refund_id,
    first.1 AS refunded_at,
    first.2 AS day,
    currency,
    first.4 AS asked,
    if(is_subtracted AND all_before = 0, if(asked = 0, left_before, least(asked, left_before)), 0) AS amount,
    first.5 AS source,
    reports,
    has_order,
    is_other_currency,
    is_subtracted AND asked > amount AS is_cut,
    first.6 AS is_bot,
    is_order_counted,
    is_order_confirmed,
    seen.2.visitor_id AS visitor_id,
    seen.1 AS session_id,
    seen.2.entry_path AS entry_path,
    seen.2.channel AS channel,
    seen.2.funnel_step AS funnel_step,
    {{attributes.of_visit}}
FROM
(
    SELECT
        *,
        greatest(
            greatest(order_amount, 0) - sumIf(toDecimal128(first.4, 4), is_subtracted) OVER earlier,
            toDecimal128(0, 4)
        ) AS left_before,
        countIf(is_subtracted AND first.4 = 0) OVER earlier AS all_before
    FROM
    (
        SELECT
            given_back.site AS site,
            given_back.order_id AS order_id,
            refund_id,
            reports,
            given_back.first AS first,
            if(first.3 = '', counted.first.1, first.3) AS currency,
            toDecimal128(counted.first.2, 4) AS order_amount,
            counted.first.3 AS is_order_counted,
            counted.is_confirmed AS is_order_confirmed,
            counted.is_known AS has_order,
            if(counted.is_named, counted.named, (found.session_id, found.visit)) AS seen,
            has_order AND currency != counted.first.1 AS is_other_currency,
            has_order AND NOT is_other_currency AND NOT first.6 AS is_subtracted
        FROM given_back
        LEFT JOIN counted ON given_back.site = counted.site AND given_back.order_id = counted.order_id
        LEFT JOIN {{int_order_visitors}} AS found
            ON given_back.site = found.site AND given_back.order_id = found.order_id
    )
    WINDOW earlier AS (PARTITION BY site, order_id ORDER BY first.1, first.7, first.8 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
