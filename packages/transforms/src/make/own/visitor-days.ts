import { carryingOf, type Project } from '../../compile/compile.js';
import type { Model } from '../../compile/model.js';
import { type Manifest, type Partitions, rangesOf, seenCondition } from '../../plan/manifest.js';
import { changesTable, tableOf, visitorDaysTable } from '../../store/layout.js';
import { ask, type RunContext, step } from '../run-context.js';
import { amongVisitors } from '../statements/run-sql.js';
import { weeksOf } from './own-work.js';

/**
 * The days on which the visitors that a run recomputes sent events. All rows of a visitor in models of this package are
 * on these days, and so are those of most own models by visitor. A statement that reads rows of visitors is cut to
 * them: otherwise each run would look through the whole history of each of these models.
 */

/**
 * Fills the table of these days.
 *
 * @param before the published manifest of the models of this package: the day of an event that was replaced counts, too
 * @param next their manifest once the run is published
 * @returns the days of all these visitors
 */
export async function findVisitorDays(context: RunContext, before: Manifest, next: Manifest): Promise<Partitions> {
	const { project, run } = context;
	await step(context, 'own models, days of visitors', insertVisitorDays(project, run, before, next));
	const rows = await ask<{ day: number }>(
		context,
		`SELECT DISTINCT toUInt16(day) AS day FROM ${visitorDaysTable} WHERE run = ${run}`,
	);
	return rangesOf(rows.map(({ day }) => day));
}

function insertVisitorDays(project: Project, run: bigint, before: Manifest, next: Manifest): string {
	const carrying = carryingOf(project);
	const { name, partition } = carrying;
	const seen = [before, next].map((manifest) => seenCondition(manifest[name] ?? [], partition, 'all'));
	const isChanged = amongVisitors((columns) => `(SELECT ${columns} FROM ${changesTable} WHERE run = ${run})`);
	return `INSERT INTO ${visitorDaysTable} (run, site, visitor_id, day)
		SELECT DISTINCT ${run}, site, visitor_id, ${partition} FROM ${tableOf(carrying)}
		WHERE ${isChanged} AND (${seen.join(' OR ')})`;
}

const dayOf = ({ partition }: Model) => (partition === 'week' ? 'toMonday(day)' : 'day');

/** The condition on rows of a model for being of recomputed visitors, on their days. Pure. */
export const onVisitorDays = (model: Model, run: bigint): string =>
	`visitor_id IN (SELECT visitor_id FROM ${visitorDaysTable} WHERE run = ${run}) AND (site, visitor_id, ${model.partition}) IN (SELECT site, visitor_id, ${dayOf(model)} FROM ${visitorDaysTable} WHERE run = ${run})`;

/** The time partitions of a model that have some of these days. Pure. */
export const partitionsOfDays = ({ partition }: Model, days: Partitions): Partitions =>
	partition === 'week' ? weeksOf(days) : days;

/** The query for a row of a run that is of a recomputed visitor and not on a day of this visitor. Pure. */
export const otherDaysQuery = (model: Model, run: bigint): string =>
	`SELECT 1 AS other FROM ${tableOf(model)} WHERE run = ${run} AND NOT (${onVisitorDays(model, run)}) LIMIT 1`;

/** The same for a run that computes all visitors. Pure. @param next the manifest once the run is published */
export function otherDaysOfAllQuery(model: Model, project: Project, run: bigint, next: Manifest): string {
	const carrying = carryingOf(project);
	const rows = `SELECT site, visitor_id, ${model.partition} AS at, 0 AS is_known FROM ${tableOf(model)} WHERE run = ${run}`;
	const seen = seenCondition(next[carrying.name] ?? [], carrying.partition, 'all');
	const known = `SELECT site, visitor_id, ${dayOf(model)}, 1 FROM ${tableOf(carrying)} WHERE ${seen}`;
	// Not a join, because grouping goes to disk when memory runs short.
	return `SELECT 1 AS other FROM (${rows} UNION ALL ${known}) GROUP BY site, visitor_id, at HAVING max(is_known) = 0 LIMIT 1`;
}
