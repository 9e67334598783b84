import { durationEdgesMs } from '../../contract/duration-edges.js';
import { day, isNarrowed, maybeNumber, number, ofDays, select, sessionsOf, type View } from '../query.js';
import type { Scope } from '../scope.js';

/** Sessions by the day of their start: the mart, or the same made anew of those sessions that a segment has. Pure. */
function sessionDaysOf(scope: Scope): string {
	if (!isNarrowed(scope)) return `(SELECT * FROM session_days WHERE ${ofDays})`;
	return `(
    SELECT day, count() AS sessions, sum(s.duration_ms) AS duration_ms, quantileExact(0.5)(s.duration_ms) AS median_duration_ms,
        sumMap([roundDown(s.duration_ms, [${durationEdgesMs.join(', ')}])], [1]) AS counts, arrayZip(counts.1, counts.2) AS durations
    FROM ${sessionsOf(scope)} AS s
    GROUP BY day
)`;
}

/** How long sessions last: as a histogram, and by the day of their start. */
export const durations = {
	narrowing: 'sessions',
	queries: {
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
	},
} as const satisfies View;
