-- Every event is in exactly one session.
SELECT
    (SELECT count() FROM {{stg_events}}) AS staged,
    (SELECT sum(events) FROM {{sessions}}) AS counted
WHERE staged != counted
