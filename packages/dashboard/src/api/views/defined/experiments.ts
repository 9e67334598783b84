import { number, select, text, type ViewQueries } from '../../query.js';

/** Variants of an experiment that an answer has. A page shows a few; forged events can name any number. */
const variantsMax = 20;

/**
 * Visitors of the site whose first exposure to a variant is on these days, with all variants that they saw on any day,
 * and whether they converted after an exposure on any day.
 */
const exposedVisitors = `(
    SELECT experiment, visitor_id, groupUniqArray(variant) AS variants, max(is_conversion) AS is_converted
    FROM experiment_visitors
    WHERE site = {site:String}
    GROUP BY experiment, visitor_id
    HAVING max(NOT is_conversion AND day BETWEEN {from:Date} AND {to:Date})
)`;

/** Experiments of the site, and their variants with most visitors. */
export const experiments = {
	experiments: select(
		{ experiment: text, title: text, goalTitle: text, mixed: number, variants: number },
		`SELECT defined.experiment AS experiment, defined.title AS title, goal.title AS goalTitle,
    found.mixed AS mixed, found.variants AS variants
FROM (SELECT * FROM experiments WHERE empty(sites) OR has(sites, {site:String})) AS defined
LEFT JOIN (SELECT goal, title FROM goals) AS goal ON goal.goal = defined.goal
LEFT JOIN
(
    SELECT toString(experiment) AS experiment, countIf(length(exposed.variants) > 1) AS mixed, length(groupUniqArrayArray(exposed.variants)) AS variants
    FROM ${exposedVisitors} AS exposed
    GROUP BY experiment
) AS found ON found.experiment = defined.experiment
ORDER BY title, experiment`,
	),
	/** A visitor who saw several variants counts for none of them. */
	variants: select(
		{ experiment: text, variant: text, visitors: number, converted: number },
		`SELECT experiment, variant, countIf(length(exposed.variants) = 1) AS visitors,
    countIf(length(exposed.variants) = 1 AND is_converted) AS converted
FROM ${exposedVisitors} AS exposed
ARRAY JOIN exposed.variants AS variant
GROUP BY experiment, variant
ORDER BY experiment, visitors DESC, variant
LIMIT ${variantsMax} BY experiment`,
	),
} as const satisfies ViewQueries;
