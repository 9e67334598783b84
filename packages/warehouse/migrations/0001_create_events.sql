-- Every event that a collector took, one row per receipt.
--
-- Key: an event's identity, so that a second receipt of the same event collapses with the first. Readers say FINAL.
-- Version: the highest wins, so earlier receipts have higher ones: 44 bits of milliseconds before the year 2527, then
--   20 bits of the content, so that of two receipts in the same millisecond the winner does not depend on merges.
-- Partition: the month of receipt, not of the event, so that one log segment is one block in one partition and an event
--   with an absurd time costs nothing.
-- Block numbers: the transforms tell new rows from seen ones by them, without any clock.
-- Indexes: ts for a range of days, as the order by key knows no time; segment, whose names sort by time, for the look-up
--   after an insert of unknown outcome, which finds its rows in a part of their own.
-- Derived columns are made by ClickHouse, so that every way in has the same ones.
CREATE TABLE IF NOT EXISTS events
(
    site LowCardinality(String),
    visitor_id UInt64 CODEC(ZSTD(1)),
    event_id UUID CODEC(ZSTD(1)),
    user_id String CODEC(ZSTD(1)),
    ts DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    ts_bounded Bool,
    received_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1)),
    name LowCardinality(String),
    obj LowCardinality(String),
    obj_id String CODEC(ZSTD(1)),
    product_id UInt64 CODEC(ZSTD(1)),
    amount Decimal(18, 4) CODEC(ZSTD(1)),
    currency LowCardinality(String),
    exp Map(String, String) CODEC(ZSTD(1)),
    props Map(String, String) CODEC(ZSTD(1)),
    url String CODEC(ZSTD(1)),
    title String CODEC(ZSTD(1)),
    referrer String CODEC(ZSTD(1)),
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
    host LowCardinality(String) MATERIALIZED domain(url),
    path String MATERIALIZED path(url) CODEC(ZSTD(1)),
    referrer_host LowCardinality(String) MATERIALIZED if(startsWith(referrer, '/'), domain(url), domain(referrer)),
    utm_source LowCardinality(String) MATERIALIZED decodeURLFormComponent(extractURLParameter(url, 'utm_source')),
    utm_medium LowCardinality(String) MATERIALIZED decodeURLFormComponent(extractURLParameter(url, 'utm_medium')),
    utm_campaign LowCardinality(String) MATERIALIZED decodeURLFormComponent(extractURLParameter(url, 'utm_campaign')),
    utm_term LowCardinality(String) MATERIALIZED decodeURLFormComponent(extractURLParameter(url, 'utm_term')),
    utm_content LowCardinality(String) MATERIALIZED decodeURLFormComponent(extractURLParameter(url, 'utm_content')),
    version UInt64 MATERIALIZED
        bitShiftLeft(toUInt64(17592186044415 - toUnixTimestamp64Milli(received_at)), 20)
        + cityHash64(
            ts, user_id, name, obj, obj_id, product_id, amount, currency, exp, props, url, title, referrer,
            viewport_width, viewport_height, screen_width, screen_height, language, timezone
        ) % 1048576
        CODEC(ZSTD(1)),
    INDEX ts_index ts TYPE minmax GRANULARITY 1,
    INDEX segment_index segment TYPE minmax GRANULARITY 1
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMM(received_at)
ORDER BY (site, visitor_id, event_id)
SETTINGS enable_block_number_column = 1, enable_block_offset_column = 1;
