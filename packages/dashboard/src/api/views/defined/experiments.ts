import { number, select, text, type ViewQueries } from '../../query.js';

/** Variants of an experiment that an answer has. A page shows a few; forged events can name any number. */
const variantsMax = 20;

const ofSite = 'empty(sites) OR has(sites, {site:String})';

/** Visitors who saw several variants of an experiment. They are few, and only they are then counted one by one. */
const candidates = `(
                SELECT visitor_id FROM experiment_visitors
                WHERE site = {site:String} AND has_earlier_variant
            )`;

/**
 * Exposures and conversions of visitors whose first exposure to a variant is on these days, by variant; those of
 * candidates by visitor, too, with all variants that they saw on any day. A conversion has the time of its exposure.
 */
const counts = `(
            SELECT experiment, variant, if(is_candidate, visitor_id, 0) AS candidate, is_candidate,
                countIf(is_exposed AND NOT is_conversion) AS exposures, countIf(is_exposed AND is_conversion) AS conversions
            FROM
            (
                SELECT experiment, variant, visitor_id, is_conversion, visitor_id IN ${candidates} AS is_candidate,
                    toDate(exposed_at) BETWEEN {from:Date} AND {to:Date} AS is_exposed
                FROM experiment_visitors
                WHERE site = {site:String}
            )
            WHERE is_exposed OR is_candidate
            GROUP BY experiment, is_candidate, candidate, variant
        )`;

/** Experiments of the site, and their variants with most visitors. */
export const experiments = {
	experiments: select(
		{ experiment: text, title: text, goalTitle: text },
		`SELECT defined.experiment AS experiment, defined.title AS title, goal.title AS goalTitle
FROM (SELECT * FROM experiments WHERE ${ofSite}) AS defined
LEFT JOIN (SELECT goal, title FROM goals) AS goal ON goal.goal = defined.goal
ORDER BY title, experiment`,
	),
	/** A visitor who saw several variants counts for none of them. */
	variants: select(
		{
			experiment: text,
			variant: text,
			visitors: number,
			converted: number,
			/** Visitors of the experiment who saw several variants, the same in each of its rows. */
			mixed: number,
			/** Variants of the experiment, of which an answer has those with most visitors. The same in each of its rows. */
			variants: number,
		},
		`SELECT experiment, variant, visitors, converted, mixed, count() OVER (PARTITION BY experiment) AS variants
FROM
(
    SELECT experiment, one.1 AS variant, sum(if(is_mixed, 0, one.2)) AS visitors, sum(if(is_mixed, 0, one.3)) AS converted,
        max(mixed_visitors) AS mixed
    FROM
    (
        SELECT experiment, is_candidate AND length(groupArray((variant, exposures, conversions)) AS seen) > 1 AS is_mixed,
            if(is_mixed, seen, arrayFilter(each -> each.2 > 0, seen)) AS listed,
            sum(is_mixed) OVER (PARTITION BY experiment) AS mixed_visitors
        FROM ${counts}
        GROUP BY experiment, is_candidate, candidate
        HAVING sum(exposures) > 0
    )
    ARRAY JOIN listed AS one
    GROUP BY experiment, variant
)
ORDER BY experiment, visitors DESC, variant
LIMIT ${variantsMax} BY experiment`,
	),
} as const satisfies ViewQueries;
