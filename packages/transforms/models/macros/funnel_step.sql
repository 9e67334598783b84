-- @description Furthest step of the funnel: 1 a product was viewed, 2 then a product was added to the cart, 3 then there was a checkout; 0 for none.
-- @parameters views, is_added, added_at, last_checkout_at
multiIf($views = 0, 0, NOT $is_added, 1, ifNull($last_checkout_at >= $added_at, false), 3, 2)
