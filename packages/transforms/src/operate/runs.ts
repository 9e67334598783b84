import { isImported, readTables, type Warehouse } from '@footfall/warehouse';
import { generation } from '../compile/generation.js';
import { isStored } from '../compile/model.js';
import { type Project, withOwn } from '../compile/project.js';
import { type PlannedStatement, plannedStatements } from '../make/statements/planned.js';
import { renderedChecksum } from '../make/statements/rendered.js';
import { refuseNewer } from '../plan/generation.js';
import { type Partitions, runsOf } from '../plan/manifest.js';
import { planOwn, withOwnKept, withOwnReason } from '../plan/own.js';
import { nextRun, type OwnState, type Plan, type PublishedRun, planRun } from '../plan/plan.js';
import { RunFault } from '../plan/run-fault.js';
import { changeSince, newRowsCondition, type RawPart } from '../plan/watermark.js';
import { collectGarbage, expiredAmong } from '../store/garbage.js';
import { ownTables, runsTable, tableOf } from '../store/layout.js';
import { takeLock } from '../store/processes/lock.js';
import { publish } from '../store/runs/publish.js';
import { withPublishedDefinitions } from '../store/runs/published-definitions.js';
import { readPublished, readRunState, readSeenRun } from '../store/runs/run-state.js';
import { needsViews, presentOf } from '../store/views.js';

/** Operations on runs: roll back, resume, list, preview, measure freshness and collect garbage. */

/** A rollback that is not possible; the message says why. */
export class RollbackRefusal extends Error {
	override name = 'RollbackRefusal';
}

/**
 * Shows readers an earlier run again, and holds runs until `resume`, since the next run would undo the rollback.
 *
 * @throws RollbackRefusal, LockedError
 */
export async function rollback(warehouse: Warehouse, ours: Project, to: bigint): Promise<void> {
	const project = await withPublishedDefinitions(warehouse, ours);
	const lock = await takeLock(warehouse, 10_000);
	try {
		const [target, state] = await Promise.all([readPublished(warehouse, { run: to }), readRunState(warehouse)]);
		refuseNewer(state.published, project);
		if (!target) throw new RollbackRefusal(`there is no published run ${to}; list them with: footfall transforms runs`);
		if (target.models !== project.checksum)
			throw new RollbackRefusal(
				`run ${to} was computed from other model files; check these out and run "footfall transforms build" instead`,
			);
		const restored = withOwnKept(target, state.published);
		const seen = [...runsOf(restored.manifest)];
		const [present, expired] = await Promise.all([
			presentRuns(warehouse, project.models.filter(isStored).map(tableOf)),
			expiredAmong(warehouse, seen, state.nowUs),
		]);
		// A run that is expired may have lost its rows in some tables only, if garbage collection was killed.
		if (expired.length > 0 || seen.some((run) => !present.has(run)))
			throw new RollbackRefusal(
				`run ${to} is too old: some of its rows were dropped as garbage; only the last 10 runs are kept`,
			);
		await publish(warehouse, { ...restored, run: nextRun(state), kind: 'rollback' }, { rolledBackTo: to.toString() });
	} finally {
		await lock.release();
	}
}

/** Lets runs continue after a rollback. @returns whether a rollback held them */
export async function resume(warehouse: Warehouse): Promise<boolean> {
	const state = await readRunState(warehouse);
	if (state.published?.kind !== 'rollback') return false;
	await publish(warehouse, { ...state.published, run: nextRun(state), kind: 'resume' }, {});
	return true;
}

async function presentRuns(warehouse: Warehouse, tables: readonly string[]): Promise<Set<bigint>> {
	const rows = await warehouse.query<{ partition: string }>(
		`SELECT DISTINCT partition FROM system.parts
		WHERE database = currentDatabase() AND active AND (table IN {tables:Array(String)} OR match(table, '${ownTables}'))`,
		{ params: { tables } },
	);
	return new Set(rows.map(({ partition }) => BigInt(partition)));
}

/** A published run, for operators. */
export interface RunEntry {
	run: string;
	kind: string;
	/** UTC, `2026-01-31 12:00:00.000`. */
	publishedAt: string;
	report: { why?: string; visitors?: number; ms?: number; models?: { name: string; rows: number; ms: number }[] };
}

/**
 * Lists published runs, newest first.
 *
 * @param limit maximum number of runs
 * @param upTo number of the newest run to list. @default all runs
 */
export async function listRuns(warehouse: Warehouse, limit: number, upTo?: bigint): Promise<RunEntry[]> {
	const rows = await warehouse.query<{ run: string; kind: string; publishedAt: string; report: string }>(
		`SELECT run, kind, toString(published_at) AS publishedAt, report FROM ${runsTable}
		${upTo === undefined ? '' : `WHERE run <= ${upTo}`} ORDER BY run DESC LIMIT {limit:UInt32}`,
		{ params: { limit } },
	);
	return rows.map((row) => ({ ...row, report: JSON.parse(row.report) }));
}

/** The effects of a run, if it started now. */
export interface Preview {
	kind: Plan['kind'];
	why: string;
	/** Number of receipts that no published run has seen; for a rebuild, of all receipts. */
	newReceipts: number;
	/** Number of visitors that would be recomputed; for a rebuild, of all visitors. */
	visitors: number;
	/** First and last day of the new receipts; empty when there are none. */
	firstDay: string;
	lastDay: string;
	/** Duration of the last run of the same kind, milliseconds; undefined without one. */
	estimatedMs: number | undefined;
	/** Own models with other rows than those that follow from new events; empty for none. */
	own: OwnPreview[];
	/** The statements that compute the models; absent if they were not asked for. */
	statements?: PlannedStatement[];
}

/** The effect of a run on an own model: compute all its rows, remove it, or keep its rows because of a fault. */
export interface OwnPreview {
	name: string;
	what: 'compute' | 'remove' | 'keep';
}

/**
 * Determines what a run would do, without changing anything.
 *
 * @param options `fullRefresh` previews a rebuild; `withStatements` adds the statements that compute the models
 */
export async function preview(
	warehouse: Warehouse,
	ours: Project,
	options: { fullRefresh?: boolean; withStatements?: boolean } = {},
): Promise<Preview> {
	const project = await withPublishedDefinitions(warehouse, ours);
	const state = await readRunState(warehouse);
	refuseNewer(state.published, project);
	const { states, tests } = state.published?.judged.own ?? { states: {} };
	const ownPlan = planOwn(states, project.own, state.nowUs, true, tests);
	const ofOurs = planRun(state, project.checksum, { ...options, rendered: renderedChecksum(project) });
	const plan = withOwnReason(ofOurs, state, ownPlan);
	const own = previewOwn(ownPlan, plan.kind === 'rebuild');
	const nothing = { newReceipts: 0, visitors: 0, firstDay: '', lastDay: '' };
	if (plan.kind === 'skip') return { kind: 'skip', why: plan.why, ...nothing, estimatedMs: 0, own };
	const anew = new Set(ownPlan.tasks.filter(({ how }) => how === 'rebuild').map(({ model }) => model.name));
	const withStatements = (days: Partitions) =>
		options.withStatements ? { statements: plannedStatements(withOwn(project), plan, days, anew) } : {};
	if (plan.why === 'own models changed')
		return { kind: plan.kind, why: plan.why, ...nothing, estimatedMs: undefined, own, ...withStatements([]) };
	const condition = plan.kind === 'incremental' ? newRowsCondition(plan.published.watermark, plan.change) : 'true';
	type Row = Record<'n' | 'visitors' | 'firstDay' | 'lastDay', string> & Record<'first' | 'last', number>;
	const [row] = await warehouse.query<Row>(
		`SELECT count() AS n, uniqExact(site, visitor_id) AS visitors, toString(toDate(min(ts))) AS firstDay, toString(toDate(max(ts))) AS lastDay,
			toUInt16(toDate(min(ts))) AS first, toUInt16(toDate(max(ts))) AS last
		FROM events WHERE ${condition}`,
	);
	const past = await listRuns(warehouse, 50).catch(() => []);
	const last = past.find(({ kind, report }) => kind === plan.kind && report.ms !== undefined);
	return {
		kind: plan.kind,
		why: plan.why,
		newReceipts: Number(row?.n ?? 0),
		visitors: Number(row?.visitors ?? 0),
		firstDay: row?.firstDay ?? '',
		lastDay: row?.lastDay ?? '',
		estimatedMs: last?.report.ms,
		own,
		...withStatements(Number(row?.n ?? 0) === 0 ? [] : [{ from: Number(row?.first), to: Number(row?.last) }]),
	};
}

/** Own models whose rows the run would compute anew, remove, or keep because of a fault. Pure. */
function previewOwn({ tasks, removed, faulty }: ReturnType<typeof planOwn>, isRebuild: boolean): OwnPreview[] {
	return [
		...tasks.flatMap(({ model: { name }, how }) =>
			how === 'rebuild' || isRebuild ? [{ name, what: 'compute' as const }] : [],
		),
		...removed.map((name) => ({ name, what: 'remove' as const })),
		...faulty.map(({ name }) => ({ name, what: 'keep' as const })),
	];
}

/** The freshness of the marts: how much of the raw table is in the run that readers see. */
export interface Freshness {
	/** UTC time at which the run that readers see was published; empty when there is none. */
	publishedAt: string;
	/**
	 * Age of the oldest receipt of a collector that this run has not read, milliseconds; 0 when there is none. Imported
	 * events have the time at which another system received them, so their age is no waiting time.
	 */
	behindMs: number;
	/** Number of receipts that this run has not read. */
	waiting: number;
	/** Number of these that were imported or simulated. */
	imported: number;
	/** Own models of which readers see earlier rows. */
	staleModels: StaleModel[];
	/** Data tests of the project folder that fail and read only models of this package. */
	failingTests: StaleModel[];
}

/** An own model of which readers see earlier rows, or none yet; or a data test that fails. */
export interface StaleModel {
	name: string;
	/** The fault, with the file and the line. */
	words: string;
	/** UTC, `2026-01-31 12:00:00.000`. */
	since: string;
}

/** Compares the marts that readers see with the raw table, by the server's clock. */
export async function freshness(warehouse: Warehouse): Promise<Freshness> {
	const { published: newest, parts } = await readRunState(warehouse);
	const published = await readSeenRun(warehouse, newest);
	const [entry] = published === undefined ? [] : await listRuns(warehouse, 1, published.run);
	const change = changeSince(
		published?.watermark ?? {},
		published === undefined ? parts : partsSince(published, parts),
	);
	const condition = change.kind === 'appended' ? newRowsCondition(published?.watermark ?? {}, change) : 'true';
	const [row] = await warehouse.query<{ waiting: string; imported: string; behindMs: string }>(
		`SELECT count() AS waiting, countIf(${isImported}) AS imported,
			if(waiting = imported, 0, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(minIf(received_at, NOT ${isImported}))) AS behindMs
		FROM events WHERE ${change.kind === 'nothing' ? 'false' : condition}`,
	);
	return {
		publishedAt: entry?.publishedAt ?? '',
		behindMs: Math.max(0, Number(row?.behindMs ?? 0)),
		waiting: Number(row?.waiting ?? 0),
		imported: Number(row?.imported ?? 0),
		staleModels: faultsIn(newest?.judged.own?.states ?? {}),
		failingTests: faultsIn(faultsOfTests(newest)),
	};
}

/**
 * The parts of the raw table, to be compared with a run. A migration renames a column by a mutation, which changes no
 * row. The first run after it is a rebuild, so that mutations since a run of an earlier version say nothing about the
 * events that it has not read. Pure.
 */
function partsSince({ judged, watermark }: PublishedRun, parts: readonly RawPart[]): readonly RawPart[] {
	if (judged.generation >= generation) return parts;
	return parts.map((part) => ({ ...part, mutation: watermark[part.partition]?.mutation ?? 0 }));
}

const faultsOfTests = (published: PublishedRun | undefined) =>
	Object.fromEntries(
		Object.entries(published?.judged.own?.tests ?? {}).map(([name, fault]) => [name, { fault } as const]),
	);

const faultsIn = (states: Readonly<Record<string, Pick<OwnState, 'fault'>>>): StaleModel[] =>
	Object.entries(states).flatMap(([name, { fault }]) =>
		fault === undefined
			? []
			: [{ name, words: fault.words, since: new Date(fault.sinceMs).toISOString().replace('T', ' ').slice(0, -1) }],
	);

/** Drops rows of runs that no reader needs. @returns number of dropped ClickHouse partitions */
export async function gc(warehouse: Warehouse, ours: Project): Promise<number> {
	const project = await withPublishedDefinitions(warehouse, ours);
	const [{ published, nowUs }, tables] = await Promise.all([readRunState(warehouse), readTables(warehouse)]);
	const present = presentOf(tables, warehouse);
	refuseNewer(published, project);
	if (needsViews(published, project, present))
		throw new RunFault(
			'the views still show an earlier run, whose rows would be dropped; run footfall transforms build',
		);
	return collectGarbage(warehouse, project, nowUs);
}
