import type { Warehouse } from '@footfall/warehouse';
import { compileOrThrow } from '../compile/compile.js';
import { isStored } from '../compile/model.js';
import { runsOf } from '../plan/manifest.js';
import { nextRun, type Plan, planRun } from '../plan/plan.js';
import { changeSince, newRowsCondition } from '../plan/watermark.js';
import { collectGarbage } from '../store/garbage.js';
import { runsTable, tableOf } from '../store/layout.js';
import { takeLock } from '../store/lock.js';
import { publish } from '../store/publish.js';
import { readPublished, readRunState } from '../store/run-state.js';

/** What people do with runs besides running them. */

/** A run cannot be gone back to, and why. */
export class RollbackRefusal extends Error {
	override name = 'RollbackRefusal';
}

/**
 * Shows readers an earlier run again, and holds runs until `resume`: they would bring back what was gone away from.
 *
 * @throws RollbackRefusal, LockedError
 */
export async function rollback(warehouse: Warehouse, to: bigint): Promise<void> {
	const project = compileOrThrow();
	const lock = await takeLock(warehouse, 10_000);
	try {
		const [target, state] = await Promise.all([readPublished(warehouse, to), readRunState(warehouse)]);
		if (!target) throw new RollbackRefusal(`there is no published run ${to}; footfall transforms runs lists them`);
		if (target.models !== project.checksum)
			throw new RollbackRefusal(
				`run ${to} was made from other model files; check those out and build with them instead`,
			);
		const present = await presentRuns(warehouse, project.models.filter(isStored).map(tableOf));
		const lost = [...runsOf(target.manifest)].filter((run) => !present.has(run));
		if (lost.length > 0)
			throw new RollbackRefusal(
				`run ${to} is too old: rows that it shows were collected as garbage; the last 10 runs are kept`,
			);
		await publish(warehouse, { ...target, run: nextRun(state), kind: 'rollback' }, { rolledBackTo: to.toString() });
	} finally {
		await lock.release();
	}
}

/** Ends what a rollback holds. @returns whether anything was held */
export async function resume(warehouse: Warehouse): Promise<boolean> {
	const state = await readRunState(warehouse);
	if (state.published?.kind !== 'rollback') return false;
	await publish(warehouse, { ...state.published, run: nextRun(state), kind: 'resume' }, {});
	return true;
}

async function presentRuns(warehouse: Warehouse, tables: readonly string[]): Promise<Set<bigint>> {
	const rows = await warehouse.query<{ partition: string }>(
		`SELECT DISTINCT partition FROM system.parts
		WHERE database = currentDatabase() AND active AND table IN {tables:Array(String)}`,
		{ params: { tables } },
	);
	return new Set(rows.map(({ partition }) => BigInt(partition)));
}

/** A published run, as people read of it. */
export interface RunEntry {
	run: string;
	kind: string;
	publishedAt: string;
	report: { why?: string; visitors?: number; ms?: number; models?: { name: string; rows: number; ms: number }[] };
}

/** Newest first. */
export async function listRuns(warehouse: Warehouse, limit: number): Promise<RunEntry[]> {
	const rows = await warehouse.query<{ run: string; kind: string; publishedAt: string; report: string }>(
		`SELECT run, kind, toString(published_at) AS publishedAt, report FROM ${runsTable} ORDER BY run DESC LIMIT {limit:UInt32}`,
		{ params: { limit } },
	);
	return rows.map((row) => ({ ...row, report: JSON.parse(row.report) }));
}

/** What a run would do now. */
export interface Preview {
	kind: Plan['kind'];
	why: string;
	/** Receipts that no published run has seen. For a rebuild all of them. */
	newReceipts: number;
	/** Visitors that would be made anew; for a rebuild all of them. */
	visitors: number;
	/** First and last day of the new receipts; empty when there are none. */
	firstDay: string;
	lastDay: string;
	/** Milliseconds that it may take, from what the last runs took; undefined before the first one. */
	estimatedMs: number | undefined;
}

/** Looks at what a run would do, and changes nothing. */
export async function preview(warehouse: Warehouse, options: { fullRefresh?: boolean } = {}): Promise<Preview> {
	const project = compileOrThrow();
	const plan = planRun(await readRunState(warehouse), project.checksum, options);
	if (plan.kind === 'skip')
		return { kind: 'skip', why: plan.why, newReceipts: 0, visitors: 0, firstDay: '', lastDay: '', estimatedMs: 0 };
	const condition = plan.kind === 'incremental' ? newRowsCondition(plan.published.ledger, plan.change) : 'true';
	const [row] = await warehouse.query<{ n: string; visitors: string; firstDay: string; lastDay: string }>(
		`SELECT count() AS n, uniqExact(site, visitor_id) AS visitors, toString(toDate(min(ts))) AS firstDay, toString(toDate(max(ts))) AS lastDay
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
	};
}

/** How fresh the marts are. */
export interface Freshness {
	/** When the newest run was published; empty when there is none. */
	publishedAt: string;
	/** How long the oldest receipt that no published run has seen has been waiting, milliseconds; 0 when all are in. */
	behindMs: number;
	/** Receipts that no published run has seen. */
	waiting: number;
}

/** Compares the marts with the raw table on the server's clock. */
export async function freshness(warehouse: Warehouse): Promise<Freshness> {
	const { published, parts } = await readRunState(warehouse);
	const [newest] = await listRuns(warehouse, 1).catch(() => []);
	const change = changeSince(published?.ledger ?? {}, parts);
	const condition = change.kind === 'appended' ? newRowsCondition(published?.ledger ?? {}, change) : 'true';
	const [row] = await warehouse.query<{ waiting: string; behindMs: string }>(
		`SELECT count() AS waiting, if(waiting = 0, 0, toUnixTimestamp64Milli(now64(3)) - toUnixTimestamp64Milli(min(received_at))) AS behindMs
		FROM events WHERE ${change.kind === 'nothing' ? 'false' : condition}`,
	);
	return {
		publishedAt: newest?.publishedAt ?? '',
		behindMs: Math.max(0, Number(row?.behindMs ?? 0)),
		waiting: Number(row?.waiting ?? 0),
	};
}

/** Drops what nobody reads any more, now. @returns partitions dropped */
export async function gc(warehouse: Warehouse): Promise<number> {
	const { nowUs } = await readRunState(warehouse);
	return collectGarbage(warehouse, compileOrThrow(), nowUs);
}
