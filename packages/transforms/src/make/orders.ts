import { followingOf, orderModelsOf, type Project, reportsOf } from '../compile/compile.js';
import { levelsOf } from '../compile/levels.js';
import type { Model } from '../compile/model.js';
import { type Manifest, rangesOf, replacePartitions, seenCondition } from '../plan/manifest.js';
import { type ChangedPartitions, comparedPartitions } from './changed-partitions.js';
import { copySettings } from './compact.js';
import { PartitionsFailure } from './partitions.js';
import { allOrThrow, ask, type RunContext, step } from './run-context.js';
import {
	idleModels,
	insertChangedOrders,
	insertOfOrders,
	kindsQuery,
	type ListedOrder,
	listOf,
	listQuery,
	type OrderChange,
	type OrderScope,
	ordersInTable,
	selectChangedOrders,
	summaryQuery,
} from './statements/order-sql.js';
import type { SiteRange } from './statements/run-sql.js';

/**
 * Between the two halves of a run: models whose rows belong to orders. A run recomputes the orders of which it has
 * changed a report, and copies the published rows of others on the same days. Most runs have none.
 */

/** Maximum number of reports of orders per statement. */
const sliceReportsMax = 1_000_000;

/** The orders that a run recomputes, with their numbers. */
interface CountedChange extends OrderChange {
	/** Names of models without a row of these orders. */
	idle: ReadonlySet<string>;
	/** Number of their reports. */
	reports: number;
	/** Number of these orders by day, days since 1970. */
	orders: ReadonlyMap<number, number>;
}

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
	if (reports === undefined) return new Map();
	const changedIn = (name: string) => rangesOf((changed.get(name) ?? []).map(({ partition }) => partition));
	const followed = followedBefore(project, published);
	const causes = { changed: changedIn(reports.name), followed: followed === undefined ? [] : changedIn(followed) };
	if (causes.changed.length + causes.followed.length === 0) return new Map();
	const reads = new Set(orderModelsOf(project).flatMap((model) => model.reads));
	const read = [...changed.keys()].filter((name) => reads.has(name));
	const next = Object.fromEntries(
		read.map((name) => [name, replacePartitions(published?.[name] ?? [], changedIn(name), run)]),
	);
	if (published === undefined) {
		const rows = (changed.get(reports.name) ?? []).reduce((sum, { rows }) => sum + rows, 0);
		const [found] = await ask<{ kinds: number[] }>(context, kindsQuery(project, run, reports));
		const idle = idleModels(project, found?.kinds ?? []);
		await makeModels(context, { change: undefined, idle, next }, rows);
		return comparedPartitions(context, orderModelsOf(project), undefined, [], false);
	}
	const select = selectChangedOrders(project, run, { reports, published, withSame: isRestated, ...causes });
	const change = await changeOf(context, select);
	if (change.reports === 0) return new Map();
	const { idle } = change;
	await makeModels(context, { change, idle, next }, change.reports, published);
	const days = [...change.orders].map(([partition, rows]) => ({ partition, rows }));
	return new Map(orderModelsOf(project).map(({ name }) => [name, idle.has(name) ? [] : days]));
}

/** The model whose rows change orders without a change of their reports; undefined while no order depends on it. */
function followedBefore(project: Project, published: Manifest | undefined): string | undefined {
	const following = followingOf(project);
	const hasRows = following !== undefined && (published?.[following.name] ?? []).length > 0;
	return hasRows ? following.follows?.model : undefined;
}

/** Finds the changed orders, and puts them into a table if they are many. */
async function changeOf(context: RunContext, select: string): Promise<CountedChange> {
	const { project, run } = context;
	const listed = await ask<ListedOrder>(context, listQuery(select));
	const list = listOf(listed);
	if (list !== undefined) return { ...summaryOf(project, listed), among: list };
	await step(context, 'changed orders', insertChangedOrders(run, select));
	type Summary = { reports: string; kinds: number[]; days: number[]; orders: string[] };
	const [found] = await ask<Summary>(context, summaryQuery(run));
	const days = found?.days ?? [];
	return {
		among: ordersInTable(run),
		days: rangesOf(days),
		idle: idleModels(project, found?.kinds ?? []),
		reports: Number(found?.reports ?? 0),
		orders: new Map(days.map((day, i) => [day, Number(found?.orders[i] ?? 0)])),
	};
}

/** Summarizes a list of changed orders. Pure. */
function summaryOf(project: Project, listed: readonly ListedOrder[]): Omit<CountedChange, 'among'> {
	const orders = new Map<number, number>();
	const kinds: number[] = [];
	for (const { days, kinds: ofOrder } of listed) {
		for (const day of days) orders.set(day, (orders.get(day) ?? 0) + 1);
		for (const [i, has] of ofOrder.entries()) kinds[i] = Math.max(kinds[i] ?? 0, has);
	}
	return {
		days: rangesOf([...orders.keys()]),
		idle: idleModels(project, kinds),
		reports: listed.reduce((sum, { reports }) => sum + Number(reports), 0),
		orders,
	};
}

/** Computes all models of orders in lineage order. @param published see `makeOrders` */
async function makeModels(
	context: RunContext,
	scope: OrderScope,
	reports: number,
	published?: Manifest,
): Promise<void> {
	const slices = Math.ceil(reports / (sliceReportsMax * context.share)) || 1;
	for (const level of levelsOf(context.project.models, ['incremental by order']))
		await allOrThrow(
			level
				.filter(({ name }) => !scope.idle.has(name))
				.map((model) => makeOrFail(context, model, scope, slices, published)),
		);
}

async function makeOrFail(
	context: RunContext,
	model: Model,
	scope: OrderScope,
	slices: number,
	published: Manifest | undefined,
): Promise<void> {
	const days = scope.change?.days;
	const make = async (of: RunContext, others: { sites?: SiteRange; seen?: string }) => {
		for (let index = 0; index < slices; index++) {
			const slice = slices === 1 ? {} : { slice: { index, slices } };
			const ofSites = others.sites === undefined ? {} : { sites: others.sites };
			// The first statement copies the rows of other orders.
			const seen = index === 0 ? others.seen : undefined;
			const insert = insertOfOrders(model, of.project, of.run, { ...scope, ...slice, ...ofSites }, seen);
			await step(of, model.name, insert, seen === undefined ? {} : copySettings);
		}
	};
	const seen = days && published && seenCondition(published[model.name] ?? [], model.partition, days);
	try {
		await make(context, seen === undefined ? {} : { seen });
	} catch (error) {
		const makeSites = (of: RunContext, sites: SiteRange) => make(of, { sites });
		throw new PartitionsFailure(model, days ?? 'all', scope.next, makeSites, error);
	}
}
