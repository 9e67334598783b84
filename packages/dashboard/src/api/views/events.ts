import { list } from '../lists/lists.js';
import { day, flag, number, select, text, type ViewQueries } from '../query.js';
import { eventDaysOf, eventNamesOf, eventObjectsOf, propertiesOf, propertyValuesOf } from './event-rows.js';

/** Events by name; with the parameter `event` also its objects and properties, and with `property` values of one. */
export const events = {
	names: list(
		{
			/** Empty in the row of other names. */
			name: text,
			/** The row is that of all names that have no rows of their own on some days. */
			isOther: flag,
			/** Largest number of names of a day that are counted together in the row; 0 for a single name. */
			others: number,
			events: number,
			/** A visitor counts once a day. */
			visitors: number,
			/** A session counts on each of its days with such an event. */
			sessions: number,
			/** Events of the preceding period, of whole days. */
			eventsBefore: number,
		},
		{
			rows: (
				scope,
			) => `SELECT name, is_other_name AS isOther, max(e.others) AS others, sumIf(e.events, day >= {from:Date}) AS events,
        sumIf(e.visitors, day >= {from:Date}) AS visitors, sumIf(e.sessions, day >= {from:Date}) AS sessions,
        sumIf(e.events, day < {from:Date}) AS eventsBefore
    FROM ${eventNamesOf(scope)} AS e
    GROUP BY name, isOther
    HAVING events > 0`,
			searched: ['name'],
			orderBy: 'isOther DESC, events DESC, name',
			limit: 200,
		},
	),
	/** The chosen event by day, in this period and the preceding one. */
	days: select(
		{
			day,
			events: number,
			visitors: number,
			sessions: number,
		},
		(scope) => `SELECT day, sum(e.events) AS events, sum(e.visitors) AS visitors, sum(e.sessions) AS sessions
FROM ${eventDaysOf(scope)} AS e
GROUP BY day
ORDER BY day`,
	),
	/** Objects of the chosen event. */
	objects: list(
		{
			obj: text,
			objId: text,
			/** The row is that of all objects that have no rows of their own on some days. */
			isOther: flag,
			/** Largest number of objects of a day that are counted together in the row; 0 for a single object. */
			others: number,
			events: number,
			visitors: number,
			sessions: number,
		},
		{
			rows: (
				scope,
			) => `SELECT obj, obj_id AS objId, is_other_object AS isOther, max(e.others) AS others, sum(e.events) AS events,
        sum(e.visitors) AS visitors, sum(e.sessions) AS sessions
    FROM ${eventObjectsOf(scope)} AS e
    GROUP BY obj, objId, isOther`,
			searched: ['obj', 'objId'],
			orderBy: 'isOther DESC, events DESC, obj, objId',
			limit: 200,
		},
	),
	/** Properties and experiments of the chosen event. */
	properties: list(
		{
			/** `property` or `experiment`; empty in the row of other keys. */
			kind: text,
			key: text,
			/** The row is that of all keys that have no rows of their own on some days. */
			isOther: flag,
			/** Largest number of keys of a day that are counted together in the row; 0 for a single key. */
			others: number,
			events: number,
			visitors: number,
		},
		{
			rows: (
				scope,
			) => `SELECT kind, key, is_other_key AS isOther, max(e.others) AS others, sum(e.events) AS events, sum(e.visitors) AS visitors
    FROM ${propertiesOf(scope)} AS e
    GROUP BY kind, key, isOther`,
			searched: ['key'],
			orderBy: 'isOther DESC, events DESC, kind, key',
			limit: 200,
		},
	),
	/** Values of the chosen property. */
	values: list(
		{
			value: text,
			/** The row is that of all values that have no rows of their own on some days. */
			isOther: flag,
			/** Largest number of values of a day that are counted together in the row; 0 for a single value. */
			others: number,
			events: number,
			visitors: number,
		},
		{
			rows: (
				scope,
			) => `SELECT value, is_other_value AS isOther, max(e.others) AS others, sum(e.events) AS events, sum(e.visitors) AS visitors
    FROM ${propertyValuesOf(scope)} AS e
    GROUP BY value, isOther`,
			searched: ['value'],
			orderBy: 'isOther DESC, events DESC, value',
			limit: 200,
		},
	),
	/** The three most frequent values of the chosen property by day. */
	valueDays: select(
		{ day, value: text, events: number },
		(scope) => `SELECT day, value, events
FROM
(
    SELECT day, value, events, dense_rank() OVER (ORDER BY of_value DESC, value) AS place
    FROM
    (
        SELECT day, value, e.events AS events, sum(e.events) OVER (PARTITION BY value) AS of_value
        FROM ${propertyValuesOf(scope)} AS e
        WHERE NOT is_other_value
    )
)
WHERE place <= 3
ORDER BY day, value`,
	),
} as const satisfies ViewQueries;
