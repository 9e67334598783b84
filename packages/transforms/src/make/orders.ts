import { orderModelsOf, reportsOf } from '../compile/compile.js';
import { levelsOf } from '../compile/levels.js';
import type { Model } from '../compile/model.js';
import { type Manifest, rangesOf, replacePartitions } from '../plan/manifest.js';
import { type ChangedPartitions, comparedPartitions, copyOthers } from './changed-partitions.js';
import { PartitionsFailure } from './partitions.js';
import { allOrThrow, ask, type RunContext, step } from './run-context.js';
import { changedOrdersQuery, insertChangedOrders, insertOfOrders, type OrderScope } from './statements/order-sql.js';
import type { SiteRange } from './statements/run-sql.js';

/**
 * Between the two halves of a run: models whose rows belong to orders. A run recomputes the orders of which it has
 * changed a report, and copies the published rows of others on the same days. Most runs have none.
 */

/** Maximum number of reports of orders per statement. */
const sliceReportsMax = 1_000_000;

/**
 * Computes the models of orders.
 *
 * @param published the manifest of the published run; undefined for a rebuild
 * @param changed the time partitions that the run changes in models of visitors
 * @param isRestated whether the caller does not trust the published rows
 * @returns the time partitions that it changes in models of orders
 */
export async function makeOrders(
	context: RunContext,
	published: Manifest | undefined,
	changed: ChangedPartitions,
	isRestated: boolean,
): Promise<ChangedPartitions> {
	const { project, run } = context;
	const reports = reportsOf(project);
	const partitions = (reports && changed.get(reports.name)) ?? [];
	if (reports === undefined || partitions.length === 0) return new Map();
	const ranges = rangesOf(partitions.map(({ partition }) => partition));
	const next = { [reports.name]: replacePartitions(published?.[reports.name] ?? [], ranges, run) };
	const models = orderModelsOf(project);
	let scope: OrderScope = { days: undefined, next };
	let count = partitions.reduce((sum, { rows }) => sum + rows, 0);
	if (published !== undefined) {
		await step(context, 'changed orders', insertChangedOrders(run, reports, published, ranges, isRestated));
		const [found] = await ask<{ orders: string; days: number[] }>(context, changedOrdersQuery(run));
		if (Number(found?.orders ?? 0) === 0) return new Map();
		scope = { days: rangesOf(found?.days ?? []), next };
		count = Number(found?.orders);
	}
	const slices = Math.ceil(count / (sliceReportsMax * context.share)) || 1;
	for (const level of levelsOf(project.models, ['incremental by order']))
		await allOrThrow(level.map((model) => makeOrFail(context, model, scope, slices)));
	const found = await comparedPartitions(context, models, published, scope.days ?? [], isRestated);
	if (published !== undefined) await copyOthers(context, models, published, found);
	return found;
}

async function makeOrFail(context: RunContext, model: Model, scope: OrderScope, slices: number): Promise<void> {
	const make = async (of: RunContext, sites?: SiteRange) => {
		for (let index = 0; index < slices; index++) {
			const slice = slices === 1 ? {} : { slice: { index, slices } };
			const ofSites = sites === undefined ? {} : { sites };
			await step(of, model.name, insertOfOrders(model, of.project, of.run, { ...scope, ...slice, ...ofSites }));
		}
	};
	try {
		await make(context);
	} catch (error) {
		throw new PartitionsFailure(model, scope.days ?? 'all', scope.next, make, error);
	}
}
