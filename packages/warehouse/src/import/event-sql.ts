import { limits } from '@footfall/protocol';
import { currencies } from '@footfall/protocol/currencies';
import { timePatterns } from '../event-time.js';
import { eventColumns } from '../schema/event-columns.js';
import { isTooMuch, itemParts, itemReasons, itemsSql } from './items-sql.js';
import { isMissing } from './missing-value.js';
import { rawFields, rowColumns } from './reading.js';
import { withOwnNames } from './tool-names-sql.js';

type EventColumnName = (typeof eventColumns)[number]['name'];

/** The first of two texts that is not missing. */
const either = (first: string, second: string) => `if(${isMissing(first)}, ${second}, ${first})`;

const pattern = (name: keyof typeof timePatterns) => `'${timePatterns[name].replaceAll('\\', '\\\\')}'`;
/**
 * Parses a time in the forms of `eventTimeMs`; NULL if the text is none. ClickHouse alone reads uncertain forms, too.
 */
const moment = (text: string) => {
	const time = `trimBoth(${text})`;
	const isDate = (['iso', 'compact', 'mail'] as const).map((name) => `match(${time}, ${pattern(name)})`).join(' OR ');
	const fraction = `rightPad(substring(extract(${time}, '\\\\.(\\\\d*)'), 1, 3), 3, '0')`;
	const ofDigits = (digits: string) => `fromUnixTimestamp64Milli(toInt64OrZero(${digits}), 'UTC')`;
	return `multiIf(
		${isDate}, parseDateTime64BestEffortOrNull(replaceAll(${time}, '/', '-'), 3, 'UTC'),
		match(${time}, ${pattern('seconds')}), ${ofDigits(`concat(extract(${time}, '^\\\\d+'), ${fraction})`)},
		match(${time}, ${pattern('finer')}), ${ofDigits(`substring(${time}, 1, 13)`)},
		NULL)`;
};

/** Parses a whole number of 0 or more, also as `42.0` or `1e3`, as programs write it; NULL if the text is none. */
const natural = (text: string) => {
	const number = `trimBoth(${text})`;
	return `multiIf(
		match(${number}, '^\\\\+?\\\\d+(?:\\\\.0*)?$'), toUInt64OrNull(extract(${number}, '\\\\d+')),
		match(${number}, '^-0+(?:\\\\.0*)?$'), 0,
		match(${number}, '^\\\\d+(?:\\\\.\\\\d+)?[eE]\\\\+?\\\\d+$') AND toFloat64OrZero(${number}) <= 9007199254740991 AND toFloat64OrZero(${number}) = floor(toFloat64OrZero(${number})),
			toUInt64(least(toFloat64OrZero(${number}), 9007199254740991.)),
		NULL)`;
};
/**
 * The id of a product, which is empty for none. Programs write a number that may be missing as 42.0, and a missing one
 * as 0. Other texts, such as 007, are ids as they are.
 */
const productId = (text: string) => `multiIf(
	${isMissing(text)} OR match(${text}, '^\\\\s*-?0(?:\\\\.0*)?\\\\s*$'), '',
	match(${text}, '^\\\\s*[1-9]\\\\d*(?:\\\\.0*)?\\\\s*$'), extract(${text}, '\\\\d+'),
	${text})`;
/** A number of pixels; 0 if the text is none. */
const pixels = (text: string) => `toUInt16(if(ifNull(${natural(text)}, 0) > 65535, 0, ifNull(${natural(text)}, 0)))`;

const isQuotedMap = (text: string) => `match(${text}, '^\\\\s*\\\\{\\\\s*\\'')`;
/** Parses a map, in the notation of ClickHouse's CSV or of JSON. A value that is NULL is missing. */
const map = (text: string) => `multiIf(
	${isMissing(text)} OR ${text} = '{}', CAST(map(), 'Map(String, String)'),
	${isQuotedMap(text)}, extractKeyValuePairsWithEscaping(${text}, ':', ', {}', '\\''),
	position(${text}, '\ufffd') > 0, ${lastOfEachKey(jsonMap(text))},
	${jsonMap(text)})`;
const jsonMap = (text: string) =>
	`CAST(mapFilter((key, value) -> isNotNull(value), JSONExtract(${text}, 'Map(String, Nullable(String))')), 'Map(String, String)')`;
/** Takes the last of keys that were different until halves of surrogate pairs became U+FFFD, as the collector does. */
const lastOfEachKey = (map: string) => `CAST(arrayFilter(
	(pair, i) -> NOT has(arraySlice(mapKeys(${map}), i + 1), pair.1),
	arrayZip(mapKeys(${map}), mapValues(${map})),
	arrayEnumerate(mapKeys(${map}))), 'Map(String, String)')`;
const isNotMap = (text: string) =>
	`NOT (${isMissing(text)} OR if(${isQuotedMap(text)}, match(${text}, '\\\\}\\\\s*$'), JSONType(${text}) = 'Object'))`;
/** Parses a UUID: as text, or as the 16 bytes that Parquet stores. */
const uuid = (text: string) => `if(
	length(${text}) = 16,
	toUUIDOrNull(replaceRegexpOne(lower(hex(${text})), '^(.{8})(.{4})(.{4})(.{4})', '\\\\1-\\\\2-\\\\3-\\\\4-')),
	toUUIDOrNull(${text}))`;
/** Parses an amount of 0 or more, which is 0 if it is missing; NULL if the text is none. */
const money = (text: string) => `toDecimal64OrNull(if(${isMissing(text)}, '0', trimBoth(${text})), 4)`;
/** A text without the blanks around it, which are the same as those of the collector. */
const trimmed = (text: string) =>
	`replaceRegexpAll(${text}, '^[\\\\s\\\\v\\\\p{Z}\\\\x{feff}]+|[\\\\s\\\\v\\\\p{Z}\\\\x{feff}]+$', '')`;
const bool = (text: string) => `lower(trimBoth(${text})) IN ('true', '1')`;
const shifted = (time: string) => `${time} + toIntervalDay({shiftDays:Int32})`;

const site = "multiIf({site:String} != '', {site:String}, r.site != '', r.site, {fallbackSite:String})";

/**
 * Whether a user id is text, and not a number of any form. Numbers that are no whole ones of 0 or more are no ids: a
 * file does not say whether -1 was text, and programs write it for a missing user. Digits alone may be more than 64
 * bits.
 */
const isText = (id: string) =>
	`(match(trimBoth(${id}), '^\\\\d+$') OR NOT match(trimBoth(${id}), '^[-+]?(?:\\\\d+\\\\.?\\\\d*|\\\\.\\\\d+)(?:[eE][-+]?\\\\d+)?$'))`;

/** Values that several columns and the reason depend on. */
const parts = `
	${either('r.ts', 'r.dt')} AS timeText,
	${moment('timeText')} AS time,
	${moment('r.received_at')} AS receipt,
	${uuid('r.event_id')} AS id,
	${isMissing('r.event_id')} AS hasNoId,
	${either('r.visitor_id', 'r.user_id')} AS visitorText,
	${natural('visitorText')} AS visitor,
	${isMissing('visitorText')} AS hasNoVisitor,
	${isMissing('r.visitor_id')} AND NOT ${isMissing('r.user_id')} AND isNull(visitor) AND ${isText('r.user_id')} AS isTextUser,
	${productId('r.product_id')} AS product,
	${money('r.amount')} AS price,
	${money('r.tax')} AS taxMoney,
	${money('r.shipping')} AS shippingMoney,
	${money('r.discount')} AS discountMoney,
	r.name IN ('order', 'refund') AS isOrder,
	${trimmed('r.order_id')} AS orderId,
	upper(${trimmed('r.currency')}) AS orderCurrency,
	${itemParts('r.items', isMissing('r.items'))}`;

const currencyList = [...currencies].map((code) => `'${code}'`).join(', ');
const atMost = (field: string, bytes: number) =>
	`length(r.${field}) > ${bytes}, 'has more than ${bytes} bytes in ${field}'`;
const isNoMoney = (field: string) =>
	`isNull(${field}Money) OR ${field}Money < 0, 'has a ${field} that is not a number of 0 or more',
	${isTooMuch(`${field}Money`)}, 'has a ${field} above ${limits.amountMax}'`;

/** The reason for rejecting a row that has bytes that are not UTF-8. */
export const notUtf8 = 'has text that is not UTF-8';

/** The reason for rejecting a row, a predicate that follows "line 7"; empty if the row is a valid event. */
const reason = `multiIf(
	NOT isValidUTF8(r.raw), '${notUtf8}',
	fault != '', fault,
	r.name = '', 'has no name',
	r.url = '', 'has no url',
	isNull(time), 'has no valid time in ts or dt',
	time < toDateTime64('2020-01-01', 3, 'UTC') OR ${shifted('time')} > now64(3) + toIntervalMinute(5) AND {untilMs:UInt64} = 0, 'has a time before 2020 or in the future',
	NOT ${isMissing('r.received_at')} AND isNull(receipt), 'has a received_at that is not a valid time',
	isNull(visitor) AND NOT isTextUser AND NOT (isOrder AND hasNoVisitor), 'has no whole number in visitor_id or user_id',
	isTextUser AND length(r.user_id) > ${limits.userIdBytesMax}, 'has more than ${limits.userIdBytesMax} bytes in user_id',
	NOT hasNoId AND isNull(id), 'has an event_id that is not a UUID',
	lengthUTF8(product) > ${limits.productIdCharactersMax}, 'has more than ${limits.productIdCharactersMax} characters in product_id',
	isNull(price) OR price < 0 AND r.name != 'refund', 'has an amount that is not a number of 0 or more',
	${isTooMuch('abs(price)')}, 'has an amount above ${limits.amountMax}',
	isOrder AND orderId = '', 'has no order_id',
	isOrder AND orderCurrency NOT IN (${currencyList}) AND (r.name = 'order' OR orderCurrency != ''), 'has no currency of ISO 4217',
	${atMost('order_id', limits.orderIdBytesMax)},
	${atMost('refund_id', limits.refundIdBytesMax)},
	${atMost('coupon', limits.couponBytesMax)},
	${(['tax', 'shipping', 'discount'] as const).map(isNoMoney).join(',\n\t')},${itemReasons('r.items')}
	${isNotMap('r.exp')}, 'has an exp that is not a map',
	${isNotMap('r.props')}, 'has props that are not a map',
	'')`;

/** The expression of each column over the texts of a valid row. */
const columns: Record<EventColumnName, string> = {
	site,
	// The visitors of users that are text are computed before the rows are copied. An order of nobody has the visitor 0.
	visitor_id: 'ifNull(visitor, 0)',
	event_id: "ifNull(id, toUUID('00000000-0000-0000-0000-000000000000'))",
	// A number that was written in another form becomes the text that other events of this visitor have.
	user_id: `multiIf(hasNoVisitor, '', ${isMissing('r.visitor_id')} AND NOT isTextUser AND NOT match(r.user_id, '^\\\\d+$'), toString(ifNull(visitor, 0)), r.user_id)`,
	ts: `ifNull(${shifted('time')}, toDateTime64(0, 3, 'UTC'))`,
	ts_bounded: bool('r.ts_bounded'),
	received_at: `ifNull(${shifted('if(isNull(receipt), time, receipt)')}, toDateTime64(0, 3, 'UTC'))`,
	name: 'r.name',
	obj: 'r.obj',
	obj_id: 'r.obj_id',
	product_id: 'product',
	// A negative refund is one of the same amount, and 0 is all of the order, which a smaller amount must not become.
	amount:
		"if(r.name = 'refund' AND price = 0 AND abs(toFloat64OrZero(trimBoth(r.amount))) > 0, 0.0001, abs(ifNull(price, 0)))",
	currency: 'if(isOrder, orderCurrency, r.currency)',
	order_id: 'orderId',
	refund_id: trimmed('r.refund_id'),
	tax: 'ifNull(taxMoney, 0)',
	shipping: 'ifNull(shippingMoney, 0)',
	discount: 'ifNull(discountMoney, 0)',
	coupon: 'r.coupon',
	items: itemsSql,
	exp: map('r.exp'),
	props: map('r.props'),
	url: 'r.url',
	title: 'r.title',
	referrer: 'r.referrer',
	viewport_width: pixels('r.viewport_width'),
	viewport_height: pixels('r.viewport_height'),
	screen_width: pixels('r.screen_width'),
	screen_height: pixels('r.screen_height'),
	language: 'r.language',
	timezone: 'r.timezone',
	browser: 'r.browser',
	os: 'r.os',
	device: 'r.device',
	is_bot: bool('r.is_bot'),
	country: 'r.country',
	source: "'import'",
	segment: '{segment:String}',
};

/** Columns of a staging table besides those of `events`. */
const stagingColumns = [
	['row', 'UInt64'],
	['reason', 'LowCardinality(String)'],
	['raw', 'String'],
	['newlines', 'UInt32'],
	// Whether the user is text, from which the visitor is computed.
	['isTextUser', 'Bool'],
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
		SELECT r.row, why, if(why = '', '', substring(r.raw, 1, 10000)), r.newlines, isTextUser,
			if(hasNoId, sipHash128(r.hashed), ${noHash}), ${values.join(', ')}
		FROM (${withOwnNames(select, rawFields, rowColumns)}) AS r`;
}

/** Condition of the staged rows that are stored as events. */
const isStored = `reason = '' AND ({untilMs:UInt64} = 0 OR toUnixTimestamp64Milli(ts) <= {untilMs:UInt64})`;

export function countStaged(table: string): string {
	return `SELECT count() AS rows, countIf(reason != '') AS rejected, countIf(${isStored}) AS stored FROM ${table}`;
}

/** Columns of the table of users of a staging table; `id` is their visitor. */
export const userColumns = 'site String, user_id String, id UInt64';

/** The users of staged rows whose visitors are computed. */
export function textUsers(table: string): string {
	return `SELECT DISTINCT toString(site) AS site, user_id FROM ${table} WHERE isTextUser AND ${isStored}`;
}

/**
 * Copies staged rows to `events`. The event id of a row without one is derived from its content and from the number of
 * equal rows before it in the file. A repeated import therefore yields the same event, and two equal rows are two
 * events.
 *
 * @param users table of the users whose visitors were computed; undefined if there are none
 */
export function copyStaged(table: string, users: string | undefined): string {
	const names = eventColumns.map(({ name }) => name);
	const contentId = `toUUID(replaceRegexpOne(
		lower(hex(sipHash128(content, row_number() OVER (PARTITION BY content ORDER BY row)))),
		'^(.{8})(.{4}).(.{3}).(.{3})', '\\\\1-\\\\2-8\\\\3-8\\\\4-'))`;
	const rows = users === undefined ? table : `(${withVisitors(table, users)})`;
	const select = (where: string, id: string) =>
		`SELECT ${names.map((name) => (name === 'event_id' ? id : name)).join(', ')} FROM ${rows} WHERE ${isStored} AND ${where}`;
	return `INSERT INTO events (${names.join(', ')})
		${select(`content = ${noHash}`, 'event_id')}
		UNION ALL ${select(`content != ${noHash}`, contentId)}`;
}

/** The staged rows, with the visitors of users that are text. */
function withVisitors(table: string, users: string): string {
	return `SELECT staged.* REPLACE (if(isTextUser, named.id, visitor_id) AS visitor_id)
		FROM ${table} AS staged LEFT JOIN ${users} AS named ON toString(staged.site) = named.site AND staged.user_id = named.user_id`;
}
