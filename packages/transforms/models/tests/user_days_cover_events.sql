-- Every event is in exactly one visitor's day.
SELECT
    (SELECT count() FROM {{stg_events}}) AS staged,
    (SELECT sum(events) FROM {{int_user_days}}) AS counted
WHERE staged != counted
