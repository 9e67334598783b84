import { carryingOf, type Project } from '../compile/compile.js';
import { levelsOf } from '../compile/levels.js';
import { eventDay, isStaged, type Model } from '../compile/model.js';
import { daysIn, type Manifest, type Partitions, rangesOf, seenCondition } from '../plan/manifest.js';
import type { Plan, Restated } from '../plan/plan.js';
import { newRowsCondition, type RawPart } from '../plan/watermark.js';
import { insertConflicts } from '../store/event-conflicts.js';
import { changedOrdersTable, changesTable, repeatsTable, tableOf, visitorDaysTable } from '../store/layout.js';
import { type LeftOut, leftOutConditions } from '../store/left-out.js';
import { type ChangedPartitions, comparedPartitions, copyOthers } from './changed-partitions.js';
import { type RunTestResult, runTestsOfRun, testsOfVisitors } from './data-tests.js';
import { type FewEvents, fewEvents, fewEventsCounts, fewEventsFound } from './few-events.js';
import { allOrThrow, ask, type RunContext, runSettings, step } from './run-context.js';
import {
	type Changing,
	changedVisitors,
	eventsCondition,
	everyVisitor,
	insertChanges,
	insertRepeats,
	insertsOfVisitors,
	mayRepeatQuery,
	rangeCondition,
	rereadVisitors,
	restated,
	type StagedCount,
	type VisitorRange,
	type VisitorScope,
	withNewEvents,
} from './statements/run-sql.js';
import {
	inLanes,
	type StatementSizes,
	serverMemoryBytes,
	settingsOfSlices,
	sizesFor,
} from './statements/statement-sizes.js';

/**
 * The first half of a run: models whose rows belong to visitors. It adds new events to the visits that their visitors
 * had, and recomputes the rows of these visitors from the first day on that may change. A late event, or one that joins
 * two sessions, is therefore no special case. If a new receipt replaces one that was counted before, the run re-reads
 * all events of the visitor.
 */

export interface VisitorsMade {
	changed: ChangedPartitions;
	tests: RunTestResult[];
}

/** Thrown when the models of some visitors cannot be computed; `cause` has the reason. */
export class VisitorsFailure extends Error {
	readonly scope: VisitorScope;

	constructor(scope: VisitorScope, cause: unknown) {
		super('the models of visitors cannot be computed', { cause });
		this.scope = scope;
	}
}

type Incremental = Extract<Plan, { kind: 'incremental' }>;

/** The visitors that a run recomputes, and the events that it reads. */
export interface VisitorSelection {
	/** The scope of all these visitors, without slices. */
	scope: VisitorScope;
	events: number;
	/** Uncompressed size of these events in the raw table, bytes. */
	bytes: number;
	/** Number of visitors; undefined for all. */
	visitors: number | undefined;
	/** Number of visitors whose events the run re-reads; undefined for all visitors. */
	reread: number | undefined;
	/** Number of known events and new receipts of the visitor with the most; 0 in a rebuild, which bounds no visitor. */
	largestVisitorEvents: number;
	/** Whether the caller restates visitors. */
	isRestated: boolean;
	/** The only day that the run changes, days since 1970; undefined where days must be compared. */
	onlyDay: number | undefined;
	few: FewEvents;
}

/** Selects all visitors. @param parts active parts of the raw table */
export async function selectAll(
	context: RunContext,
	parts: readonly RawPart[],
	leftOut: bigint | undefined,
): Promise<VisitorSelection> {
	const { present } = context;
	const found = await fewEventsFound(context, present);
	const few = { ...fewEvents(context.project, { days: found, known: [] }, false), fresh: new Map() };
	return {
		...wholeSelection(parts),
		scope: { kind: 'all', range: everyVisitor, leftOut, present, idle: few.idle },
		few,
	};
}

const wholeSelection = (parts: readonly RawPart[]) => ({
	events: sumOf(parts, 'rows'),
	bytes: sumOf(parts, 'bytes'),
	visitors: undefined,
	reread: undefined,
	largestVisitorEvents: 0,
	isRestated: false,
	onlyDay: undefined,
});

const sumOf = (parts: readonly RawPart[], of: 'rows' | 'bytes') => parts.reduce((sum, part) => sum + part[of], 0);

/** Selects visitors with new events, visitors to restate, and visitors that are left out but still have rows. */
export async function selectChanged(
	context: RunContext,
	plan: Incremental,
	restate: Restated | undefined,
	leftOut: bigint | undefined,
): Promise<VisitorSelection> {
	const { project, run, present } = context;
	const { manifest, watermark } = plan.published;
	const newRows = newRowsCondition(watermark, plan.change);
	const isNew = leftOut === undefined ? newRows : `${newRows} AND ${leftOutConditions(leftOut).isIn}`;
	const insert = (changing: Changing) => insertChanges(run, changing, project, manifest);
	const carrying = carryingOf(project);
	const [repeat] = await ask<{ known: string }>(context, mayRepeatQuery(isNew, carrying, manifest));
	if (Number(repeat?.known ?? 0) > 0)
		await step(context, 'repeated events', insertRepeats(run, isNew, carrying, manifest));
	await step(context, 'changed visitors', insert(withNewEvents(run, isNew)));
	if (leftOut !== undefined)
		await step(context, 'visitors that are left out', insert(restated(withRowsStill(project, manifest, leftOut))));
	if (restate)
		await context.warehouse.command(insert(restated(visitorsOf(project, manifest, restate, leftOut))), {
			params: { ...restate, ...context.key },
			settings: runSettings,
		});
	const newEvents = sumOf(plan.change.newParts, 'rows');
	const found = await countChanges(context, isNew, manifest, newEvents <= comparedIdsMax);
	const hasReread = found.reread > 0;
	const few = fewEvents(project, { days: found.fewDays, known: found.known }, hasReread);
	const repeats = `SELECT site, visitor_id, event_id FROM ${repeatsTable} WHERE run = ${run}`;
	// The marts do not depend on conflicts, so a failure here does not stop the run.
	if (found.mayHaveConflicts)
		await step(context, 'event conflicts', insertConflicts(repeats, newRows)).catch(() => undefined);
	const rereadSize = hasReread ? await countReread(context, leftOut) : { events: 0, bytes: 0 };
	return {
		scope: {
			kind: 'changed',
			range: everyVisitor,
			leftOut,
			present,
			published: manifest,
			isNew,
			hasReread,
			hasRepeats: found.repeats > 0,
			days: rangesOf(found.days),
			idle: few.idle,
			fresh: few.fresh,
		},
		events: newEvents + rereadSize.events,
		bytes: sumOf(plan.change.newParts, 'bytes') + rereadSize.bytes,
		visitors: found.visitors,
		reread: found.reread,
		largestVisitorEvents: found.largest,
		isRestated: restate !== undefined,
		onlyDay: onlyDayOf(found, leftOut),
		few,
	};
}

/**
 * The day that is certainly the only one that the run changes; undefined where days must be compared. New events that
 * were not counted before change their day in every model of visitors. Pure.
 */
export function onlyDayOf(
	{ days, newDays, reread, repeats }: { days: number[]; newDays: number[]; reread: number; repeats: number },
	leftOut: bigint | undefined,
): number | undefined {
	const [day, ...others] = new Set([...days, ...newDays]);
	const isCertain = newDays.length === 1 && others.length === 0 && reread === 0 && repeats === 0;
	return isCertain && leftOut === undefined ? day : undefined;
}

/** Number of new events up to which a run compares their ids with each other before it looks for conflicts. */
const comparedIdsMax = 100_000;

/**
 * Summarizes the tables of changes and of repeated events, and the new events. Days are since 1970.
 *
 * @param comparesIds whether new events with the same id are counted; else there may be some
 */
async function countChanges(context: RunContext, isNew: string, published: Manifest, comparesIds: boolean) {
	const ofRun = `WHERE run = ${context.run}`;
	const { days: fewDays, known } = fewEventsCounts(context, published);
	const doubles = comparesIds ? 'count() - uniqExact(site, visitor_id, event_id)' : '1';
	type Counts = Record<'visitors' | 'reread' | 'largest' | 'repeats', string>;
	type Fresh = [newDays: number[], fewDays: number[][], doubles: string];
	const [row] = await ask<Counts & { days: number[]; known: string[]; fresh: Fresh }>(
		context,
		`SELECT uniqExact(site, visitor_id) AS visitors, uniqExactIf((site, visitor_id), is_reread) AS reread,
			max(events) AS largest, arrayMap(day -> toUInt16(day), groupUniqArrayArray(days)) AS days,
			(SELECT count() FROM ${repeatsTable} ${ofRun}) AS repeats,
			(SELECT (groupUniqArray(toUInt16(${eventDay})), ${fewDays}, toUInt64(${doubles})) FROM events WHERE ${isNew}) AS fresh,
			${known} AS known
		FROM ${changesTable} ${ofRun}`,
	);
	const [newDays, daysOfFew, doubled] = row?.fresh ?? [[], [], '0'];
	const repeated = Number(row?.repeats ?? 0);
	return {
		visitors: Number(row?.visitors ?? 0),
		reread: Number(row?.reread ?? 0),
		largest: Number(row?.largest ?? 0),
		repeats: repeated,
		mayHaveConflicts: repeated > 0 || Number(doubled) > 0,
		days: row?.days ?? [],
		newDays,
		fewDays: daysOfFew,
		known: row?.known ?? [],
	};
}

/** Counts the events that the run re-reads, and estimates their bytes from the texts that pages choose. */
async function countReread(
	context: RunContext,
	leftOut: bigint | undefined,
): Promise<{ events: number; bytes: number }> {
	const [row] = await ask<{ events: string; bytes: string }>(
		context,
		`SELECT count() AS events, sum(length(url) + length(referrer) + length(title) + length(obj_id)) + 300 * events AS bytes FROM events
		WHERE (site, visitor_id) IN ${rereadVisitors(context.run)}${leftOut === undefined ? '' : ` AND ${leftOutConditions(leftOut).isIn}`}`,
	);
	return { events: Number(row?.events ?? 0), bytes: Number(row?.bytes ?? 0) };
}

/** A SELECT of visitors that are left out and have published rows. */
function withRowsStill(project: Project, published: Manifest, leftOut: bigint): string {
	const carrying = carryingOf(project);
	return `SELECT DISTINCT site, visitor_id FROM ${tableOf(carrying)}
		WHERE (site, visitor_id) IN ${leftOutConditions(leftOut).visitors} AND ${seenCondition(published[carrying.name] ?? [], carrying.partition, 'all')}`;
}

/** Finds the changed visitors with the most known events. Used when the known events of all do not fit in memory. */
export async function largestVisitors(context: RunContext, { published, change }: Incremental): Promise<LeftOut[]> {
	const carrying = carryingOf(context.project);
	const rows = await ask<{ site: string; visitor: string }>(
		context,
		`SELECT site, visitor_id AS visitor FROM ${tableOf(carrying)}
		WHERE (site, visitor_id) IN (SELECT site, visitor_id FROM events WHERE ${newRowsCondition(published.watermark, change)})
			AND ${seenCondition(published.manifest[carrying.name] ?? [], carrying.partition, 'all')} AND ${leftOutConditions(context.list).isIn}
		GROUP BY site, visitor_id HAVING sum(events) > ${largeVisitorEvents} ORDER BY sum(events) DESC LIMIT ${largestMax}`,
	);
	return rows.map((row) => ({ ...row, reason: 'its known events do not fit in memory beside those of others' }));
}

/** Number of events above which a visitor counts as large, and maximum number of large visitors left out at a time. */
const largeVisitorEvents = 500_000;
const largestMax = 10;

/**
 * Visitors with more known events than a run can hold the hashes of at a time.
 *
 * @param eventsMax maximum number of events of one visitor
 */
export async function tooManyEvents(context: RunContext, eventsMax: number): Promise<LeftOut[]> {
	const rows = await ask<{ site: string; visitor: string }>(
		context,
		`SELECT DISTINCT site, visitor_id AS visitor FROM ${changesTable}
		WHERE run = ${context.run} AND events > ${eventsMax} AND ${leftOutConditions(context.list).isIn}`,
	);
	return rows.map((row) => ({ ...row, reason: `it has more than ${eventsMax} events` }));
}

/** A SELECT of the visitors to restate, by their raw events or published rows. `restate` gives its parameters. */
function visitorsOf(project: Project, published: Manifest, what: Restated, leftOut: bigint | undefined): string {
	const models = project.models.filter(({ materialized }) => materialized.kind === 'incremental by visitor');
	const conditions = (day: string, hasUser: boolean) =>
		[
			...(what.user === undefined
				? []
				: [`(toString(visitor_id) = {user:String}${hasUser ? ' OR user_id = {user:String}' : ''})`]),
			...(what.since === undefined ? [] : [`${day} >= {since:Date}`]),
			...(what.until === undefined ? [] : [`${day} <= {until:Date}`]),
		].join(' AND ');
	const visitorsInRaw = `SELECT site, visitor_id FROM events WHERE ${conditions('toDate(ts)', true)}`;
	const visitorsInModels = models.map(
		(model) =>
			`SELECT site, visitor_id FROM ${tableOf(model)}
			WHERE ${seenCondition(published[model.name] ?? [], model.partition, 'all')}
				AND ${conditions(
					model.partition,
					model.columns.some(({ name }) => name === 'user_id'),
				)}`,
	);
	const all = [visitorsInRaw, ...visitorsInModels].join(' UNION ALL ');
	// The published rows of a site that is left out stay.
	return leftOut === undefined
		? all
		: `SELECT site, visitor_id FROM (${all}) WHERE ${leftOutConditions(leftOut).siteIsIn}`;
}

/** Computes the models of visitors. @param published the manifest of the published run; undefined for a rebuild */
export async function makeVisitors(
	context: RunContext,
	selection: VisitorSelection,
	published: Manifest | undefined,
): Promise<VisitorsMade> {
	const { project, warehouse, run } = context;
	const models = project.models.filter(({ materialized }) => materialized.kind === 'incremental by visitor');
	const sizes = sizesFor(await serverMemoryBytes(context, selection));
	const slices = await visitorRanges(context, selection, sizes);
	const lanes = Math.min(sizes.lanes, slices.length);
	// A lane has one thread, so that the groups of a statement are in one table and need no merging.
	const inLane = slices.length > 1 ? { ...context, settings: settingsOfSlices(sizes, lanes) } : context;
	const tests: Promise<RunTestResult[]>[] = [];
	// Only a statement of all visitors copies the rows of others, see `fresh`.
	const isWhole = slices.length === 1 && slices[0]?.passes === 1;
	const fresh = isWhole ? selection.few.fresh : new Map<string, Partitions>();
	const makeSlice = async ({ range, passes }: Slice) => {
		const scope = await makeRange(inLane, { ...selection.scope, fresh, range }, passes);
		const testing = runTestsOfRun(warehouse, testsOfVisitors(project, run, scope), inLane.settings);
		// The tests of the only slice run beside what follows; they are awaited below.
		testing.catch(() => undefined);
		tests.push(testing);
		if (slices.length === 1) return;
		await testing;
		await emptyScratch(context, range);
	};
	await inLanes(slices, lanes, makeSlice);
	const [changed, results] = await Promise.all([
		changedPartitions(context, models, published, { ...selection, few: { ...selection.few, fresh } }),
		allOrThrow(tests),
	]);
	const toComplete = models.filter(({ name }) => !fresh.has(name));
	if (published) await copyOthers(context, toComplete, published, changed);
	return { changed, tests: results.flat() };
}

/**
 * Computes the models of a range of visitors.
 *
 * @param passes number of passes in which the events of the range are staged: the events of one visitor may not fit in
 *   memory at once
 * @returns the scope after the passes
 * @throws VisitorsFailure
 */
export async function makeRange(context: RunContext, scope: VisitorScope, passes: number): Promise<VisitorScope> {
	try {
		if (passes === 1) {
			await makeModels(context, scope, ['ephemeral', 'incremental by visitor']);
			return scope;
		}
		const staged: StagedCount[] = [];
		for (let index = 0; index < passes; index++) {
			await makeModels(context, { ...scope, pass: { index, passes } }, ['ephemeral']);
			staged.push(...(await takeStaged(context, scope.range)));
		}
		const whole = { ...scope, staged };
		await makeModels(context, whole, ['incremental by visitor']);
		return whole;
	} catch (error) {
		throw new VisitorsFailure(scope, error);
	}
}

/** Computes models in lineage order, independent ones at the same time. */
async function makeModels(
	context: RunContext,
	scope: VisitorScope,
	kinds: readonly ('ephemeral' | 'incremental by visitor')[],
) {
	const { project, run } = context;
	for (const models of levelsOf(project.models, kinds))
		await allOrThrow(
			models
				.filter(({ name }) => !scope.idle?.has(name))
				.map(async (model) => {
					for (const statement of insertsOfVisitors(model, project, run, scope))
						await step(context, model.name, statement);
				}),
		);
}

/** Counts the events that a pass has staged, and frees their memory for the next pass. */
async function takeStaged(context: RunContext, range: VisitorRange): Promise<StagedCount[]> {
	const tables = context.project.models.filter(isStaged).map(tableOf);
	const counts = await Promise.all(
		tables.map((table) =>
			ask<StagedCount>(
				context,
				`SELECT site, visitor_id, count() AS events FROM ${table} WHERE run = ${context.run} AND ${rangeCondition(range)}
				GROUP BY site, visitor_id`,
			),
		),
	);
	await emptyTables(context, tables, range);
	return counts.flat();
}

/** A slice of the visitors, and the number of passes in which its events are staged. */
interface Slice {
	range: VisitorRange;
	passes: number;
}

/** Number of events that are sampled to determine the slices. */
export const sampleMax = 65_536;

/** Slices of visitors with about the same number of events, or with fewer events if these are large. */
async function visitorRanges(
	context: RunContext,
	{ scope, events, bytes }: VisitorSelection,
	{ sliceEvents, sliceBytes }: StatementSizes,
): Promise<Slice[]> {
	const slices = Math.ceil(Math.max(events / sliceEvents, bytes / sliceBytes) / context.share);
	if (slices <= 1) return [{ range: everyVisitor, passes: 1 }];
	const levels = Array.from({ length: slices - 1 }, (_, i) => (i + 1) / slices);
	const isChanged = scope.kind === 'changed' ? ` AND (site, visitor_id) IN ${changedVisitors(context.run)}` : '';
	const [row] = await ask<{ ends: string[] }>(
		context,
		`SELECT arrayMap(level -> toString(visitors[toUInt32(ceil(level * length(visitors)))]), [${levels.join(', ')}]) AS ends
		FROM
		(
			SELECT arraySort(groupArraySample(${sampleMax})(visitor_id)) AS visitors FROM events
			WHERE ${eventsCondition(scope)}${isChanged}
		)
		WHERE notEmpty(visitors)`,
	);
	return slicesOf(row?.ends ?? []);
}

/**
 * Ranges of visitors that divide the events into equal parts. A visitor at more than one of the quantiles has more
 * events than one part, and gets a range and several passes of its own. Pure.
 *
 * @param ends visitors in order
 */
export function slicesOf(ends: readonly string[]): Slice[] {
	const slices: Slice[] = [];
	let from = 0n;
	const add = (to: bigint, passes: number) => {
		if (to >= from) slices.push({ range: { from: from.toString(), to: to.toString() }, passes });
		from = to + 1n;
	};
	for (const [i, end] of ends.entries()) {
		if (end === ends[i - 1]) continue;
		const times = ends.lastIndexOf(end) - i + 1;
		if (times > 1) add(BigInt(end) - 1n, 1);
		add(BigInt(end), times > 1 ? times + 1 : 1);
	}
	add(BigInt(everyVisitor.to), 1);
	return slices;
}

/** The time partitions that the run changes in models of visitors. */
async function changedPartitions(
	context: RunContext,
	models: readonly Model[],
	published: Manifest | undefined,
	selection: VisitorSelection,
): Promise<ChangedPartitions> {
	const { scope, isRestated, onlyDay, few } = selection;
	const computed = models.filter(({ name }) => !few.idle.has(name) && !few.fresh.has(name));
	const areDays = onlyDay !== undefined && computed.every(({ partition }) => partition === 'day');
	// The rows of few events may be the same although the day has new events.
	const certain = areDays ? computed.filter(({ name }) => !few.uncertain.has(name)) : [];
	const changed: ChangedPartitions = new Map(models.map(({ name }) => [name, []]));
	for (const { name } of certain) changed.set(name, [{ partition: onlyDay as number, rows: 0 }]);
	for (const [name, ranges] of few.fresh)
		changed.set(
			name,
			daysIn(ranges).map((partition) => ({ partition, rows: 0 })),
		);
	const days = scope.kind === 'all' ? [] : scope.days;
	const others = computed.filter((model) => !certain.includes(model));
	for (const [name, partitions] of await comparedPartitions(context, others, published, days, isRestated))
		changed.set(name, partitions);
	return changed;
}

/** Empties the staged data of the run, but not its list of changed visitors. @param range @default all visitors */
export async function emptyScratch(context: RunContext, range = everyVisitor): Promise<void> {
	await emptyTables(context, scratchModels(context.project.models).map(tableOf), range);
}

/**
 * Empties the scratch tables of the run, and of earlier runs that died.
 *
 * @param isThorough whether that includes the tables that few runs fill: each statement takes some milliseconds
 */
export async function emptyAllScratch(context: RunContext, isThorough = true): Promise<void> {
	const { models, own } = context.project;
	const ofFewEvents = scratchModels(models).filter(({ events }) => events !== undefined);
	const rare = [repeatsTable, changedOrdersTable, ...ofFewEvents.map(tableOf)];
	const others = scratchModels(models).filter((model) => !ofFewEvents.includes(model));
	const ofOwn = own.models.length > 0 ? [visitorDaysTable] : [];
	const tables = [changesTable, ...others.map(tableOf), ...ofOwn];
	await emptyTables(context, [...tables, ...(isThorough ? rare : [])]);
}

const scratchModels = (models: readonly Model[]) =>
	models.filter(({ materialized }) => materialized.kind === 'ephemeral');

/**
 * Deletes the rows of this run in a range, and those of earlier runs. It keeps those of a later run, which may be in
 * progress if an operator has freed this run's lock.
 */
async function emptyTables(
	{ warehouse, run }: RunContext,
	tables: readonly string[],
	range = everyVisitor,
): Promise<void> {
	const inRange = rangeCondition(range);
	const condition = inRange === 'true' ? `run <= ${run}` : `run < ${run} OR run = ${run} AND ${inRange}`;
	await Promise.all(tables.map((table) => warehouse.command(`ALTER TABLE ${table} DELETE WHERE ${condition}`)));
}
