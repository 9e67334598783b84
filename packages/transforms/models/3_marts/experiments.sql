-- @description Experiments that are defined. An experiment compares variants by a goal, see definitions.json.
-- @grain experiment
-- @order experiment
-- @materialized view
-- @tags experiments
-- @column experiment String {!= ''}: Name of the experiment.
-- @column title String: Title for readers.
-- @column key String: Key in exp of events, whose value is the variant.
-- @column goal String: Name of the goal, see the view goals.
-- @column sites Array(String): Site keys of the sites that have the experiment; empty for all.
SELECT
    row.experiment AS experiment,
    row.title AS title,
    row.key AS key,
    row.goal AS goal,
    row.sites AS sites
FROM {{definitions.experiment_rows}}
