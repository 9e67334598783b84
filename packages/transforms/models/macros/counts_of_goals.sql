-- @description Goals that sessions reached: names, numbers of these sessions, and numbers of conversions. A session has an element for each goal and currency.
-- @parameters names, conversions
sumMap($names, arrayMap(nth -> toUInt64(nth = 1), arrayEnumerateUniq($names)), $conversions)
