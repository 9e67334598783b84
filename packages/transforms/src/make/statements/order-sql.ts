import { literal } from '@footfall/warehouse';
import { followingOf, orderModelsOf } from '../../compile/compile.js';
import { isKeyed, type Model } from '../../compile/model.js';
import type { Project } from '../../compile/project.js';
import { type Manifest, type Partitions, seenCondition } from '../../plan/manifest.js';
import { changedOrdersTable, tableOf } from '../../store/layout.js';
import {
	amongVisitors,
	changedVisitors,
	columnsIn,
	columnsOf,
	insertUnhashed,
	noRows,
	render,
	type SiteRange,
} from './run-sql.js';

/**
 * The statements of models by order. Reports of an order come from any visitor and on any day. A run recomputes the
 * orders of which it has changed a report, from all their reports. All functions of this file are pure.
 */

/** One of several slices of the orders, by hashes of their ids. It bounds the memory of a statement. */
interface OrderSlice {
	/** Index of the slice, from 0. */
	index: number;
	slices: number;
}

/** The orders that a run recomputes. */
export interface OrderChange {
	/** A list or a subquery of their sites and ids. */
	among: string;
	/** The days on which they have reports, before the run or after it. */
	days: Partitions;
}

/** The orders that a statement computes. */
export interface OrderScope {
	/** Undefined where all orders are computed. */
	change: OrderChange | undefined;
	/** Names of models without a row of these orders, before the run or after it, see `Model.reports`. */
	idle: ReadonlySet<string>;
	/** The manifest once the run is published, of models by visitor. */
	next: Manifest;
	/** @default all orders */
	slice?: OrderSlice;
	/** @default all sites */
	sites?: SiteRange;
}

/** The models by order that have rows only of some orders, see `Model.reports`. */
const selectiveModels = (project: Pick<Project, 'models'>): Model[] =>
	orderModelsOf(project).filter((model) => model.reports !== undefined);

/** The changes in models by visitor from which the changed orders follow. */
export interface OrderCauses {
	/** The model by visitor with the reports of orders. */
	reports: Model;
	/** The manifest of the published run. */
	published: Manifest;
	/** The time partitions that the run changes in `reports`. */
	changed: Partitions;
	/** The time partitions that the run changes in the model that a model by order follows, see `Model.follows`. */
	followed: Partitions;
	/** Whether orders whose reports are the same are included, since the caller does not trust their rows. */
	withSame: boolean;
}

/**
 * A SELECT of the changed orders, with all days on which they have reports before the run or after it. Rows of reports
 * by the recomputed visitors differ between the published run and this one, or the users of these visitors are users of
 * the orders.
 */
export function selectChangedOrders(
	project: Pick<Project, 'models'>,
	run: bigint,
	{ reports, published, changed, followed, withSame }: OrderCauses,
): string {
	const ranges = published[reports.name] ?? [];
	const table = tableOf(reports);
	const rows = `SELECT site, order_id, row_hash FROM ${table} WHERE order_id != '' AND (site, visitor_id) IN ${changedVisitors(run)}`;
	const made = `${rows} AND run = ${run}`;
	const old = `${rows} AND ${seenCondition(ranges, reports.partition, changed)}`;
	// Rows of a rebuild have no hash: their orders are recomputed without a comparison.
	const differs = withSame ? '' : ' HAVING groupBitXor(row_hash) != 0 OR countIf(row_hash = 0) > 0';
	const ofUsers = changedByUsers(project, run, published, followed);
	return `SELECT site, order_id, groupUniqArray(${reports.partition}) AS days, count() AS reports, ${kindsOf(project)} AS kinds
		FROM ${table}
		WHERE (site, order_id) IN (SELECT site, order_id FROM (${made} UNION ALL ${old}) GROUP BY site, order_id${differs}${ofUsers})
			AND (run = ${run} OR ${seenCondition(ranges, reports.partition, 'all')})
		GROUP BY site, order_id`;
}

/** An aggregate over reports: for each model by order with the header line @reports, whether one is such a report. */
const kindsOf = (project: Pick<Project, 'models'>): string => {
	const kinds = selectiveModels(project).map((model) => `toUInt8(max(${model.reports}))`);
	return `CAST([${kinds.join(', ')}], 'Array(UInt8)')`;
};

/** The query for the kinds of all reports of a rebuild. @param reports the model by visitor with the reports */
export const kindsQuery = (project: Pick<Project, 'models'>, run: bigint, reports: Model): string =>
	`SELECT ${kindsOf(project)} AS kinds FROM ${tableOf(reports)} WHERE run = ${run} AND order_id != ''`;

/** The end of a UNION: orders whose users the recomputed visitors have, or had; empty where there is none. */
function changedByUsers(
	{ models }: Pick<Project, 'models'>,
	run: bigint,
	published: Manifest,
	followed: Partitions,
): string {
	const following = followingOf({ models });
	const read = models.find(({ name }) => name === following?.follows?.model);
	if (following?.follows === undefined || read === undefined || followed.length === 0) return '';
	const { column, list } = following.follows;
	const seen = seenCondition(published[read.name] ?? [], read.partition, followed);
	const users = `SELECT site, arrayJoin(${list}).1 FROM ${tableOf(read)} WHERE notEmpty(${list}) AND ${amongVisitors((columns) => changedVisitors(run, columns))} AND (run = ${run} OR ${seen})`;
	return ` UNION ALL SELECT site, order_id FROM ${tableOf(following)} WHERE (site, ${column}) IN (${users}) AND ${seenCondition(published[following.name] ?? [], following.partition, 'all')}`;
}

/** Number of changed orders, and of characters of their ids, above which they are in a table instead of a list. */
const listedMax = { orders: 500, characters: 64 * 1024 };

/** A row of `listQuery`. Days are since 1970. */
export interface ListedOrder {
	site: string;
	order_id: string;
	isText: number;
	days: number[];
	reports: string;
	kinds: number[];
}

/** The query for the changed orders, up to one more than a list may have. @param select see `selectChangedOrders` */
export const listQuery = (select: string): string =>
	`SELECT site, order_id, isValidUTF8(concat(site, order_id)) AS isText, arrayMap(day -> toUInt16(day), days) AS days, reports, kinds
	FROM (${select}) LIMIT ${listedMax.orders + 1}`;

/** The list of changed orders for statements; undefined where they belong in a table. */
export function listOf(orders: readonly ListedOrder[]): string | undefined {
	const pairs = orders.map((row) => `(${literal(row.site)}, ${literal(row.order_id)})`);
	const list = `(${pairs.join(', ')})`;
	// Ids from imports may be no text, which the answer of the database does not show as it is.
	const areTexts = orders.every(({ isText }) => isText === 1);
	return areTexts && orders.length <= listedMax.orders && list.length <= listedMax.characters ? list : undefined;
}

/** Fills the table of changed orders. @param select see `selectChangedOrders` */
export const insertChangedOrders = (run: bigint, select: string): string =>
	`INSERT INTO ${changedOrdersTable} (run, site, order_id, days, reports, kinds) SELECT ${run}, * FROM (${select})`;

/** Subquery of the orders in the table of changed orders. */
export const ordersInTable = (run: bigint) => `(SELECT site, order_id FROM ${changedOrdersTable} WHERE run = ${run})`;

/** The query for what `summaryOf` counts in a list, of the table of changed orders. */
export const summaryQuery = (run: bigint): string =>
	`SELECT sum(changed.reports) AS reports, maxForEach(changed.kinds) AS kinds,
		sumMap(changed.days, arrayMap(day -> toUInt64(1), changed.days)) AS counts,
		arrayMap(day -> toUInt16(day), counts.1) AS days, counts.2 AS orders
	FROM ${changedOrdersTable} AS changed WHERE run = ${run}`;

/** The names of the models without a row of orders of these kinds. @param kinds see `selectChangedOrders` */
export const idleModels = (project: Pick<Project, 'models'>, kinds: readonly number[]): ReadonlySet<string> =>
	new Set(selectiveModels(project).flatMap(({ name }, i) => (kinds[i] === 1 ? [] : [name])));

/**
 * The statement that computes a model by order.
 *
 * @param seen the condition on published rows of the days that the run changes; with it, the statement copies those of
 *   other orders
 */
export function insertOfOrders(model: Model, project: Project, run: bigint, scope: OrderScope, seen?: string): string {
	const select = render(model.sql, project, (read, _extent, sql) => rowsOf(read, run, scope, sql));
	if (seen === undefined || scope.change === undefined) return insertUnhashed(model, run, select);
	const columns = columnsOf(model);
	const kept = `SELECT ${run}, ${columns} FROM ${tableOf(model)} WHERE ${seen} AND (site, order_id) NOT IN ${scope.change.among}`;
	return `${insertUnhashed(model, run, select)}\nUNION ALL\n${kept}`;
}

/** The rows of an upstream model, of the orders of a scope. */
function rowsOf(read: Model, run: bigint, { change, idle, next, slice, sites }: OrderScope, sql: string): string {
	const columns = columnsIn(read, sql);
	if (idle.has(read.name)) return noRows(read, columns);
	const isOfOrders = isKeyed(read) && read.materialized.kind === 'incremental by order';
	// A model that another one follows has rows of visitors, on days of which the orders tell nothing.
	const isFollowed = !read.columns.some(({ name }) => name === 'order_id');
	const isOrder = change === undefined ? "order_id != ''" : `(site, order_id) IN ${change.among}`;
	const days = isFollowed ? 'all' : (change?.days ?? 'all');
	const conditions = [
		...(isFollowed ? [] : [isOrder]),
		...(isFollowed || slice === undefined ? [] : [`sipHash64(site, order_id) % ${slice.slices} = ${slice.index}`]),
		...(sites === undefined ? [] : [`site BETWEEN ${literal(sites.from)} AND ${literal(sites.to)}`]),
		// Models by order of this run are not published yet.
		isOfOrders ? `run = ${run}` : seenCondition(next[read.name] ?? [], read.partition, days),
	];
	return `(SELECT ${columns} FROM ${tableOf(read)} WHERE ${conditions.join(' AND ')})`;
}
