-- @description Every event once, the first receipt of it, with the names that the models speak. A run reads the new ones, and all of a visitor where one of them may not be new.
-- @grain site, visitor_id, event_id
-- @order site, visitor_id, ts, event_id
-- @materialized ephemeral
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column event_id UUID: Identity of the event.
-- @column ts DateTime64(3, 'UTC'): Time of the event, clamped to 1970-01-01 or later.
-- @column day Date: UTC day of ts; the first or last that a Date can be for times beyond.
-- @column user_id String: Given to identify(); empty when anonymous.
-- @column event LowCardinality(String): view_<obj> for a view, the button's id for a click on a button, click_<obj> for another click, else <name>_<obj>_<obj_id>. At most 250 characters.
-- @column target String: The obj_id. At most 250 characters.
-- @column is_page_view Bool: A view of a page. Told from name and obj, so that no button's id can forge one.
-- @column is_passive Bool: Told by the page itself, not done by the visitor: a view, or one named leave, identify, error, vital or lost.
-- @column is_product_view Bool: A view of a page whose target is product.
-- @column is_add_to_cart Bool: A click on the button add_to_cart.
-- @column is_checkout Bool: A click on the button checkout.
-- @column product_id UInt64: Product concerned; 0 for none.
-- @column amount Decimal(18, 4): Price or total; 0 where it is above 1,000,000,000, which is flagged.
-- @column path String: Path of the page. At most 500 characters.
-- @column referrer String: Referring URL. At most 500 characters.
-- @column referrer_host LowCardinality(String): Host of the referrer; the page's own for a path.
-- @column utm_source LowCardinality(String): Campaign source. At most 200 characters.
-- @column utm_medium LowCardinality(String): Campaign medium. At most 200 characters.
-- @column utm_campaign LowCardinality(String): Campaign name. At most 200 characters.
-- @column browser LowCardinality(String): Browser family.
-- @column os LowCardinality(String): Operating system family.
-- @column device LowCardinality(String): desktop, mobile or tablet.
-- @column country LowCardinality(String): ISO 3166 code.
-- @column is_bot Bool: The user agent says that it is a machine.
-- @column is_misdated Bool: Its time is before 2020, after 2099 or more than a day after its receipt, which no clock error explains.
-- @column is_vital Bool: A web vital with a known metric and a plausible value.
-- @column metric LowCardinality(String): Metric of a web vital, its obj_id: LCP, INP, CLS, FCP or TTFB; empty otherwise.
-- @column value Float64: Value of a web vital, its property value; 0 otherwise. CLS is at most 100, the others are at most 600,000 milliseconds.
-- @column is_implausible Bool: The event has an impossible number: it is named vital and is not a vital as above, or its amount is above 1,000,000,000. The number is not counted.
WITH
    -- NULL where the property is missing or not a number; a comparison with NaN is false.
    toFloat64OrNull(props['value']) AS measured,
    name = 'vital' AND obj_id IN ('LCP', 'INP', 'CLS', 'FCP', 'TTFB')
        AND ifNull(measured >= 0 AND measured <= if(obj_id = 'CLS', 100, 600000), false) AS is_counted_vital,
    events.amount > 1000000000 AS is_amount_implausible
SELECT
    site,
    visitor_id,
    event_id,
    {{event_time}} AS ts,
    {{event_day}} AS day,
    user_id,
    leftUTF8(
        multiIf(
            name = 'view', concat('view_', obj),
            name = 'click' AND obj = 'button', obj_id,
            name = 'click', concat('click_', obj),
            concat(name, '_', obj, '_', obj_id)
        ),
        250
    ) AS event,
    leftUTF8(obj_id, 250) AS target,
    name = 'view' AND obj = 'page' AS is_page_view,
    name IN ('view', 'leave', 'identify', 'error', 'vital', 'lost') AS is_passive,
    name = 'view' AND obj = 'page' AND obj_id = 'product' AS is_product_view,
    name = 'click' AND obj = 'button' AND obj_id = 'add_to_cart' AS is_add_to_cart,
    name = 'click' AND obj = 'button' AND obj_id = 'checkout' AS is_checkout,
    product_id,
    if(is_amount_implausible, 0, events.amount) AS amount,
    leftUTF8(events.path, 500) AS path,
    leftUTF8(events.referrer, 500) AS referrer,
    leftUTF8(events.referrer_host, 200) AS referrer_host,
    leftUTF8(events.utm_source, 200) AS utm_source,
    leftUTF8(events.utm_medium, 200) AS utm_medium,
    leftUTF8(events.utm_campaign, 200) AS utm_campaign,
    browser,
    os,
    device,
    country,
    is_bot,
    events.ts < toDateTime64('2020-01-01', 3, 'UTC')
        OR events.ts >= toDateTime64('2100-01-01', 3, 'UTC')
        OR events.ts > received_at + INTERVAL 1 DAY AS is_misdated,
    is_counted_vital AS is_vital,
    if(is_counted_vital, obj_id, '') AS metric,
    if(is_counted_vital, ifNull(measured, 0), 0) AS value,
    name = 'vital' AND NOT is_counted_vital OR is_amount_implausible AS is_implausible
FROM {{events}}
WHERE {{wanted}}
