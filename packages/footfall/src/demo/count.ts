import type { Warehouse } from '@footfall/warehouse';
import type { Delivered } from './tally.js';

/** What the warehouse holds of some visitors of a site. */
export async function countDelivered(
	warehouse: Warehouse,
	site: string,
	visitors: readonly number[],
): Promise<Delivered> {
	const params = { site, visitors };
	const ofVisitors = 'site = {site:String} AND visitor_id IN {visitors:Array(UInt64)}';
	const raw = await warehouse.query<{ id: string }>(
		`SELECT toString(event_id) AS id FROM events FINAL WHERE ${ofVisitors}`,
		{ params },
	);
	const sumOf = async (mart: string) => {
		const [row] = await warehouse.query<{ n: string }>(`SELECT sum(events) AS n FROM ${mart} WHERE ${ofVisitors}`, {
			params,
		});
		return Number(row?.n ?? 0);
	};
	return {
		rawIds: raw.map(({ id }) => id),
		sessionEvents: await sumOf('sessions'),
		userDayEvents: await sumOf('int_user_days'),
	};
}

/** Numbers of a whole site for the live summary. */
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

export async function countLive(warehouse: Warehouse, site: string): Promise<LiveCounts | undefined> {
	const [row] = await warehouse.query<Record<keyof LiveCounts, string | number>>(
		`WITH (SELECT (dau, wau, mau) FROM users_activity WHERE site = {site:String} ORDER BY day DESC LIMIT 1) AS latest
		SELECT
			(SELECT count() FROM events FINAL WHERE site = {site:String}) AS raw,
			sum(events) AS marts, count() AS sessions, latest.1 AS dau, latest.2 AS wau, latest.3 AS mau,
			(SELECT sum(checkout_count) FROM int_user_days WHERE site = {site:String}) AS orders,
			(SELECT sum(checkout_amount) FROM int_user_days WHERE site = {site:String}) AS revenue
		FROM sessions WHERE site = {site:String}`,
		{ params: { site } },
	);
	if (!row) return undefined;
	return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])) as unknown as LiveCounts;
}
