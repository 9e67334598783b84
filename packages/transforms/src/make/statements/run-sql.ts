import { literal } from '@footfall/warehouse';
import { carryingOf, type Project } from '../../compile/compile.js';
import {
	addsPublishedRowsOf,
	type Extent,
	eventDay,
	eventHash,
	eventTime,
	isPublishedExtent,
	isStaged,
	isStored,
	type Model,
	readsEvents,
	replaceReferences,
	replaceSources,
	rowHash,
} from '../../compile/model.js';
import { placedTokens, readsAllColumns } from '../../compile/sql-queries.js';
import { type Manifest, type Partitions, seenCondition } from '../../plan/manifest.js';
import { changesTable, hasRowHash, repeatsTable, tableOf } from '../../store/layout.js';
import { leftOutConditions } from '../../store/left-out.js';

/** The statements of a run. All functions of this file are pure. */

/** A slice of the visitors by `visitor_id`, both ends included. It bounds the number of events per statement. */
export interface VisitorRange {
	from: string;
	to: string;
	/** The only site; undefined for all. */
	site?: string;
}

export const everyVisitor: VisitorRange = { from: '0', to: '18446744073709551615' };

/** A range of sites in byte order, both ends included. */
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
	/** The condition on rows of the raw table that the run reads, see `presentRowsCondition`. */
	present: string;
	/** The events that are read now; undefined for all of the range at once. */
	pass?: Pass;
	/** The events that earlier passes have staged. */
	staged?: readonly StagedCount[];
	/** Names of models of few events that the run need not compute, see `Model.events`; absent for none. */
	idle?: ReadonlySet<string>;
	/** The days of models with new rows only, whose statements copy all published rows, see `FewEvents`. */
	fresh?: ReadonlyMap<string, Partitions>;
}

/** The events that a run reads from the raw table. */
export type VisitorScope =
	| ({ kind: 'all' } & ScopeParts)
	/** The visitors in the table of changes. */
	| ({
			kind: 'changed';
			/** The manifest of the published run. */
			published: Manifest;
			/** The condition for being a new row of the raw table. */
			isNew: string;
			/** Whether the run re-reads all events of some visitors. */
			hasReread: boolean;
			/** Whether some new receipts are of events that were counted before. */
			hasRepeats: boolean;
			/** The published days that the run recomputes, of any visitor. */
			days: Partitions;
	  } & ScopeParts);

/**
 * The columns of a model that a statement names outside of comments, or all of them where it has `*` of the model. Each
 * further column costs planning time.
 */
export function columnsIn({ name: model, columns }: Pick<Model, 'name' | 'columns'>, sql: string): string {
	const tokens = placedTokens(sql);
	const names = new Set(tokens.filter(({ kind }) => kind === 'name').map(({ text }) => text));
	const isAll = readsAllColumns(tokens, model);
	const named = columns.filter(({ name }) => isAll || names.has(name));
	return (named.length > 0 ? named : columns.slice(0, 1)).map(({ name }) => name).join(', ');
}

export const columnsOf = ({ columns }: Model) => columns.map(({ name }) => name).join(', ');

/** Subquery of the visitors that a run recomputes. */
export const changedVisitors = (run: bigint, columns = 'site, visitor_id') =>
	`(SELECT ${columns} FROM ${changesTable} WHERE run = ${run})`;
/** Subquery of the visitors whose events a run re-reads. */
export const rereadVisitors = (run: bigint) =>
	`(SELECT site, visitor_id FROM ${changesTable} WHERE run = ${run} AND is_reread)`;
/** Subquery of the published days that a run recomputes, by site and visitor. */
const changedDays = (run: bigint) =>
	`(SELECT site, visitor_id, arrayJoin(days) FROM ${changesTable} WHERE run = ${run})`;
/**
 * Selects `columns` of the table of changes for visitors that are not re-read. A visitor can be in the table twice,
 * once for new events and once for re-reading.
 */
function carried(columns: string, run: bigint, hasReread: boolean): string {
	const others = hasReread ? ` AND (site, visitor_id) NOT IN ${rereadVisitors(run)}` : '';
	return `(SELECT ${columns} FROM ${changesTable} WHERE run = ${run}${others})`;
}

/** The condition for being one of some visitors. The first half is redundant and fast: a lookup of one number. */
export const amongVisitors = (of: (columns: string) => string) =>
	`visitor_id IN ${of('visitor_id')} AND (site, visitor_id) IN ${of('site, visitor_id')}`;

/** The condition on rows of visitors for being in a range. Slices that are computed at the same time share tables. */
export function rangeCondition({ from, to, site }: VisitorRange): string {
	if (from === everyVisitor.from && to === everyVisitor.to && site === undefined) return 'true';
	return `visitor_id BETWEEN ${from} AND ${to}${site === undefined ? '' : ` AND site = ${literal(site)}`}`;
}

/**
 * Replaces every reference to a model.
 *
 * @param resolve the SQL that replaces a reference; it gets the model, the extent and the statement with the reference
 */
export function render(
	sql: string,
	project: Project,
	resolve: (model: Model, extent: Extent, sql: string) => string,
): string {
	const modelOf = (name: string) => project.models.find((model) => model.name === name) as Model;
	return replaceReferences(sql, (name, extent) => resolve(modelOf(name), extent, sql));
}

/** Resolves references to the rows that a run has computed for its visitors, or to their published rows. */
export function asComputed(run: bigint, scope: VisitorScope): (model: Model, extent: Extent, sql: string) => string {
	return (model, extent, sql) => {
		if (scope.staged && isStaged(model)) return stagedRows(scope.staged);
		if (isInStatements(model, scope)) return fewEventsRows(model, run, scope, sql);
		const wanted = isPublishedExtent(extent)
			? before(model, extent, run, scope)
			: `run = ${run} AND ${rangeCondition(scope.range)}`;
		const columns = columnsIn(model, sql);
		return wanted === undefined ? noRows(model, columns) : `(SELECT ${columns} FROM ${tableOf(model)} WHERE ${wanted})`;
	};
}

/**
 * Resolves references like `asComputed`, but reads a copied model from the scratch table that it was copied from, which
 * has the rows of this slice only and is in memory. The table of the model grows with every slice of a rebuild.
 */
function asSlice(project: Project, run: bigint, scope: VisitorScope): ReturnType<typeof asComputed> {
	const resolve = asComputed(run, scope);
	return (model, extent, sql) => {
		const source = project.models.find(({ name }) => name === model.reads[0]);
		if (source === undefined || isPublishedExtent(extent) || !isCopiedInRebuilds(model, project))
			return resolve(model, extent, sql);
		return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(source)} WHERE run = ${run} AND ${rangeCondition(scope.range)})`;
	};
}

/**
 * Whether the statements that read a model compute its rows themselves: few events need no scratch table, whose INSERT
 * costs as much as a small model, except where they are read in passes.
 */
const isInStatements = ({ events }: Model, { pass, staged }: Pick<ScopeParts, 'pass' | 'staged'>): boolean =>
	events !== undefined && pass === undefined && staged === undefined;

/** The rows of a model of few events, as a subquery. @param sql names the columns that it selects */
export function fewEventsRows(model: Model, run: bigint, scope: VisitorScope, sql: string): string {
	const columns = columnsIn(model, sql);
	if (scope.idle?.has(model.name)) return noRows(model, columns);
	return `(SELECT ${columns} FROM (\n${withEvents(model, run, scope).join('\nUNION ALL\n')}\n))`;
}

/** A subquery without rows in place of a model that a run need not compute. @param names the columns, as a list */
export function noRows({ columns }: Model, names: string): string {
	const wanted = new Set(names.split(', '));
	const values = columns
		.filter(({ name }) => wanted.has(name))
		.map(({ name, type }) => `${defaultOf(type)} AS ${name}`);
	return `(SELECT ${values.join(', ')} WHERE false)`;
}

const defaultOf = (type: string) => `defaultValueOfTypeName(${literal(type)})`;

/** As many rows of each visitor as events were staged: tests count them. */
function stagedRows(staged: readonly StagedCount[]): string {
	// No row is staged when all new receipts of a range are of events that were counted before.
	if (staged.length === 0) return "(SELECT '' AS site, toUInt64(0) AS visitor_id WHERE false)";
	const rows = staged.map((row) => `(${literal(row.site)}, ${row.visitor_id}, ${row.events})`);
	return `(SELECT site, visitor_id FROM values('site String, visitor_id UInt64, events UInt64', ${rows.join(', ')}) ARRAY JOIN range(events) AS event)`;
}

/** The condition on published rows of a model, of visitors that are not re-read; undefined where there are none. */
function before(model: Model, extent: Extent, run: bigint, scope: VisitorScope): string | undefined {
	// Rows of earlier runs are added in the first pass only.
	if (scope.kind === 'all' || (scope.pass?.index ?? 0) > 0) return undefined;
	const days = extent === 'history' ? 'all' : scope.days;
	const seen = seenCondition(scope.published[model.name] ?? [], model.partition, days);
	if (seen === 'false') return undefined;
	const isCarried =
		extent === 'history'
			? amongVisitors((columns) => carried(columns, run, scope.hasReread))
			: `(site, visitor_id, ${model.partition}) IN ${carried('site, visitor_id, arrayJoin(days)', run, scope.hasReread)}`;
	return `${rangeCondition(scope.range)} AND ${isCarried} AND ${seen}`;
}

/**
 * Whether a rebuild copies the rows of the upstream model instead of running the model's SQL. On a rebuild there are
 * no earlier visits to merge with, so the pieces of visits are whole visits, unless they were staged in passes. Running
 * the SQL instead makes a rebuild 15 % slower. The model's file states the shortcut.
 */
export const isCopiedInRebuilds = (model: Model, project: Project): boolean =>
	project.models.some((other) => addsPublishedRowsOf(model.name, other));

/** The statements that compute a model of visitors for a scope. */
export function insertsOfVisitors(model: Model, project: Project, run: bigint, scope: VisitorScope): string[] {
	if (isInStatements(model, scope)) return [];
	const isWhole = scope.kind === 'all' && !scope.staged;
	if (isWhole && isCopiedInRebuilds(model, project)) {
		const copy = `SELECT ${columnsOf(model)} FROM {{${model.reads[0]}}}`;
		return [insertUnhashed(model, run, render(copy, project, asComputed(run, scope)))];
	}
	const resolve = isWhole ? asSlice(project, run, scope) : asComputed(run, scope);
	const columns = readsEvents(model) ? columnsThatAreRead(model, project) : columnsOf(model);
	const insert = scope.kind === 'all' ? insertUnhashed : insertStatement;
	const kept = scope.kind === 'all' ? '' : keptBeside(model, run, scope);
	return withEvents(model, run, scope).map((sql) => insert(model, run, render(sql, project, resolve), columns) + kept);
}

/** The end of the statement of a model with new rows only: all published rows of the days; empty for other models. */
function keptBeside(
	model: Model,
	run: bigint,
	{ fresh, published }: Extract<VisitorScope, { kind: 'changed' }>,
): string {
	const days = fresh?.get(model.name);
	const seen = days && seenCondition(published[model.name] ?? [], model.partition, days);
	if (seen === undefined || seen === 'false') return '';
	const columns = columnsOf(model);
	return `\nUNION ALL\nSELECT ${run}, row_hash, ${columns} FROM ${tableOf(model)} WHERE ${seen}`;
}

/**
 * The columns of an ephemeral model that other models or data tests name. The others are only for readers, whose view
 * computes them: leaving them out of the scratch table saves a quarter of the time in which events are staged.
 */
function columnsThatAreRead(model: Model, { models, tests }: Project): string {
	const readers = [...models, ...tests].filter(({ reads }) => reads.includes(model.name));
	return columnsIn(model, readers.map(({ sql }) => sql).join('\n'));
}

/**
 * The SELECT of a model with the condition on the events that it reads, one for each statement. New events and re-read
 * visitors are separate statements, since the index of the raw table serves only one of the conditions.
 */
function withEvents(model: Model, run: bigint, scope: VisitorScope): string[] {
	if (!readsEvents(model)) return [replaceSources(model.sql, '')];
	const range = eventsCondition(scope);
	if (scope.kind === 'all') return [withPresentEvents(model.sql, scope, amongFew(model, presentEvents(scope)))];
	const isCounted = `(site, visitor_id, event_id) IN (SELECT site, visitor_id, event_id FROM ${repeatsTable} WHERE run = ${run})`;
	// The ids of few events name their visitors, all of whom the run recomputes.
	const isCarried =
		model.events === undefined || scope.hasReread
			? ` AND (site, visitor_id) IN ${carried('site, visitor_id', run, scope.hasReread)}`
			: '';
	const fresh = `${range} AND ${scope.isNew}${isCarried}${scope.hasRepeats ? ` AND NOT ${isCounted}` : ''}${model.events === undefined ? '' : ` AND ${amongFew(model, scope.isNew)}`}`;
	const ofNew = replaceSources(model.sql, fresh);
	const isReread = `(site, visitor_id) IN ${rereadVisitors(run)}`;
	const among = amongFew(model, `${presentEvents(scope)} AND ${isReread}`);
	return scope.hasReread ? [ofNew, withPresentEvents(model.sql, scope, `${isReread} AND ${among}`)] : [ofNew];
}

const presentEvents = (scope: Pick<ScopeParts, 'range' | 'pass' | 'leftOut' | 'present'>) =>
	`${scope.present} AND ${eventsCondition(scope)}`;

/**
 * The condition for being one of the events that a model of few events may have: those with a receipt that fulfils the
 * condition of its header. Only of these does FINAL read all receipts and columns.
 *
 * @param isRead the condition on rows of the raw table that the statement reads
 */
const amongFew = ({ events }: Model, isRead: string): string =>
	events === undefined
		? 'true'
		: `(site, visitor_id, event_id) IN (SELECT site, visitor_id, event_id FROM events WHERE ${isRead} AND (${events}))`;

/**
 * A SELECT of events that existed when the run was planned. The conditions apply before FINAL chooses the receipt of an
 * event that counts: otherwise a receipt in a later block would take the place of one that the run reads, and the event
 * would be missing. All receipts of an event share the columns of the other conditions.
 *
 * @param isWanted a further condition on the site and the visitor
 */
export function withPresentEvents(
	sql: string,
	scope: Pick<ScopeParts, 'range' | 'pass' | 'leftOut' | 'present'>,
	isWanted = 'true',
): string {
	const condition = `${presentEvents(scope)} AND ${isWanted}`;
	return replaceSources(
		sql.replaceAll('{{events}}', () => `{{events}} PREWHERE ${condition}`),
		'true',
	);
}

/** The condition that selects the events of a range and a pass in the raw table, without those that are left out. */
export function eventsCondition({ range, pass, leftOut }: Pick<ScopeParts, 'range' | 'pass' | 'leftOut'>): string {
	return [
		rangeCondition(range),
		...(pass === undefined ? [] : [`${eventHash} % ${pass.passes} = ${pass.index}`]),
		...(leftOut === undefined ? [] : [leftOutConditions(leftOut).isIn]),
	].join(' AND ');
}

/**
 * Finds new receipts of events that were counted before. The receipt with the highest version counts: nothing changes
 * where that is the counted one.
 *
 * @param isNew the condition for being a new row of the raw table
 * @param carrying the model with days and hashes of events, see `Model.carries`
 * @param published the manifest of the published run
 */
export function insertRepeats(run: bigint, isNew: string, carrying: Model, published: Manifest): string {
	const known = selectKnown(isNew, carrying, published);
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

/** The query for whether `insertRepeats` may find any: most runs have no such event. @param isNew see there */
export const mayRepeatQuery = (isNew: string, carrying: Model, published: Manifest): string =>
	`SELECT count() AS known FROM (${selectKnown(isNew, carrying, published)} LIMIT 1)`;

/** A SELECT of the hashes of known events that new rows of their visitors have, too. */
function selectKnown(isNew: string, carrying: Model, published: Manifest): string {
	const { hashes } = carrying.carries as NonNullable<Model['carries']>;
	return `SELECT site, visitor_id, hash FROM ${tableOf(carrying)} ARRAY JOIN ${hashes} AS hash
		WHERE ${amongVisitors((columns) => `(SELECT ${columns} FROM events WHERE ${isNew})`)}
			AND ${seenCondition(published[carrying.name] ?? [], carrying.partition, 'all')}
			AND hash IN (SELECT ${eventHash} FROM events WHERE ${isNew})`;
}

/** Visitors whose rows a run recomputes, as SQL for `insertChanges`. */
export interface Changing {
	/** A subquery of the visitors with the given columns. */
	visitors: (columns: string) => string;
	/** A SELECT of the events that cause the change: site, visitor, time, day, and the number of events. */
	events: string;
	/** A condition: whether the run re-reads all events of the visitor. */
	isReread: string;
}

/**
 * Visitors with new events. The run re-reads all events of a visitor if a new receipt replaces a counted one, since the
 * content of the replaced receipt is no longer known.
 */
export const withNewEvents = (run: bigint, isNew: string): Changing => ({
	visitors: (columns) => `(SELECT ${columns} FROM events WHERE ${isNew})`,
	events: `SELECT site, visitor_id, ${eventTime} AS at, ${eventDay} AS day, 1 AS events FROM events WHERE ${isNew}`,
	isReread: `(site, visitor_id) IN (SELECT site, visitor_id FROM ${repeatsTable} WHERE run = ${run} AND is_replaced)`,
});

/** Visitors that the caller restates. @param visitors a SELECT of site and visitor */
export const restated = (visitors: string): Changing => ({
	visitors: (columns) => `(SELECT ${columns} FROM (${visitors}))`,
	events: `SELECT DISTINCT site, visitor_id, toDateTime64(0, 3, 'UTC') AS at, toDate(0) AS day, 0 AS events FROM (${visitors})`,
	isReread: 'true',
});

/**
 * Fills the table of changes with visitors and the published days that the run recomputes of each: all days of a
 * re-read visitor; else the days from the first new event on, and earlier days that sessions may connect with it,
 * because it is within the session gap after midnight or because the session of its day began on an earlier day.
 *
 * @param carrying the model with days and hashes of events, see `Model.carries`
 * @param published the manifest of the published run
 */
export function insertChanges(
	run: bigint,
	{ visitors, events, isReread }: Changing,
	project: Project,
	published: Manifest,
): string {
	const carrying = carryingOf(project);
	const { hashes, isContinued } = carrying.carries as NonNullable<Model['carries']>;
	const known = `SELECT site, visitor_id, toDateTime64(0, 3, 'UTC'), ${carrying.partition}, length(${hashes}), ${isContinued}, false
		FROM ${tableOf(carrying)}
		WHERE ${amongVisitors(visitors)} AND ${seenCondition(published[carrying.name] ?? [], carrying.partition, 'all')}`;
	// Not a join, because grouping goes to disk when memory runs short.
	return `INSERT INTO ${changesTable} (run, site, visitor_id, is_reread, events, days)
		WITH
			arrayReverseSort(groupArrayIf((day, is_continued), NOT is_new)) AS known_days,
			minIf(day, is_new) AS new_day,
			${isReread} AS is_reread,
			has(known_days, (new_day, true)) OR minIf(at, is_new) < toDateTime64(new_day, 3, 'UTC') + INTERVAL ${project.parameters.sessionGapMs} MILLISECOND AS is_connected,
			arrayFilter(d -> d.1 < new_day, known_days) AS earlier,
			if(is_connected AND earlier[1].1 = new_day - 1, arrayFirst(d -> NOT d.2, earlier).1, new_day) AS first_changed
		SELECT ${run}, site, visitor_id, is_reread, sum(events), arrayFilter(d -> is_reread OR d >= first_changed, known_days.1)
		FROM (SELECT *, false AS is_continued, true AS is_new FROM (${events}) UNION ALL ${known})
		GROUP BY site, visitor_id`;
}

/**
 * The query for the time partitions of a model that a run changes, with the number of compared rows. A time partition
 * changes when the rows of recomputed visitors in it differ from the published ones. Rows of a rebuild have no hash;
 * `unhashed` is the number of those, and where there are any, only a comparison of computed hashes tells.
 *
 * @param before the condition on published rows, and whether unchanged time partitions are included; undefined for a
 *   rebuild
 * @param hashes whether the hashes that rows have are compared, or hashes that are computed from their columns
 */
export function changedPartitionsQuery(
	model: Model,
	run: bigint,
	before: { seen: string; withSame: boolean } | undefined,
	hashes: 'stored' | 'computed' = 'stored',
): string {
	const partitions = (from: string, unhashed: string, having: string) =>
		`SELECT '${model.name}' AS model, toUInt16(partition) AS partition, count() AS rows, ${unhashed} AS unhashed FROM (${from}) GROUP BY partition${having}`;
	if (before === undefined)
		return partitions(`SELECT ${model.partition} AS partition FROM ${tableOf(model)} WHERE run = ${run}`, '0', '');
	const hash = hashes === 'stored' ? 'row_hash' : rowHash(columnsOf(model));
	const rows = `SELECT ${model.partition} AS partition, ${hash} AS hash FROM ${tableOf(model)}`;
	const made = `${rows} WHERE run = ${run}`;
	const old = `${rows} WHERE (site, visitor_id, ${model.partition}) IN ${changedDays(run)} AND ${before.seen}`;
	const unhashed = hashes === 'stored' ? 'countIf(hash = 0)' : '0';
	const having = ' HAVING groupBitXor(hash) != 0 OR unhashed > 0';
	return partitions(`${made} UNION ALL ${old}`, unhashed, before.withSame ? '' : having);
}

/**
 * Copies published rows into changed time partitions: those of other visitors, and of days that are not recomputed.
 *
 * @param seen the condition on published rows of the changed time partitions
 */
export const insertKept = (model: Model, run: bigint, seen: string): string =>
	insertCopy(model, run, `${seen} AND (site, visitor_id, ${model.partition}) NOT IN ${changedDays(run)}`);

/** Copies rows of a model's table into a run. @param condition selects the rows */
export function insertCopy(model: Model, run: bigint, condition: string): string {
	const columns = hasRowHash(model) ? `row_hash, ${columnsOf(model)}` : columnsOf(model);
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM ${tableOf(model)}
		WHERE ${condition}`;
}

/** Whether a column is the state of an aggregate, of which there is no default value. */
const isSketch = ({ type }: { type: string }) => type.startsWith('AggregateFunction');

/**
 * A subquery of a model as readers will see it once the run is published.
 *
 * @param days time partitions of the computed model, days since 1970
 * @param sql the statement that reads the rows; only the columns that it names are selected
 * @param sites the sites; undefined for all
 */
export function asPublished(
	model: Model,
	next: Manifest,
	days: Partitions | 'all',
	sql: string,
	sites?: SiteRange,
): string {
	if (!isStored(model))
		throw new Error(`the model ${model.name} has no table, so no published rows can be read from it`);
	const condition = publishedCondition(model, next, days, sites);
	if (condition === undefined && !model.columns.some(isSketch)) return noRows(model, columnsIn(model, sql));
	return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(model)} WHERE ${condition ?? 'false'})`;
}

/** The condition on the rows of a table that readers will see; undefined where there are none. */
function publishedCondition(
	model: Model,
	next: Manifest,
	days: Partitions | 'all',
	sites?: SiteRange,
): string | undefined {
	const seen = seenCondition(next[model.name] ?? [], model.partition, days);
	if (seen === 'false') return undefined;
	return [seen, ...(sites === undefined ? [] : [`site BETWEEN ${literal(sites.from)} AND ${literal(sites.to)}`])].join(
		' AND ',
	);
}

/**
 * The rows that `asPublished` selects, as a table with a condition and not as a subquery, of which each column would
 * cost planning time. For a statement that reads nothing else and has no condition of its own.
 */
export function publishedRows(model: Model, next: Manifest, days: Partitions | 'all'): string | undefined {
	const condition = publishedCondition(model, next, days);
	return condition === undefined ? undefined : `${tableOf(model)} WHERE ${condition}`;
}

/** A model that is read alone, by the part of a query before its conditions: its name, alias and ARRAY JOIN. */
const readAlone =
	/FROM \{\{(\w+)(\.\w+)?\}\}( AS \w+)?((?:\n\s*ARRAY JOIN [^\n]*)?)\n(\s*)(?=WHERE|GROUP BY|UNION ALL)/g;

/**
 * The SELECT of a model of time partitions, from rows as readers will see them. A model that a query reads alone is a
 * table with PREWHERE instead of a subquery, which would cost planning time for each of its columns.
 *
 * @param days the time partitions that it reads, days since 1970
 * @param sites the sites; undefined for all
 */
export function selectFromPublished(
	model: Model,
	project: Project,
	next: Manifest,
	days: Partitions | 'all',
	sites?: SiteRange,
): string {
	const daysOf = (extent: Extent | undefined) => (extent === 'all' ? 'all' : days);
	const readsAll = (read: Model) => readsAllColumns(placedTokens(model.sql), read.name);
	const flat = (text: string, name: string, extent?: string, alias = '', join = '', indent = '') => {
		const read = project.models.find((one) => one.name === name);
		// The SQL of a site's own model may give the names of these columns to something else.
		if (read === undefined || !isStored(read) || model.own !== undefined || readsAll(read)) return text;
		const condition = publishedCondition(read, next, daysOf(extent?.slice(1) as Extent | undefined), sites);
		if (condition === undefined) return text;
		return `FROM ${tableOf(read)}${alias}${join}\n${indent}PREWHERE ${condition}\n${indent}`;
	};
	return render(model.sql.replaceAll(readAlone, flat), project, (read, extent, sql) =>
		asPublished(read, next, daysOf(extent), sql, sites),
	);
}

/** The statement that writes the result of a SELECT into a model's table. @param columns those that are written */
export function insertStatement(model: Model, run: bigint, select: string, columns = columnsOf(model)): string {
	if (!hasRowHash(model)) return insertUnhashed(model, run, select, columns);
	return `INSERT INTO ${tableOf(model)} (run, row_hash, ${columns}) SELECT ${run}, ${rowHash(columns)}, ${columns} FROM (\n${select}\n)`;
}

/**
 * The same statement without hashes of rows, which are then 0: see `changedPartitionsQuery`. A rebuild compares
 * nothing, and the hashes would take an eighth of its time.
 */
export const insertUnhashed = (model: Model, run: bigint, select: string, columns = columnsOf(model)): string =>
	`INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM (\n${select}\n)`;
