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
SELECT
    site,
    visitor_id,
    event_id,
    {{event_day}} AS day,
    {{event_time}} AS ts,
    received_at,
    name = 'refund' AS is_refund,
    source,
    -- A server that names only a user has a visitor that the collector has computed from it, from 2^53 to 2^54 - 1.
    visitor_id != 0 AND NOT (source = 'server' AND visitor_id BETWEEN 9007199254740992 AND 18014398509481983) AS names_visitor,
    user_id,
    order_id,
    refund_id,
    upper(events.currency) AS currency,
    if(is_refund, abs(events.amount), events.amount) AS amount,
    tax,
    shipping,
    discount,
    coupon,
    items,
    NOT is_refund AND (events.amount < 0 OR source = 'page' AND events.amount > 1000000000) AS is_implausible
FROM {{events}}
WHERE {{wanted}}
