-- Events that ClickHouse refused one by one, with the reason: what a collector writes to events, nothing derived.
-- To take them in once the cause is gone, insert the columns that the two tables share from here into events: the same
-- events have the same ids, so that doing it twice is no harm.
-- Key: like that of events. The same row may come twice when an answer got lost. Readers say FINAL.
CREATE TABLE IF NOT EXISTS events_quarantine
(
    site LowCardinality(String),
    visitor_id UInt64,
    event_id UUID,
    user_id String,
    ts DateTime64(3, 'UTC'),
    ts_bounded Bool,
    received_at DateTime64(3, 'UTC'),
    name LowCardinality(String),
    obj LowCardinality(String),
    obj_id String,
    product_id UInt64,
    amount Decimal(18, 4),
    currency LowCardinality(String),
    exp Map(String, String),
    props Map(String, String),
    url String,
    title String,
    referrer String,
    viewport_width UInt16,
    viewport_height UInt16,
    screen_width UInt16,
    screen_height UInt16,
    language LowCardinality(String),
    timezone LowCardinality(String),
    browser LowCardinality(String),
    os LowCardinality(String),
    device LowCardinality(String),
    is_bot Bool,
    country LowCardinality(String),
    segment LowCardinality(String),
    reason String,
    quarantined_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(quarantined_at)
PARTITION BY toYYYYMM(received_at)
ORDER BY (site, visitor_id, event_id);
