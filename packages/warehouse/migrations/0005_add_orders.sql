-- The fields of orders and refunds. Other events, and the rows of earlier versions, have none.
-- The version of a receipt depends on them, too, so that of two receipts in the same millisecond the same one wins in
-- every order of merges. Stored rows keep their version.
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS order_id String CODEC(ZSTD(1)) AFTER currency,
    ADD COLUMN IF NOT EXISTS refund_id String CODEC(ZSTD(1)) AFTER order_id,
    ADD COLUMN IF NOT EXISTS tax Decimal(18, 4) CODEC(ZSTD(1)) AFTER refund_id,
    ADD COLUMN IF NOT EXISTS shipping Decimal(18, 4) CODEC(ZSTD(1)) AFTER tax,
    ADD COLUMN IF NOT EXISTS discount Decimal(18, 4) CODEC(ZSTD(1)) AFTER shipping,
    ADD COLUMN IF NOT EXISTS coupon String CODEC(ZSTD(1)) AFTER discount,
    ADD COLUMN IF NOT EXISTS items Array(Tuple(product_id String, name String, category String, variant String, price Decimal(18, 4), quantity UInt32)) CODEC(ZSTD(1)) AFTER coupon;
ALTER TABLE events
    MODIFY COLUMN version UInt64 MATERIALIZED
        bitShiftLeft(toUInt64(17592186044415 - toUnixTimestamp64Milli(received_at)), 20)
        + cityHash64(
            ts, user_id, name, obj, obj_id, product_id, amount, currency, exp, props, url, title, referrer,
            viewport_width, viewport_height, screen_width, screen_height, language, timezone,
            order_id, refund_id, tax, shipping, discount, coupon, items
        ) % 1048576
        CODEC(ZSTD(1));
ALTER TABLE events_quarantine
    ADD COLUMN IF NOT EXISTS order_id String AFTER currency,
    ADD COLUMN IF NOT EXISTS refund_id String AFTER order_id,
    ADD COLUMN IF NOT EXISTS tax Decimal(18, 4) AFTER refund_id,
    ADD COLUMN IF NOT EXISTS shipping Decimal(18, 4) AFTER tax,
    ADD COLUMN IF NOT EXISTS discount Decimal(18, 4) AFTER shipping,
    ADD COLUMN IF NOT EXISTS coupon String AFTER discount,
    ADD COLUMN IF NOT EXISTS items Array(Tuple(product_id String, name String, category String, variant String, price Decimal(18, 4), quantity UInt32)) AFTER coupon;
