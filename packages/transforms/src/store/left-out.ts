import type { Warehouse } from '@footfall/warehouse';
import { type Culprit, keyOf, literal } from './culprit.js';

/**
 * Visitors and sites whose events the marts leave out, because their rows fail a data test or cannot be computed within the bounds of
 * memory. Everybody else's numbers go on. A visitor that is left out has no rows in any model. The published rows of a site that is left out
 * stay until the next rebuild.
 *
 * Each rebuild begins a list of its own and so judges everybody anew; the incremental runs after it go on with its list. A published run
 * names its list, so that a rebuild that fails, or a rollback, leaves readers and runs with the list that belongs to what is published. A
 * list is named after the run that its rebuild replaces: a rebuild that is tried again goes on with what it has found.
 */
const leftOutTable = 'transform_left_out';

/** The list of the published run, for readers. */
export const leftOutView = 'marts_left_out';

export const createLeftOutTable = `CREATE TABLE IF NOT EXISTS ${leftOutTable}
(
    list UInt64 COMMENT 'Which list: the run that the rebuild with which it began replaces',
    site LowCardinality(String),
    is_site Bool COMMENT 'Whether the whole site is left out',
    visitor_id UInt64 COMMENT '0 for a site',
    reason String COMMENT 'The data test that its rows fail, or why they cannot be computed',
    left_out_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree ORDER BY (list, site, is_site, visitor_id)`;

/** @param publishedList an expression for the list of the published run */
export const createLeftOutView = (publishedList: string): string =>
	`CREATE OR REPLACE VIEW ${leftOutView} AS SELECT site, is_site, visitor_id, reason, left_out_at
	FROM ${leftOutTable} FINAL WHERE list = ${publishedList}`;

/**
 * Maximum number of visitors of one site in the list; above it the whole site is left out, so that the list is bounded.
 */
const visitorsPerSiteMax = 100_000;
/** Entries that one statement adds. */
const insertRowsMax = 1_000;

/** Conditions on rows with a site, and with a visitor, and subqueries, about one list. */
export interface LeftOutConditions {
	siteIsIn: string;
	/** For rows of the raw table: being part of the marts. */
	isIn: string;
	/** Visitors that are left out by themselves, as a subquery. The rows of those of a site that is left out stay. */
	visitors: string;
}

function conditionsOf(from: string, where: string): LeftOutConditions {
	const siteIsIn = `site NOT IN (SELECT site FROM ${from} WHERE ${where}is_site)`;
	return {
		siteIsIn,
		isIn: `(site, visitor_id) NOT IN (SELECT site, visitor_id FROM ${from} WHERE ${where}NOT is_site) AND ${siteIsIn}`,
		visitors: `(SELECT site, visitor_id FROM ${from} WHERE ${where}NOT is_site AND ${siteIsIn})`,
	};
}

/** About a list by its number. */
export const ofList = (list: bigint): LeftOutConditions => conditionsOf(leftOutTable, `list = ${list} AND `);

/** About the list of the published run, for views. */
export const ofPublishedList: LeftOutConditions = conditionsOf(leftOutView, '');

/** A visitor or a site that is left out. */
export interface LeftOut extends Culprit {
	/** The failed data test, or the reason why the rows cannot be computed. */
	reason: string;
}

/** An entry of the list, as operators read it. */
export interface LeftOutEntry {
	site: string;
	/** Undefined for the whole site. */
	visitor: string | undefined;
	reason: string;
	/** UTC, `2026-01-31 12:00:00.000`. */
	leftOutAt: string;
	/** Number of receipts of its events in the raw table. */
	events: string;
}

/** Whether anything is on a list. */
export async function hasLeftOut(warehouse: Warehouse, list: bigint): Promise<boolean> {
	const [row] = await warehouse.query<{ entries: string }>(
		`SELECT count() AS entries FROM ${leftOutTable} WHERE list = ${list}`,
	);
	return Number(row?.entries) > 0;
}

/** Adds to a list. @returns those that were not on it */
export async function leaveOut(warehouse: Warehouse, list: bigint, found: readonly LeftOut[]): Promise<LeftOut[]> {
	if (found.length === 0) return [];
	const known = await warehouse.query<{ site: string; is_site: boolean; visitor_id: string }>(
		`SELECT site, is_site, visitor_id FROM ${leftOutTable} FINAL WHERE list = ${list}`,
	);
	const keys = new Set(
		known.map((row) => keyOf({ site: row.site, visitor: row.is_site ? undefined : row.visitor_id })),
	);
	const fresh = withinBound(
		[...new Map(found.map((one) => [keyOf(one), one])).values()].filter((one) => !keys.has(keyOf(one))),
		known.filter((row) => !row.is_site).map(({ site }) => site),
	);
	for (let i = 0; i < fresh.length; i += insertRowsMax) {
		const rows = fresh
			.slice(i, i + insertRowsMax)
			.map(
				({ site, visitor, reason }) =>
					`(${list}, ${literal(site)}, ${visitor === undefined}, ${visitor ?? 0}, ${literal(reason)})`,
			);
		await warehouse.command(
			`INSERT INTO ${leftOutTable} (list, site, is_site, visitor_id, reason) SETTINGS async_insert = 0 VALUES ${rows.join(', ')}`,
		);
	}
	return fresh;
}

/**
 * Replaces the visitors of a site by the site when there are too many. Pure.
 *
 * @param known the sites of visitors in the list
 */
function withinBound(fresh: readonly LeftOut[], known: readonly string[]): LeftOut[] {
	const counts = new Map<string, number>();
	for (const site of [...known, ...fresh.flatMap(({ site, visitor }) => (visitor === undefined ? [] : [site]))])
		counts.set(site, (counts.get(site) ?? 0) + 1);
	const isFull = ({ site, visitor }: LeftOut) => visitor !== undefined && (counts.get(site) ?? 0) > visitorsPerSiteMax;
	const full = new Map(
		fresh
			.filter(isFull)
			.map(({ site }) => [
				site,
				{ site, visitor: undefined, reason: `more than ${visitorsPerSiteMax} of its visitors would be left out` },
			]),
	);
	return [...fresh.filter((one) => !isFull(one)), ...full.values()];
}

/** Begins a list with what another one has. */
export async function copyList(warehouse: Warehouse, from: bigint, to: bigint): Promise<void> {
	await warehouse.command(
		`INSERT INTO ${leftOutTable} (list, site, is_site, visitor_id, reason, left_out_at) SETTINGS async_insert = 0
		SELECT ${to}, site, is_site, visitor_id, reason, left_out_at FROM ${leftOutTable} FINAL WHERE list = ${from}`,
	);
}

/** Deletes lists but these. */
export async function keepLists(warehouse: Warehouse, lists: readonly bigint[]): Promise<void> {
	const others = `list NOT IN (${lists.join(', ') || '0'})`;
	const [row] = await warehouse.query<{ entries: string }>(
		`SELECT count() AS entries FROM ${leftOutTable} WHERE ${others}`,
	);
	if (Number(row?.entries) > 0) await warehouse.command(`ALTER TABLE ${leftOutTable} DELETE WHERE ${others}`);
}

/** Deletes one list. */
export async function dropList(warehouse: Warehouse, list: bigint): Promise<void> {
	await warehouse.command(`ALTER TABLE ${leftOutTable} DELETE WHERE list = ${list}`);
}

/** The visitors and sites that the published run leaves out, newest first. @param limit most entries */
export async function listLeftOut(warehouse: Warehouse, limit: number): Promise<LeftOutEntry[]> {
	const { siteIsIn, visitors } = ofPublishedList;
	const rows = await warehouse.query<Omit<LeftOutEntry, 'visitor'> & { isSite: boolean; visitor: string }>(
		`SELECT site, is_site AS isSite, visitor_id AS visitor, reason, toString(left_out_at) AS leftOutAt, events
		FROM
		(
			SELECT * FROM ${leftOutView} ORDER BY left_out_at DESC, site, visitor_id LIMIT {limit:UInt32}
		) AS entry
		LEFT JOIN
		(
			SELECT site, visitor_id, count() AS events FROM events WHERE (site, visitor_id) IN ${visitors} GROUP BY site, visitor_id
			UNION ALL
			SELECT site, 0, count() FROM events WHERE NOT (${siteIsIn}) GROUP BY site
		) AS counted ON entry.site = counted.site AND entry.visitor_id = counted.visitor_id
		ORDER BY left_out_at DESC, site, visitor_id`,
		{ params: { limit } },
	);
	return rows.map(({ isSite, visitor, ...row }) => ({ ...row, visitor: isSite ? undefined : visitor }));
}
