-- @description Name of a goal from the key of its sums.
-- @parameters key
{{definitions.goal_names}}[intDiv($key, 4294967296) + 1]
