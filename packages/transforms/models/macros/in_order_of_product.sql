-- @description Product events in order of product and time. Products are in order of the length of their ids, then of the ids, which is that of numbers.
-- @parameters product_events
arraySort(e -> (length(e.1), e), $product_events)
