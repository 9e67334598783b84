import type { Warehouse } from '@footfall/warehouse';
import { type Culprit, keyOf, literal } from './culprit.js';

/**
 * Visitors and sites whose events the marts leave out, because their rows fail a data test or cannot be computed within the bounds of
 * memory. Everybody else's numbers go on. A visitor that is left out has no rows in any model. The published rows of a site that is left out
 * stay until the next rebuild, which tries everybody again.
 */
const leftOutTable = 'transform_left_out';

export const createLeftOutTable = `CREATE TABLE IF NOT EXISTS ${leftOutTable}
(
    site LowCardinality(String),
    is_site Bool COMMENT 'Whether the whole site is left out',
    visitor_id UInt64 COMMENT '0 for a site',
    reason String COMMENT 'The data test that its rows fail, or why they cannot be computed',
    left_out_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree ORDER BY (site, is_site, visitor_id)`;

/** Those of a site beyond this many leave out the whole site, so that the list has a bound. */
const visitorsPerSiteMax = 100_000;

/** The condition on rows of a model for belonging to a site that is not left out. */
export const siteIsNotLeftOut = `site NOT IN (SELECT site FROM ${leftOutTable} WHERE is_site)`;

/** The condition on rows of the raw table for being part of the marts. */
export const isNotLeftOut = `(site, visitor_id) NOT IN (SELECT site, visitor_id FROM ${leftOutTable} WHERE NOT is_site) AND ${siteIsNotLeftOut}`;

/** Visitors that are left out by themselves, as a subquery. Those of a site that is left out are not among them: their rows stay. */
export const leftOutVisitors = `(SELECT site, visitor_id FROM ${leftOutTable} WHERE NOT is_site AND ${siteIsNotLeftOut})`;

/** A visitor or a site that is left out. */
export interface LeftOut extends Culprit {
	/** The data test that its rows fail, or why they cannot be computed. */
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
	/** Receipts of its events in the raw table. */
	events: string;
}

/** Whether anything is left out. */
export async function hasLeftOut(warehouse: Warehouse): Promise<boolean> {
	const [row] = await warehouse.query<{ entries: string }>(`SELECT count() AS entries FROM ${leftOutTable}`);
	return Number(row?.entries) > 0;
}

/** Entries that one statement adds. */
const insertRowsMax = 1_000;

/** Adds to the list. @returns those that were not in it */
export async function leaveOut(warehouse: Warehouse, found: readonly LeftOut[]): Promise<LeftOut[]> {
	const known = await warehouse.query<{ site: string; is_site: boolean; visitor_id: string }>(
		`SELECT site, is_site, visitor_id FROM ${leftOutTable} FINAL`,
	);
	const keys = new Set(
		known.map((row) => keyOf({ site: row.site, visitor: row.is_site ? undefined : row.visitor_id })),
	);
	const fresh = withinBound(
		[...new Map(found.map((one) => [keyOf(one), one])).values()].filter((one) => !keys.has(keyOf(one))),
		known.filter((row) => !row.is_site).map(({ site }) => site),
	);
	if (fresh.length === 0) return [];
	for (let i = 0; i < fresh.length; i += insertRowsMax) {
		const rows = fresh
			.slice(i, i + insertRowsMax)
			.map(
				({ site, visitor, reason }) =>
					`(${literal(site)}, ${visitor === undefined}, ${visitor ?? 0}, ${literal(reason)})`,
			);
		await warehouse.command(
			`INSERT INTO ${leftOutTable} (site, is_site, visitor_id, reason) SETTINGS async_insert = 0 VALUES ${rows.join(', ')}`,
		);
	}
	return fresh;
}

/** Replaces the visitors of a site by the site where they are too many. Pure. @param known the sites of visitors in the list */
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

/** Empties the list, so that the next rebuild tries everything. */
export async function takeBackIn(warehouse: Warehouse): Promise<void> {
	await warehouse.command(`TRUNCATE TABLE ${leftOutTable}`);
}

/** The list, newest first. @param limit most entries */
export async function listLeftOut(warehouse: Warehouse, limit: number): Promise<LeftOutEntry[]> {
	const rows = await warehouse.query<Omit<LeftOutEntry, 'visitor'> & { isSite: boolean; visitor: string }>(
		`SELECT site, is_site AS isSite, visitor_id AS visitor, reason, toString(left_out_at) AS leftOutAt, events
		FROM
		(
			SELECT * FROM ${leftOutTable} FINAL ORDER BY left_out_at DESC, site, visitor_id LIMIT {limit:UInt32}
		) AS entry
		LEFT JOIN
		(
			SELECT site, visitor_id, count() AS events FROM events WHERE (site, visitor_id) IN ${leftOutVisitors} GROUP BY site, visitor_id
			UNION ALL
			SELECT site, 0, count() FROM events WHERE NOT (${siteIsNotLeftOut}) GROUP BY site
		) AS counted ON entry.site = counted.site AND entry.visitor_id = counted.visitor_id
		ORDER BY left_out_at DESC, site, visitor_id`,
		{ params: { limit } },
	);
	return rows.map(({ isSite, visitor, ...row }) => ({ ...row, visitor: isSite ? undefined : visitor }));
}
