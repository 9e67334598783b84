-- @description Every event once, with the names that the models speak. A copy, so that all models of a run see the same events.
-- @grain site, visitor_id, event_id
-- @order site, visitor_id, ts, event_id
-- @column site LowCardinality(String): Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column event_id UUID: Identity of the event.
-- @column ts DateTime64(3, 'UTC'): When it happened.
-- @column day Date: UTC day of ts.
-- @column user_id String: Given to identify(); empty when anonymous.
-- @column event LowCardinality(String): view_<obj> for a view, the button's id for a click on a button, click_<obj> for another click, else <name>_<obj>_<obj_id>.
-- @column target String: The obj_id.
-- @column is_page_view Bool: A view of a page. Told from name and obj, so that no button's id can forge one.
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
SELECT
    site,
    visitor_id,
    event_id,
    ts,
    toDate(ts) AS day,
    user_id,
    multiIf(
        name = 'view', concat('view_', obj),
        name = 'click' AND obj = 'button', obj_id,
        name = 'click', concat('click_', obj),
        concat(name, '_', obj, '_', obj_id)
    ) AS event,
    obj_id AS target,
    name = 'view' AND obj = 'page' AS is_page_view,
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
    is_bot
FROM events FINAL
