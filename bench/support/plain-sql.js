// The usual way to compute daily activity and sessions, for comparison: window functions over a narrow table of events,
// with a row for each event with its session and one for each user's day, all recomputed. It counts duplicates twice
// and has no pages, products or campaigns; sessions and active users would be views over it and cost nothing here.

const staged = `SELECT dt, toDate(dt) AS date, user_id,
	multiIf(name = 'view', concat('view_', obj), name = 'click' AND obj = 'button', obj_id, name = 'click', concat('click_', obj), concat(name, '_', obj, '_', obj_id)) AS event,
	obj_id AS target, amount
	FROM plain_events`;

const occasion = (prefix, condition) =>
	`minIf(dt, ${condition}) AS first_${prefix}_at, maxIf(dt, ${condition}) AS last_${prefix}_at,
	countIf(${condition}) AS ${prefix}_count, sumIf(amount, ${condition}) AS ${prefix}_amount`;

/** Copies the raw events, first receipts only, into a table of that shape. */
export const copyEvents = [
	'DROP TABLE IF EXISTS plain_events SYNC',
	`CREATE TABLE plain_events (dt DateTime, name LowCardinality(String), user_id UInt64, url String, obj LowCardinality(String), obj_id String,
	product_id UInt64, amount Float32, exp Map(String, String)) ENGINE = MergeTree PARTITION BY toYYYYMM(dt) ORDER BY (dt, name, obj, obj_id)`,
	`INSERT INTO plain_events SELECT toDateTime(ts), name, visitor_id, url, obj, obj_id, product_id, amount, exp FROM events FINAL`,
];

/** A full build. */
export const fullBuild = [
	'DROP TABLE IF EXISTS plain_activity SYNC',
	'DROP TABLE IF EXISTS plain_sessions SYNC',
	`CREATE TABLE plain_activity ENGINE = MergeTree PARTITION BY toYYYYMM(date) ORDER BY (date, user_id) AS
	SELECT date, user_id, min(dt) AS first_seen_at, max(dt) AS last_seen_at,
	${occasion('product_view', "event = 'view_page' AND target = 'product'")},
	${occasion('add_to_cart', "event = 'add_to_cart'")}, ${occasion('checkout', "event = 'checkout'")}
	FROM (${staged}) GROUP BY date, user_id`,
	`CREATE TABLE plain_sessions ENGINE = MergeTree PARTITION BY toYYYYMM(date) ORDER BY (dt, user_id) AS
	SELECT *, first_value(dt) OVER (PARTITION BY user_id, user_session_id ORDER BY dt) AS session_started_at FROM
	(
		SELECT *, sum(toUInt8(dt - prev_dt > 1800)) OVER (PARTITION BY user_id ORDER BY dt) AS user_session_id FROM
		(
			SELECT *, lagInFrame(dt) OVER (PARTITION BY user_id ORDER BY dt ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS prev_dt
			FROM (${staged})
		)
	)`,
];
