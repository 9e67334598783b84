import { foldedPath } from '@footfall/warehouse';
import { z } from 'zod';
import { readProperty } from '../contract/choices.js';
import { dayBefore, openDayOf } from '../contract/day-range.js';
import { type FilterName, sessionAttributes } from '../contract/session-attributes.js';
import { readStep } from '../contract/step.js';
import type { ListPart } from './lists/list-part.js';
import type { MartsLag } from './marts-lag.js';
import type { Scope } from './scope.js';

/** One SELECT over the marts, and the schema of its rows. */
export interface Query<Row = unknown> {
	row: z.ZodType<Row>;
	/**
	 * Has values as `{site:String}`, `{from:Date}`, `{to:Date}` and `{before:Date}`, never as text.
	 *
	 * @param nowMs time of the request, milliseconds since 1970. @default 0: no day is open
	 */
	sql(scope: Scope, nowMs?: number): string;
}

/** A query whose rows may be more than one answer has. */
export interface ListQuery<Row = unknown> extends Query<Row> {
	/** Names of its lists: usually its own name. */
	lists: readonly string[] | undefined;
	limit: number;
	/** The same statement for a part. Its values are `{list:String}`, `{search:String}` and `{offset:UInt32}`. */
	partSql(scope: Scope, part: ListPart): string;
}

/** A row about the marts themselves, which a read-only account cannot query. */
interface LagQuery<Row = unknown> {
	row: z.ZodType<Row>;
	/** @param lag undefined if it is not known */
	ofLag(lag: MartsLag | undefined): Row;
}

/** The queries of one view, by name. */
export type ViewQueries = Record<string, Query | ListQuery | LagQuery>;

/** Names of the lists of a view, of which a request can ask for a part. Pure. */
export const listsOf = (queries: ViewQueries): string[] =>
	Object.entries(queries).flatMap(([name, query]) => ('partSql' in query ? (query.lists ?? [name]) : []));

/** Whether a request runs a query: each, unless it asks for a part of a list of another one. Pure. */
export const isWanted = (name: string, query: ViewQueries[string], { list }: ListPart): boolean =>
	list === undefined || ('partSql' in query && (query.lists ?? [name]).includes(list));

/** Rows that the API answers for the queries of a view. */
export type RowsOf<Queries extends ViewQueries> = {
	[Name in keyof Queries]: Queries[Name] extends { row: z.ZodType<infer Row> } ? Row[] : never;
};

/** Defines a query, with the type of its rows. */
export function select<Shape extends z.ZodRawShape>(
	shape: Shape,
	sql: string | ((scope: Scope, nowMs: number) => string),
) {
	return {
		row: z.object(shape),
		sql: (scope: Scope, nowMs = 0) => (typeof sql === 'string' ? sql : sql(scope, nowMs)),
	} satisfies Query<z.infer<z.ZodObject<Shape>>>;
}

/** A count or a sum. ClickHouse sends 64-bit integers and decimals as text. Above 2⁵³ the last digits are lost. */
export const number = z.union([z.number(), z.string().transform(Number).pipe(z.number())]);
/**
 * A number that may be missing, as every floating-point number may: senders influence these, and ClickHouse sends
 * infinity and NaN as null or as text. They become null.
 */
export const maybeNumber = z
	.union([z.number(), z.string(), z.null()])
	.transform((value) => (typeof value === 'string' && value !== '' ? Number(value) : value))
	.transform((value) => (typeof value === 'number' && Number.isFinite(value) ? value : null))
	.pipe(z.number().nullable());
/** Text that a visitor's browser may have sent: never markup. */
export const text = z.string();
/** A UTC day, `2026-01-31`. */
export const day = z.iso.date();
export const flag = z.union([z.boolean(), z.number().transform((value) => value !== 0)]);

/** Condition on the site and the days of a mart. */
export const inScope = 'site = {site:String} AND day BETWEEN {from:Date} AND {to:Date}';

/** Whether the scope has filters. Pure. */
export function isFiltered({ filters }: Scope): boolean {
	return Object.keys(filters).length > 0;
}

/**
 * The matching sessions, without bots, as a table expression. Pure.
 *
 * @param since `before` includes the preceding period
 */
export function sessionsOf(scope: Scope, since: 'from' | 'before' = 'from'): string {
	return `(
    SELECT * FROM sessions
    WHERE site = {site:String} AND day BETWEEN {${since}:Date} AND {to:Date} AND NOT is_bot${filterConditions(scope)}
)`;
}

/** The conditions of the filters on sessions, each after an AND; empty without filters. Pure. */
export const filterConditions = ({ filters }: Scope): string =>
	(Object.keys(filters) as FilterName[]).map((name) => ` AND ${filterCondition(name)}`).join('');

/**
 * The condition of a filter. A path may have any form of its percent-encoding, as in links of earlier versions. Pure.
 */
function filterCondition(name: FilterName): string {
	const { column, isPath = false } = sessionAttributes[name];
	const value = `{filter_${name}:String}`;
	return isPath ? `${column} IN (${value}, leftUTF8(${foldedPath(value)}, 500))` : `${column} = ${value}`;
}

/** Days on which a visitor started a matching session, with all activity of those days, as a table expression. Pure. */
export function userDaysOf(scope: Scope): string {
	return `(
    SELECT * FROM int_user_days
    WHERE ${inScope} AND NOT is_bot AND (day, visitor_id) IN (SELECT day, visitor_id FROM ${sessionsOf(scope)})
)`;
}

/** Query parameters for the placeholders of a query. Pure. */
export function parametersOf(scope: Scope, nowMs = 0): Record<string, string> {
	const { site, from, to, filters, choices, money } = scope;
	const step = readStep(choices.step ?? '');
	const property = readProperty(choices.property ?? '');
	const filterParameters = Object.entries(filters).map(([name, value]) => [`filter_${name}`, value]);
	const open = openDayOf(scope, nowMs);
	return {
		site,
		from,
		to,
		before: dayBefore(scope),
		currency: money.currency,
		...(step && { step: step.name, step_is_page: String(step.isPage) }),
		event: choices.event ?? '',
		kind: property?.kind ?? '',
		key: property?.key ?? '',
		goal: choices.goal ?? '',
		funnel: choices.funnel ?? '',
		...(open && {
			today: open.today,
			today_before: open.dayBefore,
			until: String(open.untilMs),
			until_before: String(open.untilBeforeMs),
		}),
		...Object.fromEntries(filterParameters),
	};
}
