import { z } from 'zod';
import { list } from '../lists/lists.js';
import { day, inScope, isFiltered, maybeNumber, number, select, text, userDaysOf, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/** Senders may invent other metrics. */
const isShownMetric = "metric IN ('LCP', 'INP', 'CLS', 'FCP', 'TTFB')";

/** Measurements of matching days, one a row. Pure. */
const measuredOf = (scope: Scope) => `(
    SELECT day, vital.metric AS metric, vital.path AS path, vital.value AS value
    FROM ${userDaysOf(scope)}
    ARRAY JOIN vitals AS vital
)`;

/** Rows of the mart; with filters the same columns, recomputed from the measurements of matching days. Pure. */
function vitalsDaysOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM vitals_days WHERE ${inScope} AND path = '*')`;
	return `(
    SELECT day, metric, count() AS samples, quantileExact(0.75)(value) AS p75
    FROM ${measuredOf(scope)}
    GROUP BY day, metric
)`;
}

/** Rows of the mart; with filters the same columns, recomputed from the measurements of matching days. Pure. */
function vitalValuesOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM vital_values WHERE ${inScope})`;
	return `(SELECT metric, path, [value] AS values FROM ${measuredOf(scope)})`;
}

/** Web vitals: by day, in total, and by page. */
export const vitals = {
	days: select(
		/**
		 * LCP, INP, FCP and TTFB in milliseconds, CLS without a unit. One row for each day with all of its metrics, since
		 * the number of rows of an answer is bounded.
		 */
		{ day, metrics: z.array(z.object({ metric: text, samples: number, p75: maybeNumber })) },
		(scope) => `SELECT day,
    groupArray(CAST((metric, samples, p75), 'Tuple(metric String, samples UInt64, p75 Float64)')) AS metrics
FROM ${vitalsDaysOf(scope)}
WHERE ${isShownMetric}
GROUP BY day
ORDER BY day`,
	),
	totals: select(
		{ metric: text, samples: number, p75: maybeNumber },
		(scope) => `SELECT metric, sum(length(values)) AS samples, quantileExactArray(0.75)(values) AS p75
FROM ${vitalValuesOf(scope)}
WHERE ${isShownMetric}
GROUP BY metric
ORDER BY metric`,
	),
	pages: list(
		/** The pages with most measurements, with all of their metrics. */
		{ path: text, metric: text, samples: number, p75: maybeNumber },
		{
			rows: (scope) => `SELECT path, metric, sum(length(values)) AS samples, quantileExactArray(0.75)(values) AS p75,
            sum(samples) OVER (PARTITION BY path) AS path_samples
        FROM ${vitalValuesOf(scope)}
        WHERE ${isShownMetric}
        GROUP BY path, metric`,
			searched: ['path'],
			isPaths: true,
			orderBy: 'path_samples DESC',
			limit: 50,
			entry: 'path',
		},
	),
} as const satisfies ViewQueries;
