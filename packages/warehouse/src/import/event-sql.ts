import { eventColumns } from '../event-columns.js';

type EventColumnName = (typeof eventColumns)[number]['name'];

/** Parses a time; NULL if the text is not a valid time. */
const moment = (text: string) => `parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`;
/** Parses a map, in the notation of ClickHouse's CSV or of JSON. */
const map = (text: string) => `multiIf(
	${text} IN ('', '{}'), CAST(map(), 'Map(String, String)'),
	match(${text}, '^\\\\s*\\\\{\\\\s*\\''), extractKeyValuePairsWithEscaping(${text}, ':', ', {}', '\\''),
	JSONExtract(${text}, 'Map(String, String)'))`;
const isNotMap = (text: string) => `${text} != '' AND NOT match(${text}, '^\\\\s*\\\\{[\\\\s\\\\S]*\\\\}\\\\s*$')`;
/** Parses a UUID: as text, or as the 16 bytes that Parquet stores. */
const uuid = (text: string) => `if(
	length(${text}) = 16,
	toUUIDOrNull(replaceRegexpOne(lower(hex(${text})), '^(.{8})(.{4})(.{4})(.{4})', '\\\\1-\\\\2-\\\\3-\\\\4-')),
	toUUIDOrNull(${text}))`;
const bool = (text: string) => `${text} IN ('true', '1')`;
const shifted = (time: string) => `${time} + toIntervalDay({shiftDays:Int32})`;

/** Values that several columns and the reason depend on. */
const parts = `
	${moment("if(r.ts != '', r.ts, r.dt)")} AS time,
	${moment('r.received_at')} AS receipt,
	${uuid('r.event_id')} AS id,
	toUInt64OrNull(if(r.visitor_id != '', r.visitor_id, r.user_id)) AS visitor,
	toUInt64OrNull(if(r.product_id = '', '0', r.product_id)) AS product,
	toDecimal64OrNull(if(r.amount = '', '0', r.amount), 4) AS price`;

/** The reason for rejecting a row, a predicate that follows "line 7"; empty if the row is a valid event. */
const reason = `multiIf(
	fault != '', fault,
	r.name = '', 'has no name',
	r.url = '', 'has no url',
	isNull(time), 'has no valid time in ts or dt',
	time < toDateTime64('2020-01-01', 3, 'UTC') OR ${shifted('time')} > now64(3) + toIntervalMinute(5) AND {untilMs:UInt64} = 0, 'has a time before 2020 or in the future',
	r.received_at != '' AND isNull(receipt), 'has a received_at that is not a valid time',
	isNull(visitor), 'has no whole number in visitor_id or user_id',
	r.event_id != '' AND isNull(id), 'has an event_id that is not a UUID',
	isNull(product), 'has a product_id that is not a whole number',
	isNull(price) OR price < 0, 'has an amount that is not a number of 0 or more',
	${isNotMap('r.exp')}, 'has an exp that is not a map',
	${isNotMap('r.props')}, 'has props that are not a map',
	'')`;

/** The expression of each column over the texts of a valid row. */
const columns: Record<EventColumnName, string> = {
	site: "multiIf({site:String} != '', {site:String}, r.site != '', r.site, {fallbackSite:String})",
	visitor_id: 'ifNull(visitor, 0)',
	event_id: "ifNull(id, toUUID('00000000-0000-0000-0000-000000000000'))",
	user_id: 'r.user_id',
	ts: `ifNull(${shifted('time')}, toDateTime64(0, 3, 'UTC'))`,
	ts_bounded: bool('r.ts_bounded'),
	received_at: `ifNull(${shifted('if(isNull(receipt), time, receipt)')}, toDateTime64(0, 3, 'UTC'))`,
	name: 'r.name',
	obj: 'r.obj',
	obj_id: 'r.obj_id',
	product_id: 'ifNull(product, 0)',
	amount: 'ifNull(price, 0)',
	currency: 'r.currency',
	exp: map('r.exp'),
	props: map('r.props'),
	url: 'r.url',
	title: 'r.title',
	referrer: 'r.referrer',
	viewport_width: 'toUInt16OrZero(r.viewport_width)',
	viewport_height: 'toUInt16OrZero(r.viewport_height)',
	screen_width: 'toUInt16OrZero(r.screen_width)',
	screen_height: 'toUInt16OrZero(r.screen_height)',
	language: 'r.language',
	timezone: 'r.timezone',
	browser: 'r.browser',
	os: 'r.os',
	device: 'r.device',
	is_bot: bool('r.is_bot'),
	country: 'r.country',
	segment: '{segment:String}',
};

/** Columns of a staging table besides those of `events`. */
const stagingColumns = [
	['row', 'UInt64'],
	['reason', 'LowCardinality(String)'],
	['raw', 'String'],
	['newlines', 'UInt32'],
	// Hash of the row; zeros if the row has an event id.
	['content', 'FixedString(16)'],
] as const;

const noHash = "toFixedString('', 16)";

export function createStaging(table: string): string {
	const all = [...stagingColumns, ...eventColumns.map(({ name, type }) => [name, type] as const)];
	return `CREATE TABLE ${table} (${all.map(([name, type]) => `${name} ${type}`).join(', ')}) ENGINE = MergeTree ORDER BY row`;
}

/** Converts the texts of a file to typed rows, each with the reason if it is rejected. */
export function fillStaging(table: string, select: string): string {
	const names = [...stagingColumns.map(([name]) => name), ...eventColumns.map(({ name }) => name)];
	const values = eventColumns.map(({ name }) => columns[name]);
	return `INSERT INTO ${table} (${names.join(', ')})
		WITH ${parts}, ${reason} AS why
		SELECT r.row, why, if(why = '', '', substring(r.raw, 1, 10000)), r.newlines,
			if(r.event_id != '', ${noHash}, sipHash128(r.raw)), ${values.join(', ')}
		FROM (${select}) AS r`;
}

/** Condition of the staged rows that are stored as events. */
const isStored = `reason = '' AND ({untilMs:UInt64} = 0 OR toUnixTimestamp64Milli(ts) <= {untilMs:UInt64})`;

export function countStaged(table: string): string {
	return `SELECT count() AS rows, countIf(reason != '') AS rejected, countIf(${isStored}) AS stored FROM ${table}`;
}

/**
 * Copies staged rows to `events`. The event id of a row without one is derived from its content and from the number of
 * equal rows before it in the file. A repeated import therefore yields the same event, and two equal rows are two
 * events.
 */
export function copyStaged(table: string): string {
	const names = eventColumns.map(({ name }) => name);
	const contentId = `toUUID(replaceRegexpOne(
		lower(hex(sipHash128(content, row_number() OVER (PARTITION BY content ORDER BY row)))),
		'^(.{8})(.{4}).(.{3}).(.{3})', '\\\\1-\\\\2-8\\\\3-8\\\\4-'))`;
	const select = (where: string, id: string) =>
		`SELECT ${names.map((name) => (name === 'event_id' ? id : name)).join(', ')} FROM ${table} WHERE ${isStored} AND ${where}`;
	return `INSERT INTO events (${names.join(', ')})
		${select(`content = ${noHash}`, 'event_id')}
		UNION ALL ${select(`content != ${noHash}`, contentId)}`;
}
