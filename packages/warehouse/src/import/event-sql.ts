import { eventColumns } from '../event-columns.js';

type EventColumnName = (typeof eventColumns)[number]['name'];

/** A time given as text; NULL when it is none. */
const moment = (text: string) => `parseDateTime64BestEffortOrNull(${text}, 3, 'UTC')`;
/** A map as ClickHouse's CSV or as JSON writes it. */
const map = (text: string) => `multiIf(
	${text} IN ('', '{}'), CAST(map(), 'Map(String, String)'),
	match(${text}, '^\\\\s*\\\\{\\\\s*\\''), extractKeyValuePairsWithEscaping(${text}, ':', ', {}', '\\''),
	JSONExtract(${text}, 'Map(String, String)'))`;
const isNoMap = (text: string) => `${text} != '' AND NOT match(${text}, '^\\\\s*\\\\{[\\\\s\\\\S]*\\\\}\\\\s*$')`;
/** Parquet holds UUIDs as 16 bytes. */
const uuid = (text: string) => `if(
	length(${text}) = 16,
	toUUIDOrNull(replaceRegexpOne(lower(hex(${text})), '^(.{8})(.{4})(.{4})(.{4})', '\\\\1-\\\\2-\\\\3-\\\\4-')),
	toUUIDOrNull(${text}))`;
const bool = (text: string) => `${text} IN ('true', '1')`;
const shifted = (time: string) => `${time} + toIntervalDay({shiftDays:Int32})`;

/** What is worked out first, since others need it. */
const parts = `
	${moment("if(r.ts != '', r.ts, r.dt)")} AS time,
	${moment('r.received_at')} AS receipt,
	${uuid('r.event_id')} AS id,
	toUInt64OrNull(if(r.visitor_id != '', r.visitor_id, r.user_id)) AS visitor,
	toUInt64OrNull(if(r.product_id = '', '0', r.product_id)) AS product,
	toDecimal64OrNull(if(r.amount = '', '0', r.amount), 4) AS price`;

/** Why a row cannot be an event, in words that follow "line 7"; empty when it can. */
const reason = `multiIf(
	fault != '', fault,
	r.name = '', 'has no name',
	r.url = '', 'has no url',
	isNull(time), 'has no ts or dt that is a time',
	time < toDateTime64('2020-01-01', 3, 'UTC') OR ${shifted('time')} > now64(3) + toIntervalMinute(5) AND {untilMs:UInt64} = 0, 'is from before 2020 or from the future',
	r.received_at != '' AND isNull(receipt), 'has a received_at that is no time',
	isNull(visitor), 'has no visitor_id or user_id that is a whole number',
	r.event_id != '' AND isNull(id), 'has an event_id that is no UUID',
	isNull(product), 'has a product_id that is no whole number',
	isNull(price) OR price < 0, 'has an amount that is no number of 0 or more',
	${isNoMap('r.exp')}, 'has an exp that is no map',
	${isNoMap('r.props')}, 'has props that are no map',
	'')`;

/** How each column comes out of the texts of a row that is an event. */
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
	// A hash; zeros where the row brings an id of its own.
	['content', 'FixedString(16)'],
] as const;

const noHash = "toFixedString('', 16)";

export function createStaging(table: string): string {
	const all = [...stagingColumns, ...eventColumns.map(({ name, type }) => [name, type] as const)];
	return `CREATE TABLE ${table} (${all.map(([name, type]) => `${name} ${type}`).join(', ')}) ENGINE = MergeTree ORDER BY row`;
}

/** Texts into typed rows, each with the reason why it cannot be an event. */
export function fillStaging(table: string, select: string): string {
	const names = [...stagingColumns.map(([name]) => name), ...eventColumns.map(({ name }) => name)];
	const values = eventColumns.map(({ name }) => columns[name]);
	return `INSERT INTO ${table} (${names.join(', ')})
		WITH ${parts}, ${reason} AS why
		SELECT r.row, why, if(why = '', '', substring(r.raw, 1, 10000)), r.newlines,
			if(r.event_id != '', ${noHash}, sipHash128(r.raw)), ${values.join(', ')}
		FROM (${select}) AS r`;
}

/** What of staging becomes an event. */
const isStored = `reason = '' AND ({untilMs:UInt64} = 0 OR toUnixTimestamp64Milli(ts) <= {untilMs:UInt64})`;

export function countStaged(table: string): string {
	return `SELECT count() AS rows, countIf(reason != '') AS rejected, countIf(${isStored}) AS stored FROM ${table}`;
}

/**
 * From staging to `events`. A row without an id gets one that follows from what it says, and from how many rows before it in the file say
 * the same: so it is the same event whenever it is imported, and two of them are two.
 */
export function copyStaged(table: string): string {
	const names = eventColumns.map(({ name }) => name);
	const ofContent = `toUUID(replaceRegexpOne(
		lower(hex(sipHash128(content, row_number() OVER (PARTITION BY content ORDER BY row)))),
		'^(.{8})(.{4}).(.{3}).(.{3})', '\\\\1-\\\\2-8\\\\3-8\\\\4-'))`;
	const select = (where: string, id: string) =>
		`SELECT ${names.map((name) => (name === 'event_id' ? id : name)).join(', ')} FROM ${table} WHERE ${isStored} AND ${where}`;
	return `INSERT INTO events (${names.join(', ')})
		${select(`content = ${noHash}`, 'event_id')}
		UNION ALL ${select(`content != ${noHash}`, ofContent)}`;
}
