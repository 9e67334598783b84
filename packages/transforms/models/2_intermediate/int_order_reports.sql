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
-- @column names_visitor Bool: The event names a visitor, to whose session the order can belong.
-- @column order_id String: Order id that the shop gave; empty if the sender gave none.
-- @column told {{order_told_type}}: Fields of the event: received_at, the time at which a collector received it; is_refund, whether it tells of a refund; source, its sender: page, server or import; user_id, the user that the sender gave, empty for none; refund_id, empty for none; currency, an ISO 4217 code, empty for none; amount, which was charged, or is given back, where a refund of 0 gives back all that is left of the order and a negative one is one of the same amount; tax, shipping and discount of an order; its coupon; its items, each with the price of one piece; is_implausible, whether it cannot be an order, because the amount is negative, or a page sent more than 1,000,000,000 as amount, tax, shipping or discount, as the price of all items together, or as the number of pieces.
-- @column is_bot Bool: No server sent the event, and its visit is that of a bot or, if it names no visitor, the event itself.
-- @column is_one_of_many Bool: A page sent the order, and pages told of more than {{page_orders_max}} orders of the visitor on the day.
-- @column session_id UInt64: Session that the event belongs to; 0 if the event names no visitor.
-- @column visit {{attributes.visit_type}}: Visitor, landing page and source of the session, furthest step of the funnel in it, and the attributes by which the dashboard filters; empty if the event names no visitor.
WITH report.told.source = 'page' AND NOT report.told.is_refund AND report.order_id != '' AS is_of_page
SELECT
    report.site AS site,
    report.visitor_id AS visitor_id,
    report.event_id AS event_id,
    report.day AS day,
    report.ts AS ts,
    report.names_visitor AS names_visitor,
    report.order_id AS order_id,
    report.told AS told,
    if(report.names_visitor, session.is_bot AND report.told.source != 'server', report.is_bot) AS is_bot,
    report.names_visitor AND is_of_page AND uniqExactIf(report.order_id, is_of_page) OVER (PARTITION BY report.site, report.visitor_id, report.day) > {{page_orders_max}} AS is_one_of_many,
    if(report.names_visitor, session.session_id, 0) AS session_id,
    -- Few sessions have a report, so that their texts are converted after the join.
    if(
        report.names_visitor,
        CAST(session.visit, '{{attributes.visit_literal}}'),
        defaultValueOfTypeName('{{attributes.visit_literal}}')
    ) AS visit
FROM
(
    SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot
    FROM {{stg_order_reports}}
    UNION ALL
    SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot
    FROM {{int_order_reports.before}}
) AS report
-- An event that names a visitor is one of the session, so that there is always one.
ASOF LEFT JOIN
(
    SELECT
        site,
        visitor_id,
        started_at,
        is_bot,
        session_id,
        (visitor_id, entry_path, channel, funnel_step, {{attributes.filters}}) AS visit
    FROM {{sessions}}
) AS session
    ON report.site = session.site AND report.visitor_id = session.visitor_id AND report.ts >= session.started_at
