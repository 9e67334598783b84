import { z } from 'zod';
import { openDayOf } from '../../../contract/day-range.js';
import { filterNames } from '../../../contract/session-attributes.js';
import { list } from '../../lists/lists.js';
import { day, flag, isFiltered, number, select, sessionsOf, text, type ViewQueries } from '../../query.js';
import type { Scope } from '../../scope.js';
import { isOfSite, untilNow } from './definitions-of-site.js';
import { attributesOfDays, attributesOfSessions, daysOfMart, daysOfSessions } from './goal-days.js';

/** The sessions of both periods. A conversion is in the period in which its session started. Pure. */
const sessionsOfBoth = (scope: Scope, nowMs: number) =>
	`${sessionsOf(scope, 'before')}
    WHERE true${untilNow('day', 'started_at', openDayOf(scope, nowMs) !== undefined)}`;

/** The goal that is shown by day and attribute: that of the request, or else the first one of the site. Pure. */
const chosenOf = ({ choices }: Scope): string =>
	choices.goal === undefined
		? `(SELECT goal FROM goals WHERE ${isOfSite} ORDER BY title, goal LIMIT 1)`
		: '{goal:String}';

/** The values of one period. A goal without conversions in it has none. Pure. */
const valuesIf = (condition: string): string =>
	`CAST(anyIf(value_sums, ${condition}), 'Array(Tuple(currency String, value Decimal(38, 4)))')`;

const values = z.array(z.object({ currency: text, value: number }));

/** Goals that sessions reached. */
export const goals = {
	/** Every goal of the site, also one without conversions. */
	goals: select(
		{
			goal: text,
			title: text,
			/** The goal of `days` and `attributes`. */
			isChosen: flag,
			/** Whether conversions have a value. */
			hasValue: flag,
			conversions: number,
			/** Visitors with a conversion; each counts once. */
			visitors: number,
			/** Sessions with a conversion. */
			converted: number,
			/** Sums by ISO 4217 code of the currency; empty for values without one. */
			values,
			/** The same of the preceding period. */
			conversionsBefore: number,
			visitorsBefore: number,
			convertedBefore: number,
			valuesBefore: values,
		},
		(scope, nowMs) => `SELECT goal, title, goal = ${chosenOf(scope)} AS isChosen, value != 'none' AS hasValue,
    conversions, visitors, converted, values, conversionsBefore, visitorsBefore, convertedBefore, valuesBefore
FROM (SELECT goal, title, value FROM goals WHERE ${isOfSite}) AS defined
LEFT JOIN
(
    SELECT goal,
        sumIf(reached, is_current) AS conversions, sumIf(reached, NOT is_current) AS conversionsBefore,
        sumIf(people, is_current) AS visitors, sumIf(people, NOT is_current) AS visitorsBefore,
        sumIf(found_sessions, is_current) AS converted, sumIf(found_sessions, NOT is_current) AS convertedBefore,
        ${valuesIf('is_current')} AS values,
        ${valuesIf('NOT is_current')} AS valuesBefore
    FROM
    (
        SELECT goals.goal AS goal, is_current, sum(goals.conversions) AS reached, uniqExact(visitor_id) AS people,
            countIf(nth = 1) AS found_sessions,
            -- Most elements have no value. Sums of 0 are left out, too.
            sumMapIf([goals.currency], [goals.value], goals.value != 0) AS sums,
            arrayFilter(sum -> sum.2 != 0, arrayZip(sums.1, sums.2)) AS value_sums
        FROM
        (
            -- A session has an element for each goal and currency.
            SELECT visitor_id, goals.goal, goals.currency, goals.conversions, goals.value,
                arrayEnumerateUniq(goals.goal) AS nth, day >= {from:Date} AS is_current
            FROM ${sessionsOfBoth(scope, nowMs)}
        )
        ARRAY JOIN goals.goal, goals.currency, goals.conversions, goals.value, nth
        GROUP BY goal, is_current
    )
    GROUP BY goal
) AS found USING (goal)
ORDER BY conversions DESC, title, goal`,
	),
	/** The chosen goal by day, in both periods, on days with sessions. */
	days: select(
		{
			day,
			/** All matching sessions, of which `converted` have a conversion. */
			sessions: number,
			conversions: number,
			converted: number,
		},
		(scope, nowMs) =>
			`WITH ${chosenOf(scope)} AS chosen
${isFiltered(scope) ? daysOfSessions(sessionsOfBoth(scope, nowMs)) : daysOfMart(scope, nowMs)}
ORDER BY day`,
	),
	/** The chosen goal by attributes of sessions, a list of each. An empty value means "not known". */
	attributes: list(
		{ attribute: text, value: text, sessions: number, conversions: number, converted: number },
		{
			rows: (scope) =>
				`WITH ${chosenOf(scope)} AS chosen
    ${isFiltered(scope) ? attributesOfSessions(scope) : attributesOfDays}`,
			searched: ['value'],
			orderBy: 'converted DESC, sessions DESC, value',
			limit: 50,
			by: { column: 'attribute', lists: filterNames },
		},
	),
} as const satisfies ViewQueries;
