import { z } from 'zod';
import { day, isNarrowed, maybeNumber, number, ofDays, select, text, userDaysOf, type View } from '../query.js';
import type { Scope } from '../scope.js';

/** Whoever sends events may make others up. */
const ofMetrics = "metric IN ('LCP', 'INP', 'CLS', 'FCP', 'TTFB')";

/** Measurements of the days of visitors that a segment has, each a row. Pure. */
const measuredOf = (scope: Scope) => `(
    SELECT day, vital.metric AS metric, vital.path AS path, vital.value AS value
    FROM ${userDaysOf(scope)}
    ARRAY JOIN vitals AS vital
)`;

/** The mart, or the same made anew of what a segment has. Pure. */
function vitalsDaysOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM vitals_days WHERE ${ofDays} AND path = '*')`;
	return `(SELECT day, metric, count() AS samples, quantileExact(0.75)(value) AS p75 FROM ${measuredOf(scope)} GROUP BY day, metric)`;
}

/** The mart, or the same made anew of what a segment has. Pure. */
function vitalValuesOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM vital_values WHERE ${ofDays})`;
	return `(SELECT metric, path, [value] AS values FROM ${measuredOf(scope)})`;
}

/** How pages did for their visitors: by day, in the whole period, and there by page. */
export const vitals = {
	narrowing: 'days',
	queries: {
		days: select(
			/** LCP, INP, FCP and TTFB in milliseconds, CLS without a unit. A row for each day, since the rows of an answer have a bound. */
			{ day, metrics: z.array(z.object({ metric: text, samples: number, p75: maybeNumber })) },
			(scope) => `SELECT day,
    groupArray(CAST((metric, samples, p75), 'Tuple(metric String, samples UInt64, p75 Float64)')) AS metrics
FROM ${vitalsDaysOf(scope)}
WHERE ${ofMetrics}
GROUP BY day
ORDER BY day`,
		),
		totals: select(
			{ metric: text, samples: number, p75: maybeNumber },
			(scope) => `SELECT metric, sum(length(values)) AS samples, quantileExactArray(0.75)(values) AS p75
FROM ${vitalValuesOf(scope)}
WHERE ${ofMetrics}
GROUP BY metric
ORDER BY metric`,
		),
		pages: select(
			/** The pages with the most measurements, with all of their metrics. */
			{ path: text, metric: text, samples: number, p75: maybeNumber },
			(scope) => `SELECT path, metric, sum(length(values)) AS samples, quantileExactArray(0.75)(values) AS p75
FROM ${vitalValuesOf(scope)}
WHERE ${ofMetrics}
GROUP BY path, metric
ORDER BY sum(samples) OVER (PARTITION BY path) DESC, path, metric
LIMIT 250`,
		),
	},
} as const satisfies View;
