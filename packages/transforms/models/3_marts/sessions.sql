-- @description Sessions: events of a visitor with at most {{session_gap_s}} s between one event and the next. Neither midnight nor a new campaign ends a session. Orders and refunds that name no visitor make no session.
-- @grain site, visitor_id, started_at
-- @order site, visitor_id, started_at
-- @materialized incremental by visitor
-- @tags sessions
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column session_id UInt64: Hash of site, visitor and start, so that the same events always have the same id. A sender can construct two sessions with the same id: join and count by site, visitor_id and started_at.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column user_id String: Last user that a page gave to identify() in the session; empty for an anonymous session.
-- @column started_at DateTime64(3, 'UTC'): First event.
-- @column ended_at DateTime64(3, 'UTC'): Last event.
-- @column day Date: UTC day of the start.
-- @column duration_ms UInt64: Time from the first to the last event, milliseconds.
-- @column duration_seconds Float64 {>= 0}: Time from the first to the last event, seconds.
-- @column events UInt64 {>= 1}: Events.
-- @column page_views UInt64: Page views.
-- @column is_bounce Bool: Bounce: at most one page view, and no action of the visitor. Passive events (views, scroll depth and engaged time, errors, web vitals, identify) are not actions.
-- @column entry_path String: Landing page: path of the first page view; empty for none.
-- @column exit_path String: Exit page: path of the last page view; empty for none.
{{attributes.session_columns}}
-- @column channel LowCardinality(String) {IN ('campaign', 'referral', 'direct')}: Source of the session: campaign if it has a utm_source, referral if it has a referrer, else direct.
-- @column is_bot Bool: At least one event of a page or an import is that of a bot.
-- @column is_long Bool: The session is longer than 24 hours, as sessions of bots are. It is flagged and not split.
-- @column has_invalid_time Bool: At least one event has an invalid timestamp.
-- @column product_views UInt64: Views of product pages, and views of products that are events of their own.
-- @column adds_to_cart UInt64: Adds to cart.
-- @column checkouts UInt64: Checkouts.
-- @column revenue Decimal(38, 4): Sum of the totals of checkouts.
-- @column is_converted Bool: Conversion: at least one checkout.
-- @column funnel_step UInt8 {BETWEEN 0 AND 3}: Furthest step of the funnel: 1 a product was viewed, 2 then a product was added to the cart, 3 then there was a checkout; 0 for none.
-- @column goals {{definitions.goals_type}}: Goals that the events reach, by currency, with the number of conversions and the sum of their values, see the view goals.
-- @column steps Array(Tuple(is_page Bool, name LowCardinality(String))): Page views by path, and actions by event (see stg_events), in order of time. Consecutive equal ones are one. They are made of the first {{steps_max}} page views and actions of the session.
-- @column steps_left_out UInt64: Page views and actions after the first {{steps_max}}.
-- @alias is_misdated has_invalid_time
-- @alias amount revenue
-- @check started_at <= ended_at AND duration_ms = toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at): a session lasts from its first to its last event
-- @check greatest(page_views, product_views) + adds_to_cart + checkouts <= events: no event is counted twice
-- @check length(steps) + steps_left_out <= events AND length(steps) <= {{steps_max}}: no event is two steps
-- @check is_converted = (checkouts > 0) AND is_long = (duration_ms > 86400000): flags follow from counts
WITH
    -- Sessions with visits on more than one day. Few are, so the others are not grouped.
    continued AS
    (
        SELECT site, visitor_id, session_started_at
        FROM {{int_visits}}
        WHERE session_started_at < toDateTime64(day, 3, 'UTC')
    )
SELECT
    site,
    cityHash64(site, visitor_id, toUnixTimestamp64Milli(started_at)) AS session_id,
    visitor_id,
    session.user_id AS user_id,
    started_at,
    ended_at,
    day,
    toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at) AS duration_ms,
    duration_ms / 1000 AS duration_seconds,
    events,
    page_views,
    page_views <= 1 AND is_passive AS is_bounce,
    entry_path,
    exit_path,
    {{attributes.first}},
    {{channel(utm_source, entry_referrer_host)}} AS channel,
    is_bot,
    duration_ms > 86400000 AS is_long,
    has_invalid_time,
    product_view_count AS product_views,
    add_to_cart_count AS adds_to_cart,
    checkout_count AS checkouts,
    checkout_amount AS revenue,
    checkouts > 0 AS is_converted,
    arrayFilter(t -> ifNull(t >= first_product_view_at, false), add_times) AS adds_after_view,
    {{funnel_step(product_views, notEmpty(adds_after_view), arrayMin(adds_after_view), last_checkout_at)}} AS funnel_step,
    arraySort(arrayMap(
        (key, conversions, value) -> ({{goal_name(key)}}, {{goal_currency(key)}}, conversions, value),
        goal_sums.1,
        goal_sums.2,
        goal_sums.3
    )) AS goals,
    arrayCompact(arrayZip(first_steps.is_page, first_steps.name)) AS steps,
    step_count - length(first_steps) AS steps_left_out
FROM
(
    SELECT
        site,
        visitor_id,
        session_started_at AS started_at,
        day,
        last_user.user_id AS user_id,
        last_at AS ended_at,
        events,
        page_views,
        is_passive,
        first_page.path AS entry_path,
        last_page.path AS exit_path,
        entry,
        is_bot,
        has_invalid_time,
        product_view_count,
        first_product_view_at,
        add_to_cart_count,
        add_times,
        checkout_count,
        checkout_amount,
        last_checkout_at,
        goal_sums,
        step_count,
        steps AS first_steps
    FROM {{int_visits}}
    WHERE is_seen AND (site, visitor_id, session_started_at) NOT IN continued
    UNION ALL
    SELECT
        site,
        visitor_id,
        session_started_at,
        min(visit.day),
        argMaxIf(last_user.user_id, visit.day, last_user.user_id != ''),
        max(last_at),
        sum(visit.events),
        sum(visit.page_views),
        min(is_passive),
        argMinIf(first_page.path, visit.day, visit.page_views > 0),
        argMaxIf(last_page.path, visit.day, visit.page_views > 0),
        -- Exactly one visit of a session begins at the start of the session.
        anyIf(entry, first_at = session_started_at),
        max(visit.is_bot),
        max(visit.has_invalid_time),
        sum(product_view_count),
        min(first_product_view_at),
        sum(add_to_cart_count),
        groupArrayArray(add_times),
        sum(checkout_count),
        sum(checkout_amount),
        max(last_checkout_at),
        arrayZip(
            (sumMap(visit.goal_sums.key, visit.goal_sums.conversions, visit.goal_sums.value) AS goals_by_key).1,
            goals_by_key.2,
            goals_by_key.3
        ),
        sum(visit.step_count),
        arraySlice(arraySort(groupArrayArray(visit.steps)), 1, {{steps_max}})
    FROM {{int_visits}} AS visit
    WHERE (site, visitor_id, session_started_at) IN continued
    GROUP BY site, visitor_id, session_started_at
    HAVING max(is_seen)
) AS session
