import { z } from 'zod';
import { openDayOf } from '../../../contract/day-range.js';
import { filterNames } from '../../../contract/session-attributes.js';
import { attributeSets } from '../../lists/attribute-sets.js';
import { list } from '../../lists/lists.js';
import { day, flag, number, select, sessionsOf, text, type ViewQueries } from '../../query.js';
import type { Scope } from '../../scope.js';
import { isOfSite, untilNow } from './definitions-of-site.js';

/** The sessions of both periods. A conversion is in the period in which its session started. Pure. */
const sessionsOfBoth = (scope: Scope, nowMs: number) =>
	`${sessionsOf(scope, 'before')}
    WHERE true${untilNow('day', 'started_at', openDayOf(scope, nowMs) !== undefined)}`;

/** The goal that is shown by day and attribute: that of the request, or else the first one of the site. Pure. */
const chosenOf = ({ choices }: Scope): string =>
	choices.goal === undefined
		? `(SELECT goal FROM goals WHERE ${isOfSite} ORDER BY title, goal LIMIT 1)`
		: '{goal:String}';

/** Conversions of the chosen goal in a session. Pure. */
const conversionsOf = (chosen: string): string =>
	`arraySum((goal, conversions) -> if(goal = ${chosen}, conversions, 0), goals.goal, goals.conversions)`;

/** Sums by currency, without those of 0. Pure. @param name for the sums with those of 0 */
const valuesIf = (condition: string, name: string): string =>
	`CAST(arrayFilter(sum -> sum.2 != 0, arrayZip((sumMapIf([reached.currency], [reached.value], ${condition}) AS ${name}).1, ${name}.2)), 'Array(Tuple(currency String, value Decimal(38, 4)))')`;

const values = z.array(z.object({ currency: text, value: number }));

const sets = attributeSets(filterNames);

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
    SELECT reached.goal AS goal,
        sumIf(reached.conversions, is_current) AS conversions, sumIf(reached.conversions, NOT is_current) AS conversionsBefore,
        uniqExactIf(visitor_id, is_current) AS visitors, uniqExactIf(visitor_id, NOT is_current) AS visitorsBefore,
        countIf(is_current AND nth = 1) AS converted, countIf(NOT is_current AND nth = 1) AS convertedBefore,
        ${valuesIf('is_current', 'sums')} AS values,
        ${valuesIf('NOT is_current', 'sums_before')} AS valuesBefore
    FROM (SELECT visitor_id, goals, day >= {from:Date} AS is_current FROM ${sessionsOfBoth(scope, nowMs)} AND notEmpty(goals))
    -- A session has an element for each goal and currency.
    ARRAY JOIN goals AS reached, arrayEnumerateUniq(goals.goal) AS nth
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
		(scope, nowMs) => `WITH ${chosenOf(scope)} AS chosen
SELECT day, count() AS sessions, sum(${conversionsOf('chosen')}) AS conversions, countIf(has(goals.goal, chosen)) AS converted
FROM ${sessionsOfBoth(scope, nowMs)}
GROUP BY day
ORDER BY day`,
	),
	/** The chosen goal by attributes of sessions, a list of each. An empty value means "not known". */
	attributes: list(
		{ attribute: text, value: text, sessions: number, conversions: number, converted: number },
		{
			rows: (scope) => `WITH ${chosenOf(scope)} AS chosen
    SELECT
        ${sets.columns},
        dimension AS attribute, count() AS sessions, sum(s.found) AS conversions, countIf(s.found > 0) AS converted
    FROM (SELECT *, ${conversionsOf('chosen')} AS found FROM ${sessionsOf(scope)}) AS s
    GROUP BY ${sets.groupBy}`,
			searched: ['value'],
			orderBy: 'converted DESC, sessions DESC, value',
			limit: 50,
			by: { column: 'attribute', lists: filterNames },
		},
	),
} as const satisfies ViewQueries;
