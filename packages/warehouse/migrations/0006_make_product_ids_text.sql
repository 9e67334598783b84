-- The id of a product is text, since shops have ids such as SKU-1; it was a number. No id is empty text; it was 0.
-- No row is rewritten for it. The number keeps its bytes under another name, which ClickHouse changes without reading
-- them, and the default of the new column derives the text from it, when a row of an earlier version is read. A merge
-- stores the text. The number is 0 in rows of this version, and SELECT * leaves it out.
-- A collector of an earlier version goes on inserting numbers meanwhile; ClickHouse makes them text, where 0 is '0'.
-- Between two statements its inserts fail, and it repeats them.
-- With the column, ClickHouse renames it in the expression of version, too, whose stored values stay. The version of
-- a new row depends on the text.
ALTER TABLE events RENAME COLUMN IF EXISTS product_id TO earlier_product_id;
ALTER TABLE events
    ADD COLUMN IF NOT EXISTS product_id String DEFAULT if(earlier_product_id = 0, '', toString(earlier_product_id)) CODEC(ZSTD(1)) AFTER obj_id;
ALTER TABLE events
    MODIFY COLUMN earlier_product_id UInt64 MATERIALIZED 0 CODEC(ZSTD(1)),
    MODIFY COLUMN version UInt64 MATERIALIZED
        bitShiftLeft(toUInt64(17592186044415 - toUnixTimestamp64Milli(received_at)), 20)
        + cityHash64(
            ts, user_id, name, obj, obj_id, product_id, amount, currency, exp, props, url, title, referrer,
            viewport_width, viewport_height, screen_width, screen_height, language, timezone,
            order_id, refund_id, tax, shipping, discount, coupon, items
        ) % 1048576
        CODEC(ZSTD(1));
ALTER TABLE events_quarantine RENAME COLUMN IF EXISTS product_id TO earlier_product_id;
ALTER TABLE events_quarantine
    ADD COLUMN IF NOT EXISTS product_id String DEFAULT if(earlier_product_id = 0, '', toString(earlier_product_id)) AFTER obj_id;
ALTER TABLE events_quarantine
    MODIFY COLUMN earlier_product_id UInt64 MATERIALIZED 0;
