import type { Warehouse } from '@footfall/warehouse';
import type { MadeRun } from '../make/make.js';
import type { Job } from '../make/start.js';
import { emptyAllScratch } from '../make/visitors.js';
import { clearFailure, failureTable } from '../store/failure.js';
import { collectGarbage } from '../store/garbage.js';
import { runsTable } from '../store/layout.js';
import { keepLists } from '../store/left-out.js';
import { listInReport } from '../store/runs/judged.js';

/** Removes what a published run no longer needs, and sometimes what earlier runs have left. */
export async function tidyUp({ job, context }: MadeRun): Promise<void> {
	const { warehouse, project, state, present, plan } = job;
	await clearFailure(warehouse, present.has(failureTable), project);
	await Promise.all([
		emptyAllScratch(context, isCollecting(job)),
		isCollecting(job) ? collectGarbage(warehouse, project, state.nowUs) : undefined,
		plan.kind === 'rebuild' ? deleteOldLists(warehouse) : undefined,
	]);
}

/** An incremental run collects garbage after this many runs. */
const runsPerCollection = 8;

/** Whether a run collects garbage: the look-up costs as much as a model. Pure. */
const isCollecting = ({ plan, start }: Job): boolean =>
	plan.kind === 'rebuild' || start === undefined || start.runs % runsPerCollection === 0;

/** Deletes lists of left-out visitors and sites, except those of the newest 200 runs. */
async function deleteOldLists(warehouse: Warehouse): Promise<void> {
	const rows = await warehouse.query<{ list: string }>(
		`SELECT DISTINCT list FROM (SELECT ${listInReport} AS list FROM ${runsTable} ORDER BY run DESC LIMIT 200)`,
	);
	await keepLists(
		warehouse,
		rows.map(({ list }) => BigInt(list)),
	);
}
