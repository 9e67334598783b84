-- @description Code of a currency from the key of the sums of a goal; empty for none.
-- @parameters key
reinterpretAsString(toUInt32($key % 4294967296))
