-- @description Goals that are defined. A goal is an event that the site wants to happen, see definitions.json.
-- @grain goal
-- @order goal
-- @materialized view
-- @tags goals
-- @column goal String {!= ''}: Name of the goal.
-- @column title String: Title for readers.
-- @column value String: Value of a conversion: none, amount for the amount of the event, or the name of a property.
-- @column sites Array(String): Site keys of the sites that have the goal; empty for all.
SELECT
    row.goal AS goal,
    row.title AS title,
    row.value AS value,
    row.sites AS sites
FROM {{definitions.goal_rows}}
