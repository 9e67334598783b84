-- stg_events
INSERT INTO transform_scratch_stg_events__604bd862 (run, site, visitor_id, event_id, ts, day, user_id, event, is_page_view, is_passive, is_product_view, is_add_to_cart, is_checkout, product_id, amount, path, referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, is_bot, makes_bot, is_seen, has_invalid_time, is_vital, metric, value, is_implausible, goals, steps_of_funnels, exposures, experiment_conversions, event_text, property_texts, name) SELECT 3, site, visitor_id, event_id, ts, day, user_id, event, is_page_view, is_passive, is_product_view, is_add_to_cart, is_checkout, product_id, amount, path, referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, is_bot, makes_bot, is_seen, has_invalid_time, is_vital, metric, value, is_implausible, goals, steps_of_funnels, exposures, experiment_conversions, event_text, property_texts, name FROM (
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
    greatest(events.ts, toDateTime64(0, 3, 'UTC')) AS ts,
    toDate(least(greatest(events.ts, toDateTime64(0, 3, 'UTC')), toDateTime64('2149-06-06', 3, 'UTC'))) AS day,
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
    leftUTF8(if(events.path = '' AND events.url != '', '/', if(match(events.path, '[^ -~]|%'), replaceAll(replaceAll(replaceRegexpAll(arrayStringConcat(arrayMap(p -> multiIf(
        p = '%', '%25',
        match(p, '^[\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}\\x{e0000}-\\x{e0fff}]'), encodeURLComponent(p),
        NOT startsWith(p, '%'), p,
        p = '%25', p,
        length(p) = 3, if(match(p, '(?i)^%(?:2[0-24-9a-e]|3[0-9a-e]|[456][0-9a-f]|7[0-9a-e])$'), decodeURLComponent(p), upper(p)),
        match(decodeURLComponent(p), '^[\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}\\x{e0000}-\\x{e0fff}]'), upper(p),
        decodeURLComponent(p)
    ), extractAll(toValidUTF8(events.path), '(?i)%(?:c[2-9a-f]|d[0-9a-f])%[89ab][0-9a-f]|%e0%[ab][0-9a-f]%[89ab][0-9a-f]|%(?:e[1-9abcef])%[89ab][0-9a-f]%[89ab][0-9a-f]|%ed%[89][0-9a-f]%[89ab][0-9a-f]|%f0%[9ab][0-9a-f]%[89ab][0-9a-f]%[89ab][0-9a-f]|%f[123]%[89ab][0-9a-f]%[89ab][0-9a-f]%[89ab][0-9a-f]|%f4%8[0-9a-f]%[89ab][0-9a-f]%[89ab][0-9a-f]|%[0-9a-f]{2}|%|[\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}\\x{e0000}-\\x{e0fff}]|[^%\\x00-\\x1f\\x7f\\x{80}-\\x{9f}\\x{ad}\\x{34f}\\x{61c}\\x{115f}\\x{1160}\\x{17b4}\\x{17b5}\\x{180b}-\\x{180f}\\x{200b}-\\x{200f}\\x{2028}-\\x{202e}\\x{2060}-\\x{206f}\\x{3164}\\x{feff}\\x{ffa0}\\x{fff0}-\\x{fffb}\\x{e0000}-\\x{e0fff}]+'))), '%25([0-9A-Fa-f]{2})', '\x01\\1'), '%25', '%'), '\x01', '%25'), events.path)), 500) AS path,
    leftUTF8(toValidUTF8(events.referrer), 500) AS referrer,
    leftUTF8(toValidUTF8(events.referrer_host), 200) AS referrer_host,
    leftUTF8(toValidUTF8(events.utm_source), 200) AS utm_source,
    leftUTF8(toValidUTF8(events.utm_medium), 200) AS utm_medium,
    leftUTF8(toValidUTF8(events.utm_campaign), 200) AS utm_campaign,
    browser,
    os,
    device,
    country,
    is_bot,
    source,
    is_bot AND source != 'server' AS makes_bot,
    NOT (name IN ('order', 'refund') AND NOT (visitor_id != 0 AND NOT (source != 'page' AND visitor_id BETWEEN 9007199254740992 AND 18014398509481983))) AS is_seen,
    events.ts < toDateTime64('2020-01-01', 3, 'UTC')
        OR events.ts >= toDateTime64('2100-01-01', 3, 'UTC')
        OR events.ts > received_at + INTERVAL 1 DAY AS has_invalid_time,
    is_counted_vital AS is_vital,
    if(is_counted_vital, obj_id, '') AS metric,
    -- abs() makes 0 of -0, which would sort among zeros in the order in which they are read.
    if(is_counted_vital, abs(ifNull(measured, 0)), 0) AS value,
    name = 'vital' AND NOT is_counted_vital OR is_amount_implausible AS is_implausible,
    CAST(arrayConcat(if(((name = 'click') AND (obj = 'button') AND (target = 'checkout')), [(toUInt64(4294967296) + reinterpretAsUInt32(toString(currency)), amount)], []), if((name = 'order'), [(toUInt64(8589934592) + reinterpretAsUInt32(toString(currency)), amount)], [])), 'Array\x28Tuple\x28key UInt64\x2C value Decimal\x2818\x2C 4\x29\x29\x29') AS goals,
    CAST(arrayFilter(code -> code % 65536 != 0, [65536 + if(((name = 'view') AND (obj IN ('page', 'product')) AND (target = 'product')), 1, 0) + if(((name = 'click') AND (obj = 'button') AND (target = 'add_to_cart')), 2, 0) + if(((name = 'click') AND (obj = 'button') AND (target = 'checkout')), 4, 0)]), 'Array(UInt32)') AS steps_of_funnels,
    CAST([], 'Array\x28Tuple\x28experiment UInt8\x2C variant String\x29\x29') AS exposures,
    CAST([], 'Array\x28UInt8\x29') AS experiment_conversions,
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
FROM events FINAL PREWHERE true AND true AND true
WHERE true
);

-- int_visit_pieces
INSERT INTO transform_scratch_int_visit_pieces__e8f00b58 (run, site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions, event_hashes) SELECT 3, site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions, event_hashes FROM (
WITH
    -- A session begins at the first event, and at each event more than 1800 s after the previous one.
    starts AS
    (
        SELECT
            site,
            visitor_id,
            arrayJoin(arrayPushFront(arrayFilter((time, gap) -> gap > 1800000, times, arrayDifference(times)), times[1])) AS started_ms
        FROM
        (
            SELECT site, visitor_id, arraySort(groupArray(toUnixTimestamp64Milli(ts))) AS times
            FROM (SELECT site, visitor_id, event_id, ts, day, user_id, event, is_page_view, is_passive, is_product_view, is_add_to_cart, is_checkout, product_id, amount, path, referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, is_bot, makes_bot, is_seen, has_invalid_time, is_vital, metric, value, is_implausible, goals, steps_of_funnels, exposures, experiment_conversions, event_text, property_texts, name FROM transform_scratch_stg_events__604bd862 WHERE run = 3 AND true)
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
        1000
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
    arraySlice(arrayMap(same -> (same[1], toUInt64(length(same))), arraySplit((one, previous) -> one != previous, viewed_paths, arrayPopBack(arrayPushFront(viewed_paths, '')))), 1, 1000) AS paths,
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
        100
    ) AS steps,
    if(
    length(counted_events) <= 1000,
    counted_events,
    arrayMap(
        kept -> arrayMap(
            rest -> arrayConcat(
                kept,
                rest,
                arrayFilter(one -> one.2 > 0, [('', toUInt64(arraySum(counted_events.2) - arraySum(kept.2) - arraySum(rest.2)))])
            ),
            [
                arraySlice(
                    arrayFilter(
                        one -> one.1 != '',
                        arrayMap(
                            sums -> arrayZip(sums.1, sums.2),
                            [
                                arrayReduce(
                                    'sumMap',
                                    [arrayMap(one -> substringIndex(one.1, '\0', 1), arrayFilter(one -> countSubstrings(one.1, '\0') < 3 - 1 OR one.1 > kept[-1].1, counted_events))],
                                    [arrayMap(one -> one.2, arrayFilter(one -> countSubstrings(one.1, '\0') < 3 - 1 OR one.1 > kept[-1].1, counted_events))]
                                )
                            ]
                        )[1]
                    ),
                    1,
                    1000
                )
            ]
        )[1],
        [arraySlice(arrayFilter(one -> countSubstrings(one.1, '\0') >= 3 - 1, counted_events), 1, 1000)]
    )[1]
) AS event_counts,
    if(
    length(counted_properties) <= 1000,
    counted_properties,
    arrayMap(
        kept -> arrayMap(
            rest -> arrayConcat(
                kept,
                rest,
                arrayFilter(one -> one.2 > 0, [('', toUInt64(arraySum(counted_properties.2) - arraySum(kept.2) - arraySum(rest.2)))])
            ),
            [
                arraySlice(
                    arrayFilter(
                        one -> one.1 != '',
                        arrayMap(
                            sums -> arrayZip(sums.1, sums.2),
                            [
                                arrayReduce(
                                    'sumMap',
                                    [arrayMap(one -> substringIndex(one.1, '\0', 3), arrayFilter(one -> countSubstrings(one.1, '\0') < 4 - 1 OR one.1 > kept[-1].1, counted_properties))],
                                    [arrayMap(one -> one.2, arrayFilter(one -> countSubstrings(one.1, '\0') < 4 - 1 OR one.1 > kept[-1].1, counted_properties))]
                                )
                            ]
                        )[1]
                    ),
                    1,
                    1000
                )
            ]
        )[1],
        [arraySlice(arrayFilter(one -> countSubstrings(one.1, '\0') >= 4 - 1, counted_properties), 1, 1000)]
    )[1]
) AS property_counts,
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
        arrayMap(same -> (same[1], toUInt64(length(same))), arraySplit((one, previous) -> one != previous, event_texts, arrayPopBack(arrayPushFront(event_texts, '')))) AS counted_events,
        arrayMap(same -> (same[1], toUInt64(length(same))), arraySplit((one, previous) -> one != previous, property_texts, arrayPopBack(arrayPushFront(property_texts, '')))) AS counted_properties
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
                (event_id, referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country),
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
            arraySlice(arraySort(groupArrayIf(ts, is_add_to_cart)), 1, 1000) AS add_times,
            countIf(product_id != '' AND (is_product_view OR is_add_to_cart)) AS product_event_count,
            arraySlice(
                arraySort(e -> (length(e.1), e), (groupArrayIf(
                    (product_id, ts, is_add_to_cart, amount),
                    product_id != '' AND (is_product_view OR is_add_to_cart)
                ))),
                1,
                1000
            ) AS product_events,
            countIf(is_checkout) AS checkout_count,
            sumIf(amount, is_checkout) AS checkout_amount,
            minIfOrNull(ts, is_checkout) AS first_checkout_at,
            maxIfOrNull(ts, is_checkout) AS last_checkout_at,
            countIf(is_vital) AS vital_count,
            arraySlice(arraySort(groupArrayIf((metric, path, value), is_vital)), 1, 1000) AS vitals,
            countIf(is_implausible) AS implausible_events,
            sumMap(staged.goals.key, arrayMap(key -> toUInt64(1), staged.goals.key), staged.goals.value) AS goals_by_key,
            arraySlice(
                arraySort(groupArrayIf((ts, event_id, steps_of_funnels), notEmpty(steps_of_funnels))),
                1,
                1000
            ) AS funnel_hits,
            arraySort(groupArray(event_text)) AS event_texts,
            arraySort(groupArrayArray(staged.property_texts)) AS property_texts,
            CAST([], 'Array\x28Tuple\x28experiment UInt8\x2C variant String\x2C first_at DateTime64\x283\x2C \x27UTC\x27\x29\x29\x29') AS exposures,
            CAST([], 'Array\x28Tuple\x28experiment UInt8\x2C last_at DateTime64\x283\x2C \x27UTC\x27\x29\x29\x29') AS experiment_conversions,
            groupArray(toUInt32(sipHash64Keyed(({hash_key_0:UInt64}, {hash_key_1:UInt64}), event_id))) AS event_hashes
        FROM (SELECT site, visitor_id, event_id, ts, day, user_id, event, is_page_view, is_passive, is_product_view, is_add_to_cart, is_checkout, product_id, amount, path, referrer, referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, is_bot, makes_bot, is_seen, has_invalid_time, is_vital, metric, value, is_implausible, goals, steps_of_funnels, exposures, experiment_conversions, event_text, property_texts, name FROM transform_scratch_stg_events__604bd862 WHERE run = 3 AND true) AS staged
        ASOF INNER JOIN starts
            ON staged.site = starts.site AND staged.visitor_id = starts.visitor_id AND toUnixTimestamp64Milli(staged.ts) >= starts.started_ms
        GROUP BY site, visitor_id, started_ms, day
    )
)
UNION ALL
SELECT *, emptyArrayUInt32() FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS session_started_at, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('Tuple(at DateTime64(3, \'UTC\'), event_id UUID, user_id String)') AS last_user, defaultValueOfTypeName('Array(Tuple(user_id String, first_at DateTime64(3, \'UTC\'), last_at DateTime64(3, \'UTC\')))') AS users, defaultValueOfTypeName('Bool') AS is_bot, defaultValueOfTypeName('Bool') AS has_invalid_time, defaultValueOfTypeName('Bool') AS has_valid_time, defaultValueOfTypeName('Bool') AS is_seen, defaultValueOfTypeName('Bool') AS is_passive, defaultValueOfTypeName('UInt64') AS events, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS first_at, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS last_at, defaultValueOfTypeName('Tuple(event_id UUID, referrer String, referrer_host LowCardinality(String), utm_source LowCardinality(String), utm_medium LowCardinality(String), utm_campaign LowCardinality(String), browser LowCardinality(String), os LowCardinality(String), device LowCardinality(String), country LowCardinality(String))') AS entry, defaultValueOfTypeName('UInt64') AS page_views, defaultValueOfTypeName('Tuple(at DateTime64(3, \'UTC\'), event_id UUID, path String)') AS first_page, defaultValueOfTypeName('Tuple(at DateTime64(3, \'UTC\'), event_id UUID, path String)') AS last_page, defaultValueOfTypeName('Array(Tuple(path String, views UInt64))') AS paths, defaultValueOfTypeName('UInt64') AS product_view_count, defaultValueOfTypeName('Decimal(38, 4)') AS product_view_amount, defaultValueOfTypeName('Nullable(DateTime64(3, \'UTC\'))') AS first_product_view_at, defaultValueOfTypeName('Nullable(DateTime64(3, \'UTC\'))') AS last_product_view_at, defaultValueOfTypeName('UInt64') AS add_to_cart_count, defaultValueOfTypeName('Decimal(38, 4)') AS add_to_cart_amount, defaultValueOfTypeName('Array(DateTime64(3, \'UTC\'))') AS add_times, defaultValueOfTypeName('UInt64') AS product_event_count, defaultValueOfTypeName('Array(Tuple(product_id String, ts DateTime64(3, \'UTC\'), is_add Bool, amount Decimal(18, 4)))') AS product_events, defaultValueOfTypeName('UInt64') AS checkout_count, defaultValueOfTypeName('Decimal(38, 4)') AS checkout_amount, defaultValueOfTypeName('Nullable(DateTime64(3, \'UTC\'))') AS first_checkout_at, defaultValueOfTypeName('Nullable(DateTime64(3, \'UTC\'))') AS last_checkout_at, defaultValueOfTypeName('UInt64') AS vital_count, defaultValueOfTypeName('Array(Tuple(metric LowCardinality(String), path String, value Float64))') AS vitals, defaultValueOfTypeName('UInt64') AS implausible_events, defaultValueOfTypeName('Array(Tuple(key UInt64, conversions UInt64, value Decimal(38, 4)))') AS goal_sums, defaultValueOfTypeName('Array(Tuple(at DateTime64(3, \'UTC\'), event_id UUID, funnels Array(UInt32)))') AS funnel_hits, defaultValueOfTypeName('UInt64') AS step_count, defaultValueOfTypeName('Array(Tuple(ts DateTime64(3, \'UTC\'), id_end UInt32, is_page Bool, name String))') AS steps, defaultValueOfTypeName('Array(Tuple(event String, events UInt64))') AS event_counts, defaultValueOfTypeName('Array(Tuple(property String, events UInt64))') AS property_counts, defaultValueOfTypeName('Array(Tuple(experiment UInt8, variant String, first_at DateTime64(3, \'UTC\')))') AS exposures, defaultValueOfTypeName('Array(Tuple(experiment UInt8, last_at DateTime64(3, \'UTC\')))') AS experiment_conversions WHERE false)
);

-- int_visits
INSERT INTO int_visits__6f7595ab (run, site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions) SELECT 3, site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions FROM (
SELECT site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions FROM (SELECT site, visitor_id, session_started_at, day, last_user, users, is_bot, has_invalid_time, has_valid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, goal_sums, funnel_hits, step_count, steps, event_counts, property_counts, exposures, experiment_conversions FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
);

-- int_presence_days
INSERT INTO int_presence_days__c066f631 (run, site, visitor_id, day, is_bot, has_invalid_time, is_seen, is_continued, first_day, previous_day, events, event_hashes) SELECT 3, site, visitor_id, day, is_bot, has_invalid_time, is_seen, is_continued, first_day, previous_day, events, event_hashes FROM (
SELECT *
FROM
(
    SELECT
        *,
        if(
            has_invalid_time OR NOT is_seen,
            day,
            minIf(day, NOT has_invalid_time AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ) AS first_day,
        maxIf(day, NOT has_invalid_time AND NOT is_bot AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous_day
    FROM
    (
        SELECT
            site,
            visitor_id,
            day,
            max(part.is_bot) AS is_bot,
            max(has_valid_time) = false AS has_invalid_time,
            max(part.is_seen) AS is_seen,
            max(part.is_continued) AS is_continued,
            sum(part.events) AS events,
            arraySort(groupArrayArray(part.event_hashes)) AS event_hashes
        FROM
        (
            SELECT site, visitor_id, day, is_bot, has_valid_time, is_seen, session_started_at < toDateTime64(day, 3, 'UTC') AS is_continued, events, emptyArrayUInt32() AS event_hashes
            FROM (SELECT site, visitor_id, session_started_at, day, is_bot, has_invalid_time, has_valid_time, is_seen, events FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, false, 0, event_hashes
            FROM (SELECT site, visitor_id, session_started_at, day, is_bot, has_invalid_time, has_valid_time, is_seen, events, event_hashes FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
            UNION ALL
            SELECT site, visitor_id, day, false, false, false, false, 0, event_hashes
            FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('Bool') AS is_bot, defaultValueOfTypeName('Bool') AS has_invalid_time, defaultValueOfTypeName('Bool') AS is_seen, defaultValueOfTypeName('Bool') AS is_continued, defaultValueOfTypeName('Date') AS first_day, defaultValueOfTypeName('Date') AS previous_day, defaultValueOfTypeName('UInt64') AS events, defaultValueOfTypeName('Array(UInt32)') AS event_hashes WHERE false)
            UNION ALL
            -- Flags of published days: more events never change them back.
            SELECT site, visitor_id, day, is_bot, NOT has_invalid_time, is_seen, is_continued, 0, emptyArrayUInt32()
            FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('Bool') AS is_bot, defaultValueOfTypeName('Bool') AS has_invalid_time, defaultValueOfTypeName('Bool') AS is_seen, defaultValueOfTypeName('Bool') AS is_continued, defaultValueOfTypeName('Date') AS first_day, defaultValueOfTypeName('Date') AS previous_day, defaultValueOfTypeName('UInt64') AS events, defaultValueOfTypeName('Array(UInt32)') AS event_hashes WHERE false)
        ) AS part
        GROUP BY site, visitor_id, day
    )
)
-- Days that the run does not recompute have no visits here.
WHERE events > 0
);

-- int_activity_days
INSERT INTO int_activity_days__a511375c (run, site, day, visitors, new_visitors, gaps, cohorts, visitors_sketch) SELECT 3, site, day, visitors, new_visitors, gaps, cohorts, visitors_sketch FROM (
SELECT
    site,
    day,
    sum(visitors_alike.visitors) AS visitors,
    sumIf(visitors_alike.visitors, is_new) AS new_visitors,
    sumMapIf([gap], [visitors_alike.visitors], gap > 0) AS gap_counts,
    arrayZip(gap_counts.1, gap_counts.2) AS gaps,
    sumMapIf([cohort_week], [visitors_alike.visitors], is_first_of_week) AS cohort_counts,
    arrayZip(cohort_counts.1, cohort_counts.2) AS cohorts,
    uniqCombined64MergeState(sketch) AS visitors_sketch
FROM
(
    SELECT
        site,
        day,
        toUInt16(if(day - previous_day < 30, day - previous_day, 0)) AS gap,
        toMonday(first_day) AS cohort_week,
        previous_day < toMonday(day) AS is_first_of_week,
        first_day = day AS is_new,
        count() AS visitors,
        uniqCombined64State(visitor_id) AS sketch
    FROM int_presence_days__c066f631
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    WHERE NOT is_bot AND NOT has_invalid_time AND is_seen
    GROUP BY site, day, gap, cohort_week, is_first_of_week, is_new
) AS visitors_alike
GROUP BY site, day
);

-- int_user_days
INSERT INTO int_user_days__5d7b6d7f (run, site, day, visitor_id, user_id, is_bot, has_invalid_time, events, page_views, first_seen_at, last_seen_at, first_product_view_at, last_product_view_at, product_view_count, product_view_amount, first_add_to_cart_at, last_add_to_cart_at, add_to_cart_count, add_to_cart_amount, first_checkout_at, last_checkout_at, checkout_count, checkout_amount, funnel_step, products, paths, vitals, implausible_events, details_left_out) SELECT 3, site, day, visitor_id, user_id, is_bot, has_invalid_time, events, page_views, first_seen_at, last_seen_at, first_product_view_at, last_product_view_at, product_view_count, product_view_amount, first_add_to_cart_at, last_add_to_cart_at, add_to_cart_count, add_to_cart_amount, first_checkout_at, last_checkout_at, checkout_count, checkout_amount, funnel_step, products, paths, vitals, implausible_events, details_left_out FROM (
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
            multiIf(product_view_count = 0, 0, NOT (notEmpty(adds_after_view)), 1, ifNull(last_checkout_at >= (arrayMin(adds_after_view)), false), 3, 2) AS funnel_step,
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
                1000
            ) AS listed_paths,
            toUInt64(page_views - arraySum(p -> p.2, listed_paths)) AS views_of_others,
            if(views_of_others = 0, listed_paths, arrayPushBack(listed_paths, ('(other)', views_of_others))) AS paths,
            arraySlice(arraySort(groupArrayArray(int_visits.vitals)), 1, 1000) AS vitals,
            sum(int_visits.vital_count) - length(vitals) AS vitals_left_out,
            -- In order of product and time, so that the events of a product are neighbours.
            arraySort(e -> (length(e.1), e), (groupArrayArray(int_visits.product_events))) AS product_events,
            sum(int_visits.product_event_count) AS product_event_count,
            sum(int_visits.implausible_events) AS implausible_events
        FROM (SELECT site, visitor_id, session_started_at, day, last_user, is_bot, has_invalid_time, has_valid_time, is_seen, events, first_at, last_at, page_views, paths, product_view_count, product_view_amount, first_product_view_at, last_product_view_at, add_to_cart_count, add_to_cart_amount, add_times, product_event_count, product_events, checkout_count, checkout_amount, first_checkout_at, last_checkout_at, vital_count, vitals, implausible_events, steps FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true) AS int_visits
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
        1000
    ) AS steps,
    arrayMap(
        p -> (
            p.1,
            p.2,
            p.3,
            p.4,
            toUInt8(multiIf((p.2) = 0, 0, NOT (notEmpty(p.6)), 1, ifNull(last_checkout_at >= (p.6[1]), false), 3, 2))
        ),
        steps
    ) AS products,
    toUInt64(views_of_others + vitals_left_out + product_event_count - arraySum(p -> p.2 + p.3, steps)) AS details_left_out
FROM days
);

-- event_days
INSERT INTO event_days__847b84d4 (run, site, day, name, obj, obj_id, is_total, is_other_name, is_other_object, events, visitors, sessions, others) SELECT 3, site, day, name, obj, obj_id, is_total, is_other_name, is_other_object, events, visitors, sessions, others FROM (
WITH
    -- The visitors and sessions of a text are a plain list until the text has been folded: a set of each of a million
    -- texts would not fit in the memory of a statement. A bot on a day is one in all of its visits.
    counted AS
    (
        SELECT
            site,
            day,
            event,
            sum(count) AS events,
            groupArrayIf(visitor_id, is_seen) AS visitors,
            groupArrayIf(cityHash64(visitor_id, session_started_at), is_seen) AS sessions
        FROM int_visits__6f7595ab
        ARRAY JOIN event_counts.event AS event, event_counts.events AS count
        PREWHERE ((run = 3 AND (day = toDate(20009))))
        WHERE (site, day, visitor_id) NOT IN (SELECT site, day, visitor_id FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, events, event_counts FROM int_visits__6f7595ab WHERE ((run = 3 AND (day = toDate(20009))))) WHERE is_bot)
        GROUP BY site, day, event
    ),
    -- Names are put in order with their objects as lists, so that few rows are sorted. Text that is only a name is that
    -- of the objects that a visit does not list, and empty text that of the names.
    named AS
    (
        SELECT
            site,
            day,
            event = '' AS is_unnamed,
            substringIndex(event, '\0', 1) AS event_name,
            sum(counted.events) AS events_of_name,
            groupArray((countSubstrings(event, '\0') < 2, counted.events, event, visitors, sessions)) AS objects
        FROM counted
        GROUP BY site, day, is_unnamed, event_name
    )
SELECT
    site,
    day,
    if(is_other_name, '', event_name) AS name,
    if(is_one, splitByChar('\0', event, 3)[2], '') AS obj,
    if(is_one, splitByChar('\0', event, 3)[3], '') AS obj_id,
    is_total,
    is_other_name,
    is_other_object,
    sum(count) AS events,
    -- Only a row of several texts needs sets, so that nobody is counted twice. A session has one visit on a day, which
    -- lists a text once.
    sumIf(arrayUniq(visitor_ids), is_one) + uniqExactArrayIf(visitor_ids, NOT is_one) AS visitors,
    sumIf(length(session_ids), is_one) + uniqExactArrayIf(session_ids, NOT is_one) AS sessions,
    multiIf(is_other_name, countIf(place = 1 AND NOT is_unnamed), is_other_object, countIf(NOT is_unlisted), 0) AS others
FROM
(
    SELECT
        * EXCEPT objects,
        arraySort(one -> (one.1, -toInt64(one.2), one.3), objects) AS objects,
        is_unnamed OR row_number() OVER (PARTITION BY site, day ORDER BY is_unnamed, events_of_name DESC, event_name) > 1000 AS is_other_name
    FROM named
) AS ranked
ARRAY JOIN
    objects.1 AS is_unlisted,
    objects.2 AS count,
    objects.3 AS event,
    objects.4 AS visitor_ids,
    objects.5 AS session_ids,
    arrayEnumerate(objects) AS place
ARRAY JOIN if(is_other_name, [true], [true, false]) AS is_total
GROUP BY
    site,
    day,
    name,
    obj,
    obj_id,
    is_total,
    is_other_name,
    NOT is_total AND (is_unlisted OR place > 1000) AS is_other_object,
    NOT is_total AND NOT is_other_object AS is_one
);

-- experiment_visitors
INSERT INTO experiment_visitors__6345fa7a (run, site, visitor_id, day, experiment, variant, has_earlier_variant, is_conversion, exposed_at, session_started_at) SELECT 3, site, visitor_id, day, experiment, variant, has_earlier_variant, is_conversion, exposed_at, session_started_at FROM (
WITH
    exposed AS
    (
        SELECT
            *,
            row_number() OVER (PARTITION BY site, visitor_id, number ORDER BY exposed_ms, variant) > 1 AS has_earlier_variant
        FROM
        (
            SELECT
                site,
                visitor_id,
                number,
                variant,
                -- A row depends only on events up to its day, so that published rows of earlier days hold.
                min((at, day, session_started_at, is_recomputed)) AS first,
                toUnixTimestamp64Milli(first.1) AS exposed_ms,
                max(has_converted) AS was_converted
            FROM
            (
                SELECT
                    site,
                    visitor_id,
                    exposure.experiment AS number,
                    exposure.variant AS variant,
                    exposure.first_at AS at,
                    day,
                    session_started_at,
                    true AS is_recomputed,
                    false AS has_converted
                FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, first_at, last_at, exposures, experiment_conversions FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
                ARRAY JOIN exposures AS exposure
                WHERE is_seen AND NOT is_bot
                UNION ALL
                SELECT
                    site,
                    visitor_id,
                    toUInt8(indexOf([''], toString(experiment)) - 1),
                    variant,
                    exposed_at,
                    day,
                    session_started_at,
                    false,
                    is_conversion
                FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('LowCardinality(String)') AS experiment, defaultValueOfTypeName('String') AS variant, defaultValueOfTypeName('Bool') AS has_earlier_variant, defaultValueOfTypeName('Bool') AS is_conversion, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS exposed_at, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS session_started_at WHERE false)
                WHERE (site, visitor_id, day) NOT IN (SELECT site, visitor_id, day FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, first_at, last_at, exposures, experiment_conversions FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true))
            )
            GROUP BY site, visitor_id, number, variant
        )
    ),
    converted AS
    (
        SELECT
            site,
            visitor_id,
            conversion.experiment AS number,
            toUnixTimestamp64Milli(conversion.last_at) AS last_ms,
            day,
            session_started_at,
            true AS is_found
        FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, first_at, last_at, exposures, experiment_conversions FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
        ARRAY JOIN experiment_conversions AS conversion
        WHERE is_seen AND NOT is_bot
    )
SELECT
    site,
    visitor_id,
    made.day AS day,
    [''][number + 1] AS experiment,
    variant,
    has_earlier_variant,
    made.is_conversion AS is_conversion,
    exposed_at,
    made.session_started_at AS session_started_at
FROM
(
    SELECT
        exposed.site AS site,
        exposed.visitor_id AS visitor_id,
        exposed.number AS number,
        exposed.variant AS variant,
        exposed.has_earlier_variant AS has_earlier_variant,
        exposed.first.1 AS exposed_at,
        arrayJoin(arrayFilter(
            one -> one.is_new,
            CAST(
                [
                    (false, exposed.first.2, exposed.first.3, exposed.first.4),
                    (true, converted.day, converted.session_started_at, converted.is_found AND NOT exposed.was_converted)
                ],
                'Array(Tuple(is_conversion Bool, day Date, session_started_at DateTime64(3, \'UTC\'), is_new Bool))'
            )
        )) AS made
    FROM exposed
    -- The first visit whose last conversion is at or after the exposure, since visits are one after the other.
    ASOF LEFT JOIN converted
        ON exposed.site = converted.site
        AND exposed.visitor_id = converted.visitor_id
        AND exposed.number = converted.number
        AND exposed.exposed_ms <= converted.last_ms
)
);

-- funnel
INSERT INTO funnel__e3241294 (run, site, day, product_id, viewers, adders, buyers) SELECT 3, site, day, product_id, viewers, adders, buyers FROM (
SELECT
    site,
    day,
    step.1 AS product_id,
    count() AS viewers,
    countIf(step.2 >= 2) AS adders,
    countIf(step.2 >= 3) AS buyers
FROM int_user_days__5d7b6d7f
ARRAY JOIN arrayPushFront(arrayMap(p -> (p.product_id, p.funnel_step), products), ('', funnel_step)) AS step
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot AND step.2 >= 1
GROUP BY site, day, product_id
);

-- funnel_steps
INSERT INTO funnel_steps__71367784 (run, site, visitor_id, day, funnel, started_on, step, reached_at, ms_since_previous, session_started_at) SELECT 3, site, visitor_id, day, funnel, started_on, step, reached_at, ms_since_previous, session_started_at FROM (
SELECT
    site,
    visitor_id,
    reached.at.day AS day,
    ['', 'shop'][number + 1] AS funnel,
    started_on,
    reached.step AS step,
    fromUnixTimestamp64Milli(reached.at.ms, 'UTC') AS reached_at,
    reached.ms_since_previous AS ms_since_previous,
    fromUnixTimestamp64Milli(session_started_ms, 'UTC') AS session_started_at
FROM
(
    SELECT
        site,
        visitor_id,
        number,
        started_on,
        near[first_1].session_started_ms AS session_started_ms,
        arrayJoin(arrayFilter(
            one -> one.at.is_recomputed,
            CAST([(1, near[first_1], 0), (2, near[first_2], near[first_2].ms - near[indexOf(starts_1, starts_2[first_2])].ms), (3, near[first_3], near[first_3].ms - near[indexOf(starts_2, starts_3[first_3])].ms)], 'Array(Tuple(step UInt8, at Tuple(ms Int64, event_id UUID, step_bits UInt16, day Date, session_started_ms Int64, is_recomputed Bool, is_counted Bool), ms_since_previous UInt64))')
        )) AS reached
    FROM (SELECT *, arrayFirstIndex(start -> start != 0, starts_3) AS first_3 FROM (SELECT *, CAST(arrayMap((hit, start) -> if(bitTest(hit.step_bits, 2) AND start != 0 AND hit.ms + 1 - start <= window_ms, start, 0), near, arrayPopBack(arrayPushFront(arrayFill(start -> start != 0, starts_2), 0))), 'Array(Int64)') AS starts_3, arrayFirstIndex(start -> start != 0, starts_2) AS first_2 FROM (SELECT *, CAST(arrayMap((hit, start) -> if(bitTest(hit.step_bits, 1) AND start != 0 AND hit.ms + 1 - start <= window_ms, start, 0), near, arrayPopBack(arrayPushFront(arrayFill(start -> start != 0, starts_1), 0))), 'Array(Int64)') AS starts_2, arrayFirstIndex(start -> start != 0, starts_1) AS first_1 FROM (SELECT *, CAST(arrayMap(hit -> if(bitTest(hit.step_bits, 0) AND hit.day = started_on, hit.ms + 1, 0), near), 'Array(Int64)') AS starts_1 FROM
    (
        SELECT
            site,
            visitor_id,
            number,
            [toInt64(0), toInt64(86400000)][number + 1] AS window_ms,
            arrayJoin(arrayDistinct(arrayFilter(hit -> bitTest(hit.step_bits, 0), hits).day)) AS started_on,
            arrayFilter(
                hit -> toInt32(hit.day) - toInt32(started_on) BETWEEN 0 AND intDiv(window_ms, 86400000) + 1,
                hits
            ) AS near
        FROM
        (
            SELECT
                site,
                visitor_id,
                intDiv(code, 65536) AS number,
                min(if(is_recomputed, day, toDate('2149-06-06'))) AS first_recomputed,
                -- Visits that are recomputed have all hits of their published rows.
                arrayFilter(
                    hit -> hit.is_counted AND (hit.is_recomputed OR hit.day < first_recomputed),
                    CAST(
                        arraySort(groupArray((
                            toUnixTimestamp64Milli(hit.at),
                            hit.event_id,
                            toUInt16(code % 65536),
                            day,
                            toUnixTimestamp64Milli(session_started_at),
                            is_recomputed,
                            is_counted
                        ))),
                        'Array(Tuple(ms Int64, event_id UUID, step_bits UInt16, day Date, session_started_ms Int64, is_recomputed Bool, is_counted Bool))'
                    )
                ) AS hits
            FROM
            (
                SELECT site, visitor_id, day, session_started_at, is_seen AND NOT is_bot AS is_counted, funnel_hits, true AS is_recomputed
                FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, funnel_hits FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
                UNION ALL
                SELECT site, visitor_id, day, session_started_at, is_seen AND NOT is_bot AS is_counted, funnel_hits, false
                FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS session_started_at, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('Bool') AS is_bot, defaultValueOfTypeName('Bool') AS is_seen, defaultValueOfTypeName('Array(Tuple(at DateTime64(3, \'UTC\'), event_id UUID, funnels Array(UInt32)))') AS funnel_hits WHERE false)
                -- Earlier visits are before the window of any step that this run can add.
                WHERE day >= toDate(greatest(toInt32((SELECT min(day) FROM (SELECT site, visitor_id, session_started_at, day, is_bot, is_seen, funnel_hits FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true))) - 1, 0))
            )
            ARRAY JOIN funnel_hits AS hit
            ARRAY JOIN hit.funnels AS code
            GROUP BY site, visitor_id, number
            HAVING max(is_recomputed)
        )
    )))))
)
);

-- goal_days
INSERT INTO goal_days__5ec5c00e (run, site, day, goal, conversions, visitors, sessions, values) SELECT 3, site, day, goal, conversions, visitors, sessions, values FROM (
SELECT
    site,
    day,
    (['', 'checkout', 'order'][intDiv((reached.key), 4294967296) + 1]) AS goal,
    sum(reached.conversions) AS conversions,
    uniqExact(visitor_id) AS visitors,
    uniqExact(visitor_id, session_started_at) AS sessions,
    sumMapIf([reinterpretAsString(toUInt32((reached.key) % 4294967296))], [reached.value], reached.value != 0) AS sums,
    arrayFilter(sum -> sum.2 != 0, arrayZip(sums.1, sums.2)) AS values
FROM int_visits__6f7595ab
ARRAY JOIN goal_sums AS reached
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE is_seen AND NOT is_bot
GROUP BY site, day, goal
);

-- product_days
INSERT INTO product_days__021d1cf3 (run, site, day, product_id, views, viewers, adds, adders, add_amount, buyers) SELECT 3, site, day, product_id, views, viewers, adds, adders, add_amount, buyers FROM (
SELECT
    site,
    day,
    product.product_id AS product_id,
    sum(product.views) AS views,
    countIf(product.views > 0) AS viewers,
    sum(product.adds) AS adds,
    countIf(product.adds > 0) AS adders,
    sum(product.add_amount) AS add_amount,
    countIf(product.funnel_step = 3) AS buyers
FROM int_user_days__5d7b6d7f
ARRAY JOIN products AS product
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day, product_id
);

-- property_days
INSERT INTO property_days__4da06e13 (run, site, day, name, kind, key, value, is_total, is_other_name, is_other_key, is_other_value, events, visitors, others) SELECT 3, site, day, name, kind, key, value, is_total, is_other_name, is_other_key, is_other_value, events, visitors, others FROM (
WITH
    -- The visitors of a text are a plain list until the text has been folded: a set of each of a million texts would
    -- not fit in the memory of a statement.
    counted AS
    (
        SELECT
            site,
            day,
            property,
            sum(count) AS events,
            groupArrayIf(visitor_id, is_seen) AS visitors
        FROM int_visits__6f7595ab
        ARRAY JOIN property_counts.property AS property, property_counts.events AS count
        PREWHERE ((run = 3 AND (day = toDate(20009))))
        WHERE (site, day, visitor_id) NOT IN (SELECT site, day, visitor_id FROM (SELECT site, visitor_id, day, is_bot, is_seen, events, property_counts FROM int_visits__6f7595ab WHERE ((run = 3 AND (day = toDate(20009))))) WHERE is_bot)
        GROUP BY site, day, property
    ),
    -- Names and keys are put in order with their values as lists, so that few rows are sorted. Text without a value is
    -- that of the values that a visit does not list, and empty text that of the keys.
    keyed AS
    (
        SELECT
            site,
            day,
            substringIndex(property, '\0', 3) AS key_text,
            key_text = '' AS is_unnamed,
            substringIndex(key_text, '\0', 1) AS event_name,
            sum(counted.events) AS events_of_key,
            groupArray((countSubstrings(property, '\0') < 3, counted.events, property, visitors)) AS all_values
        FROM counted
        GROUP BY site, day, key_text
    ),
    named AS
    (
        SELECT
            *,
            sum(events_of_key) OVER (PARTITION BY site, day, is_unnamed, event_name) AS events_of_name,
            row_number() OVER (PARTITION BY site, day, is_unnamed, event_name ORDER BY events_of_key DESC, key_text) > 1000 AS is_beyond
        FROM keyed
    )
SELECT
    site,
    day,
    if(is_other_name, '', event_name) AS name,
    if(is_other_name OR is_other_key, '', splitByChar('\0', key_text, 3)[2]) AS kind,
    if(is_other_name OR is_other_key, '', splitByChar('\0', key_text, 3)[3]) AS key,
    if(is_one, splitByChar('\0', property, 4)[4], '') AS value,
    is_total,
    is_other_name,
    is_other_key,
    is_other_value,
    sum(count) AS events,
    -- Only a row of several texts needs a set, so that nobody is counted twice.
    sumIf(arrayUniq(visitor_ids), is_one) + uniqExactArrayIf(visitor_ids, NOT is_one) AS visitors,
    multiIf(
        is_other_name, uniqExactIf(event_name, NOT is_unnamed),
        is_other_key, countIf(place = 1),
        is_other_value, countIf(NOT is_unlisted),
        0
    ) AS others
FROM
(
    SELECT
        * EXCEPT all_values,
        arraySort(one -> (one.1, -toInt64(one.2), one.3), all_values) AS all_values,
        is_unnamed OR dense_rank() OVER (PARTITION BY site, day ORDER BY is_unnamed, events_of_name DESC, event_name) > 1000 AS is_other_name,
        NOT is_other_name AND is_beyond AS is_other_key
    FROM named
) AS ranked
ARRAY JOIN
    all_values.1 AS is_unlisted,
    all_values.2 AS count,
    all_values.3 AS property,
    all_values.4 AS visitor_ids,
    arrayEnumerate(all_values) AS place
ARRAY JOIN if(is_other_name OR is_other_key, [true], [true, false]) AS is_total
GROUP BY
    site,
    day,
    name,
    kind,
    key,
    value,
    is_total,
    is_other_name,
    is_other_key,
    NOT is_total AND (is_unlisted OR place > 1000) AS is_other_value,
    NOT is_total AND NOT is_other_value AS is_one
);

-- retention
INSERT INTO retention__3d6dc96c (run, site, week, cohort_week, week_number, visitors) SELECT 3, site, week, cohort_week, week_number, visitors FROM (
SELECT
    site,
    toMonday(day) AS week,
    cohort.week AS cohort_week,
    intDiv(week - cohort_week, 7) AS week_number,
    sum(cohort.visitors) AS visitors
FROM int_activity_days__a511375c
ARRAY JOIN cohorts AS cohort
PREWHERE ((run = 3 AND (day = toDate(20009))))
GROUP BY site, week, cohort_week
);

-- sessions
INSERT INTO sessions__1bf67e72 (run, site, session_id, visitor_id, user_id, started_at, ended_at, day, duration_ms, duration_seconds, events, page_views, is_bounce, entry_path, exit_path, entry_referrer, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, channel, is_bot, is_long, has_invalid_time, product_views, adds_to_cart, checkouts, revenue, is_converted, funnel_step, goals, steps, steps_left_out) SELECT 3, site, session_id, visitor_id, user_id, started_at, ended_at, day, duration_ms, duration_seconds, events, page_views, is_bounce, entry_path, exit_path, entry_referrer, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, channel, is_bot, is_long, has_invalid_time, product_views, adds_to_cart, checkouts, revenue, is_converted, funnel_step, goals, steps, steps_left_out FROM (
WITH
    -- Sessions with visits on more than one day. Few are, so the others are not grouped.
    continued AS
    (
        SELECT site, visitor_id, session_started_at
        FROM (SELECT site, visitor_id, session_started_at, day, last_user, is_bot, has_invalid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, product_view_count, first_product_view_at, add_to_cart_count, add_times, checkout_count, checkout_amount, last_checkout_at, goal_sums, step_count, steps FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
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
    entry.referrer AS entry_referrer,
    entry.referrer_host AS entry_referrer_host,
    entry.utm_source AS utm_source,
    entry.utm_medium AS utm_medium,
    entry.utm_campaign AS utm_campaign,
    entry.browser AS browser,
    entry.os AS os,
    entry.device AS device,
    entry.country AS country,
    multiIf(utm_source != '', 'campaign', entry_referrer_host != '', 'referral', 'direct') AS channel,
    is_bot,
    duration_ms > 86400000 AS is_long,
    has_invalid_time,
    product_view_count AS product_views,
    add_to_cart_count AS adds_to_cart,
    checkout_count AS checkouts,
    checkout_amount AS revenue,
    checkouts > 0 AS is_converted,
    arrayFilter(t -> ifNull(t >= first_product_view_at, false), add_times) AS adds_after_view,
    multiIf(product_views = 0, 0, NOT (notEmpty(adds_after_view)), 1, ifNull(last_checkout_at >= (arrayMin(adds_after_view)), false), 3, 2) AS funnel_step,
    arraySort(arrayMap(
        (key, conversions, value) -> ((['', 'checkout', 'order'][intDiv(key, 4294967296) + 1]), reinterpretAsString(toUInt32(key % 4294967296)), conversions, value),
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
    FROM (SELECT site, visitor_id, session_started_at, day, last_user, is_bot, has_invalid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, product_view_count, first_product_view_at, add_to_cart_count, add_times, checkout_count, checkout_amount, last_checkout_at, goal_sums, step_count, steps FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true)
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
        arraySlice(arraySort(groupArrayArray(visit.steps)), 1, 100)
    FROM (SELECT site, visitor_id, session_started_at, day, last_user, is_bot, has_invalid_time, is_seen, is_passive, events, first_at, last_at, entry, page_views, first_page, last_page, product_view_count, first_product_view_at, add_to_cart_count, add_times, checkout_count, checkout_amount, last_checkout_at, goal_sums, step_count, steps FROM transform_scratch_int_visit_pieces__e8f00b58 WHERE run = 3 AND true) AS visit
    WHERE (site, visitor_id, session_started_at) IN continued
    GROUP BY site, visitor_id, session_started_at
    HAVING max(is_seen)
) AS session
);

-- int_order_reports
INSERT INTO int_order_reports__2fbcc570 (run, site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot, is_one_of_many, session_id, visit) SELECT 3, site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot, is_one_of_many, session_id, visit FROM (
WITH report.told.source = 'page' AND NOT report.told.is_refund AND report.order_id != '' AS is_of_page
SELECT
    report.site AS site,
    report.visitor_id AS visitor_id,
    report.event_id AS event_id,
    report.day AS day,
    report.ts AS ts,
    report.names_visitor AS names_visitor,
    report.order_id AS order_id,
    report.told AS told,
    if(report.names_visitor, session.is_bot AND report.told.source != 'server', report.is_bot) AS is_bot,
    report.names_visitor AND is_of_page AND uniqExactIf(report.order_id, is_of_page) OVER (PARTITION BY report.site, report.visitor_id, report.day) > 50 AS is_one_of_many,
    if(report.names_visitor, session.session_id, 0) AS session_id,
    -- Few sessions have a report, so that their texts are converted after the join.
    if(
        report.names_visitor,
        CAST(session.visit, 'Tuple(visitor_id UInt64, entry_path String, channel String, funnel_step UInt8, entry_referrer_host String, utm_source String, utm_medium String, utm_campaign String, browser String, os String, device String, country String)'),
        defaultValueOfTypeName('Tuple(visitor_id UInt64, entry_path String, channel String, funnel_step UInt8, entry_referrer_host String, utm_source String, utm_medium String, utm_campaign String, browser String, os String, device String, country String)')
    ) AS visit
FROM
(
    SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot
    FROM (SELECT site, visitor_id, event_id, day, ts, names_visitor, is_bot, order_id, told FROM (
SELECT
    site,
    visitor_id,
    event_id,
    toDate(least(greatest(events.ts, toDateTime64(0, 3, 'UTC')), toDateTime64('2149-06-06', 3, 'UTC'))) AS day,
    greatest(events.ts, toDateTime64(0, 3, 'UTC')) AS ts,
    -- A server or an import that names only a user has a visitor that is computed from it, from 2^53 to 2^54 - 1.
    visitor_id != 0 AND NOT (source != 'page' AND visitor_id BETWEEN 9007199254740992 AND 18014398509481983) AS names_visitor,
    events.is_bot AND source != 'server' AS is_bot,
    order_id,
    CAST(
        (
            received_at,
            name = 'refund' AS is_refund,
            source,
            user_id,
            refund_id,
            upper(events.currency),
            if(is_refund, abs(events.amount), events.amount),
            tax,
            shipping,
            discount,
            coupon,
            items,
            NOT is_refund AND (events.amount < 0 OR source = 'page' AND (
                greatest(events.amount, tax, shipping, discount) > 1000000000
                OR arraySum(item -> toDecimal128(item.price, 4) * item.quantity, items) > 1000000000
                OR arraySum(items.quantity) > 1000000000
            ))
        ),
        'Tuple(received_at DateTime64(3, \'UTC\'), is_refund Bool, source LowCardinality(String), user_id String, refund_id String, currency LowCardinality(String), amount Decimal(18, 4), tax Decimal(18, 4), shipping Decimal(18, 4), discount Decimal(18, 4), coupon String, items Array(Tuple(product_id String, name String, category String, variant String, price Decimal(18, 4), quantity UInt32)), is_implausible Bool)'
    ) AS told
FROM events FINAL PREWHERE true AND true AND (site, visitor_id, event_id) IN (SELECT site, visitor_id, event_id FROM events WHERE true AND true AND (name IN ('order', 'refund')))
WHERE true AND (name IN ('order', 'refund'))
))
    UNION ALL
    SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot
    FROM (SELECT defaultValueOfTypeName('LowCardinality(String)') AS site, defaultValueOfTypeName('UInt64') AS visitor_id, defaultValueOfTypeName('UUID') AS event_id, defaultValueOfTypeName('Date') AS day, defaultValueOfTypeName('DateTime64(3, \'UTC\')') AS ts, defaultValueOfTypeName('Bool') AS names_visitor, defaultValueOfTypeName('String') AS order_id, defaultValueOfTypeName('Tuple(received_at DateTime64(3, \'UTC\'), is_refund Bool, source LowCardinality(String), user_id String, refund_id String, currency LowCardinality(String), amount Decimal(18, 4), tax Decimal(18, 4), shipping Decimal(18, 4), discount Decimal(18, 4), coupon String, items Array(Tuple(product_id String, name String, category String, variant String, price Decimal(18, 4), quantity UInt32)), is_implausible Bool)') AS told, defaultValueOfTypeName('Bool') AS is_bot, defaultValueOfTypeName('Bool') AS is_one_of_many, defaultValueOfTypeName('UInt64') AS session_id, defaultValueOfTypeName('Tuple(visitor_id UInt64, entry_path String, channel String, funnel_step UInt8, entry_referrer_host String, utm_source String, utm_medium String, utm_campaign String, browser String, os String, device String, country String)') AS visit WHERE false)
) AS report
-- An event that names a visitor is one of the session, so that there is always one.
ASOF LEFT JOIN
(
    SELECT
        site,
        visitor_id,
        started_at,
        is_bot,
        session_id,
        (visitor_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country) AS visit
    FROM (SELECT site, session_id, visitor_id, started_at, day, entry_path, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, channel, is_bot, funnel_step FROM sessions__1bf67e72 WHERE run = 3 AND true)
) AS session
    ON report.site = session.site AND report.visitor_id = session.visitor_id AND report.ts >= session.started_at
);

-- int_order_visitors
INSERT INTO int_order_visitors__dcc1dd7c (run, site, order_id, day, user_id, session_id, visit) SELECT 3, site, order_id, day, user_id, session_id, visit FROM (
WITH
    unnamed AS
    (
        SELECT
            site,
            order_id,
            argMin((ts, day), ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id))) AS first,
            argMinIf(told.user_id, ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id)), told.user_id != '') AS user_id
        FROM (SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, session_id, visit FROM int_order_reports__2fbcc570 WHERE order_id != '' AND ((run = 3 AND (day = toDate(20009))))) AS report
        WHERE NOT told.is_refund AND order_id != ''
        GROUP BY site, order_id
        HAVING NOT max(names_visitor) AND user_id != ''
    ),
    -- A collector computes visitors from 2^53 on from users, so that they tell nothing of a browser.
    seen AS
    (
        SELECT
            unnamed.site AS site,
            unnamed.order_id AS order_id,
            argMax(
                (visit.visitor_id, visit.session_started_at),
                -- Several visitors may have visits at the time of the order: the last who came counts.
                (least(visit.last_at, unnamed.first.1), visit.first_at, visit.visitor_id)
            ) AS last
        FROM
        (
            SELECT
                site,
                visitor_id,
                session_started_at,
                user.user_id AS user_id,
                user.first_at AS first_at,
                user.last_at AS last_at
            FROM (SELECT site, visitor_id, session_started_at, day, users, first_at, last_at FROM int_visits__6f7595ab WHERE ((run = 3 AND (day = toDate(20009)))))
            ARRAY JOIN users AS user
            WHERE visitor_id BETWEEN 1 AND 9007199254740991 AND (site, user.user_id) IN (SELECT site, user_id FROM unnamed)
        ) AS visit
        INNER JOIN unnamed ON visit.site = unnamed.site AND visit.user_id = unnamed.user_id
        WHERE visit.first_at <= unnamed.first.1
        GROUP BY site, order_id
    )
SELECT
    unnamed.site AS site,
    unnamed.order_id AS order_id,
    unnamed.first.2 AS day,
    unnamed.user_id AS user_id,
    found.session_id AS session_id,
    found.visit AS visit
FROM unnamed
LEFT JOIN
(
    SELECT seen.site AS site, seen.order_id AS order_id, session.session_id AS session_id, session.visit AS visit
    FROM seen
    INNER JOIN
    (
        SELECT
            site,
            visitor_id,
            started_at,
            session_id,
            CAST((visitor_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country), 'Tuple(visitor_id UInt64, entry_path String, channel String, funnel_step UInt8, entry_referrer_host String, utm_source String, utm_medium String, utm_campaign String, browser String, os String, device String, country String)') AS visit
        FROM (SELECT site, session_id, visitor_id, user_id, started_at, day, entry_path, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country, channel, funnel_step FROM sessions__1bf67e72 WHERE ((run = 3 AND (day = toDate(20009)))))
        WHERE (site, visitor_id, started_at) IN (SELECT site, last.1, last.2 FROM seen)
    ) AS session
        ON seen.site = session.site AND seen.last.1 = session.visitor_id AND seen.last.2 = session.started_at
) AS found
    ON unnamed.site = found.site AND unnamed.order_id = found.order_id
);

-- acquisition_days
INSERT INTO acquisition_days__9e7629c0 (run, site, day, channel, referrer_host, utm_source, utm_medium, utm_campaign, sessions, visitors, bounces, page_views, duration_ms, conversions, revenue, goals) SELECT 3, site, day, channel, referrer_host, utm_source, utm_medium, utm_campaign, sessions, visitors, bounces, page_views, duration_ms, conversions, revenue, goals FROM (
SELECT
    site,
    day,
    channel,
    entry_referrer_host AS referrer_host,
    utm_source,
    utm_medium,
    utm_campaign,
    count() AS sessions,
    uniqExact(visitor_id) AS visitors,
    countIf(is_bounce) AS bounces,
    sum(session.page_views) AS page_views,
    sum(session.duration_ms) AS duration_ms,
    countIf(is_converted) AS conversions,
    sum(session.revenue) AS revenue,
    sumMap((session.goals.goal), arrayMap(nth -> toUInt64(nth = 1), arrayEnumerateUniq((session.goals.goal))), (session.goals.conversions)) AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM sessions__1bf67e72 AS session
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day, channel, referrer_host, utm_source, utm_medium, utm_campaign
);

-- audience_days
INSERT INTO audience_days__28de8091 (run, site, day, dimension, value, sessions, conversions, revenue, goals) SELECT 3, site, day, dimension, value, sessions, conversions, revenue, goals FROM (
SELECT
    site,
    day,
    pair.1 AS dimension,
    pair.2 AS value,
    count() AS sessions,
    countIf(is_converted) AS conversions,
    sum(session.revenue) AS revenue,
    sumMap((session.goals.goal), arrayMap(nth -> toUInt64(nth = 1), arrayEnumerateUniq((session.goals.goal))), (session.goals.conversions)) AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM sessions__1bf67e72 AS session
ARRAY JOIN [('device', device), ('browser', browser), ('os', os), ('country', country)] AS pair
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day, dimension, value
);

-- page_days
INSERT INTO page_days__2cb862ce (run, site, day, path, views, visitors, entries, exits, bounces, goals) SELECT 3, site, day, path, views, visitors, entries, exits, bounces, goals FROM (
SELECT
    site,
    day,
    page.1 AS path,
    sum(page.2) AS views,
    sum(page.3) AS visitors,
    sum(page.4) AS entries,
    sum(page.5) AS exits,
    sum(page.6) AS bounces,
    sumMap((page.7.1), arrayMap(nth -> toUInt64(nth = 1), arrayEnumerateUniq((page.7.1))), (page.7.2)) AS reached,
    arrayZip(reached.1, reached.2, reached.3) AS goals
FROM
(
    SELECT
        site,
        day,
        (
            seen.path,
            seen.views,
            toUInt64(1),
            toUInt64(0),
            toUInt64(0),
            toUInt64(0),
            CAST([], 'Array(Tuple(LowCardinality(String), UInt64))')
        ) AS page
    FROM int_user_days__5d7b6d7f
    ARRAY JOIN paths AS seen
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    WHERE NOT is_bot
    UNION ALL
    SELECT
        site,
        day,
        arrayJoin([
            (entry_path, toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0), toUInt64(is_bounce), arrayZip(session.goals.goal, session.goals.conversions)),
            (exit_path, toUInt64(0), toUInt64(0), toUInt64(0), toUInt64(1), toUInt64(0), [])
        ]) AS page
    FROM sessions__1bf67e72 AS session
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    WHERE NOT is_bot AND page_views > 0
)
GROUP BY site, day, path
);

-- refunds
INSERT INTO refunds__a7e64841 (run, site, order_id, refund_id, refunded_at, day, currency, asked, amount, source, reports, has_order, is_other_currency, is_cut, is_bot, is_order_counted, is_order_confirmed, visitor_id, session_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country) SELECT 3, site, order_id, refund_id, refunded_at, day, currency, asked, amount, source, reports, has_order, is_other_currency, is_cut, is_bot, is_order_counted, is_order_confirmed, visitor_id, session_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country FROM (
WITH
    counted AS
    (
        SELECT
            site,
            order_id,
            true AS is_known,
            argMin(
                (told.currency, told.amount, NOT is_bot AND NOT told.is_implausible AND NOT is_one_of_many),
                ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id))
            ) AS first,
            max(told.source = 'server') AS is_confirmed,
            argMinIf((session_id, report.visit), ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id)), names_visitor) AS named,
            max(names_visitor) AS is_named
        FROM (SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot, is_one_of_many, session_id, visit FROM int_order_reports__2fbcc570 WHERE order_id != '' AND ((run = 3 AND (day = toDate(20009))))) AS report
        WHERE NOT told.is_refund AND order_id != ''
        GROUP BY site, order_id
    ),
    given_back AS
    (
        SELECT
            site,
            order_id,
            if(told.refund_id = '', toString(event_id), told.refund_id) AS refund_id,
            count() AS reports,
            argMin(
                (ts, day, told.currency, told.amount, told.source, is_bot, told.received_at, event_id),
                ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id))
            ) AS first
        FROM (SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot, is_one_of_many, session_id, visit FROM int_order_reports__2fbcc570 WHERE order_id != '' AND ((run = 3 AND (day = toDate(20009)))))
        WHERE told.is_refund AND order_id != ''
        GROUP BY site, order_id, refund_id
    )
SELECT
    site,
    order_id,
    refund_id,
    first.1 AS refunded_at,
    first.2 AS day,
    currency,
    first.4 AS asked,
    if(is_subtracted AND all_before = 0, if(asked = 0, left_before, least(asked, left_before)), 0) AS amount,
    first.5 AS source,
    reports,
    has_order,
    is_other_currency,
    is_subtracted AND asked > amount AS is_cut,
    first.6 AS is_bot,
    is_order_counted,
    is_order_confirmed,
    seen.2.visitor_id AS visitor_id,
    seen.1 AS session_id,
    seen.2.entry_path AS entry_path,
    seen.2.channel AS channel,
    seen.2.funnel_step AS funnel_step,
    seen.2.entry_referrer_host AS entry_referrer_host,
    seen.2.utm_source AS utm_source,
    seen.2.utm_medium AS utm_medium,
    seen.2.utm_campaign AS utm_campaign,
    seen.2.browser AS browser,
    seen.2.os AS os,
    seen.2.device AS device,
    seen.2.country AS country
FROM
(
    SELECT
        *,
        greatest(
            greatest(order_amount, 0) - sumIf(toDecimal128(first.4, 4), is_subtracted) OVER earlier,
            toDecimal128(0, 4)
        ) AS left_before,
        countIf(is_subtracted AND first.4 = 0) OVER earlier AS all_before
    FROM
    (
        SELECT
            given_back.site AS site,
            given_back.order_id AS order_id,
            refund_id,
            reports,
            given_back.first AS first,
            if(first.3 = '', counted.first.1, first.3) AS currency,
            toDecimal128(counted.first.2, 4) AS order_amount,
            counted.first.3 AS is_order_counted,
            counted.is_confirmed AS is_order_confirmed,
            counted.is_known AS has_order,
            if(counted.is_named, counted.named, (found.session_id, found.visit)) AS seen,
            has_order AND currency != counted.first.1 AS is_other_currency,
            has_order AND NOT is_other_currency AND NOT first.6 AS is_subtracted
        FROM given_back
        LEFT JOIN counted ON given_back.site = counted.site AND given_back.order_id = counted.order_id
        LEFT JOIN (SELECT site, order_id, day, session_id, visit FROM int_order_visitors__dcc1dd7c WHERE order_id != '' AND run = 3) AS found
            ON given_back.site = found.site AND given_back.order_id = found.order_id
    )
    WINDOW earlier AS (PARTITION BY site, order_id ORDER BY first.1, first.7, first.8 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
);

-- orders
INSERT INTO orders__c8c21cd2 (run, site, order_id, ordered_at, day, visitor_id, user_id, currency, amount, tax, shipping, discount, coupon, items, refunds, refunded, net, source, is_confirmed, page_reports, server_reports, import_reports, differences, refunds_cut, refunds_in_other_currency, is_bot, is_implausible, session_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country) SELECT 3, site, order_id, ordered_at, day, visitor_id, user_id, currency, amount, tax, shipping, discount, coupon, items, refunds, refunded, net, source, is_confirmed, page_reports, server_reports, import_reports, differences, refunds_cut, refunds_in_other_currency, is_bot, is_implausible, session_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country FROM (
WITH
    counted AS
    (
        SELECT
            site,
            order_id,
            argMin((ts, day, is_bot, told, is_one_of_many), ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id))) AS first,
            argMinIf((session_id, report.visit), ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id)), names_visitor) AS named,
            max(names_visitor) AS is_named,
            argMinIf(told.user_id, ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id)), told.user_id != '') AS user_id,
            argMinIf(told.items, ((multiIf((told.source) = 'server', 0, (told.source) = 'page', 1, 2), (told.received_at), event_id)), notEmpty(told.items) AND NOT told.is_implausible) AS plausible_items,
            countIf(told.source = 'page') AS page_reports,
            countIf(told.source = 'server') AS server_reports,
            countIf(told.source NOT IN ('page', 'server')) AS import_reports,
            groupArray((told.amount, told.currency, if(empty(told.items), 0, sipHash64(told.items)))) AS reported
        FROM (SELECT site, visitor_id, event_id, day, ts, names_visitor, order_id, told, is_bot, is_one_of_many, session_id, visit FROM int_order_reports__2fbcc570 WHERE order_id != '' AND ((run = 3 AND (day = toDate(20009))))) AS report
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
        FROM (SELECT site, order_id, day, currency, amount, source, is_other_currency, is_cut, is_bot, visitor_id, session_id, entry_path, channel, funnel_step, entry_referrer_host, utm_source, utm_medium, utm_campaign, browser, os, device, country FROM refunds__a7e64841 WHERE order_id != '' AND run = 3) AS refund
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
    seen.2.entry_referrer_host AS entry_referrer_host,
    seen.2.utm_source AS utm_source,
    seen.2.utm_medium AS utm_medium,
    seen.2.utm_campaign AS utm_campaign,
    seen.2.browser AS browser,
    seen.2.os AS os,
    seen.2.device AS device,
    seen.2.country AS country
FROM counted
LEFT JOIN (SELECT site, order_id, day, user_id, session_id, visit FROM int_order_visitors__dcc1dd7c WHERE order_id != '' AND run = 3) AS found ON counted.site = found.site AND counted.order_id = found.order_id
LEFT JOIN given_back ON counted.site = given_back.site AND counted.order_id = given_back.order_id
);

-- order_days
INSERT INTO order_days__5fda09ad (run, site, day, currency, orders, amount, tax, shipping, discount, items, confirmed_orders, confirmed_amount, refunds, refunded, confirmed_refunded, net, bot_orders, bot_amount, implausible_orders, implausible_amount, differing_orders, refunds_without_order, refunds_in_other_currency, refunds_cut, reports_without_id) SELECT 3, site, day, currency, orders, amount, tax, shipping, discount, items, confirmed_orders, confirmed_amount, refunds, refunded, confirmed_refunded, net, bot_orders, bot_amount, implausible_orders, implausible_amount, differing_orders, refunds_without_order, refunds_in_other_currency, refunds_cut, reports_without_id FROM (
SELECT
    site,
    day,
    currency,
    countIf(is_counted) AS orders,
    sumIf(counted.amount, is_counted) AS amount,
    sumIf(counted.tax, is_counted) AS tax,
    sumIf(counted.shipping, is_counted) AS shipping,
    sumIf(counted.discount, is_counted) AS discount,
    sumIf(pieces, is_counted) AS items,
    countIf(is_counted AND is_confirmed) AS confirmed_orders,
    sumIf(counted.amount, is_counted AND is_confirmed) AS confirmed_amount,
    countIf(is_subtracted) AS refunds,
    sumIf(counted.amount, is_subtracted) AS refunded,
    sumIf(counted.amount, is_subtracted AND is_confirmed) AS confirmed_refunded,
    amount - refunded AS net,
    countIf(kind = 'order' AND is_bot) AS bot_orders,
    sumIf(counted.amount, kind = 'order' AND is_bot) AS bot_amount,
    countIf(kind = 'order' AND is_implausible AND NOT is_bot) AS implausible_orders,
    sumIf(counted.amount, kind = 'order' AND is_implausible AND NOT is_bot) AS implausible_amount,
    countIf(kind = 'order' AND differs) AS differing_orders,
    countIf(kind = 'refund' AND NOT has_order) AS refunds_without_order,
    countIf(kind = 'refund' AND differs) AS refunds_in_other_currency,
    countIf(kind = 'refund' AND is_cut) AS refunds_cut,
    countIf(kind = 'nameless') AS reports_without_id
FROM
(
    SELECT
        site,
        day,
        currency,
        'order' AS kind,
        toDecimal128(amount, 4) AS amount,
        toDecimal128(tax, 4) AS tax,
        toDecimal128(shipping, 4) AS shipping,
        toDecimal128(discount, 4) AS discount,
        arraySum(items.quantity) AS pieces,
        NOT is_bot AND NOT is_implausible AS is_counted,
        false AS is_subtracted,
        is_confirmed,
        is_bot,
        is_implausible,
        differences > 0 AS differs,
        true AS has_order,
        false AS is_cut
    FROM orders__c8c21cd2
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    UNION ALL
    SELECT
        site, day, currency, 'refund', amount, 0, 0, 0, 0, false, is_order_counted AND amount > 0, is_order_confirmed,
        false, false, is_other_currency, has_order, is_cut
    FROM refunds__a7e64841
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    UNION ALL
    SELECT site, day, told.currency, 'nameless', 0, 0, 0, 0, 0, false, false, false, false, false, false, false, false
    FROM int_order_reports__2fbcc570
    PREWHERE ((run = 3 AND (day = toDate(20009))))
    WHERE order_id = ''
) AS counted
GROUP BY site, day, currency
);

-- session_days
INSERT INTO session_days__50e6bfef (run, site, day, sessions, bounces, conversions, checkouts, page_views, revenue, duration_ms, median_duration_ms, durations) SELECT 3, site, day, sessions, bounces, conversions, checkouts, page_views, revenue, duration_ms, median_duration_ms, durations FROM (
SELECT
    site,
    day,
    count() AS sessions,
    countIf(is_bounce) AS bounces,
    countIf(is_converted) AS conversions,
    sum(session.checkouts) AS checkouts,
    sum(session.page_views) AS page_views,
    sum(session.revenue) AS revenue,
    sum(session.duration_ms) AS duration_ms,
    quantileExact(0.5)(session.duration_ms) AS median_duration_ms,
    sumMap(
        [roundDown(session.duration_ms, [0, 1, 10000, 30000, 60000, 180000, 600000, 1800000, 3600000, 7200000, 14400000])],
        [1]
    ) AS counts,
    arrayZip(counts.1, counts.2) AS durations
FROM sessions__1bf67e72 AS session
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day
);

-- users_activity
INSERT INTO users_activity__5adffc1d (run, site, day, dau, wau, mau, stickiness, new_visitors, visitors_sketch) SELECT 3, site, day, dau, wau, mau, stickiness, new_visitors, visitors_sketch FROM (
SELECT
    site,
    day,
    active.visitors AS dau,
    wau,
    mau,
    if(mau = 0, 0, dau / mau) AS stickiness,
    active.new_visitors AS new_visitors,
    active.visitors_sketch AS visitors_sketch
FROM
(
    SELECT
        site,
        day,
        sum(weekly) OVER by_day AS wau,
        sum(monthly) OVER by_day AS mau,
        is_calendar
    FROM
    (
        SELECT site, change.1 AS day, sum(change.2) AS weekly, sum(change.3) AS monthly, max(change.4) AS is_calendar
        FROM
        (
            -- An active day adds a visitor to a window, and the end of the window removes the visitor. If two active
            -- days are less than a window apart, the visitor is neither added again on the second nor removed after the
            -- first.
            SELECT
                site,
                toInt64(visitors) AS count,
                arrayJoin(arrayConcat(
                    [(day, count, count, 0), (day + 7, -count, 0, 0), (day + 30, 0, -count, 0)],
                    arrayFlatten(arrayMap(
                        (days, again) -> [
                            (day, if(days < 7, -again, 0), -again, 0),
                            (day - days + 7, if(days < 7, again, 0), 0, 0),
                            (day - days + 30, 0, again, 0)
                        ],
                        gaps.days,
                        CAST(gaps.visitors, 'Array(Int64)')
                    ))
                )) AS change
            FROM int_activity_days__a511375c
            PREWHERE ((run = 3 AND (day = toDate(20009))))
            UNION ALL
            SELECT site, 0, (toDate(arrayJoin(range(toUInt32(min(day)), toUInt32(max(day)) + 1))), 0, 0, 1)
            FROM int_activity_days__a511375c
            PREWHERE ((run = 3 AND (day = toDate(20009))))
            GROUP BY site
        )
        GROUP BY site, day
    )
    WINDOW by_day AS (PARTITION BY site ORDER BY day ROWS UNBOUNDED PRECEDING)
) AS windows
LEFT JOIN (SELECT site, day, visitors, new_visitors, gaps, visitors_sketch FROM int_activity_days__a511375c WHERE ((run = 3 AND (day = toDate(20009))))) AS active USING (site, day)
WHERE is_calendar = 1
);

-- visitor_returns
INSERT INTO visitor_returns__1e9e1590 (run, site, day, previous_day, visitors) SELECT 3, site, day, previous_day, visitors FROM (
SELECT
    site,
    day,
    previous_day,
    count() AS visitors
FROM int_presence_days__c066f631
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot AND NOT has_invalid_time AND is_seen
GROUP BY site, day, previous_day
);

-- vital_values
INSERT INTO vital_values__b64e4b31 (run, site, day, metric, path, values) SELECT 3, site, day, metric, path, values FROM (
SELECT
    site,
    day,
    vital.metric AS metric,
    vital.path AS path,
    arraySort(groupArray(vital.value)) AS values
FROM int_user_days__5d7b6d7f
ARRAY JOIN vitals AS vital
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day, metric, path
);

-- vitals_days
INSERT INTO vitals_days__4ca28da4 (run, site, day, metric, path, samples, p75, p50) SELECT 3, site, day, metric, path, samples, p75, p50 FROM (
SELECT
    site,
    day,
    vital.metric AS metric,
    arrayJoin([vital.path, '*']) AS path,
    count() AS samples,
    quantileExact(0.75)(vital.value) AS p75,
    quantileExact(0.5)(vital.value) AS p50
FROM int_user_days__5d7b6d7f
ARRAY JOIN vitals AS vital
PREWHERE ((run = 3 AND (day = toDate(20009))))
WHERE NOT is_bot
GROUP BY site, day, metric, path
);
