import type { Warehouse } from '@footfall/warehouse';
import type { Delivered } from './tally.js';

/** Visitors per query. Their ids are parameters, which are part of the URL, whose length is limited. */
const visitorsPerQuery = 1_000;

/** Counts the events of some visitors of a site in the raw table and in the marts. */
export async function countDelivered(
	warehouse: Warehouse,
	site: string,
	visitors: readonly number[],
): Promise<Delivered> {
	const rawIds: string[] = [];
	let sessionEvents = 0;
	let userDayEvents = 0;
	for (let n = 0; n < visitors.length; n += visitorsPerQuery) {
		const params = { site, visitors: visitors.slice(n, n + visitorsPerQuery) };
		const visitorCondition = 'site = {site:String} AND visitor_id IN {visitors:Array(UInt64)}';
		const raw = await warehouse.query<{ id: string }>(
			`SELECT toString(event_id) AS id FROM events FINAL WHERE ${visitorCondition}`,
			{ params },
		);
		for (const { id } of raw) rawIds.push(id);
		const [row] = await warehouse.query<{ sessions: string; days: string }>(
			`SELECT (SELECT sum(events) FROM sessions WHERE ${visitorCondition}) AS sessions,
				(SELECT sum(events) FROM int_user_days WHERE ${visitorCondition}) AS days`,
			{ params },
		);
		sessionEvents += Number(row?.sessions ?? 0);
		userDayEvents += Number(row?.days ?? 0);
	}
	return { rawIds, sessionEvents, userDayEvents };
}

/** Totals of a site for the live summary. */
export interface LiveCounts {
	raw: number;
	marts: number;
	sessions: number;
	dau: number;
	wau: number;
	mau: number;
	orders: number;
	/** In the shop's currency. */
	revenue: number;
}

/** Reads the totals of a site; undefined if there is no row. */
export async function countLive(warehouse: Warehouse, site: string): Promise<LiveCounts | undefined> {
	const [row] = await warehouse.query<Record<keyof LiveCounts, string | number>>(
		`WITH (SELECT (dau, wau, mau) FROM users_activity WHERE site = {site:String} ORDER BY day DESC LIMIT 1) AS latest
		SELECT
			-- Includes duplicates that are not merged yet: to exclude them every second would cost more than all other parts.
			(SELECT count() FROM events WHERE site = {site:String}) AS raw,
			sum(events) AS marts, count() AS sessions, latest.1 AS dau, latest.2 AS wau, latest.3 AS mau,
			(SELECT sum(checkout_count) FROM int_user_days WHERE site = {site:String}) AS orders,
			(SELECT sum(checkout_amount) FROM int_user_days WHERE site = {site:String}) AS revenue
		FROM sessions WHERE site = {site:String}`,
		{ params: { site } },
	);
	if (!row) return undefined;
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as unknown as LiveCounts;
}
