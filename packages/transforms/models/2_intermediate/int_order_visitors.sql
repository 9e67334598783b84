-- @description Orders of which no report names a visitor and one names a user, with the visitor who was last seen with that user before the order.
-- @grain site, order_id
-- @order site, order_id
-- @materialized incremental by order
-- @reports NOT names_visitor AND told.user_id != ''
-- @follows user_id in int_visits.users
-- @tags orders
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column order_id String {!= ''}: Order id that the shop gave.
-- @column day Date: UTC day of the order.
-- @column user_id String {!= ''}: User of the order.
-- @column session_id UInt64: Session in which the visitor was last seen with the user; 0 if none was.
-- @column visit {{attributes.visit_type}}: The visitor, and what int_order_reports has of the session; empty if no visitor was seen with the user.
WITH
    unnamed AS
    (
        SELECT
            site,
            order_id,
            argMin((ts, day), {{order_precedence(told.source, told.received_at, event_id)}}) AS first,
            argMinIf(told.user_id, {{order_precedence(told.source, told.received_at, event_id)}}, told.user_id != '') AS user_id
        FROM {{int_order_reports}} AS report
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
            FROM {{int_visits}}
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
            CAST((visitor_id, entry_path, channel, funnel_step, {{attributes.filters}}), '{{attributes.visit_literal}}') AS visit
        FROM {{sessions}}
        WHERE (site, visitor_id, started_at) IN (SELECT site, last.1, last.2 FROM seen)
    ) AS session
        ON seen.site = session.site AND seen.last.1 = session.visitor_id AND seen.last.2 = session.started_at
) AS found
    ON unnamed.site = found.site AND unnamed.order_id = found.order_id
