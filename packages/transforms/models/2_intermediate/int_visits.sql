-- @description Activity of a visitor in one session on one day. Sessions and days are computed from these rows, and a run adds new events to them, so that it does not read old events again.
-- @grain site, visitor_id, session_started_at, day
-- @order site, visitor_id, session_started_at
-- @materialized incremental by visitor
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column session_started_at DateTime64(3, 'UTC'): First event of the session, which may lie on an earlier day.
-- @column day Date: UTC day.
-- @column last_user Tuple(at DateTime64(3, 'UTC'), event_id UUID, user_id String): Last event with a user that the page gave to identify(), and this user; empty for an anonymous visitor.
-- @column users Array(Tuple(user_id String, first_at DateTime64(3, 'UTC'), last_at DateTime64(3, 'UTC'))): Users of the events, each with the times of its first and last event, for the first {{list_max}} in alphabetical order.
-- @column is_bot Bool: At least one event of a page or an import is that of a bot.
-- @column has_invalid_time Bool: At least one event has an invalid timestamp.
-- @column has_valid_time Bool: At least one event has a valid timestamp.
-- @column is_seen Bool: At least one event counts as activity of the visitor, see stg_events.
-- @column is_passive Bool: All events are passive, see stg_events.
-- @column events UInt64 {>= 1}: Events.
-- @column first_at DateTime64(3, 'UTC'): First event.
-- @column last_at DateTime64(3, 'UTC'): Last event.
-- @column entry Tuple(event_id UUID, {{attributes.types}}): First event of the session with its attributes; empty on the later days of the session.
-- @column page_views UInt64: Page views.
-- @column first_page Tuple(at DateTime64(3, 'UTC'), event_id UUID, path String): First page view; empty for none.
-- @column last_page Tuple(at DateTime64(3, 'UTC'), event_id UUID, path String): Last page view; empty for none.
-- @column paths Array(Tuple(path String, views UInt64)): Page views by path, for the first {{list_max}} paths in alphabetical order.
-- @column product_view_count UInt64: Views of product pages.
-- @column product_view_amount Decimal(38, 4): Sum of the prices.
-- @column first_product_view_at Nullable(DateTime64(3, 'UTC')): First view of a product page.
-- @column last_product_view_at Nullable(DateTime64(3, 'UTC')): Last view of a product page.
-- @column add_to_cart_count UInt64: Adds to cart.
-- @column add_to_cart_amount Decimal(38, 4): Sum of the prices.
-- @column add_times Array(DateTime64(3, 'UTC')): Times of the first {{list_max}} adds to cart.
-- @column product_event_count UInt64: Views of product pages and adds to cart with a product id.
-- @column product_events Array(Tuple(product_id String, ts DateTime64(3, 'UTC'), is_add Bool, amount Decimal(18, 4))): The first {{list_max}} of these events in order of product and time. Products are in order of the length of their ids, then of the ids, which is that of numbers.
-- @column checkout_count UInt64: Checkouts.
-- @column checkout_amount Decimal(38, 4): Sum of the totals.
-- @column first_checkout_at Nullable(DateTime64(3, 'UTC')): First checkout.
-- @column last_checkout_at Nullable(DateTime64(3, 'UTC')): Last checkout.
-- @column vital_count UInt64: Web vitals.
-- @column vitals Array(Tuple(metric LowCardinality(String), path String, value Float64)): The first {{list_max}} web vitals in order of metric, path and value.
-- @column implausible_events UInt64: Events with a number that is not counted because it is implausible.
-- @column goal_sums {{definitions.goal_sums_type}}: Goals that the events reach, by goal and currency, with the number of conversions and the sum of their values; key as in stg_events.
-- @column funnel_hits {{definitions.funnel_hits_type}}: The first {{list_max}} events in order of time that are steps of funnels, with these as in stg_events.
-- @column step_count UInt64: Page views and actions: events that are not passive, see stg_events.
-- @column steps Array(Tuple(ts DateTime64(3, 'UTC'), id_end UInt32, is_page Bool, name String)): The first {{steps_max}} of these in order of time, then of the last 32 bits of their ids, which is the order in a batch. The name is the path of a page view, and the event of an action.
-- @column event_counts Array(Tuple(event String, events UInt64)): Events by name, obj and obj_id with NUL between them, for the first {{visit_counts_max}} in the order of bytes. All others are added up by name, for the first {{visit_counts_max}} names, and beyond under an empty text.
-- @column property_counts Array(Tuple(property String, events UInt64)): Events by name, kind, key and value of a property with NUL between them, for the first {{visit_counts_max}} in the order of bytes. The kind is property or experiment. All others are added up by name, kind and key, for the first {{visit_counts_max}} of these, and beyond under an empty text.
-- @column exposures {{definitions.exposures_type}}: First exposure to each variant of an experiment, for the first {{definitions.variants_max}} variants of each experiment in alphabetical order.
-- @column experiment_conversions {{definitions.conversions_type}}: Experiments whose goal the events reach, each with the time of the last event that does.
-- @alias is_misdated has_invalid_time
-- @alias is_dated has_valid_time
-- @check arraySum(event_counts.events) = events: every event has a name
-- @check page_views <= events AND arraySum(paths.views) <= page_views: no view is counted twice
-- A rebuild does not run this statement: it copies the rows of int_visit_pieces, which are whole visits as long as
-- there are no earlier visits to merge with. A change of a column here belongs into int_visit_pieces.sql as well.
WITH
    -- A session begins where no piece has been open for more than {{session_gap_s}} s. A piece is open from its first
    -- to its last event.
    starts AS
    (
        SELECT
            site,
            visitor_id,
            arrayJoin(
                arrayPushFront(
                    arrayFilter(
                        (time, gap, is_start, going_on) -> is_start AND going_on = 1 AND gap > {{session_gap_ms}},
                        times,
                        arrayDifference(times),
                        arrayMap(point -> point.2 = 0, points),
                        arrayCumSum(arrayMap(point -> 1 - 2 * point.2, points))
                    ),
                    times[1]
                )
            ) AS started_ms
        FROM
        (
            SELECT
                site,
                visitor_id,
                -- A start (0) comes before an end (1) at the same time.
                arraySort(groupArrayArray([(toUnixTimestamp64Milli(first_at), 0), (toUnixTimestamp64Milli(last_at), 1)])) AS points,
                points.1 AS times
            FROM {{int_visit_pieces}}
            GROUP BY site, visitor_id
        )
    )
SELECT
    site,
    visitor_id,
    fromUnixTimestamp64Milli(started_ms, 'UTC') AS session_started_at,
    day,
    argMaxIf(piece.last_user, (piece.last_user.at, piece.last_user.event_id), piece.last_user.user_id != '') AS last_user,
    arraySlice(
        arrayZip((minMap(piece.users.user_id, piece.users.first_at) AS first_by_user).1, first_by_user.2, maxMap(piece.users.user_id, piece.users.last_at).2),
        1,
        {{list_max}}
    ) AS users,
    max(piece.is_bot) AS is_bot,
    max(piece.has_invalid_time) AS has_invalid_time,
    max(piece.has_valid_time) AS has_valid_time,
    max(piece.is_seen) AS is_seen,
    min(piece.is_passive) AS is_passive,
    sum(piece.events) AS events,
    min(piece.first_at) AS first_at,
    max(piece.last_at) AS last_at,
    argMinIf(piece.entry, piece.entry.event_id, toUnixTimestamp64Milli(piece.first_at) = started_ms) AS entry,
    sum(piece.page_views) AS page_views,
    minIf(piece.first_page, piece.page_views > 0) AS first_page,
    maxIf(piece.last_page, piece.page_views > 0) AS last_page,
    arraySlice(arrayZip((sumMap(piece.paths.path, piece.paths.views) AS views_by_path).1, views_by_path.2), 1, {{list_max}}) AS paths,
    sum(piece.product_view_count) AS product_view_count,
    sum(piece.product_view_amount) AS product_view_amount,
    min(piece.first_product_view_at) AS first_product_view_at,
    max(piece.last_product_view_at) AS last_product_view_at,
    sum(piece.add_to_cart_count) AS add_to_cart_count,
    sum(piece.add_to_cart_amount) AS add_to_cart_amount,
    arraySlice(arraySort(groupArrayArray(piece.add_times)), 1, {{list_max}}) AS add_times,
    sum(piece.product_event_count) AS product_event_count,
    arraySlice({{in_order_of_product(groupArrayArray(piece.product_events))}}, 1, {{list_max}}) AS product_events,
    sum(piece.checkout_count) AS checkout_count,
    sum(piece.checkout_amount) AS checkout_amount,
    min(piece.first_checkout_at) AS first_checkout_at,
    max(piece.last_checkout_at) AS last_checkout_at,
    sum(piece.vital_count) AS vital_count,
    arraySlice(arraySort(groupArrayArray(piece.vitals)), 1, {{list_max}}) AS vitals,
    sum(piece.implausible_events) AS implausible_events,
    arrayZip(
        (sumMap(piece.goal_sums.key, piece.goal_sums.conversions, piece.goal_sums.value) AS goals_by_key).1,
        goals_by_key.2,
        goals_by_key.3
    ) AS goal_sums,
    arraySlice(arraySort(groupArrayArray(piece.funnel_hits)), 1, {{list_max}}) AS funnel_hits,
    sum(piece.step_count) AS step_count,
    arraySlice(arraySort(groupArrayArray(piece.steps)), 1, {{steps_max}}) AS steps,
    arrayZip((sumMap(piece.event_counts.event, piece.event_counts.events) AS summed_events).1, summed_events.2) AS counted_events,
    {{bounded_counts(counted_events, 3, 1)}} AS event_counts,
    arrayZip((sumMap(piece.property_counts.property, piece.property_counts.events) AS summed_properties).1, summed_properties.2) AS counted_properties,
    {{bounded_counts(counted_properties, 4, 3)}} AS property_counts,
    {{definitions.exposures_of_pieces}} AS exposures,
    {{definitions.conversions_of_pieces}} AS experiment_conversions
FROM {{int_visit_pieces}} AS piece
ASOF INNER JOIN starts
    ON piece.site = starts.site AND piece.visitor_id = starts.visitor_id AND toUnixTimestamp64Milli(piece.first_at) >= starts.started_ms
GROUP BY site, visitor_id, started_ms, day
