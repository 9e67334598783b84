-- @description Refunds, each once, whatever told of it. A refund without an order id is in no row.
-- @grain site, order_id, refund_id
-- @order site, order_id, refund_id
-- @materialized incremental by order
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
-- @column visitor_id UInt64: Visitor of the order; 0 if it names none.
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
            argMin((currency, amount, NOT is_bot AND NOT is_implausible), {{order_precedence(source, received_at, event_id)}}) AS told,
            max(source = 'server') AS is_confirmed,
            CAST(
                argMinIf(
                    (visitor_id, session_id, entry_path, channel, funnel_step, {{attributes.filters}}),
                    {{order_precedence(source, received_at, event_id)}},
                    names_visitor
                ),
                'Tuple(visitor_id UInt64, session_id UInt64, entry_path String, channel String, funnel_step UInt8, {{attributes.filter_types}})'
            ) AS visit
        FROM {{int_order_reports}}
        WHERE NOT is_refund AND order_id != ''
        GROUP BY site, order_id
    ),
    told AS
    (
        SELECT
            site,
            order_id,
            if(report.refund_id = '', toString(report.event_id), report.refund_id) AS refund_id,
            count() AS reports,
            argMin(
                (ts, day, currency, amount, source, is_bot, received_at, event_id),
                {{order_precedence(source, received_at, event_id)}}
            ) AS first
        FROM {{int_order_reports}} AS report
        WHERE is_refund AND order_id != ''
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
    visit.visitor_id AS visitor_id,
    visit.session_id AS session_id,
    visit.entry_path AS entry_path,
    visit.channel AS channel,
    visit.funnel_step AS funnel_step,
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
            told.site AS site,
            told.order_id AS order_id,
            refund_id,
            reports,
            first,
            if(first.3 = '', counted.told.1, first.3) AS currency,
            toDecimal128(counted.told.2, 4) AS order_amount,
            counted.told.3 AS is_order_counted,
            counted.is_confirmed AS is_order_confirmed,
            counted.is_known AS has_order,
            counted.visit AS visit,
            has_order AND currency != counted.told.1 AS is_other_currency,
            has_order AND NOT is_other_currency AND NOT first.6 AS is_subtracted
        FROM told
        LEFT JOIN counted ON told.site = counted.site AND told.order_id = counted.order_id
    )
    WINDOW earlier AS (PARTITION BY site, order_id ORDER BY first.1, first.7, first.8 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
