-- @description Deduplicated events that tell of an order or a refund. A run reads those of the events that stg_events has, and few events are such.
-- @grain site, visitor_id, event_id
-- @order site, visitor_id, event_id
-- @materialized ephemeral
-- @events name IN ('order', 'refund')
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor of the event.
-- @column event_id UUID: Identity of the event.
-- @column day Date: UTC day of ts.
-- @column ts DateTime64(3, 'UTC'): Time of the event, no earlier than 1970-01-01.
-- @column names_visitor Bool: The event names a visitor, to whose session the order can belong.
-- @column is_bot Bool: The event is that of a bot, and no server sent it.
-- @column order_id String: Order id that the shop gave; empty if the sender gave none.
-- @column told {{order_told_type}}: Fields of the event: received_at, the time at which a collector received it; is_refund, whether it tells of a refund; source, its sender: page, server or import; user_id, the user that the sender gave, empty for none; refund_id, empty for none; currency, an ISO 4217 code, empty for none; amount, which was charged, or is given back, where a refund of 0 gives back all that is left of the order and a negative one is one of the same amount; tax, shipping and discount of an order; its coupon; its items, each with the price of one piece; is_implausible, whether it cannot be an order, because the amount is negative, or a page sent more than 1,000,000,000 as amount, tax, shipping or discount, as the price of all items together, or as the number of pieces.
SELECT
    site,
    visitor_id,
    event_id,
    {{event_day}} AS day,
    {{event_time}} AS ts,
    -- A server or an import that names only a user has a visitor that is computed from it, from 2^53 to 2^54 - 1.
    {{names_visitor}} AS names_visitor,
    events.is_bot AND source != 'server' AS is_bot,
    order_id,
    CAST(
        (
            received_at,
            name = 'refund' AS is_refund,
            source,
            user_id,
            refund_id,
            upper(events.currency),
            if(is_refund, abs(events.amount), events.amount),
            tax,
            shipping,
            discount,
            coupon,
            items,
            NOT is_refund AND (events.amount < 0 OR source = 'page' AND (
                greatest(events.amount, tax, shipping, discount) > 1000000000
                OR arraySum(item -> toDecimal128(item.price, 4) * item.quantity, items) > 1000000000
                OR arraySum(items.quantity) > 1000000000
            ))
        ),
        '{{order_told_literal}}'
    ) AS told
FROM {{events}}
WHERE {{wanted}}
