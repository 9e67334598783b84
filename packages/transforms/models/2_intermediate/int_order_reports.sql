-- @description Events that tell of an order or a refund, with the session of the visitor. Orders and refunds are computed from these rows: a run looks up those of the orders that its new events name.
-- @grain site, visitor_id, event_id
-- @order site, order_id, day, visitor_id, event_id
-- @materialized incremental by visitor
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor of the event.
-- @column event_id UUID: Identity of the event.
-- @column day Date: UTC day of ts.
-- @column ts DateTime64(3, 'UTC'): Time of the event, no earlier than 1970-01-01.
-- @column received_at DateTime64(3, 'UTC'): Time at which a collector received the event.
-- @column is_refund Bool: The event tells of a refund, and not of an order.
-- @column source LowCardinality(String): Sender of the event: page, server or import.
-- @column names_visitor Bool: The event names a visitor, to whose session the order can belong.
-- @column user_id String: User that the sender gave; empty for none.
-- @column order_id String: Order id that the shop gave; empty if the sender gave none.
-- @column refund_id String: Id of one of several refunds of an order; empty if the sender gave none.
-- @column currency LowCardinality(String): ISO 4217 code of the currency; empty if the sender gave none.
-- @column amount Decimal(18, 4): Amount that was charged, or that is given back. A refund of 0 gives back all that is left of the order; a negative one is one of the same amount.
-- @column tax Decimal(18, 4): Tax in the amount.
-- @column shipping Decimal(18, 4): Costs of shipping in the amount.
-- @column discount Decimal(18, 4): Discount that was taken off the order.
-- @column coupon String: Code of the coupon; empty for none.
-- @column items Array(Tuple(product_id String, name String, category String, variant String, price Decimal(18, 4), quantity UInt32)): Lines of the order; the price is that of one piece.
-- @column is_implausible Bool: The amount cannot be that of an order: it is negative, or a page sent more than 1,000,000,000.
-- @column is_bot Bool: The visit is that of a bot, and no server sent the event.
-- @column session_id UInt64: Session that the event belongs to; 0 if the event names no visitor.
-- @column entry_path String: Landing page of the session; empty for none.
-- @column channel LowCardinality(String) {IN ('campaign', 'referral', 'direct', '')}: Source of the session: campaign, referral or direct; empty if the event names no visitor.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: Furthest step of the funnel in the session; 0 for none.
{{attributes.filter_columns}}
SELECT
    report.site AS site,
    report.visitor_id AS visitor_id,
    report.event_id AS event_id,
    report.day AS day,
    report.ts AS ts,
    report.received_at AS received_at,
    report.is_refund AS is_refund,
    report.source AS source,
    report.names_visitor AS names_visitor,
    report.user_id AS user_id,
    report.order_id AS order_id,
    report.refund_id AS refund_id,
    report.currency AS currency,
    report.amount AS amount,
    report.tax AS tax,
    report.shipping AS shipping,
    report.discount AS discount,
    report.coupon AS coupon,
    report.items AS items,
    report.is_implausible AS is_implausible,
    session.is_bot AND report.source != 'server' AS is_bot,
    if(report.names_visitor, session.session_id, 0) AS session_id,
    if(report.names_visitor, session.entry_path, '') AS entry_path,
    if(report.names_visitor, toString(session.channel), '') AS channel,
    if(report.names_visitor, session.funnel_step, 0) AS funnel_step,
    {{attributes.of_session}}
FROM
(
    SELECT *
    FROM {{stg_order_reports}}
    UNION ALL
    SELECT
        site,
        visitor_id,
        event_id,
        day,
        ts,
        received_at,
        is_refund,
        source,
        names_visitor,
        user_id,
        order_id,
        refund_id,
        currency,
        amount,
        tax,
        shipping,
        discount,
        coupon,
        items,
        is_implausible
    FROM {{int_order_reports.before}}
) AS report
-- The event is one of the session, so that there is always one.
ASOF LEFT JOIN {{sessions}} AS session
    ON report.site = session.site AND report.visitor_id = session.visitor_id AND report.ts >= session.started_at
