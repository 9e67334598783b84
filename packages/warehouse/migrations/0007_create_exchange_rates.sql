-- Reference rates of the European Central Bank: the units of a currency that one euro was worth on a day. The euro has
-- no rows. A day that is loaded again takes the place of the earlier rate. Readers say FINAL.
CREATE TABLE IF NOT EXISTS exchange_rates
(
    day Date,
    currency LowCardinality(String),
    per_euro Decimal(18, 6) CODEC(ZSTD(1)),
    loaded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = ReplacingMergeTree(loaded_at)
ORDER BY (currency, day);
