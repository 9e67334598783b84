import { z } from 'zod';
import { dayBefore } from '../contract/day-range.js';
import type { MartsLag } from './marts-lag.js';
import type { Scope } from './scope.js';
import { type SegmentName, segmentExpressions } from './segments.js';

/** One SELECT over the marts, and what its rows are. */
export interface Query<Row = unknown> {
	row: z.ZodType<Row>;
	/** Values stand in it as `{site:String}`, `{from:Date}`, `{to:Date}`, `{before:Date}` and never as text. */
	sql(scope: Scope): string;
}

/** What a view tells of the marts themselves, which no account that may only read them can see. */
interface LagQuery<Row = unknown> {
	row: z.ZodType<Row>;
	/** @param lag undefined where it is not known */
	ofLag(lag: MartsLag | undefined): Row;
}

/**
 * What segments narrow a view to: the `sessions` of a segment; whole `days` of visitors on which such a session of theirs started, with
 * all that they did on them; or nothing, where its numbers are told from what visitors did over weeks.
 */
export type Narrowing = 'sessions' | 'days' | 'none';

/** What one view of the page asks for. */
export interface View<Queries extends Record<string, Query | LagQuery> = Record<string, Query | LagQuery>> {
	narrowing: Narrowing;
	queries: Queries;
}

/** What the API answers for a view: the rows of each of its queries. */
export type Answer<V extends View> = {
	[Name in keyof V['queries']]: V['queries'][Name] extends { row: z.ZodType<infer Row> } ? Row[] : never;
};

/** Defines a query, with the type of its rows. */
export function select<Shape extends z.ZodRawShape>(shape: Shape, sql: string | ((scope: Scope) => string)) {
	return {
		row: z.object(shape),
		sql: typeof sql === 'string' ? () => sql : sql,
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
/** A number that is an id, with all of its digits: text above 2⁵³. */
export const numericId = z
	.union([z.number(), z.string().regex(/^\d+$/)])
	.transform((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : String(value)))
	.pipe(z.union([z.number(), z.string()]));
/** Text as a visitor's browser may have sent it: never markup. */
export const text = z.string();
/** A UTC day, `2026-01-31`. */
export const day = z.iso.date();
export const flag = z.union([z.boolean(), z.number().transform((value) => value !== 0)]);

/** Days of a mart that are asked for. */
export const ofDays = 'site = {site:String} AND day BETWEEN {from:Date} AND {to:Date}';

/** Whether it asks about a part of the sessions. Pure. */
export function isNarrowed({ segments }: Scope): boolean {
	return Object.keys(segments).length > 0;
}

/**
 * Sessions of people that are asked for, as a table. Pure.
 *
 * @param since `before` adds the period before
 */
export function sessionsOf({ segments }: Scope, since: 'from' | 'before' = 'from'): string {
	const narrowed = Object.keys(segments).map(
		(name) => ` AND ${segmentExpressions[name as SegmentName]} = {segment_${name}:String}`,
	);
	return `(
    SELECT * FROM sessions
    WHERE site = {site:String} AND day BETWEEN {${since}:Date} AND {to:Date} AND NOT is_bot${narrowed.join('')}
)`;
}

/** Days of visitors that are asked for, as a table: of a segment those on which such a session of theirs started. Pure. */
export function userDaysOf(scope: Scope): string {
	return `(
    SELECT * FROM int_user_days
    WHERE ${ofDays} AND NOT is_bot AND (day, visitor_id) IN (SELECT day, visitor_id FROM ${sessionsOf(scope)})
)`;
}

/** Values for the places of a query. Pure. */
export function parametersOf(scope: Scope): Record<string, string> {
	const { site, from, to, segments } = scope;
	const ofSegments = Object.entries(segments).map(([name, value]) => [`segment_${name}`, value]);
	return { site, from, to, before: dayBefore(scope), ...Object.fromEntries(ofSegments) };
}
