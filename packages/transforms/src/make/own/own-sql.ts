import { carryingOf, type Project } from '../../compile/compile.js';
import { isStored, type Model, onOneLine, rowHash } from '../../compile/model.js';
import { type Manifest, type Partitions, partitionsCondition, seenCondition } from '../../plan/manifest.js';
import { changesTable, hasRowHash, tableOf } from '../../store/layout.js';
import {
	amongVisitors,
	asPublished,
	changedVisitors,
	columnsIn,
	columnsOf,
	rangeCondition,
	render,
	type VisitorRange,
	withPresentEvents,
} from '../statements/run-sql.js';
import { onVisitorDays, partitionsOfDays } from './visitor-days.js';

/**
 * The statements of own models by visitor. A run computes all rows of each visitor that it recomputes, from all events
 * of this visitor: an analyst need not know which events are new. All functions of this file are pure.
 */

/** The visitors whose rows a statement computes. */
export interface OwnScope {
	range: VisitorRange;
	/** Whether it computes all visitors of the range, and not only those in the table of changes. */
	isWhole: boolean;
	/** The list of visitors and sites that the marts leave out; undefined when there is nothing on it. */
	leftOut: bigint | undefined;
	/** The condition on rows of the raw table that the run reads, which is that of the models of this package. */
	present: string;
	/** The days of the visitors in the table of changes; undefined if the table of their days is not filled. */
	days: Partitions | undefined;
	/** Own models whose rows are all on days of their visitors. */
	onVisitorDays: ReadonlySet<string>;
}

/** The condition on the rows of a model that readers will see, of the visitors of a scope. */
function rowsOfVisitors(read: Model, run: bigint, scope: OwnScope, next: Manifest): string {
	const { range, isWhole, days, onVisitorDays: cut } = scope;
	const ranges = next[read.name] ?? [];
	const isCut = !isWhole && days !== undefined && (read.own === undefined || cut.has(read.name));
	const seen = seenCondition(ranges, read.partition, isCut ? partitionsOfDays(read, days) : 'all');
	const visitors = isWhole ? [] : [isCut ? onVisitorDays(read, run) : changed(run)];
	return [rangeCondition(range), ...visitors, seen].join(' AND ');
}

const changed = (run: bigint) =>
	amongVisitors((columns) => `(SELECT ${columns} FROM ${changesTable} WHERE run = ${run})`);

/**
 * The statement that computes an own model by visitor.
 *
 * @param project models of this package and own ones
 * @param next the manifest once the run is published, by names of models
 */
export const insertOfVisitors = (
	model: Model,
	project: Project,
	run: bigint,
	scope: OwnScope,
	next: Manifest,
): string => insertOwn(model, run, selectOfVisitors(model, project, run, scope, next));

function selectOfVisitors(model: Model, project: Project, run: bigint, scope: OwnScope, next: Manifest): string {
	const { isWhole } = scope;
	return render(model.sql, project, (read, _extent, sql) =>
		isStored(read)
			? `(SELECT ${columnsIn(read, sql)} FROM ${tableOf(read)} WHERE ${rowsOfVisitors(read, run, scope, next)})`
			: stagedEvents(read, sql, withPresentEvents(read.sql, scope, isWhole ? 'true' : changed(run))),
	);
}

/**
 * The events of visitors, with the types of the header. Only the columns that the statement names are computed, so that
 * a column which few models use costs the others nothing.
 *
 * @param select the SELECT of the model with the events that it reads
 */
function stagedEvents(model: Model, sql: string, select: string): string {
	const names = new Set(columnsIn(model, sql).split(', '));
	const columns = model.columns
		.filter(({ name }) => names.has(name))
		.map(({ name, type }) => `CAST(${name}, '${type.replaceAll("'", "\\'")}') AS ${name}`);
	// On one line, so that the lines of the model keep their numbers.
	return `(SELECT ${columns.join(', ')} FROM (${onOneLine(select)}))`;
}

/** The statement that writes the result of a SELECT, with the names of columns and not their places. */
function insertOwn(model: Model, run: bigint, select: string): string {
	const columns = columnsOf(model);
	const hash = hasRowHash(model) ? { column: 'row_hash, ', value: `${rowHash(columns)}, ` } : { column: '', value: '' };
	return `INSERT INTO ${tableOf(model)} (run, ${hash.column}${columns}) SELECT ${run}, ${hash.value}${columns} FROM (\n${select}\n)`;
}

/** The query for the events and the number of the visitors of a scope, and for a sample of the visitors. */
export function visitorsQuery(
	project: Project,
	run: bigint,
	isWhole: boolean,
	next: Manifest,
	sampleMax: number,
): string {
	const carrying = carryingOf(project);
	const source = asPublished(carrying, next, 'all', 'site visitor_id events');
	return `SELECT sum(events) AS events, arraySort(groupArraySample(${sampleMax})(visitor_id)) AS visitors
		FROM ${source}${isWhole ? '' : ` WHERE ${changed(run)}`}`;
}

/**
 * The query for the time partitions whose rows a run changes, with the number of compared rows.
 *
 * @param ranges the published time partitions; undefined when the run computes all rows
 * @param days the days of the visitors, if all published rows are on these; undefined for any days
 */
export function changedQuery(
	model: Model,
	run: bigint,
	ranges: Manifest[string] | undefined,
	days: Partitions | undefined,
): string {
	const rows = `SELECT toUInt16(${model.partition}) AS partition, row_hash AS hash FROM ${tableOf(model)}`;
	const made = `${rows} WHERE run = ${run}`;
	const visitors = days === undefined ? changed(run) : onVisitorDays(model, run);
	const wanted = days === undefined ? 'all' : partitionsOfDays(model, days);
	const old = `${rows} WHERE ${visitors} AND ${seenCondition(ranges ?? [], model.partition, wanted)}`;
	const isWhole = ranges === undefined;
	return `SELECT partition, count() AS rows FROM (${made}${isWhole ? '' : ` UNION ALL ${old}`})
		GROUP BY partition${isWhole ? '' : ' HAVING groupBitXor(hash) != 0'}`;
}

/** Copies published rows of other visitors into the time partitions that a run changes, or takes over. */
export function insertOtherVisitors(model: Model, run: bigint, seen: string): string {
	const columns = `row_hash, ${columnsOf(model)}`;
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM ${tableOf(model)}
		WHERE ${seen} AND (site, visitor_id) NOT IN ${changedVisitors(run)}`;
}

/** The query for the first row of a run that is not of the visitors that the run recomputes. */
export const strayVisitorsQuery = (model: Model, run: bigint): string =>
	`SELECT toString(site) AS strayed_site, toString(visitor_id) AS strayed_visitor FROM ${tableOf(model)}
	WHERE run = ${run} AND (site, visitor_id) NOT IN ${changedVisitors(run)} LIMIT 1`;

/** The query for the first row that a model makes of a range of visitors and that is not of these visitors. */
export function strayVisitorsOfRange(
	model: Model,
	project: Project,
	run: bigint,
	scope: OwnScope,
	next: Manifest,
): string {
	const known = asPublished(carryingOf(project), next, 'all', 'site visitor_id');
	return `SELECT toString(site) AS strayed_site, toString(visitor_id) AS strayed_visitor
	FROM (\n${selectOfVisitors(model, project, run, scope, next)}\n)
	WHERE (site, visitor_id) NOT IN (SELECT site, visitor_id FROM ${known} WHERE ${rangeCondition(scope.range)}) LIMIT 1`;
}

/** The query for the first row that a model makes of a time partition and that is in another one. */
export function strayOfPartition(model: Model, project: Project, partition: number, next: Manifest): string {
	const days = [{ from: partition, to: model.partition === 'week' ? partition + 6 : partition }];
	const select = render(model.sql, project, (read, extent, sql) =>
		asPublished(read, next, extent === 'all' ? 'all' : days, sql),
	);
	return `SELECT toString(${model.partition}) AS strayed FROM (\n${select}\n)
	WHERE ${model.partition} != toDate(${partition}) LIMIT 1`;
}

/** The query for the first row of a run that is not in the time partitions that the run recomputes. */
export const strayPartitionsQuery = (model: Model, run: bigint, partitions: Partitions): string =>
	`SELECT toString(${model.partition}) AS strayed FROM ${tableOf(model)}
	WHERE run = ${run} AND NOT ${partitionsCondition(partitions, model.partition)} LIMIT 1`;

/** The query for the number of rows of a model by time partition, as readers will see it. */
export const rowsQuery = (model: Model, next: Manifest): string =>
	`SELECT toUInt16(${model.partition}) AS partition, count() AS rows
	FROM ${asPublished(model, next, 'all', model.partition)} GROUP BY partition`;
