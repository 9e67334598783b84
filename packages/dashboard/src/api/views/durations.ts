import { durationEdgesMs } from '../../contract/duration-edges.js';
import { day, inScope, isFiltered, maybeNumber, number, select, sessionsOf, type ViewQueries } from '../query.js';
import type { Scope } from '../scope.js';

/** Durations by day of start: rows of the mart; with filters the same, recomputed from matching sessions. Pure. */
function sessionDaysOf(scope: Scope): string {
	if (!isFiltered(scope)) return `(SELECT * FROM session_days WHERE ${inScope})`;
	return `(
    SELECT day, count() AS sessions, sum(s.duration_ms) AS duration_ms,
        quantileExact(0.5)(s.duration_ms) AS median_duration_ms,
        sumMap([roundDown(s.duration_ms, [${durationEdgesMs.join(', ')}])], [1]) AS counts,
        arrayZip(counts.1, counts.2) AS durations
    FROM ${sessionsOf(scope)} AS s
    GROUP BY day
)`;
}

/** Session durations: a histogram, and average and median by the day of the session's start. */
export const durations = {
	bins: select(
		{ fromMs: number, sessions: number },
		(scope) => `SELECT durations.1 AS fromMs, sum(durations.2) AS sessions
FROM ${sessionDaysOf(scope)}
ARRAY JOIN durations
GROUP BY fromMs
ORDER BY fromMs`,
	),
	days: select(
		{ day, sessions: number, averageMs: maybeNumber, medianMs: maybeNumber },
		(scope) => `SELECT day, sessions, duration_ms / sessions AS averageMs, median_duration_ms AS medianMs
FROM ${sessionDaysOf(scope)}
ORDER BY day`,
	),
} as const satisfies ViewQueries;
