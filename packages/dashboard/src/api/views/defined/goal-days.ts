import { openDayOf } from '../../../contract/day-range.js';
import { audienceNames, filterNames } from '../../../contract/session-attributes.js';
import { attributeSets } from '../../lists/attribute-sets.js';
import { inScope, sessionsOf } from '../../query.js';
import type { Scope } from '../../scope.js';

/**
 * SQL for the goal `chosen` by day and by attribute of sessions: from marts of days, and with filters, of which these
 * know nothing, the same from matching sessions. Every session is in one row of `acquisition_days`.
 */

/** Conversions of the chosen goal in a session, which has an element for each goal and currency. */
const inSession = 'arraySum((goal, n) -> if(goal = chosen, n, 0), goals.goal, goals.conversions)';

/** The same of a row of a mart of days, which has one element for each goal; or its sessions with a conversion. */
const ofDay = (what: 'conversions' | 'sessions') => `goals.${what}[indexOf(goals.goal, chosen)]`;

/** Sessions, conversions and sessions with a conversion by day. Pure. @param sessions a table expression */
export const daysOfSessions = (
	sessions: string,
): string => `SELECT day, count() AS sessions, sum(${inSession}) AS conversions, countIf(has(goals.goal, chosen)) AS converted
FROM ${sessions}
GROUP BY day`;

/**
 * The same from marts, in both periods. The day of the preceding period that today is compared with counts up to the
 * same time, which only sessions know. Pure.
 */
export function daysOfMart(scope: Scope, nowMs: number): string {
	const isOpen = openDayOf(scope, nowMs) !== undefined;
	const whole = `SELECT day, sum(mart.sessions) AS sessions, sum(${ofDay('conversions')}) AS conversions, sum(${ofDay('sessions')}) AS converted
FROM acquisition_days AS mart
WHERE site = {site:String} AND day BETWEEN {before:Date} AND {to:Date}${isOpen ? ' AND (day >= {from:Date} OR day < {today_before:Date})' : ''}
GROUP BY day`;
	if (!isOpen) return whole;
	const untilNow = `(
    SELECT day, goals FROM sessions
    WHERE site = {site:String} AND day = {today_before:Date} AND NOT is_bot
        AND started_at < fromUnixTimestamp64Milli({until_before:Int64}, 'UTC')
)`;
	return `SELECT * FROM
(
${whole}
UNION ALL
${daysOfSessions(untilNow)}
)`;
}

const sets = attributeSets(filterNames);

/** Sessions, conversions and sessions with a conversion of the period by attribute and value. Pure. */
export const attributesOfSessions = (scope: Scope): string => `SELECT
        ${sets.columns},
        dimension AS attribute, count() AS sessions, sum(s.found) AS conversions, countIf(s.found > 0) AS converted
    FROM (SELECT *, ${inSession} AS found FROM ${sessionsOf(scope)}) AS s
    GROUP BY ${sets.groupBy}`;

/** Attributes whose values are columns of `acquisition_days`. */
const sources = {
	channel: 'channel',
	referrer: 'referrer_host',
	source: 'utm_source',
	medium: 'utm_medium',
	campaign: 'utm_campaign',
} as const;

const sourceValues = Object.entries(sources).map(([name, column]) => `('${name}', toString(${column}))`);

const counted = `toInt64(${ofDay('conversions')}) AS conversions, toInt64(${ofDay('sessions')}) AS converted`;

/**
 * The same from marts of days. `page_days` knows the landing pages of sessions with a page view; those without one are
 * all sessions less these.
 */
export const attributesOfDays = `SELECT attribute, value, sum(d.sessions) AS sessions, sum(d.conversions) AS conversions, sum(d.converted) AS converted
    FROM
    (
        SELECT dimension AS attribute, value, toInt64(sessions) AS sessions, ${counted}
        FROM audience_days
        WHERE ${inScope} AND dimension IN (${audienceNames.map((name) => `'${name}'`).join(', ')})
        UNION ALL
        SELECT pair.1, pair.2, toInt64(sessions), ${counted}
        FROM (SELECT * FROM acquisition_days WHERE ${inScope})
        ARRAY JOIN [${[...sourceValues, "('entry', '')"].join(', ')}] AS pair
        UNION ALL
        SELECT 'entry', pair.1, pair.2 * entries, pair.2 * conversions, pair.2 * converted
        FROM (SELECT path, toInt64(entries) AS entries, ${counted} FROM page_days WHERE ${inScope} AND entries > 0)
        ARRAY JOIN [(path, 1), ('', -1)] AS pair
    ) AS d
    GROUP BY attribute, value
    HAVING sessions > 0`;
