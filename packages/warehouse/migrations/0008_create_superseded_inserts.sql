-- Inserts of unknown outcome that a later attempt has taken the place of. An insert that arrives after the collector has
-- looked for its rows finds its number too low here, and is refused.
CREATE TABLE IF NOT EXISTS superseded_inserts
(
    query_id String,
    attempt UInt32,
    superseded_at DateTime('UTC') DEFAULT now('UTC')
)
ENGINE = MergeTree
ORDER BY query_id
TTL superseded_at + INTERVAL 7 DAY;
