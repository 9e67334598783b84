import type { Project } from '../compile/compile.js';
import {
	type Extent,
	eventDay,
	eventHash,
	eventTime,
	isOfBefore,
	isStored,
	joins,
	type Model,
	replaceReferences,
	replaceSources,
	rowHash,
	sessionGapMs,
} from '../compile/model.js';
import { type Manifest, seenCondition, type Units, unitsCondition } from '../plan/manifest.js';
import { literal } from '../store/culprit.js';
import { changesTable, hasRowHash, repeatsTable, tableOf } from '../store/layout.js';
import { ofList } from '../store/left-out.js';

/** Pure: the statements of a run. */

/** A slice of the visitors, so that no statement holds more than a bounded number of events. Both ends included. */
export interface VisitorRange {
	from: string;
	to: string;
	/** The only site; undefined for all. */
	site?: string;
}

export const everyVisitor: VisitorRange = { from: '0', to: '18446744073709551615' };

/** Sites between two in the order of their bytes, both included. */
export interface SiteRange {
	from: string;
	to: string;
}

/** The events of a range that are read in one pass, selected by the hashes of their ids. */
interface Pass {
	/** Index of the pass, from 0. */
	index: number;
	/** Number of passes that read all events of the range. */
	passes: number;
}

/** Number of events of a visitor that were staged in passes and are no longer in scratch. */
export interface StagedCount {
	site: string;
	visitor_id: string;
	events: string;
}

interface ScopeParts {
	range: VisitorRange;
	/** The list of visitors and sites that the marts leave out; undefined when there is nothing on it. */
	leftOut: bigint | undefined;
	/** The events that are read now; undefined for all of the range at once. */
	pass?: Pass;
	/** The events that earlier passes have staged. */
	staged?: readonly StagedCount[];
}

/** Whose events a run reads from the raw table. */
export type VisitorScope =
	| ({ kind: 'all' } & ScopeParts)
	/** Those in the table of changes. */
	| ({
			kind: 'changed';
			/** What was published before. */
			published: Manifest;
			/** The condition for being a new row of the raw table. */
			isNew: string;
			/** Whether there are visitors whose events are all read. */
			hasReread: boolean;
			/** Whether there are new receipts of events that were counted before. */
			hasRepeats: boolean;
	  } & ScopeParts);

/** The columns of a model that a statement has a word for: planning takes time for each. */
function columnsIn({ columns }: Model, sql: string): string {
	const words = new Set(sql.match(/\w+/g));
	const named = columns.filter(({ name }) => words.has(name));
	return (named.length > 0 ? named : columns.slice(0, 1)).map(({ name }) => name).join(', ');
}

const columnsOf = ({ columns }: Model) => columns.map(({ name }) => name).join(', ');

/** The visitors that a run recomputes, as a subquery. */
export const changedVisitors = (run: bigint) => `(SELECT site, visitor_id FROM ${changesTable} WHERE run = ${run})`;
/** Those of them whose events are all read. */
export const rereadVisitors = (run: bigint) =>
	`(SELECT site, visitor_id FROM ${changesTable} WHERE run = ${run} AND is_reread)`;
/** The days of before that a run makes anew. */
const changedDays = (run: bigint) =>
	`(SELECT site, visitor_id, arrayJoin(days) FROM ${changesTable} WHERE run = ${run})`;
/** Of visitors of whom new events only are read, some columns of the table of changes. Somebody may be in it twice. */
function carried(columns: string, run: bigint, hasReread: boolean): string {
	const others = hasReread ? ` AND (site, visitor_id) NOT IN ${rereadVisitors(run)}` : '';
	return `(SELECT ${columns} FROM ${changesTable} WHERE run = ${run}${others})`;
}

/** The first half looks needless, but a set of numbers is looked up much faster than one of pairs with a text. */
const amongVisitors = (of: (columns: string) => string) =>
	`visitor_id IN ${of('visitor_id')} AND (site, visitor_id) IN ${of('site, visitor_id')}`;

function rangeCondition({ from, to, site }: VisitorRange): string {
	if (from === everyVisitor.from && to === everyVisitor.to && site === undefined) return 'true';
	return `visitor_id BETWEEN ${from} AND ${to}${site === undefined ? '' : ` AND site = ${literal(site)}`}`;
}

/** Puts what `resolve` says in the place of every reference. @param resolve gets the text that it is read in */
export function render(
	sql: string,
	project: Project,
	resolve: (model: Model, extent: Extent, sql: string) => string,
): string {
	const modelOf = (name: string) => project.models.find((model) => model.name === name) as Model;
	return replaceReferences(sql, (name, extent) => resolve(modelOf(name), extent, sql));
}

/** What a run has made of a model for the visitors that it recomputes, and what was there before of them. */
export function ofVisitors(run: bigint, scope: VisitorScope): (model: Model, extent: Extent, sql: string) => string {
	return (model, extent, sql) => {
		if (scope.staged && readsEvents(model)) return stagedRows(scope.staged);
		// Scratch holds nothing but what is wanted.
		const range = isStored(model) ? rangeCondition(scope.range) : 'true';
		const wanted = isOfBefore(extent) ? before(model, extent, run, scope) : `run = ${run} AND ${range}`;
		return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(model)} WHERE ${wanted})`;
	};
}

/** As many rows of each visitor as were staged, which tests count. */
function stagedRows(staged: readonly StagedCount[]): string {
	// All new receipts of a range may be of events that were counted before.
	if (staged.length === 0) return "(SELECT '' AS site, toUInt64(0) AS visitor_id WHERE false)";
	const rows = staged.map((row) => `(${literal(row.site)}, ${row.visitor_id}, ${row.events})`);
	return `(SELECT site, visitor_id FROM values('site String, visitor_id UInt64, events UInt64', ${rows.join(', ')}) ARRAY JOIN range(events) AS event)`;
}

/** Whether a model reads the raw table. */
export const readsEvents = ({ sql }: Model): boolean => sql.includes('{{events}}');

function before(model: Model, extent: Extent, run: bigint, scope: VisitorScope): string {
	// Rows of earlier runs are added in the first pass only.
	if (scope.kind === 'all' || (scope.pass?.index ?? 0) > 0) return 'false';
	const seen = seenCondition(scope.published[model.name] ?? [], model.unit);
	const isCarried =
		extent === 'history'
			? amongVisitors((columns) => carried(columns, run, scope.hasReread))
			: `(site, visitor_id, ${model.unit}) IN ${carried('site, visitor_id, arrayJoin(days)', run, scope.hasReread)}`;
	return `${rangeCondition(scope.range)} AND ${isCarried} AND ${seen}`;
}

/** Fills a model whose rows belong to visitors, for a slice of them. */
export function insertsOfVisitors(model: Model, project: Project, run: bigint, scope: VisitorScope): string[] {
	const resolve = ofVisitors(run, scope);
	// On a rebuild there are no earlier visits to merge with, so the pieces are whole visits, unless they were made in
	// passes.
	if (scope.kind === 'all' && !scope.staged && project.models.some((other) => joins(model.name, other)))
		return [
			insertStatement(model, run, render(`SELECT ${columnsOf(model)} FROM {{${model.reads[0]}}}`, project, resolve)),
		];
	return wantedEvents(model, run, scope).map((wanted) =>
		insertStatement(model, run, render(replaceSources(model.sql, wanted), project, resolve)),
	);
}

/** Which events a model reads, in one statement or two: the index of the raw table serves but one condition. */
function wantedEvents(model: Model, run: bigint, scope: VisitorScope): string[] {
	if (!readsEvents(model)) return [''];
	const range = eventsCondition(scope);
	if (scope.kind === 'all') return [range];
	const isCounted = `(site, visitor_id, event_id) IN (SELECT site, visitor_id, event_id FROM ${repeatsTable} WHERE run = ${run})`;
	const fresh = `${range} AND ${scope.isNew} AND (site, visitor_id) IN ${carried('site, visitor_id', run, scope.hasReread)}${scope.hasRepeats ? ` AND NOT ${isCounted}` : ''}`;
	const reread = `${range} AND (site, visitor_id) IN ${rereadVisitors(run)}`;
	return scope.hasReread ? [fresh, reread] : [fresh];
}

/** The condition on the raw table for belonging to a range and a pass. */
export function eventsCondition({ range, pass, leftOut }: ScopeParts): string {
	return [
		rangeCondition(range),
		...(pass === undefined ? [] : [`${eventHash} % ${pass.passes} = ${pass.index}`]),
		...(leftOut === undefined ? [] : [ofList(leftOut).isIn]),
	].join(' AND ');
}

/**
 * Finds new receipts of events that were counted before. The one with the highest version counts: where that is the old one, nothing changes.
 *
 * @param isNew the condition for being a new row of the raw table
 * @param carrying the model that knows days and hashes, and what was published of it
 */
export function insertRepeats(run: bigint, isNew: string, carrying: Model, published: Manifest): string {
	const { hashes } = carrying.carries as NonNullable<Model['carries']>;
	const known = `SELECT site, visitor_id, hash FROM ${tableOf(carrying)} ARRAY JOIN ${hashes} AS hash
		WHERE ${amongVisitors((columns) => `(SELECT ${columns} FROM events WHERE ${isNew})`)}
			AND ${seenCondition(published[carrying.name] ?? [], carrying.unit)}
			AND hash IN (SELECT ${eventHash} FROM events WHERE ${isNew})`;
	return `INSERT INTO ${repeatsTable} (run, site, visitor_id, event_id, is_replaced)
		SELECT ${run}, site, visitor_id, event_id, argMax(is_new, (version, is_new))
		FROM
		(
			SELECT site, visitor_id, event_id, version, ${isNew} AS is_new FROM events
			WHERE (site, visitor_id, event_id) IN
			(
				SELECT site, visitor_id, event_id FROM events WHERE ${isNew} AND (site, visitor_id, ${eventHash}) IN (${known})
			)
		)
		GROUP BY site, visitor_id, event_id`;
}

/** Visitors whose rows a run makes anew, as subqueries for `insertChanges`. */
export interface Changing {
	/** These columns of theirs. */
	visitors: (columns: string) => string;
	/** A SELECT of the events that are the reason: site, visitor, time, day, and the number of events. */
	events: string;
	/** Whether all events of a visitor are read again. */
	isReread: string;
}

/** Those with new events. Where one took the place of a counted event, all events are read: what that one was before, nobody knows then. */
export const withNewEvents = (run: bigint, isNew: string): Changing => ({
	visitors: (columns) => `(SELECT ${columns} FROM events WHERE ${isNew})`,
	events: `SELECT site, visitor_id, ${eventTime} AS at, ${eventDay} AS day, 1 AS events FROM events WHERE ${isNew}`,
	isReread: `(site, visitor_id) IN (SELECT site, visitor_id FROM ${repeatsTable} WHERE run = ${run} AND is_replaced)`,
});

/** Those that somebody wants anew. @param visitors site and visitor */
export const restated = (visitors: string): Changing => ({
	visitors: (columns) => `(SELECT ${columns} FROM (${visitors}))`,
	events: `SELECT DISTINCT site, visitor_id, toDateTime64(0, 3, 'UTC') AS at, toDate(0) AS day, 0 AS events FROM (${visitors})`,
	isReread: 'true',
});

/**
 * Finds which of their days visitors get anew: those from the first new event on, and the ones before that sessions may connect with it,
 * since it comes right after midnight or its day goes on from the one before; or all of them.
 *
 * @param carrying the model that knows days and hashes, and what was published of it
 */
export function insertChanges(
	run: bigint,
	{ visitors, events, isReread }: Changing,
	carrying: Model,
	published: Manifest,
): string {
	const { hashes, isContinued } = carrying.carries as NonNullable<Model['carries']>;
	const known = `SELECT site, visitor_id, toDateTime64(0, 3, 'UTC'), ${carrying.unit}, length(${hashes}), ${isContinued}, false
		FROM ${tableOf(carrying)}
		WHERE ${amongVisitors(visitors)} AND ${seenCondition(published[carrying.name] ?? [], carrying.unit)}`;
	// Not a join, because grouping goes to disk when there is much.
	return `INSERT INTO ${changesTable} (run, site, visitor_id, is_reread, events, days)
		WITH
			arrayReverseSort(groupArrayIf((day, is_continued), NOT is_new)) AS known_days,
			minIf(day, is_new) AS new_day,
			${isReread} AS is_reread,
			has(known_days, (new_day, true)) OR minIf(at, is_new) < toDateTime64(new_day, 3, 'UTC') + INTERVAL ${sessionGapMs} MILLISECOND AS is_connected,
			arrayFilter(d -> d.1 < new_day, known_days) AS earlier,
			if(is_connected AND earlier[1].1 = new_day - 1, arrayFirst(d -> NOT d.2, earlier).1, new_day) AS first_changed
		SELECT ${run}, site, visitor_id, is_reread, sum(events), arrayFilter(d -> is_reread OR d >= first_changed, known_days.1)
		FROM (SELECT *, false AS is_continued, true AS is_new FROM (${events}) UNION ALL ${known})
		GROUP BY site, visitor_id`;
}

/**
 * Which units of a model a run changes, and how many rows they then have: those whose rows of the recomputed visitors are
 * not the same as before.
 *
 * @param before the condition for having been published before, and whether what is the same counts, too
 */
export function changedUnitsQuery(
	model: Model,
	run: bigint,
	before: { seen: string; withSame: boolean } | undefined,
): string {
	const units = (from: string, having: string) =>
		`SELECT '${model.name}' AS model, toUInt16(unit) AS unit, count() AS rows FROM (${from}) GROUP BY unit${having}`;
	if (before === undefined) return units(`SELECT ${model.unit} AS unit FROM ${tableOf(model)} WHERE run = ${run}`, '');
	const rows = `SELECT ${model.unit} AS unit, row_hash AS hash FROM ${tableOf(model)}`;
	const made = `${rows} WHERE run = ${run}`;
	const old = `${rows} WHERE (site, visitor_id, ${model.unit}) IN ${changedDays(run)} AND ${before.seen}`;
	return units(`${made} UNION ALL ${old}`, before.withSame ? '' : ' HAVING groupBitXor(hash) != 0');
}

/** Takes over the rows of changed units that belong to other visitors, or to their days that nothing touches. */
export function insertKept(model: Model, run: bigint, seen: string, units: Units): string {
	const columns = `row_hash, ${columnsOf(model)}`;
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM ${tableOf(model)}
		WHERE ${seen} AND ${unitsCondition(units, model.unit)} AND (site, visitor_id, ${model.unit}) NOT IN ${changedDays(run)}`;
}

/**
 * A model as readers will see it when the run is published: all of it, or some of its units.
 *
 * @param days units of what is made, days since 1970
 * @param sql the text that it is read in
 * @param sites the sites; undefined for all
 */
export function asPublished(model: Model, next: Manifest, days: Units | 'all', sql: string, sites?: SiteRange): string {
	if (!isStored(model)) throw new Error(`${model.name} has no rows of its own`);
	const conditions = [
		seenCondition(next[model.name] ?? [], model.unit),
		...(days === 'all' ? [] : [unitsCondition(days, model.unit)]),
		...(sites === undefined ? [] : [`site BETWEEN ${literal(sites.from)} AND ${literal(sites.to)}`]),
	];
	return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(model)} WHERE ${conditions.join(' AND ')})`;
}

export function insertStatement(model: Model, run: bigint, select: string): string {
	const columns = columnsOf(model);
	if (!hasRowHash(model))
		return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM (\n${select}\n)`;
	return `INSERT INTO ${tableOf(model)} (run, row_hash, ${columns}) SELECT ${run}, ${rowHash(columns)}, ${columns} FROM (\n${select}\n)`;
}
