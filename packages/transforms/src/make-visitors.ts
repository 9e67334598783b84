import { carryingOf, type Project } from './compile.js';
import { changesTable, tableOf } from './layout.js';
import { newRowsCondition } from './ledger.js';
import { levelsOf } from './levels.js';
import { type Manifest, rangesOf, seenCondition } from './manifest.js';
import type { Model } from './model.js';
import type { Plan, Restated } from './plan.js';
import { ask, type RunContext, runSettings, step } from './run-context.js';
import {
	type Changing,
	changedUnitsQuery,
	changedVisitors,
	everyVisitor,
	insertChanges,
	insertKept,
	insertsOfVisitors,
	rereadVisitors,
	restated,
	type VisitorRange,
	type VisitorScope,
	withNewEvents,
} from './run-sql.js';
import { runTests, type TestResult, testsOfVisitors } from './run-tests.js';

/**
 * The first half of a run: models whose rows belong to visitors. New events are added to the visits that their visitors had, and
 * what these visitors did from the first day on that may change is made anew. So a late event, or one that joins two sessions, needs no case of
 * its own. Where an event may have been counted before, with this or other content, all events of its visitor are read.
 */

/** Most events that one statement works on, but for a single visitor with more. */
const rangeEventsMax = 250_000;

/** Units that a run changes in a model, and the rows that these then have of the recomputed visitors. */
export type ChangedUnits = Map<string, { unit: number; rows: number }[]>;

export interface VisitorsMade {
	changed: ChangedUnits;
	tests: TestResult[];
}

type Incremental = Extract<Plan, { kind: 'incremental' }>;

/** Whose rows are made, and out of how many events. */
export interface Wanted {
	/** Without a range. */
	scope: VisitorScope;
	events: number;
	/** Undefined for all of them. */
	visitors: number | undefined;
	/** Those of whom all events are read, not only the new ones. */
	reread: number | undefined;
	isRestated: boolean;
}

/** All visitors. @param events rows of the raw table */
export const wantAll = (events: number): Wanted => ({
	scope: { kind: 'all', range: everyVisitor },
	events,
	visitors: undefined,
	reread: undefined,
	isRestated: false,
});

/** Visitors with new events, and those that somebody wants anew. */
export async function wantChanged(
	context: RunContext,
	plan: Incremental,
	restate: Restated | undefined,
): Promise<Wanted> {
	const { project, run } = context;
	const { manifest, ledger } = plan.published;
	const isNew = newRowsCondition(ledger, plan.change);
	const insert = (changing: Changing) => insertChanges(run, changing, carryingOf(project), manifest);
	await step(context, 'changed visitors', insert(withNewEvents(isNew)));
	if (restate)
		await context.warehouse.command(insert(restated(visitorsOf(project, manifest, restate))), {
			params: { ...restate },
			settings: runSettings,
		});
	const [found] = await ask<{ visitors: string; reread: string }>(
		context,
		`SELECT uniqExact(site, visitor_id) AS visitors, uniqExactIf((site, visitor_id), is_reread) AS reread FROM ${changesTable} WHERE run = ${run}`,
	);
	const reread = Number(found?.reread);
	const hasReread = reread > 0;
	const newRows = plan.change.newParts.reduce((sum, { rows }) => sum + rows, 0);
	return {
		scope: { kind: 'changed', range: everyVisitor, published: manifest, isNew, hasReread },
		events: newRows + (hasReread ? await countReread(context) : 0),
		visitors: Number(found?.visitors),
		reread,
		isRestated: restate !== undefined,
	};
}

async function countReread(context: RunContext): Promise<number> {
	const [row] = await ask<{ events: string }>(
		context,
		`SELECT count() AS events FROM events WHERE (site, visitor_id) IN ${rereadVisitors(context.run)}`,
	);
	return Number(row?.events ?? 0);
}

/** The visitors that somebody wants anew, by what raw has of them, or what was published of them; with parameters for what is wanted. */
function visitorsOf(project: Project, published: Manifest, what: Restated): string {
	const models = project.models.filter(({ refresh }) => refresh.kind === 'visitor');
	const conditions = (day: string, hasUser: boolean) =>
		[
			...(what.user === undefined
				? []
				: [`(toString(visitor_id) = {user:String}${hasUser ? ' OR user_id = {user:String}' : ''})`]),
			...(what.since === undefined ? [] : [`${day} >= {since:Date}`]),
			...(what.until === undefined ? [] : [`${day} <= {until:Date}`]),
		].join(' AND ');
	const ofRaw = `SELECT site, visitor_id FROM events WHERE ${conditions('toDate(ts)', true)}`;
	const ofModels = models.map(
		(model) =>
			`SELECT site, visitor_id FROM ${tableOf(model)}
			WHERE ${seenCondition(published[model.name] ?? [], model.unit)}
				AND ${conditions(
					model.unit,
					model.columns.some(({ name }) => name === 'user_id'),
				)}`,
	);
	return [ofRaw, ...ofModels].join(' UNION ALL ');
}

/** Makes the rows of visitors. @param published what readers see now; undefined when all is made anew */
export async function makeVisitors(
	context: RunContext,
	wanted: Wanted,
	published: Manifest | undefined,
): Promise<VisitorsMade> {
	const { project, warehouse, run } = context;
	const models = project.models.filter(({ refresh }) => refresh.kind === 'visitor');
	const tests: Promise<TestResult[]>[] = [];
	for (const [i, range] of (await visitorRanges(context, wanted)).entries()) {
		if (i > 0) {
			await Promise.all(tests);
			await emptyScratch(context);
		}
		const scope = { ...wanted.scope, range };
		await makeRange(context, scope);
		tests.push(runTests(warehouse, testsOfVisitors(project, run, scope), runSettings));
	}
	const [changed, results] = await Promise.all([
		changedUnits(context, models, published, wanted.isRestated),
		Promise.all(tests),
	]);
	if (published) await takeOverOthers(context, models, published, changed);
	return { changed, tests: results.flat() };
}

/** Makes models after those that they read, those that can be at the same time. */
async function makeRange(context: RunContext, scope: VisitorScope): Promise<void> {
	const { project, run } = context;
	for (const models of levelsOf(project.models, ['run', 'visitor']))
		await Promise.all(
			models.map(async (model) => {
				for (const statement of insertsOfVisitors(model, project, run, scope))
					await step(context, model.name, statement);
			}),
		);
}

/** Slices of visitors with about the same number of events. */
async function visitorRanges(context: RunContext, { scope, events }: Wanted): Promise<VisitorRange[]> {
	const slices = Math.ceil(events / rangeEventsMax);
	if (slices <= 1) return [everyVisitor];
	const levels = Array.from({ length: slices - 1 }, (_, i) => (i + 1) / slices);
	const where = scope.kind === 'changed' ? `WHERE (site, visitor_id) IN ${changedVisitors(context.run)}` : '';
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
	isRestated: boolean,
): Promise<ChangedUnits> {
	const queries = models.map((model) => {
		const seen = published && seenCondition(published[model.name] ?? [], model.unit);
		// Somebody who restates does not trust what is there.
		return changedUnitsQuery(model, context.run, seen === undefined ? undefined : { seen, withSame: isRestated });
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

async function emptyScratch(context: RunContext): Promise<void> {
	await emptyTables(context, scratchModels(context.project).map(tableOf));
}

/** Empties all that the run has put beside the models, and what dead ones before it left. */
export async function emptyAllScratch(context: RunContext): Promise<void> {
	await emptyTables(context, [changesTable, ...scratchModels(context.project).map(tableOf)]);
}

const scratchModels = ({ models }: Project) => models.filter(({ refresh }) => refresh.kind === 'run');

/** Not of a later run, whose number is higher unless the server's clock went back: it may be alive, where somebody freed the lock of this one. */
async function emptyTables({ warehouse, run }: RunContext, tables: readonly string[]): Promise<void> {
	await Promise.all(tables.map((table) => warehouse.command(`ALTER TABLE ${table} DELETE WHERE run <= ${run}`)));
}
