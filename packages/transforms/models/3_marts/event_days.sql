-- @description Events by name, object and day, whatever their names are. The {{day_counts_max}} most frequent names of a day have rows of their own, and as many objects of each; all others are counted together. Bots are excluded.
-- @grain site, day, name, obj, obj_id, is_total, is_other_name, is_other_object
-- @order site, is_total, name, obj, obj_id
-- @materialized incremental by partition
-- @tags events
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column day Date: UTC day of the events.
-- @column name LowCardinality(String): Name of the events: view, click, or the name passed to track(); at most 250 characters. Empty in the row of other names.
-- @column obj LowCardinality(String): Kind of the object: page, button, url, or a kind that the site defines; at most 250 characters. Empty for none, for all objects and for other objects.
-- @column obj_id String: Id of the object, at most 250 characters. Empty for none, for all objects and for other objects.
-- @column is_total Bool: The row is that of all objects of the name. Visitors and sessions of several objects are in it once.
-- @column is_other_name Bool: The row is that of all names that have no rows of their own.
-- @column is_other_object Bool: The row is that of all objects of the name that have no rows of their own.
-- @column events UInt64 {>= 1}: Events.
-- @column visitors UInt64: Visitors with such an event on the day. Orders and refunds that name no visitor have none.
-- @column sessions UInt64: Sessions with such an event on the day. A session that goes on after midnight counts on each of the days.
-- @column others UInt64: Names or objects that are counted together in this row; 0 in rows of one. Those that a visit does not list are not among them, see int_visits.
-- @check visitors <= sessions AND sessions <= events: nothing is counted twice
-- @check is_total OR NOT is_other_name: other names have no objects of their own
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
        FROM {{int_visits}}
        ARRAY JOIN event_counts.event AS event, event_counts.events AS count
        WHERE (site, day, visitor_id) NOT IN (SELECT site, day, visitor_id FROM {{int_visits}} WHERE is_bot)
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
        is_unnamed OR row_number() OVER (PARTITION BY site, day ORDER BY is_unnamed, events_of_name DESC, event_name) > {{day_counts_max}} AS is_other_name
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
    NOT is_total AND (is_unlisted OR place > {{day_counts_max}}) AS is_other_object,
    NOT is_total AND NOT is_other_object AS is_one
