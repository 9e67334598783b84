-- @description Every event once, the first receipt of it, with the names that the models speak. A run reads the new ones, and all of a visitor where one of them may not be new.
-- @grain site, visitor_id, event_id
-- @order site, visitor_id, ts, event_id
-- @refresh run
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column event_id UUID: Identity of the event.
-- @column ts DateTime64(3, 'UTC'): When it happened.
-- @column day Date: UTC day of ts; the first or last that a Date can be for times beyond.
-- @column user_id String: Given to identify(); empty when anonymous.
-- @column event LowCardinality(String): view_<obj> for a view, the button's id for a click on a button, click_<obj> for another click, else <name>_<obj>_<obj_id>.
-- @column target String: The obj_id.
-- @column is_page_view Bool: A view of a page. Told from name and obj, so that no button's id can forge one.
-- @column is_passive Bool: Told by the page itself, not done by the visitor: a view, or one named leave, identify, error, vital or lost.
-- @column is_product_view Bool: A view of a page whose target is product.
-- @column is_add_to_cart Bool: A click on the button add_to_cart.
-- @column is_checkout Bool: A click on the button checkout.
-- @column product_id UInt64: Product concerned; 0 for none.
-- @column amount Decimal(18, 4): Price or total.
-- @column path String: Path of the page.
-- @column referrer String: Where the page was come to from.
-- @column referrer_host LowCardinality(String): Host of the referrer; the page's own for a path.
-- @column utm_source LowCardinality(String): Campaign source.
-- @column utm_medium LowCardinality(String): Campaign medium.
-- @column utm_campaign LowCardinality(String): Campaign name.
-- @column browser LowCardinality(String): Browser family.
-- @column os LowCardinality(String): Operating system family.
-- @column device LowCardinality(String): desktop, mobile or tablet.
-- @column country LowCardinality(String): ISO 3166 code.
-- @column is_bot Bool: The user agent says that it is a machine.
-- @column is_misdated Bool: Its time is before 2020 or more than a day after its receipt: no clock is that wrong by chance.
-- @column is_vital Bool: A measurement of how a page did, named vital.
-- @column metric LowCardinality(String): What a vital measures, its obj_id: LCP, INP, CLS, FCP, TTFB.
-- @column value Float64: What a vital measured, its property value; 0 when that is no number.
SELECT
    site,
    visitor_id,
    event_id,
    ts,
    {{event_day}} AS day,
    user_id,
    multiIf(
        name = 'view', concat('view_', obj),
        name = 'click' AND obj = 'button', obj_id,
        name = 'click', concat('click_', obj),
        concat(name, '_', obj, '_', obj_id)
    ) AS event,
    obj_id AS target,
    name = 'view' AND obj = 'page' AS is_page_view,
    name IN ('view', 'leave', 'identify', 'error', 'vital', 'lost') AS is_passive,
    name = 'view' AND obj = 'page' AND obj_id = 'product' AS is_product_view,
    name = 'click' AND obj = 'button' AND obj_id = 'add_to_cart' AS is_add_to_cart,
    name = 'click' AND obj = 'button' AND obj_id = 'checkout' AS is_checkout,
    product_id,
    amount,
    path,
    referrer,
    referrer_host,
    utm_source,
    utm_medium,
    utm_campaign,
    browser,
    os,
    device,
    country,
    is_bot,
    ts < toDateTime64('2020-01-01', 3, 'UTC') OR ts > received_at + INTERVAL 1 DAY AS is_misdated,
    name = 'vital' AS is_vital,
    if(name = 'vital', obj_id, '') AS metric,
    if(name = 'vital', toFloat64OrZero(props['value']), 0) AS value
FROM {{events}}
WHERE {{wanted}}
