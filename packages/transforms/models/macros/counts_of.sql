-- @description Counts of the texts of a sorted list, each with its number, in the order of the list.
-- @parameters texts
arrayMap(same -> (same[1], toUInt64(length(same))), arraySplit((one, previous) -> one != previous, $texts, arrayPopBack(arrayPushFront($texts, ''))))
