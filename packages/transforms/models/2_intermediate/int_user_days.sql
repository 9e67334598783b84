-- @description What a visitor did on a day. NULL says never.
-- @grain site, day, visitor_id
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: The last one given to identify() on that day; empty when anonymous all day.
-- @column is_bot Bool: At least one event came from a machine.
-- @column is_misdated Bool: Every event of the day has an impossible time.
-- @column events UInt64 {>= 1}: Events of the day.
-- @column page_views UInt64: Views of pages.
-- @column first_seen_at DateTime64(3, 'UTC'): First event.
-- @column last_seen_at DateTime64(3, 'UTC'): Last event.
-- @column first_product_view_at Nullable(DateTime64(3, 'UTC')): First view of a product page.
-- @column last_product_view_at Nullable(DateTime64(3, 'UTC')): Last view of a product page.
-- @column product_view_count UInt64: Views of product pages.
-- @column product_view_amount Decimal(38, 4): Sum of their prices.
-- @column first_add_to_cart_at Nullable(DateTime64(3, 'UTC')): First add to cart.
-- @column last_add_to_cart_at Nullable(DateTime64(3, 'UTC')): Last add to cart.
-- @column add_to_cart_count UInt64: Adds to cart.
-- @column add_to_cart_amount Decimal(38, 4): Sum of their prices.
-- @column first_checkout_at Nullable(DateTime64(3, 'UTC')): First checkout.
-- @column last_checkout_at Nullable(DateTime64(3, 'UTC')): Last checkout.
-- @column checkout_count UInt64: Checkouts.
-- @column checkout_amount Decimal(38, 4): Sum of their totals.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: 1 a product was viewed, 2 then one was added to the cart, 3 then there was a checkout; 0 none.
-- @column products Array(Tuple(product_id UInt64, views UInt64, adds UInt64, add_amount Decimal(38, 4), funnel_step UInt8)): The same by product, of the first {{list_max}} products that have a number.
-- @column paths Array(Tuple(path String, views UInt64)): Views by path, of the first {{list_max}} paths in alphabetical order; those of others together under (other).
-- @column vitals Array(Tuple(metric LowCardinality(String), path String, value Float64)): The first {{list_max}} web vitals in order of metric, path and value.
-- @column implausible_events UInt64: Events with an impossible number, which is not counted.
-- @column details_left_out UInt64: Views under (other), and views of products, adds to cart and web vitals that are beyond the bounds of the lists above.
-- @check first_seen_at <= last_seen_at: the day starts before it ends
-- @check arraySum(paths.views) = page_views: every view has a path
-- @check (product_view_count = 0) = (first_product_view_at IS NULL) AND (add_to_cart_count = 0) = (first_add_to_cart_at IS NULL) AND (checkout_count = 0) = (first_checkout_at IS NULL): NULL says never, and nothing else does
WITH
    products_of_day AS
    (
        SELECT
            site,
            visitor_id,
            day,
            -- Of the adds that follow the first view, the first: what follows it follows most.
            arraySlice(
                arraySort(groupArray((product_id, views, adds, add_amount, arrayMin(arrayFilter(t -> views > 0 AND t >= viewed_at, add_times))))),
                1,
                {{list_max}}
            ) AS steps
        FROM
        (
            SELECT
                site,
                visitor_id,
                day,
                product.product_id AS product_id,
                countIf(NOT product.is_add) AS views,
                countIf(product.is_add) AS adds,
                sumIf(product.amount, product.is_add) AS add_amount,
                minIf(product.ts, NOT product.is_add) AS viewed_at,
                groupArrayIf(product.ts, product.is_add) AS add_times
            FROM {{int_visits}}
            ARRAY JOIN product_events AS product
            GROUP BY site, visitor_id, day, product_id
        )
        GROUP BY site, visitor_id, day
    ),
    days AS
    (
        SELECT
            site,
            visitor_id,
            day,
            argMaxIf(last_user.user_id, session_started_at, last_user.user_id != '') AS user_id,
            max(int_visits.is_bot) AS is_bot,
            max(is_dated) = false AS is_misdated,
            sum(int_visits.events) AS events,
            sum(int_visits.page_views) AS page_views,
            min(first_at) AS first_seen_at,
            max(last_at) AS last_seen_at,
            min(int_visits.first_product_view_at) AS first_product_view_at,
            max(int_visits.last_product_view_at) AS last_product_view_at,
            sum(int_visits.product_view_count) AS product_view_count,
            sum(int_visits.product_view_amount) AS product_view_amount,
            groupArrayArray(int_visits.add_times) AS add_times,
            if(empty(add_times), NULL, arrayMin(add_times)) AS first_add_to_cart_at,
            if(empty(add_times), NULL, arrayMax(add_times)) AS last_add_to_cart_at,
            sum(int_visits.add_to_cart_count) AS add_to_cart_count,
            sum(int_visits.add_to_cart_amount) AS add_to_cart_amount,
            min(int_visits.first_checkout_at) AS first_checkout_at,
            max(int_visits.last_checkout_at) AS last_checkout_at,
            sum(int_visits.checkout_count) AS checkout_count,
            sum(int_visits.checkout_amount) AS checkout_amount,
            arrayFilter(t -> ifNull(t >= first_product_view_at, false), add_times) AS adds_after_view,
            multiIf(product_view_count = 0, 0, empty(adds_after_view), 1, ifNull(last_checkout_at >= arrayMin(adds_after_view), false), 3, 2) AS funnel_step,
            sumMap(int_visits.paths.path, int_visits.paths.views) AS views_by_path,
            arraySlice(arrayZip(views_by_path.1, views_by_path.2), 1, {{list_max}}) AS listed_paths,
            toUInt64(page_views - arraySum(p -> p.2, listed_paths)) AS views_of_others,
            if(views_of_others = 0, listed_paths, arrayPushBack(listed_paths, ('(other)', views_of_others))) AS paths,
            arraySlice(arraySort(groupArrayArray(int_visits.vitals)), 1, {{list_max}}) AS vitals,
            sum(int_visits.vital_count) - length(vitals) AS vitals_left_out,
            sum(int_visits.product_event_count) AS product_event_count,
            sum(int_visits.implausible_events) AS implausible_events
        FROM {{int_visits}} AS int_visits
        GROUP BY site, visitor_id, day
    )
SELECT
    days.*,
    arrayMap(
        p -> (
            p.1,
            p.2,
            p.3,
            p.4,
            toUInt8(multiIf(p.2 = 0, 0, p.5 = toDateTime64(0, 3, 'UTC'), 1, ifNull(last_checkout_at >= p.5, false), 3, 2))
        ),
        steps
    ) AS products,
    toUInt64(views_of_others + vitals_left_out + product_event_count - arraySum(p -> p.2 + p.3, steps)) AS details_left_out
FROM days
LEFT JOIN products_of_day USING (site, visitor_id, day)
