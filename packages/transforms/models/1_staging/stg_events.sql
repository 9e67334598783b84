-- @description Deduplicated events, of which the first receipt counts, in the vocabulary of the models. A run reads the new events, and all events of a visitor who may have sent one of them before.
-- @grain site, visitor_id, event_id
-- @order site, visitor_id, ts, event_id
-- @materialized ephemeral
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column event_id UUID: Identity of the event.
-- @column ts DateTime64(3, 'UTC'): Time of the event, no earlier than 1970-01-01.
-- @column day Date: UTC day of ts, clamped to the range of Date.
-- @column user_id String: User that the page gave to identify(); empty for an anonymous visitor.
-- @column event LowCardinality(String): Name of the event in the models: view_<obj> for a view, the id of the button for a click on a button, click_<obj> for another click, and <name>_<obj>_<obj_id> for any other event. At most 250 characters.
-- @column target String: The obj_id of the event. At most 250 characters.
-- @column is_page_view Bool: The event is a page view. It follows from name and obj, so that the id of a button cannot imitate one.
-- @column is_passive Bool: The page sent the event without an action of the visitor: a view, or an event named leave, identify, error, vital, lost or refund.
-- @column is_product_view Bool: The event is a view of a page or a product, and its target is product. That of a product alone is no page view.
-- @column is_add_to_cart Bool: The event is a click on the button add_to_cart.
-- @column is_checkout Bool: The event is a click on the button checkout.
-- @column product_id String: Product that the event is about; empty for none.
-- @column amount Decimal(18, 4): Price of a product or total of a cart; 0 if the page sent more than 1,000,000,000, see is_implausible.
-- @column path String: Path of the page, decoded, so that forms of one address are one page; / for an address without a path, empty without an address. At most 500 characters.
{{attributes.columns}}
-- @column is_bot Bool: The event is that of a bot: a page sent it with the user agent of one, or an import states it.
-- @column source LowCardinality(String): Sender of the event: page, server or import.
-- @column makes_bot Bool: The event makes the visit that it belongs to that of a bot: it is one of a bot, and no server sent it, since the user agent of a server says nothing about the person.
-- @column is_seen Bool: The event counts as activity of its visitor. An order or a refund of a server or an import that names no visitor does not.
-- @column has_invalid_time Bool: The timestamp is before 2020, after 2099 or more than a day after the receipt, which no clock error explains.
-- @column is_vital Bool: The event is a web vital with a known metric and a plausible value.
-- @column metric LowCardinality(String): Metric of a web vital, from its obj_id: LCP, INP, CLS, FCP or TTFB; empty for other events.
-- @column value Float64: Value of a web vital, from its property value; 0 for other events. CLS has no unit and is at most 100; the other metrics are in milliseconds and at most 600,000.
-- @column is_implausible Bool: The event has a number that is not counted: it is named vital without a known metric and a plausible value, or its amount is above 1,000,000,000.
-- @column goals {{definitions.event_goals_type}}: Goals that the event reaches, each with its value: key has the number of the goal in its upper 32 bits, and the code of the currency in the lower ones.
-- @column steps_of_funnels {{definitions.event_steps_type}}: Funnels of which the event is a step: the number of the funnel in the upper 16 bits, and the steps in the lower ones, where bit N - 1 stands for step N.
-- @column exposures {{definitions.event_exposures_type}}: Experiments that the event names in exp, each as its number, with the variant, which is cut to {{definitions.variant_length_max}} characters. An empty text is no variant.
-- @column experiment_conversions {{definitions.event_conversions_type}}: Numbers of the experiments whose goal the event reaches.
-- @column event_text String: Name, obj and obj_id of the event with NUL between them, each cut to 250 characters.
-- @column property_texts Array(String): Properties and experiments of the event, each as the name of the event, property or experiment, key and value with NUL between them, of which the others are cut to 250 characters.
-- @column name LowCardinality(String): Name of the event as the page sent it: view, click, or the name passed to track().
-- @column obj LowCardinality(String): Kind of the object: page, button, url, or a kind that the site defines.
-- @column props Map(String, String): Properties passed to track().
-- @column exp Map(String, String): Experiments and their variants.
-- @column product_number UInt64: Id of the product as a number, for models that compute with it; 0 for none, and for an id that is not a number in its shortest form.
-- @column currency LowCardinality(String): ISO 4217 code of the currency of amount; empty if the page sent none.
-- @column order_id String: Order id that the shop gave; empty for none.
-- @column refund_id String: Id of one of several refunds of an order; empty for none.
-- @column tax Decimal(18, 4): Tax in the amount of an order.
-- @column shipping Decimal(18, 4): Costs of shipping in the amount of an order.
-- @column discount Decimal(18, 4): Discount that was taken off an order.
-- @column coupon String: Code of the coupon of an order; empty for none.
-- @column items {{items_type}}: Lines of an order; the price is that of one piece.
-- @column url String: Absolute URL of the page.
-- @column host LowCardinality(String): Host of the page.
-- @column title String: Title of the page.
-- @column utm_term LowCardinality(String): Campaign term.
-- @column utm_content LowCardinality(String): Campaign content.
-- @column language LowCardinality(String): Language of the browser, a BCP 47 tag.
-- @column timezone LowCardinality(String): Time zone of the browser, an IANA name.
-- @column viewport_width UInt16: Width of the viewport, CSS pixels; 0 if unknown.
-- @column viewport_height UInt16: Height of the viewport, CSS pixels; 0 if unknown.
-- @column screen_width UInt16: Width of the screen, CSS pixels; 0 if unknown.
-- @column screen_height UInt16: Height of the screen, CSS pixels; 0 if unknown.
-- @column received_at DateTime64(3, 'UTC'): Time at which a collector received the event.
-- @alias is_misdated has_invalid_time
WITH
    -- NULL if the property is missing or not a number. A comparison with NaN is false.
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
    name IN ('view', 'leave', 'identify', 'error', 'vital', 'lost', 'refund') AS is_passive,
    name = 'view' AND obj IN ('page', 'product') AND obj_id = 'product' AS is_product_view,
    name = 'click' AND obj = 'button' AND obj_id = 'add_to_cart' AS is_add_to_cart,
    name = 'click' AND obj = 'button' AND obj_id = 'checkout' AS is_checkout,
    -- A collector of a version whose product ids were numbers writes 0 for none.
    if(events.product_id = '0', '', events.product_id) AS product_id,
    if(is_amount_implausible, 0, events.amount) AS amount,
    leftUTF8({{page_path}}, 500) AS path,
    {{attributes.staged}},
    is_bot,
    source,
    is_bot AND source != 'server' AS makes_bot,
    {{is_seen}} AS is_seen,
    events.ts < toDateTime64('2020-01-01', 3, 'UTC')
        OR events.ts >= toDateTime64('2100-01-01', 3, 'UTC')
        OR events.ts > received_at + INTERVAL 1 DAY AS has_invalid_time,
    is_counted_vital AS is_vital,
    if(is_counted_vital, obj_id, '') AS metric,
    -- abs() makes 0 of -0, which would sort among zeros in the order in which they are read.
    if(is_counted_vital, abs(ifNull(measured, 0)), 0) AS value,
    name = 'vital' AND NOT is_counted_vital OR is_amount_implausible AS is_implausible,
    {{definitions.event_goals}} AS goals,
    {{definitions.event_steps}} AS steps_of_funnels,
    {{definitions.event_exposures}} AS exposures,
    {{definitions.event_conversions}} AS experiment_conversions,
    concat(leftUTF8(name, 250), '\0', leftUTF8(obj, 250), '\0', target) AS event_text,
    -- Few events have properties, and for the others nothing is computed.
    if(empty(props) AND empty(exp), [], arrayConcat(
        arrayMap((key, val) -> concat(leftUTF8(name, 250), '\0property\0', leftUTF8(key, 250), '\0', leftUTF8(val, 250)), mapKeys(props), mapValues(props)),
        arrayMap((key, val) -> concat(leftUTF8(name, 250), '\0experiment\0', leftUTF8(key, 250), '\0', leftUTF8(val, 250)), mapKeys(exp), mapValues(exp))
    )) AS property_texts,
    -- For models of a site's own. The models of this package read none of these, so that a run does not stage them.
    name,
    obj,
    props,
    exp,
    if(toString(toUInt64OrZero(product_id)) = product_id, toUInt64OrZero(product_id), 0) AS product_number,
    currency,
    order_id,
    refund_id,
    tax,
    shipping,
    discount,
    coupon,
    items,
    url,
    host,
    title,
    utm_term,
    utm_content,
    language,
    timezone,
    viewport_width,
    viewport_height,
    screen_width,
    screen_height,
    received_at
FROM {{events}}
WHERE {{wanted}}
