-- @description Share of a part in a whole, 0 to 1; 0 for a whole of 0.
-- @parameters part, whole
if($whole = 0, 0, $part / $whole)
