-- @description Parts of visits: those made of the events that a run reads, and the published visits of visitors of whom the run reads new events only. For readers this view is computed from all events.
-- @grain site, visitor_id, session_started_at, day
-- @order site, visitor_id, session_started_at, day
-- @materialized ephemeral
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
-- @column event_hashes Array(UInt32): Hashes of the ids of the events that the run reads.
-- @alias is_misdated has_invalid_time
-- @alias is_dated has_valid_time
WITH
    -- A session begins at the first event, and at each event more than {{session_gap_s}} s after the previous one.
    starts AS
    (
        SELECT
            site,
            visitor_id,
            arrayJoin(arrayPushFront(arrayFilter((time, gap) -> gap > {{session_gap_ms}}, times, arrayDifference(times)), times[1])) AS started_ms
        FROM
        (
            SELECT site, visitor_id, arraySort(groupArray(toUnixTimestamp64Milli(ts))) AS times
            FROM {{stg_events}}
            GROUP BY site, visitor_id
        )
    )
SELECT
    site,
    visitor_id,
    session_started_at,
    day,
    known[-1] AS last_user,
    arraySlice(
        arrayMap(
            same -> (same[1].3, same[1].1, same[-1].1),
            arraySplit(
                (one, previous) -> one.3 != previous,
                known_by_user,
                arrayPopBack(arrayPushFront(known_by_user.3, ''))
            )
        ),
        1,
        {{list_max}}
    ) AS users,
    is_bot,
    has_invalid_time,
    has_valid_time,
    is_seen,
    is_passive,
    events,
    first_at,
    last_at,
    entry,
    page_views,
    (first_view.1, first_view.2, first_view.4) AS first_page,
    (last_view.1, last_view.2, last_view.4) AS last_page,
    arraySlice({{counts_of(viewed_paths)}}, 1, {{list_max}}) AS paths,
    product_view_count,
    product_view_amount,
    first_product_view_at,
    last_product_view_at,
    add_to_cart_count,
    add_to_cart_amount,
    add_times,
    product_event_count,
    product_events,
    checkout_count,
    checkout_amount,
    first_checkout_at,
    last_checkout_at,
    vital_count,
    vitals,
    implausible_events,
    arrayZip(goals_by_key.1, goals_by_key.2, goals_by_key.3) AS goal_sums,
    funnel_hits,
    length(all_steps) AS step_count,
    -- Whole ids of events, which cannot be compressed, would take half of the storage of a visit.
    arraySlice(
        arraySort(
            arrayZip(
                all_steps.1,
                arrayMap(id -> toUInt32(bitShiftRight(reinterpretAsUInt128(id), 64)), all_steps.2),
                all_steps.3,
                all_steps.4
            )
        ),
        1,
        {{steps_max}}
    ) AS steps,
    {{bounded_counts(counted_events, 3, 1)}} AS event_counts,
    {{bounded_counts(counted_properties, 4, 3)}} AS property_counts,
    exposures,
    experiment_conversions,
    event_hashes
FROM
(
    -- A column that several others are made of is one of a subquery: ClickHouse plans an alias anew wherever it stands.
    SELECT
        *,
        arraySort(one -> (one.3, one.1), known) AS known_by_user,
        arrayFirst(step -> step.3, all_steps) AS first_view,
        arrayLast(step -> step.3, all_steps) AS last_view,
        arraySort(arrayFilter((name, is_page) -> is_page, all_steps.4, all_steps.3)) AS viewed_paths,
        {{counts_of(event_texts)}} AS counted_events,
        {{counts_of(property_texts)}} AS counted_properties
    FROM
    (
        SELECT
            site,
            visitor_id,
            fromUnixTimestamp64Milli(started_ms, 'UTC') AS session_started_at,
            day,
            arraySort(groupArrayIf((ts, event_id, staged.user_id), staged.user_id != '')) AS known,
            max(staged.makes_bot) AS is_bot,
            max(staged.has_invalid_time) AS has_invalid_time,
            min(staged.has_invalid_time) = false AS has_valid_time,
            max(staged.is_seen) AS is_seen,
            min(staged.is_passive) AS is_passive,
            count() AS events,
            min(ts) AS first_at,
            max(ts) AS last_at,
            argMinIf(
                (event_id, {{attributes}}),
                event_id,
                toUnixTimestamp64Milli(ts) = started_ms
            ) AS entry,
            countIf(is_page_view) AS page_views,
            -- One list in order of time, from which page views are taken as well: it takes less time and memory than
            -- two lists, or than the smallest and the largest tuple.
            arraySort(
                groupArrayIf(
                    (ts, event_id, is_page_view, if(is_page_view, path, event)),
                    is_page_view OR NOT staged.is_passive
                )
            ) AS all_steps,
            countIf(is_product_view) AS product_view_count,
            sumIf(amount, is_product_view) AS product_view_amount,
            minIfOrNull(ts, is_product_view) AS first_product_view_at,
            maxIfOrNull(ts, is_product_view) AS last_product_view_at,
            countIf(is_add_to_cart) AS add_to_cart_count,
            sumIf(amount, is_add_to_cart) AS add_to_cart_amount,
            arraySlice(arraySort(groupArrayIf(ts, is_add_to_cart)), 1, {{list_max}}) AS add_times,
            countIf(product_id != '' AND (is_product_view OR is_add_to_cart)) AS product_event_count,
            arraySlice(
                {{in_order_of_product(groupArrayIf(
                    (product_id, ts, is_add_to_cart, amount),
                    product_id != '' AND (is_product_view OR is_add_to_cart)
                ))}},
                1,
                {{list_max}}
            ) AS product_events,
            countIf(is_checkout) AS checkout_count,
            sumIf(amount, is_checkout) AS checkout_amount,
            minIfOrNull(ts, is_checkout) AS first_checkout_at,
            maxIfOrNull(ts, is_checkout) AS last_checkout_at,
            countIf(is_vital) AS vital_count,
            arraySlice(arraySort(groupArrayIf((metric, path, value), is_vital)), 1, {{list_max}}) AS vitals,
            countIf(is_implausible) AS implausible_events,
            sumMap(staged.goals.key, arrayMap(key -> toUInt64(1), staged.goals.key), staged.goals.value) AS goals_by_key,
            arraySlice(
                arraySort(groupArrayIf((ts, event_id, steps_of_funnels), notEmpty(steps_of_funnels))),
                1,
                {{list_max}}
            ) AS funnel_hits,
            arraySort(groupArray(event_text)) AS event_texts,
            arraySort(groupArrayArray(staged.property_texts)) AS property_texts,
            {{definitions.exposures_of_events}} AS exposures,
            {{definitions.conversions_of_events}} AS experiment_conversions,
            groupArray({{event_hash}}) AS event_hashes
        FROM {{stg_events}} AS staged
        ASOF INNER JOIN starts
            ON staged.site = starts.site AND staged.visitor_id = starts.visitor_id AND toUnixTimestamp64Milli(staged.ts) >= starts.started_ms
        GROUP BY site, visitor_id, started_ms, day
    )
)
UNION ALL
SELECT *, emptyArrayUInt32() FROM {{int_visits.before}}
