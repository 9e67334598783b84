import { openDayOf } from '../../../contract/day-range.js';
import {
	day,
	filterConditions,
	flag,
	isFiltered,
	maybeNumber,
	number,
	select,
	text,
	type ViewQueries,
} from '../../query.js';
import type { Scope } from '../../scope.js';
import { isOfSite, untilNow } from './definitions-of-site.js';

/** The funnel that is shown: that of the request, or else the first one of the site. Pure. */
const chosenOf = ({ choices }: Scope): string =>
	choices.funnel === undefined
		? `(SELECT funnel FROM funnels WHERE ${isOfSite} ORDER BY title, funnel LIMIT 1)`
		: '{funnel:String}';

/** The last day on which a step of the range can be reached. A Date has 16 bits. */
const lastDay = 'toDate(least(toInt32({to:Date}) + 1 + intDiv((SELECT max(window_ms) FROM funnels), 86400000), 65535))';

/**
 * Condition on steps: the first step was in a matching session. Sessions may have started before the range. Pure.
 */
const isMatching = (scope: Scope): string =>
	isFiltered(scope)
		? `
        AND (visitor_id, session_started_at) IN
        (
            SELECT visitor_id, started_at FROM sessions
            WHERE site = {site:String} AND day <= {to:Date} AND ended_at >= toDateTime64({before:Date}, 3, 'UTC')${filterConditions(scope)}
        )`
		: '';

/**
 * The steps of the chosen funnel that visitors reached who started it in one of both periods, as a table expression.
 * While the range is not over, those of the preceding one are the steps reached by the same time. Pure.
 */
const stepsOf = (scope: Scope, nowMs: number): string => `(
    SELECT visitor_id, started_on, step, ms_since_previous
    FROM funnel_steps
    WHERE site = {site:String} AND day BETWEEN {before:Date} AND ${lastDay} AND funnel = ${chosenOf(scope)}
        AND started_on BETWEEN {before:Date} AND {to:Date}${untilNow('started_on', 'reached_at', openDayOf(scope, nowMs) !== undefined)}${isMatching(scope)}
)`;

/** The steps of a funnel that visitors reached. */
export const funnels = {
	/** Every funnel of the site. */
	funnels: select(
		{
			funnel: text,
			title: text,
			/** The funnel of `steps` and `days`. */
			isChosen: flag,
			steps: number,
			/** Maximum time from the first to the last step. */
			windowMs: number,
		},
		(
			scope,
		) => `SELECT funnel, any(f.title) AS title, funnel = ${chosenOf(scope)} AS isChosen, any(f.steps) AS steps, any(f.window_ms) AS windowMs
FROM funnels AS f
WHERE ${isOfSite}
GROUP BY funnel
ORDER BY title, funnel`,
	),
	/**
	 * Every step of the chosen funnel. A visitor who starts on several days counts once, with the furthest step, and has
	 * a time for each of these days.
	 */
	steps: select(
		{
			step: number,
			title: text,
			visitors: number,
			/** The same of the preceding period. */
			visitorsBefore: number,
			/** Median time since the step before; null for the first step, and for one that nobody reached. */
			medianMs: maybeNumber,
		},
		(
			scope,
			nowMs,
		) => `SELECT step, title, visitors, visitorsBefore, if(step = 1 OR visitors = 0, NULL, median_ms) AS medianMs
FROM (SELECT step, step_title AS title FROM funnels WHERE ${isOfSite} AND funnel = ${chosenOf(scope)}) AS defined
LEFT JOIN
(
    SELECT step, uniqExactIf(visitor_id, started_on >= {from:Date}) AS visitors,
        uniqExactIf(visitor_id, started_on < {from:Date}) AS visitorsBefore,
        quantileExactLowIf(0.5)(ms_since_previous, step > 1 AND started_on >= {from:Date}) AS median_ms
    FROM ${stepsOf(scope, nowMs)}
    GROUP BY step
) AS found USING (step)
ORDER BY step`,
	),
	/** The chosen funnel by the day of the first step, in both periods, on days with a first step. */
	days: select(
		{
			day,
			/** Visitors who took the first step on the day. */
			started: number,
			/** Those of them who reached the last step, on this day or later. */
			finished: number,
		},
		(scope, nowMs) => `SELECT started_on AS day, countIf(step = 1) AS started, countIf(step = last) AS finished
FROM
(
    SELECT started_on, step, (SELECT max(steps) FROM funnels WHERE funnel = ${chosenOf(scope)}) AS last
    FROM ${stepsOf(scope, nowMs)}
)
GROUP BY day
ORDER BY day`,
	),
} as const satisfies ViewQueries;
