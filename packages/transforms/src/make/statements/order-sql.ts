import { isKeyed, type Model } from '../../compile/model.js';
import type { Project } from '../../compile/project.js';
import { type Manifest, type Partitions, seenCondition } from '../../plan/manifest.js';
import { literal } from '../../store/culprit.js';
import { changedOrdersTable, tableOf } from '../../store/layout.js';
import {
	changedOrders,
	changedVisitors,
	columnsIn,
	insertStatement,
	insertUnhashed,
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

/** The orders that a statement computes. */
export interface OrderScope {
	/** The days of the changed orders; undefined where all orders are computed. */
	days: Partitions | undefined;
	/** The manifest once the run is published, of models by visitor. */
	next: Manifest;
	/** @default all orders */
	slice?: OrderSlice;
	/** @default all sites */
	sites?: SiteRange;
}

/**
 * Fills the table of changed orders: those of which rows of the recomputed visitors differ between the published run
 * and this one, with all days on which they have reports before or after it.
 *
 * @param reports the model by visitor with the reports of orders
 * @param published the manifest of the published run
 * @param changed the time partitions that the run changes in `reports`
 * @param withSame whether orders whose reports are the same are included, since the caller does not trust their rows
 */
export function insertChangedOrders(
	run: bigint,
	reports: Model,
	published: Manifest,
	changed: Partitions,
	withSame: boolean,
): string {
	const ranges = published[reports.name] ?? [];
	const table = tableOf(reports);
	const rows = `SELECT site, order_id, row_hash FROM ${table} WHERE order_id != '' AND (site, visitor_id) IN ${changedVisitors(run)}`;
	const made = `${rows} AND run = ${run}`;
	const old = `${rows} AND ${seenCondition(ranges, reports.partition, changed)}`;
	// Rows of a rebuild have no hash: their orders are recomputed without a comparison.
	const differs = withSame ? '' : ' HAVING groupBitXor(row_hash) != 0 OR countIf(row_hash = 0) > 0';
	return `INSERT INTO ${changedOrdersTable} (run, site, order_id, days)
		SELECT ${run}, site, order_id, groupUniqArray(${reports.partition}) FROM ${table}
		WHERE (site, order_id) IN (SELECT site, order_id FROM (${made} UNION ALL ${old}) GROUP BY site, order_id${differs})
			AND (run = ${run} OR ${seenCondition(ranges, reports.partition, 'all')})
		GROUP BY site, order_id`;
}

/** The query for the number of changed orders and their days, days since 1970. */
export const changedOrdersQuery = (run: bigint): string =>
	`SELECT count() AS orders, arrayMap(day -> toUInt16(day), groupUniqArrayArray(days)) AS days
	FROM ${changedOrdersTable} WHERE run = ${run}`;

/** The statement that computes a model by order. */
export function insertOfOrders(model: Model, project: Project, run: bigint, scope: OrderScope): string {
	const select = render(model.sql, project, (read, _extent, sql) => rowsOf(read, run, scope, sql));
	return (scope.days === undefined ? insertUnhashed : insertStatement)(model, run, select);
}

/** The rows of an upstream model, of the orders of a scope. */
function rowsOf(read: Model, run: bigint, { days, next, slice, sites }: OrderScope, sql: string): string {
	const isOfOrders = isKeyed(read) && read.materialized.kind === 'incremental by order';
	const isChanged = isOfOrders
		? `(site, order_id) IN ${changedOrders(run)}`
		: `(site, order_id, ${read.partition}) IN (SELECT site, order_id, arrayJoin(days) FROM ${changedOrdersTable} WHERE run = ${run})`;
	const conditions = [
		...(days === undefined ? ["order_id != ''"] : [isChanged]),
		...(slice === undefined ? [] : [`sipHash64(site, order_id) % ${slice.slices} = ${slice.index}`]),
		...(sites === undefined ? [] : [`site BETWEEN ${literal(sites.from)} AND ${literal(sites.to)}`]),
		// Models by order of this run are not published yet, and they have rows of these orders only.
		isOfOrders ? `run = ${run}` : seenCondition(next[read.name] ?? [], read.partition, days ?? 'all'),
	];
	return `(SELECT ${columnsIn(read, sql)} FROM ${tableOf(read)} WHERE ${conditions.join(' AND ')})`;
}
