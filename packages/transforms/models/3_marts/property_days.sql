-- @description Properties of events, and experiments, by value and day. The {{day_counts_max}} most frequent names of a day have rows of their own, as many keys of each, and as many values of each key; all others are counted together. Bots are excluded.
-- @grain site, day, name, kind, key, value, is_total, is_other_name, is_other_key, is_other_value
-- @order site, name, is_total, kind, key, value
-- @materialized incremental by partition
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day of the events.
-- @column name LowCardinality(String): Name of the events; at most 250 characters. Empty in the row of other names.
-- @column kind LowCardinality(String) {IN ('property', 'experiment', '')}: Whether the key is that of a property passed to track() or that of an experiment; empty in the rows of other names and other keys.
-- @column key String: Name of the property or the experiment, at most 250 characters. Empty in the rows of other names and other keys.
-- @column value String: Value of the property or variant of the experiment, at most 250 characters. Empty for all values and for other values.
-- @column is_total Bool: The row is that of all values of the key. Visitors with several values are in it once.
-- @column is_other_name Bool: The row is that of all names that have no rows of their own.
-- @column is_other_key Bool: The row is that of all keys of the name that have no rows of their own.
-- @column is_other_value Bool: The row is that of all values of the key that have no rows of their own.
-- @column events UInt64 {>= 1}: Events. One with several properties counts for each, also in the rows of other keys and other names.
-- @column visitors UInt64: Visitors with such an event on the day. Orders and refunds that name no visitor have none.
-- @column others UInt64: Names, keys or values that are counted together in this row; 0 in rows of one. Those that a visit does not list are not among them, see int_visits.
-- @check visitors <= events: no visitor is counted twice
-- @check is_total OR NOT (is_other_name OR is_other_key): other names and other keys have no values of their own
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
        FROM {{int_visits}}
        ARRAY JOIN property_counts.property AS property, property_counts.events AS count
        WHERE (site, day, visitor_id) NOT IN (SELECT site, day, visitor_id FROM {{int_visits}} WHERE is_bot)
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
            row_number() OVER (PARTITION BY site, day, is_unnamed, event_name ORDER BY events_of_key DESC, key_text) > {{day_counts_max}} AS is_beyond
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
        is_unnamed OR dense_rank() OVER (PARTITION BY site, day ORDER BY is_unnamed, events_of_name DESC, event_name) > {{day_counts_max}} AS is_other_name,
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
    NOT is_total AND (is_unlisted OR place > {{day_counts_max}}) AS is_other_value,
    NOT is_total AND NOT is_other_value AS is_one
