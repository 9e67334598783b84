import type { Project } from './compile.js';
import { changesTable, hasRowHash, tableOf } from './layout.js';
import { type Manifest, seenCondition, type Units, unitsCondition } from './manifest.js';
import { type Extent, eventHash, isStored, type Model, replaceReferences, replaceSources } from './model.js';

/** Pure: the statements of a run. */

/** A slice of the visitors, so that no statement holds more than a bounded number of events. Both ends included. */
export interface VisitorRange {
	from: string;
	to: string;
}

export const everyVisitor: VisitorRange = { from: '0', to: '18446744073709551615' };

/** Whose events a run reads from the raw table. */
export type VisitorScope =
	| { kind: 'all'; range: VisitorRange }
	/** Those in the table of changes. */
	| {
			kind: 'changed';
			range: VisitorRange;
			/** What was published before. */
			published: Manifest;
			/** The condition for being a new row of the raw table. */
			isNew: string;
			/** Whether there are visitors whose events are all read. */
			hasReread: boolean;
	  };

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
const carriedVisitors = (run: bigint) =>
	`(SELECT site, visitor_id FROM ${changesTable} WHERE run = ${run} GROUP BY site, visitor_id HAVING NOT max(is_reread))`;

/** The first half looks needless, but a set of numbers is looked up much faster than one of pairs with a text. */
const isChanged = (run: bigint) =>
	`visitor_id IN (SELECT visitor_id FROM ${changesTable} WHERE run = ${run}) AND (site, visitor_id) IN ${changedVisitors(run)}`;

const rangeCondition = ({ from, to }: VisitorRange) =>
	from === everyVisitor.from && to === everyVisitor.to ? 'true' : `visitor_id BETWEEN ${from} AND ${to}`;

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
		// Scratch holds nothing but what is wanted.
		const range = isStored(model) ? rangeCondition(scope.range) : 'true';
		return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(model)} WHERE ${extent === 'before' ? before(model, run, scope) : `run = ${run} AND ${range}`})`;
	};
}

function before(model: Model, run: bigint, scope: VisitorScope): string {
	if (scope.kind === 'all') return 'false';
	const seen = seenCondition(scope.published[model.name] ?? [], model.unit);
	return `${rangeCondition(scope.range)} AND (site, visitor_id) IN ${carriedVisitors(run)} AND ${seen}`;
}

/** Fills a model whose rows belong to visitors, for a slice of them. */
export function insertsOfVisitors(model: Model, project: Project, run: bigint, scope: VisitorScope): string[] {
	const resolve = ofVisitors(run, scope);
	// Pieces that nothing is joined with are whole.
	if (scope.kind === 'all' && model.carries !== undefined)
		return [
			insertStatement(model, run, render(`SELECT ${columnsOf(model)} FROM {{${model.reads[0]}}}`, project, resolve)),
		];
	return wantedEvents(model, run, scope).map((wanted) =>
		insertStatement(model, run, render(replaceSources(model.sql, wanted), project, resolve)),
	);
}

/** Which events a model reads, in one statement or two: the index of the raw table serves but one condition. */
function wantedEvents(model: Model, run: bigint, scope: VisitorScope): string[] {
	const range = rangeCondition(scope.range);
	if (!model.sql.includes('{{events}}')) return [''];
	if (scope.kind === 'all') return [range];
	const carried = `${range} AND ${scope.isNew} AND (site, visitor_id) IN ${carriedVisitors(run)}`;
	const reread = `${range} AND (site, visitor_id) IN ${rereadVisitors(run)}`;
	return scope.hasReread ? [carried, reread] : [carried];
}

/**
 * Finds the visitors with new events. Of one whose new events may have been counted before, or took the place of counted ones, all
 * events are read again: what an event was before, nobody knows then.
 *
 * @param carrying the model that knows hashes of event ids, and what was published of it
 */
export function insertChanges(
	run: bigint,
	isNew: string,
	carrying: { model: Model; published: Manifest } | undefined,
): string {
	const fresh = `SELECT site, visitor_id, ${eventHash} AS hash FROM events WHERE ${isNew}`;
	return `INSERT INTO ${changesTable} (run, site, visitor_id, is_reread)
		SELECT ${run}, site, visitor_id, ${carrying === undefined ? 'true' : `max((site, visitor_id, hash) IN (${knownHashes(carrying, isNew)}))`}
		FROM (${fresh}) GROUP BY site, visitor_id`;
}

function knownHashes({ model, published }: { model: Model; published: Manifest }, isNew: string): string {
	return `SELECT site, visitor_id, arrayJoin(${model.carries}) FROM ${tableOf(model)}
		WHERE (site, visitor_id) IN (SELECT site, visitor_id FROM events WHERE ${isNew})
			AND ${seenCondition(published[model.name] ?? [], model.unit)}`;
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
	const old = `${rows} WHERE ${isChanged(run)} AND ${before.seen}`;
	return units(`${made} UNION ALL ${old}`, before.withSame ? '' : ' HAVING groupBitXor(hash) != 0');
}

/** Takes over the rows of changed units that belong to other visitors. */
export function insertKept(model: Model, run: bigint, seen: string, units: Units): string {
	const columns = `row_hash, ${columnsOf(model)}`;
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM ${tableOf(model)}
		WHERE ${seen} AND ${unitsCondition(units, model.unit)} AND (site, visitor_id) NOT IN ${changedVisitors(run)}`;
}

/**
 * A model as readers will see it when the run is published: all of it, or some of its units.
 *
 * @param days units of what is made, days since 1970
 * @param sql the text that it is read in
 */
export function asPublished(model: Model, next: Manifest, days: Units | 'all', sql: string): string {
	if (!isStored(model)) throw new Error(`${model.name} has no rows of its own`);
	const seen = seenCondition(next[model.name] ?? [], model.unit);
	const condition = days === 'all' ? seen : `${seen} AND ${unitsCondition(days, model.unit)}`;
	return `(SELECT ${columnsIn(model, sql)} FROM ${tableOf(model)} WHERE ${condition})`;
}

export function insertStatement(model: Model, run: bigint, select: string): string {
	const columns = columnsOf(model);
	if (!hasRowHash(model))
		return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM (\n${select}\n)`;
	// A tuple, because the hash of a plain NULL is NULL.
	return `INSERT INTO ${tableOf(model)} (run, row_hash, ${columns}) SELECT ${run}, cityHash64(tuple(${columns})), ${columns} FROM (\n${select}\n)`;
}
