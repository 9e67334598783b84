import { changesTable, tableOf } from './layout.js';
import { type Ledger, newRowsCondition, type RawChange } from './ledger.js';
import { type Manifest, rangesOf, seenCondition } from './manifest.js';
import type { Model } from './model.js';
import type { Restated } from './plan.js';
import { ask, type RunContext, runSettings, step } from './run-context.js';
import {
	changedUnitsQuery,
	changedVisitors,
	insertKept,
	insertOfVisitors,
	type VisitorRange,
	type VisitorScope,
} from './run-sql.js';
import { runTests, type TestResult, testsOfVisitors } from './run-tests.js';

/**
 * The first half of a run: models whose rows belong to visitors. Everything of a visitor with a new event is made anew from
 * all of that visitor's events. So nothing has to be known of what an event was before: a late one, a better receipt of a
 * known one, or one that moved to another day only ever changes what its own visitor did.
 */

/** Most events that one statement works on, but for a single visitor with more. */
const rangeEventsMax = 250_000;
const everyVisitor: VisitorRange = { from: '0', to: '18446744073709551615' };

/** Units that a run changes in a model, and the rows that these then have of the recomputed visitors. */
export type ChangedUnits = Map<string, { unit: number; rows: number }[]>;

export interface VisitorsMade {
	changed: ChangedUnits;
	tests: TestResult[];
	/** Visitors that were recomputed; undefined for all of them. */
	visitors: number | undefined;
}

/** Finds the visitors with new events. */
export async function findChangedVisitors(
	context: RunContext,
	ledger: Ledger,
	change: Extract<RawChange, { kind: 'appended' }>,
): Promise<void> {
	await step(
		context,
		'changed visitors',
		`INSERT INTO ${changesTable} (run, site, visitor_id, first_ms)
		SELECT ${context.run}, site, visitor_id, min(toUnixTimestamp64Milli(ts)) FROM events
		WHERE ${newRowsCondition(ledger, change)} GROUP BY site, visitor_id`,
	);
}

/** Adds the visitors that somebody wants anew: of everything that raw has of them, or that was published of them. */
export async function findRestatedVisitors(context: RunContext, published: Manifest, what: Restated): Promise<void> {
	const { project, run, warehouse } = context;
	const models = project.models.filter(({ refresh }) => refresh.kind === 'visitor');
	const conditions = (day: string) =>
		[
			...(what.user === undefined ? [] : ['(toString(visitor_id) = {user:String} OR user_id = {user:String})']),
			...(what.since === undefined ? [] : [`${day} >= {since:Date}`]),
			...(what.until === undefined ? [] : [`${day} <= {until:Date}`]),
		].join(' AND ');
	const ofRaw = `SELECT site, visitor_id FROM events WHERE ${conditions('toDate(ts)')}`;
	const ofModels = models.map(
		(model) =>
			`SELECT site, visitor_id FROM ${tableOf(model)}
			WHERE ${seenCondition(published[model.name] ?? [], model.unit)} AND ${conditions(model.unit)}`,
	);
	await warehouse.command(
		`INSERT INTO ${changesTable} (run, site, visitor_id, first_ms)
		SELECT DISTINCT ${run}, site, visitor_id, toInt64(-8000000000000) FROM (${[ofRaw, ...ofModels].join(' UNION ALL ')})`,
		{ params: { ...what }, settings: runSettings },
	);
}

/** Makes the rows of visitors: of all, or of those in the table of changes. */
export async function makeVisitors(
	context: RunContext,
	published: Manifest | undefined,
	newRows: number,
): Promise<VisitorsMade> {
	const { project, run, warehouse } = context;
	const models = project.models.filter(({ refresh }) => refresh.kind === 'visitor');
	const scope = published && (await scopeOfChanges(context, published, models));
	const tests: Promise<TestResult[]>[] = [];
	for (const [i, range] of (await visitorRanges(context, scope !== undefined, newRows)).entries()) {
		if (i > 0) {
			await Promise.all(tests);
			await emptyScratch(context);
		}
		await makeRange(context, scope ? { ...scope, range } : { kind: 'all', range });
		tests.push(runTests(warehouse, testsOfVisitors(project, run), runSettings));
	}
	const [changed, results] = await Promise.all([
		changedUnits(context, models, published, scope?.sinceMs),
		Promise.all(tests),
	]);
	if (published) await takeOverOthers(context, models, published, changed);
	return { changed, tests: results.flat(), visitors: scope?.visitors };
}

async function makeRange(context: RunContext, scope: VisitorScope): Promise<void> {
	const { project, run } = context;
	for (const model of project.models.filter(({ refresh }) => refresh.kind === 'run'))
		await step(context, model.name, insertOfVisitors(model, project, run, scope));
	const visitorModels = project.models.filter(({ refresh }) => refresh.kind === 'visitor');
	await Promise.all(
		visitorModels.map((model) => step(context, model.name, insertOfVisitors(model, project, run, scope))),
	);
}

/** No event that counts of a changed visitor is earlier than the first day published, or the first new one. */
async function scopeOfChanges(
	context: RunContext,
	published: Manifest,
	models: readonly Model[],
): Promise<{ kind: 'changed'; sinceMs: string; visitors: number }> {
	const { run } = context;
	const firstDays = models.map(
		(model) =>
			`(SELECT toInt64(toUnixTimestamp(toDateTime(min(${model.unit}), 'UTC'))) * 1000 FROM ${tableOf(model)}
			WHERE ${seenCondition(published[model.name] ?? [], model.unit)} AND (site, visitor_id) IN ${changedVisitors(run)}
			HAVING count() > 0)`,
	);
	const [row] = await ask<{ visitors: string; sinceMs: string }>(
		context,
		`SELECT count() AS visitors, min(first_ms) AS first,
			toString(least(first, ${firstDays.map((day) => `ifNull(${day}, first)`).join(', ')})) AS sinceMs
		FROM ${changesTable} WHERE run = ${run}`,
	);
	return { kind: 'changed', sinceMs: row?.sinceMs ?? '0', visitors: Number(row?.visitors ?? 0) };
}

/** Slices of visitors with about the same number of events. */
async function visitorRanges(context: RunContext, onlyChanged: boolean, rows: number): Promise<VisitorRange[]> {
	const slices = Math.ceil(rows / rangeEventsMax);
	if (slices <= 1) return [everyVisitor];
	const levels = Array.from({ length: slices - 1 }, (_, i) => (i + 1) / slices);
	const where = onlyChanged ? `WHERE (site, visitor_id) IN ${changedVisitors(context.run)}` : '';
	const [row] = await ask<{ ends: string[] }>(
		context,
		`SELECT arrayMap(x -> toString(toUInt64(x)), quantiles(${levels.join(', ')})(visitor_id)) AS ends FROM events ${where}`,
	);
	const ends = [...new Set(row?.ends ?? [])];
	return [...ends, everyVisitor.to].map((to, i) => ({
		from: i === 0 ? everyVisitor.from : (BigInt(ends[i - 1] as string) + 1n).toString(),
		to,
	}));
}

async function changedUnits(
	context: RunContext,
	models: readonly Model[],
	published: Manifest | undefined,
	sinceMs: string | undefined,
): Promise<ChangedUnits> {
	const queries = models.map((model) => {
		const since = `${model.unit} >= toDate(fromUnixTimestamp64Milli(greatest(0, toInt64(${sinceMs})), 'UTC'))`;
		const before = published && { seen: seenCondition(published[model.name] ?? [], model.unit), since };
		return changedUnitsQuery(model, context.run, before);
	});
	const rows = await ask<{ model: string; unit: number; rows: string }>(context, queries.join('\nUNION ALL\n'));
	const changed: ChangedUnits = new Map(models.map(({ name }) => [name, []]));
	for (const { model, unit, rows: count } of rows) changed.get(model)?.push({ unit, rows: Number(count) });
	return changed;
}

async function takeOverOthers(
	context: RunContext,
	models: readonly Model[],
	published: Manifest,
	changed: ChangedUnits,
): Promise<void> {
	await Promise.all(
		models.map(async (model) => {
			const units = rangesOf((changed.get(model.name) ?? []).map(({ unit }) => unit));
			if (units.length === 0) return;
			const seen = seenCondition(published[model.name] ?? [], model.unit);
			await step(context, `${model.name}, other visitors`, insertKept(model, context.run, seen, units));
		}),
	);
}

/** Empties what a slice of visitors, or the whole run, has put beside the models. */
export async function emptyScratch(context: RunContext): Promise<void> {
	const scratch = context.project.models.filter(({ refresh }) => refresh.kind === 'run');
	await Promise.all(scratch.map((model) => context.warehouse.command(`TRUNCATE TABLE ${tableOf(model)}`)));
}
