/**
 * Recounts the marts from the raw table in plain SQL, each in another way than its model: no FINAL, no staging table,
 * arrays instead of windows, and distinct visitors instead of running sums.
 */

/** A mart, the query that reads it, and the query that recounts it from raw. Both have the same columns. */
export interface Recount {
	mart: string;
	/** Columns that order the rows; together they are unique. */
	key: string;
	/** SELECT from the mart. */
	columns: string;
	/** SELECT from raw. */
	fromRaw: string;
}

/** Deduplicated events: the first receipt of each. */
const firstReceipts = `(
	SELECT site, visitor_id, event_id, ts, toUnixTimestamp64Milli(ts) AS ms, user_id, name, obj, obj_id, amount, is_bot AND source != 'server' AS is_bot
	FROM events ORDER BY received_at LIMIT 1 BY site, visitor_id, event_id
)`;

const kinds = ['product_view', 'add_to_cart', 'checkout'];

/** Kinds of events, in the marts' vocabulary. */
const kind = `multiIf(
	(name, obj, obj_id) = ('view', 'page', 'product'), 'product_view',
	(name, obj) = ('click', 'button') AND obj_id IN ('add_to_cart', 'checkout'), obj_id,
	(name, obj) = ('view', 'page'), 'page_view',
	'other')`;

/** First and last time, count and amount of one kind of event in a visitor's day. */
const martOccasions = (prefix: string) => `
	toUnixTimestamp64Milli(first_${prefix}_at) AS first_${prefix}_ms, toUnixTimestamp64Milli(last_${prefix}_at) AS last_${prefix}_ms,
	${prefix}_count, toString(${prefix}_amount) AS ${prefix}_amount`;
const occasions = (prefix: string) => `
	arrayFilter(e -> e.3 = '${prefix}', in_order) AS ${prefix}s,
	if(empty(${prefix}s), NULL, ${prefix}s[1].1) AS first_${prefix}_ms, if(empty(${prefix}s), NULL, ${prefix}s[-1].1) AS last_${prefix}_ms,
	length(${prefix}s) AS ${prefix}_count, toString(arraySum(e -> e.4, ${prefix}s)) AS ${prefix}_amount`;

const userDays: Recount = {
	mart: 'int_user_days',
	key: 'site, day, visitor_id',
	columns: `site, day, visitor_id, user_id, is_bot, events, page_views,
		toUnixTimestamp64Milli(first_seen_at) AS first_ms, toUnixTimestamp64Milli(last_seen_at) AS last_ms,
		${kinds.map(martOccasions).join(',')}`,
	fromRaw: `SELECT * EXCEPT (${kinds.map((prefix) => `${prefix}s`).join(', ')}) FROM
	(
		SELECT site, day, visitor_id, arrayLast(u -> u != '', in_order.5) AS user_id, is_bot, length(in_order) AS events,
			toUInt64(arrayCount(e -> e.3 IN ('page_view', 'product_view'), in_order)) AS page_views,
			in_order[1].1 AS first_ms, in_order[-1].1 AS last_ms,
			${kinds.map(occasions).join(',')}
		FROM
		(
			SELECT site, toDate(intDiv(ms, 86400000)) AS day, visitor_id, max(is_bot) AS is_bot,
				arraySort(e -> (e.1, e.2), groupArray((ms, event_id, ${kind}, amount, user_id))) AS in_order
			FROM ${firstReceipts} GROUP BY site, day, visitor_id
		)
	)`,
};

const sessions: Recount = {
	mart: 'sessions',
	key: 'site, visitor_id, started_ms',
	columns: `site, visitor_id, toUnixTimestamp64Milli(started_at) AS started_ms, toUnixTimestamp64Milli(ended_at) AS ended_ms,
		events, page_views, product_views, adds_to_cart, checkouts, toString(amount) AS amount`,
	fromRaw: `SELECT site, visitor_id, session[1].1 AS started_ms, session[-1].1 AS ended_ms, length(session) AS events,
		toUInt64(arrayCount(e -> e.2 IN ('page_view', 'product_view'), session)) AS page_views,
		toUInt64(arrayCount(e -> e.2 = 'product_view', session)) AS product_views,
		toUInt64(arrayCount(e -> e.2 = 'add_to_cart', session)) AS adds_to_cart,
		toUInt64(arrayCount(e -> e.2 = 'checkout', session)) AS checkouts,
		toString(arraySum(arrayMap(e -> e.3, arrayFilter(e -> e.2 = 'checkout', session)))) AS amount
	FROM
	(
		SELECT site, visitor_id, arrayJoin(arraySplit((e, gap) -> gap > 1800000, in_order, arrayDifference(arrayMap(e -> e.1, in_order)))) AS session
		FROM
		(
			SELECT site, visitor_id, arraySort(e -> e.1, groupArray((ms, ${kind}, amount))) AS in_order
			FROM ${firstReceipts} GROUP BY site, visitor_id
		)
	)`,
};

const usersActivity: Recount = {
	mart: 'users_activity',
	key: 'site, day',
	columns: 'site, day, dau, wau, mau',
	fromRaw: `WITH active AS
	(
		SELECT site, toDate(intDiv(ms, 86400000)) AS day, visitor_id FROM ${firstReceipts}
		GROUP BY site, day, visitor_id HAVING max(is_bot) = false
	)
	SELECT calendar.site AS site, calendar.day AS day, uniqExactIf(visitor_id, active.day = calendar.day) AS dau,
		uniqExactIf(visitor_id, calendar.day - active.day BETWEEN 0 AND 6) AS wau,
		uniqExactIf(visitor_id, calendar.day - active.day BETWEEN 0 AND 29) AS mau
	FROM (SELECT site, min(day) + arrayJoin(range(toUInt64(max(day) - min(day) + 1))) AS day FROM active GROUP BY site) AS calendar
	INNER JOIN active ON active.site = calendar.site
	GROUP BY site, day`,
};

/** One for each mart. */
export const recounts: readonly Recount[] = [userDays, sessions, usersActivity];
