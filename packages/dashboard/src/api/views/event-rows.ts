import { filterConditions, isFiltered } from '../query.js';
import type { Scope } from '../scope.js';

/**
 * SQL for events by day: rows of the marts; with filters, of which these know nothing, the same columns, recomputed
 * from the visits of matching sessions. A visit lists its events by name, object and property. All functions are pure.
 */

/** `before` includes the preceding period. */
type Since = 'from' | 'before';

const inRange = (since: Since) => `site = {site:String} AND day BETWEEN {${since}:Date} AND {to:Date}`;

/**
 * Visits of matching sessions, which may have started before the range. As in the marts, a bot on a day is one in all
 * of its visits.
 */
const visitsOf = (scope: Scope, since: Since, list: string): string => `(
        SELECT day, visitor_id, session_started_at, is_seen, ${list} FROM int_visits
        WHERE ${inRange(since)}
            AND (visitor_id, session_started_at) IN
            (
                SELECT visitor_id, started_at FROM sessions
                WHERE site = {site:String} AND day BETWEEN (SELECT toDate(min(session_started_at)) FROM int_visits WHERE ${inRange(since)}) AND {to:Date}${filterConditions(scope)}
            )
            AND (day, visitor_id) NOT IN (SELECT day, visitor_id FROM int_visits WHERE ${inRange(since)} AND is_bot)
    )`;

/** A visitor and a session without a seen event are orders and refunds that name no visitor. */
const counts = `0 AS others, sum(count) AS events, uniqExactIf(visitor_id, is_seen) AS visitors,
        uniqExactIf(visitor_id, session_started_at, is_seen) AS sessions`;

/** Events of both periods by day and name, with all objects in one row. */
export const eventNamesOf = (scope: Scope): string => namesOf(isFiltered(scope), scope, '');

/** The same of the chosen event. */
export const eventDaysOf = (scope: Scope): string =>
	namesOf(isComputed(scope), scope, 'name = {event:String} AND NOT is_other_name');

/** @param condition on rows; empty for none */
const namesOf = (isOfVisits: boolean, scope: Scope, condition: string): string =>
	isOfVisits
		? `(
    SELECT day, substringIndex(event, '\\0', 1) AS name, event = '' AS is_other_name, ${counts}
    FROM ${visitsOf(scope, 'before', 'event_counts')}
    ARRAY JOIN event_counts.event AS event, event_counts.events AS count${
			condition === ''
				? ''
				: `
    WHERE ${condition}`
		}
    GROUP BY day, name, is_other_name
)`
		: `(SELECT * FROM event_days WHERE ${inRange('before')} AND is_total${condition === '' ? '' : ` AND ${condition}`})`;

/** Whether the rows of an event are those of matching sessions. Without an event there are none in either. */
const isComputed = (scope: Scope): boolean => isFiltered(scope) && scope.choices.event !== undefined;

/** Objects of the chosen event by day. Text that is only a name is that of objects that a visit does not list. */
export const eventObjectsOf = (scope: Scope): string =>
	isComputed(scope)
		? `(
    SELECT day, splitByChar('\\0', event, 3)[2] AS obj, splitByChar('\\0', event, 3)[3] AS obj_id,
        countSubstrings(event, '\\0') < 2 AS is_other_object, ${counts}
    FROM ${visitsOf(scope, 'from', 'event_counts')}
    ARRAY JOIN event_counts.event AS event, event_counts.events AS count
    WHERE event != '' AND substringIndex(event, '\\0', 1) = {event:String}
    GROUP BY day, obj, obj_id, is_other_object
)`
		: `(SELECT * FROM event_days WHERE ${inRange('from')} AND name = {event:String} AND NOT is_other_name AND NOT is_total)`;

const ofEvent = `${inRange('from')} AND name = {event:String} AND NOT is_other_name`;

/** Properties and experiments of the chosen event by day, with all values in one row. */
export const propertiesOf = (scope: Scope): string =>
	isComputed(scope)
		? `(
    SELECT day, splitByChar('\\0', property, 4)[2] AS kind, splitByChar('\\0', property, 4)[3] AS key,
        false AS is_other_key, ${counts}
    FROM ${visitsOf(scope, 'from', 'property_counts')}
    ARRAY JOIN property_counts.property AS property, property_counts.events AS count
    WHERE property != '' AND substringIndex(property, '\\0', 1) = {event:String}
    GROUP BY day, kind, key
)`
		: `(SELECT * FROM property_days WHERE ${ofEvent} AND is_total)`;

/** Values of the chosen property by day. Text without a value is that of values that a visit does not list. */
export const propertyValuesOf = (scope: Scope): string =>
	isComputed(scope) && scope.choices.property !== undefined
		? `(
    SELECT day, splitByChar('\\0', property, 4)[4] AS value, countSubstrings(property, '\\0') < 3 AS is_other_value, ${counts}
    FROM ${visitsOf(scope, 'from', 'property_counts')}
    ARRAY JOIN property_counts.property AS property, property_counts.events AS count
    WHERE substringIndex(property, '\\0', 3) = concat({event:String}, '\\0', {kind:String}, '\\0', {key:String})
    GROUP BY day, value, is_other_value
)`
		: `(
    SELECT * FROM property_days
    WHERE ${ofEvent} AND kind = {kind:String} AND key = {key:String} AND NOT is_other_key AND NOT is_total
)`;
