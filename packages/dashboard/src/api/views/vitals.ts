import { day, number, ofDays, select, text } from '../query.js';

/** How pages did for their visitors: in the whole period, by day, and by page. */
export const vitals = {
	isSegmented: false,
	queries: {
		totals: select(
			/** LCP, INP, FCP and TTFB in milliseconds, CLS without a unit. */
			{ metric: text, samples: number, p75: number },
			`SELECT metric, count() AS samples, quantileExact(0.75)(value) AS p75
FROM int_user_days
ARRAY JOIN vitals.metric AS metric, vitals.value AS value
WHERE ${ofDays} AND NOT is_bot
GROUP BY metric
ORDER BY metric`,
		),
		days: select(
			{ day, metric: text, samples: number, p75: number },
			`SELECT day, metric, samples, p75
FROM vitals_days
WHERE ${ofDays} AND path = '*'
ORDER BY day, metric`,
		),
		pages: select(
			/** The pages with the most measurements, with all of their metrics. p75 is the mean of those of the days, by their measurements. */
			{ path: text, metric: text, samples: number, p75: number },
			`SELECT path, metric, sum(v.samples) AS samples, sum(v.p75 * v.samples) / samples AS p75
FROM vitals_days AS v
WHERE ${ofDays} AND path != '*'
GROUP BY path, metric
ORDER BY sum(samples) OVER (PARTITION BY path) DESC, path, metric
LIMIT 250`,
		),
	},
};
