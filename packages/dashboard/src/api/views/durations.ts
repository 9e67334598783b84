import { durationEdgesMs } from '../duration-edges.js';
import { day, number, select, sessionsOf } from '../query.js';

/** How long sessions last: as a histogram, and by the day of their start. */
export const durations = {
	isSegmented: true,
	queries: {
		bins: select(
			{ fromMs: number, sessions: number },
			(scope) => `SELECT roundDown(duration_ms, [${durationEdgesMs.join(', ')}]) AS fromMs, count() AS sessions
FROM ${sessionsOf(scope)}
GROUP BY fromMs
ORDER BY fromMs`,
		),
		days: select(
			{ day, sessions: number, averageMs: number, medianMs: number },
			(
				scope,
			) => `SELECT day, count() AS sessions, sum(duration_ms) / count() AS averageMs, quantileExact(0.5)(duration_ms) AS medianMs
FROM ${sessionsOf(scope)}
GROUP BY day
ORDER BY day`,
		),
	},
};
