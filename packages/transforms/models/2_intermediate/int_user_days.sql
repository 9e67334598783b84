-- @description Activity of a visitor on a day. A day that has only orders and refunds that name no visitor has no row. A time is NULL if the visitor did not do this on the day.
-- @grain site, day, visitor_id
-- @order site, visitor_id
-- @materialized incremental by visitor
-- @tags activity
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: Last user that a page gave to identify() on the day; empty for a visitor who was anonymous all day.
-- @column is_bot Bool: At least one event of a page or an import is that of a bot.
-- @column has_invalid_time Bool: Every event of the day has an invalid timestamp.
-- @column events UInt64 {>= 1}: Events of the day.
-- @column page_views UInt64: Page views.
-- @column first_seen_at DateTime64(3, 'UTC'): First event.
-- @column last_seen_at DateTime64(3, 'UTC'): Last event.
-- @column first_product_view_at Nullable(DateTime64(3, 'UTC')): First view of a product page.
-- @column last_product_view_at Nullable(DateTime64(3, 'UTC')): Last view of a product page.
-- @column product_view_count UInt64: Views of product pages.
-- @column product_view_amount Decimal(38, 4): Sum of the prices.
-- @column first_add_to_cart_at Nullable(DateTime64(3, 'UTC')): First add to cart.
-- @column last_add_to_cart_at Nullable(DateTime64(3, 'UTC')): Last add to cart.
-- @column add_to_cart_count UInt64: Adds to cart.
-- @column add_to_cart_amount Decimal(38, 4): Sum of the prices.
-- @column first_checkout_at Nullable(DateTime64(3, 'UTC')): First checkout.
-- @column last_checkout_at Nullable(DateTime64(3, 'UTC')): Last checkout.
-- @column checkout_count UInt64: Checkouts.
-- @column checkout_amount Decimal(38, 4): Sum of the totals.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: Furthest step of the funnel: 1 a product was viewed, 2 then a product was added to the cart, 3 then there was a checkout; 0 for none.
-- @column products Array(Tuple(product_id String, views UInt64, adds UInt64, add_amount Decimal(38, 4), funnel_step UInt8)): Views, adds to cart and funnel step by product, for the first {{list_max}} products in order of the length of their ids, then of the ids, which is that of numbers. Events without a product id are not included.
-- @column paths Array(Tuple(path String, views UInt64)): Page views by path, for the first {{list_max}} paths in alphabetical order; the views of all other paths are added up under (other).
-- @column vitals Array(Tuple(metric LowCardinality(String), path String, value Float64)): The first {{list_max}} web vitals in order of metric, path and value.
-- @column implausible_events UInt64: Events with a number that is not counted because it is implausible.
-- @column details_left_out UInt64: Page views under (other), and product views, adds to cart and web vitals beyond the bounds of the lists above.
-- @alias is_misdated has_invalid_time
-- @check first_seen_at <= last_seen_at: the day starts before it ends
-- @check arraySum(paths.views) = page_views: every view has a path
-- @check (product_view_count = 0) = (first_product_view_at IS NULL) AND (add_to_cart_count = 0) = (first_add_to_cart_at IS NULL) AND (checkout_count = 0) = (first_checkout_at IS NULL): a time is NULL exactly if its count is 0
WITH
    days AS
    (
        SELECT
            site,
            visitor_id,
            day,
            argMaxIf(last_user.user_id, session_started_at, last_user.user_id != '') AS user_id,
            max(int_visits.is_bot) AS is_bot,
            max(has_valid_time) = false AS has_invalid_time,
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
            {{funnel_step(product_view_count, notEmpty(adds_after_view), arrayMin(adds_after_view), last_checkout_at)}} AS funnel_step,
            -- In order of path, so that the views of a path are neighbours.
            arraySort(groupArrayArray(int_visits.paths)) AS views_of_visits,
            arraySlice(
                arrayMap(
                    same -> (same[1].path, arraySum(p -> p.views, same)),
                    arraySplit(
                        (p, previous) -> p.path != previous,
                        views_of_visits,
                        arrayPopBack(arrayPushFront(views_of_visits.path, ''))
                    )
                ),
                1,
                {{list_max}}
            ) AS listed_paths,
            toUInt64(page_views - arraySum(p -> p.2, listed_paths)) AS views_of_others,
            if(views_of_others = 0, listed_paths, arrayPushBack(listed_paths, ('(other)', views_of_others))) AS paths,
            arraySlice(arraySort(groupArrayArray(int_visits.vitals)), 1, {{list_max}}) AS vitals,
            sum(int_visits.vital_count) - length(vitals) AS vitals_left_out,
            -- In order of product and time, so that the events of a product are neighbours.
            {{in_order_of_product(groupArrayArray(int_visits.product_events))}} AS product_events,
            sum(int_visits.product_event_count) AS product_event_count,
            sum(int_visits.implausible_events) AS implausible_events
        FROM {{int_visits}} AS int_visits
        GROUP BY site, visitor_id, day
        HAVING max(int_visits.is_seen)
    )
SELECT
    *,
    arraySlice(
        arrayMap(
            same -> (
                same[1].product_id,
                toUInt64(arrayCount(e -> NOT e.is_add, same)) AS views_of_product,
                toUInt64(arrayCount(e -> e.is_add, same)),
                arraySum(e -> if(e.is_add, e.amount, 0), same),
                arrayFirst(e -> NOT e.is_add, same).ts AS viewed_at,
                -- The first add after the first view, as an array of at most one time: the checkouts after it include
                -- those after any later add.
                arraySlice(
                    arrayMap(e -> e.ts, arrayFilter(e -> e.is_add AND views_of_product > 0 AND e.ts >= viewed_at, same)),
                    1,
                    1
                )
            ),
            arraySplit(
                (e, previous) -> e.product_id != previous,
                product_events,
                arrayPopBack(arrayPushFront(product_events.product_id, ''))
            )
        ),
        1,
        {{list_max}}
    ) AS steps,
    arrayMap(
        p -> (
            p.1,
            p.2,
            p.3,
            p.4,
            toUInt8({{funnel_step(p.2, notEmpty(p.6), p.6[1], last_checkout_at)}})
        ),
        steps
    ) AS products,
    toUInt64(views_of_others + vitals_left_out + product_event_count - arraySum(p -> p.2 + p.3, steps)) AS details_left_out
FROM days
