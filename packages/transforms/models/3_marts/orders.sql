-- @description Orders, each once, whatever told of it: a server before a page before an import, then the first receipt. Orders of bots and implausible ones are flagged. A report without an order id is in no row.
-- @grain site, order_id
-- @order site, order_id
-- @materialized incremental by order
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column order_id String {!= ''}: Order id that the shop gave.
-- @column ordered_at DateTime64(3, 'UTC'): Time of the order.
-- @column day Date: UTC day of the order.
-- @column visitor_id UInt64: Visitor of the report that counts, or of the next one that names a visitor; if none does, the visitor who was last seen with the user before the order; 0 for none.
-- @column user_id String: User of the report that counts, or of the next one that names a user; empty if none does.
-- @column currency LowCardinality(String): ISO 4217 code of the currency.
-- @column amount Decimal(18, 4): Amount that was charged.
-- @column tax Decimal(18, 4): Tax in the amount.
-- @column shipping Decimal(18, 4): Costs of shipping in the amount.
-- @column discount Decimal(18, 4): Discount that was taken off the order.
-- @column coupon String: Code of the coupon; empty for none.
-- @column items {{items_type}}: Lines of the report that counts, or of the next one that has any and is plausible; the price is that of one piece.
-- @column refunds UInt64: Refunds of the order.
-- @column refunded Decimal(38, 4) {>= 0}: Sum of the refunds, never more than the amount.
-- @column net Decimal(38, 4): Amount without what was refunded.
-- @column source LowCardinality(String): Sender of the report that counts: page, server or import.
-- @column is_confirmed Bool: A server told of the order.
-- @column page_reports UInt64: Events of pages that told of the order.
-- @column server_reports UInt64: Events of servers that told of the order.
-- @column import_reports UInt64: Events of imports, or of unknown senders, that told of the order.
-- @column differences UInt64: Reports with another amount or currency than the one that counts, or with other items. A report without items differs from none by that.
-- @column refunds_cut UInt64: Refunds that give back more than was left of the order.
-- @column refunds_in_other_currency UInt64: Refunds in another currency, which are not subtracted.
-- @column is_bot Bool: The report that counts was sent by a page or an import in the visit of a bot.
-- @column is_implausible Bool: It cannot be an order: the amount is negative; or a page told of more than 1,000,000,000 as amount, tax, shipping or discount, as the price of all items together, or as the number of pieces; or pages told of more than {{page_orders_max}} orders of the visitor on the day, and the report that counts is one of theirs.
-- @column session_id UInt64: Session of the visitor at the time of the report that names the visitor, or the session in which the visitor was last seen with the user; 0 for none.
-- @column entry_path String: Landing page of the session; empty for none.
-- @column channel LowCardinality(String) {IN ('campaign', 'referral', 'direct', '')}: Source of the session: campaign, referral or direct; empty without a session.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: Furthest step of the funnel in the session: 1 a product was viewed, 2 then a product was added to the cart, 3 then there was a checkout; 0 for none.
{{attributes.filter_columns}}
-- @check refunded <= greatest(amount, 0) AND net = amount - refunded: no more is refunded than was charged
-- @check page_reports + server_reports + import_reports > differences: the report that counts is no difference
-- @check is_confirmed = (server_reports > 0) AND is_confirmed = (source = 'server'): a server counts first
WITH
    counted AS
    (
        SELECT
            site,
            order_id,
            argMin((ts, day, is_bot, told, is_one_of_many), {{order_precedence(told.source, told.received_at, event_id)}}) AS first,
            argMinIf((session_id, report.visit), {{order_precedence(told.source, told.received_at, event_id)}}, names_visitor) AS named,
            max(names_visitor) AS is_named,
            argMinIf(told.user_id, {{order_precedence(told.source, told.received_at, event_id)}}, told.user_id != '') AS user_id,
            argMinIf(told.items, {{order_precedence(told.source, told.received_at, event_id)}}, notEmpty(told.items) AND NOT told.is_implausible) AS plausible_items,
            countIf(told.source = 'page') AS page_reports,
            countIf(told.source = 'server') AS server_reports,
            countIf(told.source NOT IN ('page', 'server')) AS import_reports,
            groupArray((told.amount, told.currency, if(empty(told.items), 0, sipHash64(told.items)))) AS reported
        FROM {{int_order_reports}} AS report
        WHERE NOT told.is_refund AND order_id != ''
        GROUP BY site, order_id
    ),
    given_back AS
    (
        SELECT
            site,
            order_id,
            count() AS refunds,
            sum(refund.amount) AS refunded,
            countIf(is_cut) AS refunds_cut,
            countIf(is_other_currency) AS refunds_in_other_currency
        FROM {{refunds}} AS refund
        GROUP BY site, order_id
    )
SELECT
    counted.site AS site,
    counted.order_id AS order_id,
    first.1 AS ordered_at,
    first.2 AS day,
    (if(is_named, named, (found.session_id, found.visit)) AS seen).2.visitor_id AS visitor_id,
    counted.user_id AS user_id,
    first.4.currency AS currency,
    first.4.amount AS amount,
    first.4.tax AS tax,
    first.4.shipping AS shipping,
    first.4.discount AS discount,
    first.4.coupon AS coupon,
    -- Any page can tell of items, and those of a plausible order count among the products sold.
    if(first.4.is_implausible AND notEmpty(first.4.items), first.4.items, plausible_items) AS items,
    given_back.refunds AS refunds,
    given_back.refunded AS refunded,
    toDecimal128(amount, 4) - refunded AS net,
    first.4.source AS source,
    server_reports > 0 AS is_confirmed,
    page_reports,
    server_reports,
    import_reports,
    arrayCount(
        one -> one.1 != first.4.amount OR one.2 != first.4.currency OR one.3 NOT IN (0, sipHash64(items)),
        reported
    ) AS differences,
    given_back.refunds_cut AS refunds_cut,
    given_back.refunds_in_other_currency AS refunds_in_other_currency,
    first.3 AS is_bot,
    first.4.is_implausible OR first.5 AS is_implausible,
    seen.1 AS session_id,
    seen.2.entry_path AS entry_path,
    seen.2.channel AS channel,
    seen.2.funnel_step AS funnel_step,
    {{attributes.of_visit}}
FROM counted
LEFT JOIN {{int_order_visitors}} AS found ON counted.site = found.site AND counted.order_id = found.order_id
LEFT JOIN given_back ON counted.site = given_back.site AND counted.order_id = given_back.order_id
