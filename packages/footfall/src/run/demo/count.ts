import type { Warehouse } from '@footfall/warehouse';
import { formatDecimal, parseDecimal } from '../orders/decimal.js';
import type { Delivered } from './tally.js';

/** Visitors per query. Their ids are parameters, which are part of the URL, whose length is limited. */
const visitorsPerQuery = 1_000;

/** Counts the events of some visitors of a site in the raw table and in the marts, and sums up their orders. */
export async function countDelivered(
	warehouse: Warehouse,
	site: string,
	visitors: readonly number[],
): Promise<Delivered> {
	const rawIds: string[] = [];
	let sessionEvents = 0;
	let userDayEvents = 0;
	const revenue = new Map<string, bigint>();
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
		const sums = await warehouse.query<{ currency: string; net: string }>(
			`SELECT currency, toString(sum(net)) AS net FROM orders
			WHERE ${visitorCondition} AND NOT is_bot AND NOT is_implausible GROUP BY currency`,
			{ params },
		);
		for (const { currency, net } of sums)
			revenue.set(currency, (revenue.get(currency) ?? 0n) + (parseDecimal(net) as bigint));
	}
	return { rawIds, sessionEvents, userDayEvents, revenue };
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
	/** Orders less refunds, as text with the currency of each sum. */
	revenue: string;
}

/** Reads the totals of a site; undefined if there is no row. */
export async function countLive(warehouse: Warehouse, site: string): Promise<LiveCounts | undefined> {
	const [row] = await warehouse.query<Record<Exclude<keyof LiveCounts, 'orders' | 'revenue'>, string | number>>(
		`WITH (SELECT (dau, wau, mau) FROM users_activity WHERE site = {site:String} ORDER BY day DESC LIMIT 1) AS latest
		SELECT
			-- Includes duplicates that are not merged yet: to exclude them every second would cost more than all other parts.
			(SELECT count() FROM events WHERE site = {site:String}) AS raw,
			sum(events) AS marts, count() AS sessions, latest.1 AS dau, latest.2 AS wau, latest.3 AS mau
		FROM sessions WHERE site = {site:String}`,
		{ params: { site } },
	);
	if (!row) return undefined;
	const sums = await warehouse.query<{ currency: string; orders: string; net: string }>(
		`SELECT currency, sum(orders) AS orders, toString(sum(net)) AS net FROM order_days
		WHERE site = {site:String} GROUP BY currency HAVING orders > 0 ORDER BY currency`,
		{ params: { site } },
	);
	const counts = Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]));
	return {
		...(counts as unknown as Omit<LiveCounts, 'orders' | 'revenue'>),
		orders: sums.reduce((sum, { orders }) => sum + Number(orders), 0),
		revenue:
			sums.map(({ currency, net }) => `${formatDecimal(parseDecimal(net) as bigint)} ${currency}`).join(', ') || '0',
	};
}
