-- Two sessions of a visitor have more than {{session_gap_s}} s between them.
SELECT *
FROM
(
    SELECT
        site,
        visitor_id,
        started_at,
        toUnixTimestamp64Milli(started_at) - lagInFrame(toUnixTimestamp64Milli(ended_at), 1, toInt64(-1e15)) OVER (
            PARTITION BY site, visitor_id ORDER BY started_at ROWS BETWEEN 1 PRECEDING AND CURRENT ROW
        ) AS gap_ms
    FROM {{sessions}}
)
WHERE gap_ms <= {{session_gap_ms}}
LIMIT 100
