/**
 * All marts in plain SQL, for comparison: the raw table is read once into a table of events with the starts of their
 * sessions, by window functions, and every mart is created from it or from another mart. Everything is recomputed, and
 * nothing is tested, kept up to date or bounded in memory; lists about one visitor have no maximum length. Marts that
 * are computed from other marts have the SELECT of their model.
 */

const prefix = 'plain_';

/** The settings of the statements: those of the server, with the usual two threads of this machine. */
export const plainSettings = { async_insert: 0, allow_suspicious_low_cardinality_types: 1 };

const timesOf = (name, condition) => `minIfOrNull(ts, ${condition}) AS first_${name}_at,
	maxIfOrNull(ts, ${condition}) AS last_${name}_at,
	countIf(${condition}) AS ${name}_count,
	sumIf(amount, ${condition}) AS ${name}_amount`;

const funnelStep = (views, addedAt, lastCheckoutAt) =>
	`multiIf(${views} = 0, 0, empty(${addedAt}), 1, ifNull(${lastCheckoutAt} >= arrayMin(${addedAt}), false), 3, 2)`;

const order = 'PARTITION BY site, visitor_id ORDER BY ts, event_id';

const events = `SELECT *, maxIf(ts, is_start) OVER (${order} ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS session_started_at
FROM
(
	SELECT * EXCEPT (target),
		toUnixTimestamp64Milli(ts) - lagInFrame(toUnixTimestamp64Milli(ts), 1, toInt64(-1e15)) OVER (${order} ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) > 1800000 AS is_start
	FROM stg_events
)`;

const entry = [
	'referrer',
	'referrer_host',
	'utm_source',
	'utm_medium',
	'utm_campaign',
	'browser',
	'os',
	'device',
	'country',
];
const entryColumns = ['entry_referrer', 'entry_referrer_host', ...entry.slice(2)];

const sessions = `SELECT * EXCEPT (entry, viewed_at, adds), ${entryColumns.map((name, i) => `entry.${i + 1} AS ${name}`).join(', ')},
	multiIf(utm_source != '', 'campaign', entry_referrer_host != '', 'referral', 'direct') AS channel
FROM
(
	SELECT site, cityHash64(site, visitor_id, toUnixTimestamp64Milli(session_started_at)) AS session_id, visitor_id,
		argMaxIf(user_id, (ts, event_id), user_id != '') AS user_id,
		session_started_at AS started_at, max(ts) AS ended_at, min(day) AS day,
		toUnixTimestamp64Milli(ended_at) - toUnixTimestamp64Milli(started_at) AS duration_ms,
		duration_ms / 1000 AS duration_seconds,
		count() AS events, countIf(is_page_view) AS page_views, page_views <= 1 AND min(is_passive) AS is_bounce,
		argMinIf(path, (ts, event_id), is_page_view) AS entry_path,
		argMaxIf(path, (ts, event_id), is_page_view) AS exit_path,
		argMin((${entry.join(', ')}), (ts, event_id)) AS entry,
		max(makes_bot) AS is_bot, duration_ms > 86400000 AS is_long, max(has_invalid_time) AS has_invalid_time,
		countIf(is_product_view) AS product_views, countIf(is_add_to_cart) AS adds_to_cart,
		countIf(is_checkout) AS checkouts, sumIf(amount, is_checkout) AS revenue, checkouts > 0 AS is_converted,
		minIfOrNull(ts, is_product_view) AS viewed_at,
		arrayFilter(t -> ifNull(t >= viewed_at, false), groupArrayIf(ts, is_add_to_cart)) AS adds,
		${funnelStep('product_views', 'adds', 'maxIfOrNull(ts, is_checkout)')} AS funnel_step,
		arrayCompact(arrayMap(s -> (s.3, s.4), arraySort(groupArrayIf(
			(ts, event_id, is_page_view, if(is_page_view, path, toString(event))), is_page_view OR NOT is_passive)))) AS steps,
		toUInt64(0) AS steps_left_out
	FROM ${prefix}events GROUP BY site, visitor_id, session_started_at HAVING max(is_seen)
)`;

const userDays = `WITH
	by_product AS
	(
		SELECT site, visitor_id, day, product_id, countIf(is_product_view) AS views, countIf(is_add_to_cart) AS adds,
			sumIf(amount, is_add_to_cart) AS add_amount, minIf(ts, is_product_view) AS viewed_at,
			arrayFilter(t -> views > 0 AND t >= viewed_at, groupArrayIf(ts, is_add_to_cart)) AS adds_after_view
		FROM ${prefix}events
		WHERE product_id != '' AND (is_product_view OR is_add_to_cart)
		GROUP BY site, visitor_id, day, product_id
	),
	products AS
	(
		SELECT site, visitor_id, day,
			arraySort(p -> (length(p.1), p), groupArray((product_id, views, adds, add_amount, adds_after_view))) AS steps
		FROM by_product GROUP BY site, visitor_id, day
	),
	days AS
	(
		SELECT site, visitor_id, day, argMaxIf(user_id, (ts, event_id), user_id != '') AS user_id, max(makes_bot) AS is_bot,
			min(has_invalid_time) AS has_invalid_time, count() AS events, countIf(is_page_view) AS page_views,
			min(ts) AS first_seen_at, max(ts) AS last_seen_at,
			${timesOf('product_view', 'is_product_view')},
			${timesOf('add_to_cart', 'is_add_to_cart')},
			${timesOf('checkout', 'is_checkout')},
			arrayFilter(t -> ifNull(t >= first_product_view_at, false), groupArrayIf(ts, is_add_to_cart)) AS adds_after_view,
			${funnelStep('product_view_count', 'adds_after_view', 'last_checkout_at')} AS funnel_step,
			sumMapIf([path], [toUInt64(1)], is_page_view) AS counts, arrayZip(counts.1, counts.2) AS paths,
			arraySort(groupArrayIf((metric, path, value), is_vital)) AS vitals,
			countIf(is_implausible) AS implausible_events, toUInt64(0) AS details_left_out
		FROM ${prefix}events GROUP BY site, visitor_id, day HAVING max(is_seen)
	)
SELECT days.* EXCEPT (adds_after_view, counts),
	arrayMap(p -> (p.1, p.2, p.3, p.4, ${funnelStep('p.2', 'p.5', 'last_checkout_at')}), steps) AS products
FROM days LEFT JOIN products USING (site, visitor_id, day)`;

const presence = `SELECT *,
	if(has_invalid_time OR NOT is_seen, day, minIf(day, NOT has_invalid_time AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)) AS first_day,
	maxIf(day, NOT has_invalid_time AND NOT is_bot AND is_seen) OVER (PARTITION BY site, visitor_id ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS previous_day
FROM
(
	SELECT site, visitor_id, day, max(makes_bot) AS is_bot, min(has_invalid_time) AS has_invalid_time, max(is_seen) AS is_seen,
		max(session_started_at < toDateTime64(day, 3, 'UTC')) AS is_continued, count() AS events
	FROM ${prefix}events GROUP BY site, visitor_id, day
)`;

/** The marts that are computed from events; all others have the SELECT of their model. */
const ofEvents = { sessions, int_user_days: userDays, int_presence_days: presence };

/** Stored models that are no marts, or those of orders, and have no counterpart in plain SQL. */
const without = ['int_visits', 'int_order_reports', 'int_order_visitors', 'refunds', 'orders', 'order_days'];

const isCompared = ({ name, materialized }) => materialized.kind.startsWith('incremental') && !without.includes(name);

const isSketch = ({ type }) => type.startsWith('AggregateFunction');

/** A column with the type that the model's header states. */
const typedColumn = (column) =>
	isSketch(column) ? column.name : `CAST(${column.name}, '${column.type.replaceAll("'", "\\'")}') AS ${column.name}`;

/**
 * The statements, in the order of the models.
 *
 * @param {{ models: readonly import('@footfall/transforms').Model[] }} project
 */
export function plainStatements({ models }) {
	const create = (name, sortedBy, sql) => [
		`DROP TABLE IF EXISTS ${prefix}${name} SYNC`,
		`CREATE TABLE ${prefix}${name} ENGINE = MergeTree ORDER BY (${sortedBy.join(', ')}) AS ${sql}`,
	];
	const ofMarts = models.filter(isCompared).flatMap(({ name, order: sortedBy, partition, columns, sql }) => {
		const typed = columns.filter((column) => column.name !== 'event_hashes').map(typedColumn);
		const select = ofEvents[name] ?? sql.replaceAll(/\{\{(\w+)(?:\.all)?\}\}/g, `${prefix}$1`);
		const key = sortedBy.includes(partition) ? sortedBy : [partition, ...sortedBy];
		return create(name, key, `SELECT ${typed.join(', ')} FROM (${select})`);
	});
	return [...create('events', ['site', 'visitor_id', 'ts', 'event_id'], events), ...ofMarts];
}

/**
 * The marts whose rows differ from those in plain SQL, in any column but the hashes of events.
 *
 * @param {import('@footfall/warehouse').Warehouse} warehouse
 * @param {{ models: readonly import('@footfall/transforms').Model[] }} project
 */
export async function differingMarts(warehouse, { models }) {
	const differing = [];
	for (const { name, columns } of models.filter(isCompared)) {
		const values = columns
			.filter((column) => column.name !== 'event_hashes')
			.map((column) => (isSketch(column) ? `finalizeAggregation(${column.name})` : column.name));
		const sum = (from) =>
			`(SELECT (count(), groupBitXor(sipHash64(formatRow('RowBinary', ${values.join(', ')})))) FROM ${from})`;
		const [row] = await warehouse.query(`SELECT ${sum(name)} = ${sum(`${prefix}${name}`)} AS isEqual`);
		if (Number(row?.isEqual) !== 1) differing.push(name);
	}
	return differing;
}

/** How many marts are compared. */
export const comparedMarts = ({ models }) => models.filter(isCompared).length;
