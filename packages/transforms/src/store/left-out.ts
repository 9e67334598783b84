import { literal, type Warehouse } from '@footfall/warehouse';
import { type Culprit, keyOf } from './culprit.js';

/**
 * Table of the visitors and sites that the marts leave out, because their rows fail a data test or cannot be computed
 * within the memory limits. The numbers of all others stay current. A visitor that is left out has no rows in any
 * model. The published rows of a site that is left out stay until the next rebuild.
 *
 * Each rebuild starts a new list and so tests every visitor and site again. The incremental runs after it continue its
 * list. A published run names its list, so that after a failed rebuild or a rollback, readers and runs use the list
 * that belongs to the published rows. The number of a list is the run that its rebuild replaces, so that a rebuild that
 * is retried continues with the visitors and sites that it has already found.
 */
export const leftOutTable = 'transform_left_out';

/** The view of the published run's list, for readers. */
export const leftOutView = 'marts_left_out';

export const createLeftOutTable = `CREATE TABLE IF NOT EXISTS ${leftOutTable}
(
    list UInt64 COMMENT 'Number of the list: the run that was published before the rebuild that started it',
    site LowCardinality(String),
    is_site Bool COMMENT 'Whether the whole site is left out',
    visitor_id UInt64 COMMENT '0 for a site',
    reason String COMMENT 'The data test that its rows fail, or why they cannot be computed',
    left_out_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree ORDER BY (list, site, is_site, visitor_id)`;

/** Adds the number of the list to a table of an earlier version, whose entries then belong to list 0. */
export async function upgradeLeftOutTable(warehouse: Warehouse): Promise<void> {
	const [row] = await warehouse.query<{ columns: string }>(
		`SELECT count() AS columns FROM system.columns
		WHERE database = currentDatabase() AND table = '${leftOutTable}' AND name = 'list'`,
	);
	if (Number(row?.columns) > 0) return;
	// ClickHouse adds a column to a sorting key only at its end.
	await warehouse.command(
		`ALTER TABLE ${leftOutTable} ADD COLUMN list UInt64, MODIFY ORDER BY (site, is_site, visitor_id, list)`,
	);
}

/** The columns of the view. */
export const leftOutColumns = [
	{ name: 'site', type: 'LowCardinality(String)', description: 'Site key.' },
	{ name: 'is_site', type: 'Bool', description: 'Whether the whole site is left out.' },
	{ name: 'visitor_id', type: 'UInt64', description: 'Pseudonymous visitor id; 0 for a site.' },
	{
		name: 'reason',
		type: 'String',
		description: 'The data test that the rows fail, or the reason why they cannot be computed.',
	},
	{ name: 'left_out_at', type: "DateTime64(3, 'UTC')", description: 'Time of the run that left them out.' },
] as const;

/** The SELECT of the view. @param publishedList an SQL expression for the list of the published run */
export const leftOutDefinition = (publishedList: string): string =>
	`SELECT ${leftOutColumns.map(({ name }) => name).join(', ')}
	FROM ${leftOutTable} FINAL WHERE list = ${publishedList}`;

/**
 * Maximum number of visitors of one site in the list; above it the whole site is left out, so that the list is bounded.
 */
const visitorsPerSiteMax = 100_000;
/** Maximum number of entries that one statement adds. */
const insertRowsMax = 1_000;

/** SQL conditions and subqueries about one list. */
export interface LeftOutConditions {
	/** The condition on rows with a site: the site is not left out. */
	siteIsIn: string;
	/** The condition on rows of the raw table: neither the visitor nor the site is left out. */
	isIn: string;
	/**
	 * A subquery of the visitors that are left out individually. It does not include visitors of a site that is left
	 * out, whose published rows stay.
	 */
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

/** The conditions for a list by its number. */
export const leftOutConditions = (list: bigint): LeftOutConditions => conditionsOf(leftOutTable, `list = ${list} AND `);

/** The conditions for the list of the published run, for views. */
export const publishedLeftOutConditions: LeftOutConditions = conditionsOf(leftOutView, '');

/** A visitor or a site that is left out. */
export interface LeftOut extends Culprit {
	/** The failed data test, or the reason why the rows cannot be computed. */
	reason: string;
}

/** An entry of the list, for operators. */
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

/** Whether a list has any entry. */
export async function hasLeftOut(warehouse: Warehouse, list: bigint): Promise<boolean> {
	const [row] = await warehouse.query<{ entries: string }>(
		`SELECT count() AS entries FROM ${leftOutTable} WHERE list = ${list}`,
	);
	return Number(row?.entries) > 0;
}

/** Adds visitors and sites to a list. @returns those that were not on it before */
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
 * Replaces the visitors of a site by the whole site if the list would have too many of them. Pure.
 *
 * @param known the site of each visitor that is already in the list
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

/** Copies the entries of one list to another. */
export async function copyList(warehouse: Warehouse, from: bigint, to: bigint): Promise<void> {
	await warehouse.command(
		`INSERT INTO ${leftOutTable} (list, site, is_site, visitor_id, reason, left_out_at) SETTINGS async_insert = 0
		SELECT ${to}, site, is_site, visitor_id, reason, left_out_at FROM ${leftOutTable} FINAL WHERE list = ${from}`,
	);
}

/** Deletes all lists except these. */
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

/** The visitors and sites that the published run leaves out, newest first. @param limit maximum number of entries */
export async function listLeftOut(warehouse: Warehouse, limit: number): Promise<LeftOutEntry[]> {
	const { siteIsIn, visitors } = publishedLeftOutConditions;
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
