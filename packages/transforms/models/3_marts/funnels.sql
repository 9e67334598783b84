-- @description Steps of the funnels that are defined, see definitions.json.
-- @grain funnel, step
-- @order funnel, step
-- @materialized view
-- @tags funnels
-- @column funnel String {!= ''}: Name of the funnel.
-- @column title String: Title of the funnel for readers.
-- @column step UInt8 {BETWEEN 1 AND 12}: Number of the step.
-- @column step_title String: Title of the step for readers.
-- @column steps UInt8 {BETWEEN 2 AND 12}: Number of steps of the funnel.
-- @column window_ms UInt64: Maximum time from the first to the last step, milliseconds.
-- @column sites Array(String): Site keys of the sites that have the funnel; empty for all.
SELECT
    row.funnel AS funnel,
    row.title AS title,
    row.step AS step,
    row.step_title AS step_title,
    row.steps AS steps,
    row.window_ms AS window_ms,
    row.sites AS sites
FROM {{definitions.funnel_rows}}
