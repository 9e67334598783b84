import { areMartsShown, type Warehouse } from '@footfall/warehouse';
import type { Project } from './compile/project.js';
import { discardRun, make } from './make/make.js';
import { type BuildReport, skippedReport } from './make/report.js';
import { type BuildOptions, type Order, type Planned, planOrder, underLock } from './make/start.js';
import { publishMade } from './publish/publish-made.js';
import { withMartsShown } from './publish/show-marts.js';
import { needsAnyViews, turnPublishedViews } from './publish/turn-published.js';
import { clearFailure, failureTable, recordFailure } from './store/failure.js';
import { withPublishedDefinitions } from './store/runs/published-definitions.js';
import { isMartOf } from './store/views.js';

/**
 * Brings all models up to date with the raw table, tests them, and publishes them to readers in one step. It does
 * nothing when there are no new events. A run that dies or fails its tests leaves the published run as it is, and the
 * next run starts from the published one. One process at a time holds the lock; a run that lost the lock publishes
 * nothing.
 *
 * @throws LockedError when another process runs the transforms, OtherModelsError when one keeps other models up to
 * date, RunFault when the run cannot be done, or WarehouseError when a statement fails
 */
export async function build(warehouse: Warehouse, project: Project, options: BuildOptions = {}): Promise<BuildReport> {
	let holdsLock = false;
	const onLock = () => {
		holdsLock = true;
	};
	try {
		const startedAt = performance.now();
		const wanted = await withPublishedDefinitions(warehouse, project);
		const report = await runOnce({ warehouse, project: wanted, options, startedAt }, onLock);
		// The report counts more than its record, which the next run repeats.
		if (report.outcome === 'tests-failed')
			await recordFailure(warehouse, { kind: 'tests-failed', message: failedTests(report) }).catch(() => undefined);
		return report;
	} catch (error) {
		// A run that was refused before it had the lock writes nothing. Where ClickHouse is away, nothing can be recorded.
		if (holdsLock)
			await recordFailure(warehouse, { kind: 'run-failed', message: messageOf(error) }).catch(() => undefined);
		throw error;
	}
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const failedTests = ({ tests }: BuildReport) =>
	tests
		.filter(({ failingRows }) => failingRows > 0)
		.map(({ name, failingRows }) => `${name} (${failingRows} ${failingRows === 1 ? 'row' : 'rows'})`)
		.join(', ');

/** Whether a run of the published models changes no view, and the marts database has shown all before it. Pure. */
const areMartsCurrent = ({ warehouse, project, state, present, tables, plan }: Planned): boolean =>
	plan.kind === 'incremental' &&
	project.own.models.length === 0 &&
	state.published?.judged.own === undefined &&
	!needsAnyViews(state, project, present) &&
	areMartsShown(tables, warehouse.database, isMartOf(project));

/** One run: it makes the models, and then publishes them. @param onLock called before it writes anything */
async function runOnce(order: Order, onLock: () => void): Promise<BuildReport> {
	const { warehouse, project, startedAt } = order;
	const planned = await planOrder(order);
	if (planned.plan.kind === 'skip' && !needsAnyViews(planned.state, project, planned.present)) {
		await clearFailure(warehouse, planned.present.has(failureTable), planned.project);
		const report = skippedReport(planned.plan.why, startedAt);
		const isShown = areMartsShown(planned.tables, warehouse.database, isMartOf(project));
		return isShown ? report : withMartsShown(warehouse, project, report);
	}
	return underLock(planned, async (locked) => {
		onLock();
		const { plan, state, present } = locked;
		if (plan.kind === 'skip') {
			await turnPublishedViews(warehouse, project, state, present);
			await clearFailure(warehouse, present.has(failureTable), project);
			return withMartsShown(warehouse, project, skippedReport(plan.why, startedAt));
		}
		const made = await make({ ...locked, plan }, false);
		if (!made.isFailed) {
			const report = await publishMade(made);
			return areMartsCurrent(locked) ? report : withMartsShown(warehouse, project, report);
		}
		await discardRun(made);
		return { outcome: 'tests-failed', ...made.report, ms: performance.now() - startedAt };
	});
}
