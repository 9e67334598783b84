-- @description Definitions of goals, funnels and experiments from which the marts are computed, as they were read from definitions.json.
-- @grain json
-- @order json
-- @materialized view
-- @tags goals, funnels
-- @column json String: All definitions, as JSON.
SELECT {{definitions.json}} AS json
