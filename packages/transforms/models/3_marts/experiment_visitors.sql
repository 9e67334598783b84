-- @description Visitors of experiments, see the view experiments: a row for the first exposure of a visitor to a variant, on its day, and one for the first conversion at or after it, on the day of this. An exposure is an event that names the variant in exp; a conversion is an event that reaches the goal of the experiment. A visitor who saw several variants has rows of each. Bots are excluded.
-- @grain site, visitor_id, experiment, variant, is_conversion
-- @order site, experiment, visitor_id, variant
-- @materialized incremental by visitor
-- @tags experiments
-- @defined {{definitions.has_experiments}}
-- @column site LowCardinality(String) {!= ''}: Site key.
-- @column visitor_id UInt64: Pseudonymous visitor.
-- @column day Date: UTC day of the exposure, or of the conversion.
-- @column experiment LowCardinality(String) {!= ''}: Name of the experiment.
-- @column variant String {!= ''}: Variant that the visitor saw. At most {{definitions.variant_length_max}} characters.
-- @column has_earlier_variant Bool: The visitor saw another variant of the experiment before this one; of variants seen at the same time, the first in alphabetical order counts as the earlier one.
-- @column is_conversion Bool: The row is about the conversion, not about the exposure.
-- @column exposed_at DateTime64(3, 'UTC'): First exposure to the variant.
-- @column session_started_at DateTime64(3, 'UTC'): Start of the session of the exposure, or of the conversion, which with site and visitor_id is the row in sessions.
-- @check is_conversion OR session_started_at <= exposed_at: a visitor is exposed in a session
WITH
    exposed AS
    (
        SELECT
            *,
            row_number() OVER (PARTITION BY site, visitor_id, number ORDER BY exposed_ms, variant) > 1 AS has_earlier_variant
        FROM
        (
            SELECT
                site,
                visitor_id,
                number,
                variant,
                -- A row depends only on events up to its day, so that published rows of earlier days hold.
                min((at, day, session_started_at, is_recomputed)) AS first,
                toUnixTimestamp64Milli(first.1) AS exposed_ms,
                max(has_converted) AS was_converted
            FROM
            (
                SELECT
                    site,
                    visitor_id,
                    exposure.experiment AS number,
                    exposure.variant AS variant,
                    exposure.first_at AS at,
                    day,
                    session_started_at,
                    true AS is_recomputed,
                    false AS has_converted
                FROM {{int_visits}}
                ARRAY JOIN exposures AS exposure
                WHERE is_seen AND NOT is_bot
                UNION ALL
                SELECT
                    site,
                    visitor_id,
                    toUInt8(indexOf({{definitions.experiment_names}}, toString(experiment)) - 1),
                    variant,
                    exposed_at,
                    day,
                    session_started_at,
                    false,
                    is_conversion
                FROM {{experiment_visitors.history}}
                WHERE (site, visitor_id, day) NOT IN (SELECT site, visitor_id, day FROM {{int_visits}})
            )
            GROUP BY site, visitor_id, number, variant
        )
    ),
    converted AS
    (
        SELECT
            site,
            visitor_id,
            conversion.experiment AS number,
            toUnixTimestamp64Milli(conversion.last_at) AS last_ms,
            day,
            session_started_at,
            true AS is_found
        FROM {{int_visits}}
        ARRAY JOIN experiment_conversions AS conversion
        WHERE is_seen AND NOT is_bot
    )
SELECT
    site,
    visitor_id,
    made.day AS day,
    {{definitions.experiment_names}}[number + 1] AS experiment,
    variant,
    has_earlier_variant,
    made.is_conversion AS is_conversion,
    exposed_at,
    made.session_started_at AS session_started_at
FROM
(
    SELECT
        exposed.site AS site,
        exposed.visitor_id AS visitor_id,
        exposed.number AS number,
        exposed.variant AS variant,
        exposed.has_earlier_variant AS has_earlier_variant,
        exposed.first.1 AS exposed_at,
        arrayJoin(arrayFilter(
            one -> one.is_new,
            CAST(
                [
                    (false, exposed.first.2, exposed.first.3, exposed.first.4),
                    (true, converted.day, converted.session_started_at, converted.is_found AND NOT exposed.was_converted)
                ],
                'Array(Tuple(is_conversion Bool, day Date, session_started_at DateTime64(3, \'UTC\'), is_new Bool))'
            )
        )) AS made
    FROM exposed
    -- The first visit whose last conversion is at or after the exposure, since visits are one after the other.
    ASOF LEFT JOIN converted
        ON exposed.site = converted.site
        AND exposed.visitor_id = converted.visitor_id
        AND exposed.number = converted.number
        AND exposed.exposed_ms <= converted.last_ms
)
