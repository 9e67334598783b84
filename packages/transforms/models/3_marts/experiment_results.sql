-- @description Results of experiments over all days. A visitor who saw several variants of an experiment is mixed, and counts for none of them. Bots are excluded.
-- @grain site, experiment, variant
-- @order site, experiment, variant
-- @materialized view
-- @tags experiments
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column experiment LowCardinality(String) {!= ''}: Name of the experiment.
-- @column variant String {!= ''}: Variant.
-- @column visitors UInt64: Visitors who saw this variant and no other.
-- @column converted_visitors UInt64: Those of them with a conversion at or after the first exposure.
-- @column conversion_rate Float64 {BETWEEN 0 AND 1}: Share of the visitors who converted; 0 without visitors.
-- @column mixed_visitors UInt64: Visitors who saw this variant and another one. They count for each variant that they saw.
SELECT
    site,
    experiment,
    variant,
    countIf(length(variants) = 1) AS visitors,
    countIf(length(variants) = 1 AND is_converted) AS converted_visitors,
    if(visitors = 0, 0, converted_visitors / visitors) AS conversion_rate,
    countIf(length(variants) > 1) AS mixed_visitors
FROM
(
    SELECT
        site,
        experiment,
        visitor_id,
        groupUniqArray(variant) AS variants,
        max(is_conversion) AS is_converted
    FROM {{experiment_visitors}}
    GROUP BY site, experiment, visitor_id
)
ARRAY JOIN variants AS variant
GROUP BY site, experiment, variant
