import type { Project } from './compile.js';
import { changesTable, tableOf } from './layout.js';
import { type Manifest, seenCondition, type Units, unitsCondition } from './manifest.js';
import { isStored, type Model } from './model.js';

/** Pure: the statements of a run. */

/** A slice of the visitors, so that no statement holds more than a bounded number of events. Both ends included. */
export interface VisitorRange {
	from: string;
	to: string;
}

/** Whose events a run reads from the raw table. */
export type VisitorScope =
	| { kind: 'all'; range: VisitorRange }
	/** Those in the table of changes; no event of theirs that counts is earlier than `sinceMs`. */
	| { kind: 'changed'; range: VisitorRange; sinceMs: string };

const columnsOf = ({ columns }: Model) => columns.map(({ name }) => name).join(', ');

/** The visitors that a run recomputes, as a subquery. */
export const changedVisitors = (run: bigint) => `(SELECT site, visitor_id FROM ${changesTable} WHERE run = ${run})`;

function scopeCondition(run: bigint, scope: VisitorScope): string {
	const range = `visitor_id BETWEEN ${scope.range.from} AND ${scope.range.to}`;
	if (scope.kind === 'all') return range;
	const since = `ts >= fromUnixTimestamp64Milli(toInt64(${scope.sinceMs}), 'UTC')`;
	return `${range} AND (site, visitor_id) IN ${changedVisitors(run)} AND ${since}`;
}

type Resolve = (name: string, all: boolean) => string;

export function render(sql: string, project: Project, resolve: (model: Model, all: boolean) => string): string {
	const byName: Resolve = (name, all) => resolve(project.models.find((model) => model.name === name) as Model, all);
	return sql.replaceAll(/\{\{(\w+)(\.all)?\}\}/g, (_, name: string, all?: string) => byName(name, all !== undefined));
}

/** What a run has made of a model for the visitors that it recomputes. */
export function ofVisitors(model: Model, run: bigint): string {
	return `(SELECT ${columnsOf(model)} FROM ${tableOf(model)} WHERE run = ${run})`;
}

/** Fills a model whose rows belong to visitors, for a slice of them. */
export function insertOfVisitors(model: Model, project: Project, run: bigint, scope: VisitorScope): string {
	const sql = model.sql
		.replaceAll('{{events}}', 'events FINAL')
		.replaceAll('{{visitors}}', `(${scopeCondition(run, scope)})`);
	return insertStatement(
		model,
		run,
		render(sql, project, (read) => ofVisitors(read, run)),
	);
}

/**
 * Which units of a model a run changes, and how many rows they then have: those whose rows of the recomputed visitors are
 * not the same as before.
 */
export function changedUnitsQuery(
	model: Model,
	run: bigint,
	before: { seen: string; since: string } | undefined,
): string {
	// A tuple, because the hash of a plain NULL is NULL.
	const hash = `cityHash64(tuple(${columnsOf(model)}))`;
	const made = `SELECT ${model.unit} AS unit, ${hash} AS hash FROM ${tableOf(model)} WHERE run = ${run}`;
	const old =
		before &&
		`SELECT ${model.unit} AS unit, ${hash} AS hash FROM ${tableOf(model)}
		WHERE ${before.seen} AND ${before.since} AND (site, visitor_id) IN ${changedVisitors(run)}`;
	return `SELECT '${model.name}' AS model, toUInt16(unit) AS unit, count() AS rows
		FROM (${old === undefined ? made : `${made} UNION ALL ${old}`})
		GROUP BY unit HAVING groupBitXor(hash) != 0`;
}

/** Takes over the rows of changed units that belong to other visitors. */
export function insertKept(model: Model, run: bigint, seen: string, units: Units): string {
	return insertStatement(
		model,
		run,
		`SELECT ${columnsOf(model)} FROM ${tableOf(model)}
		WHERE ${seen} AND ${unitsCondition(units, model.unit)} AND (site, visitor_id) NOT IN ${changedVisitors(run)}`,
	);
}

/**
 * A model as readers will see it when the run is published: all of it, or some of its units.
 *
 * @param days units of what is made, days since 1970
 */
export function asPublished(model: Model, next: Manifest, days: Units | 'all'): string {
	if (!isStored(model)) throw new Error(`${model.name} has no rows of its own`);
	const seen = seenCondition(next[model.name] ?? [], model.unit);
	const condition = days === 'all' ? seen : `${seen} AND ${unitsCondition(days, model.unit)}`;
	return `(SELECT ${columnsOf(model)} FROM ${tableOf(model)} WHERE ${condition})`;
}

export function insertStatement(model: Model, run: bigint, select: string): string {
	const columns = columnsOf(model);
	return `INSERT INTO ${tableOf(model)} (run, ${columns}) SELECT ${run}, ${columns} FROM (\n${select}\n)`;
}
