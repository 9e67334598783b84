import { limits, type StringMap } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { Packr } from 'msgpackr';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from './testing/page.js';
import { startTestCollector, type TestCollector } from './testing/test-collector.js';

let clickhouse: TestWarehouse;
let collector: TestCollector;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	collector = await startTestCollector(clickhouse.warehouse);
});

afterAll(async () => {
	await collector.remove();
	await clickhouse.stop();
});

/** A third-party encoder, since it can write values that the encoder of the protocol cannot. */
const foreign = new Packr({ useRecords: false });

type Row = Record<string, unknown>;
/** The expected result of a value: the columns of its row, or the outcome of its rejection. */
type Result = Row | string;

const dayMs = 86_400_000;
const nowMs = Date.now();
const maxKey = 'k'.repeat(limits.mapKeyBytesMax);
const manyEntries = (count: number): StringMap =>
	Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, `${i}`]));
const asTs = (ms: number) => new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
const kept = (ms: number): Row => ({ ts: asTs(ms), ts_bounded: false });
const bounded: Row = { ts_bounded: true };

/** Texts that are known to break software. */
const texts = {
	empty: '',
	'with NUL': 'a\u0000b',
	'of control characters': '\u0001\b\t\n\v\f\r\u001b\u007f\u0085',
	'that escapes': `\\N \\0 \\' " \` '; DROP TABLE events; -- {param:String} %s \${x}`,
	'from right to left': 'שלום \u202Eevil\u202C العربية',
	'beyond the basic plane': '👩‍👩‍👧‍👦💶𝕏',
	'of combining marks': `Z${'\u0351\u0357'.repeat(20)}`,
	'of invisible characters': '\ufeff\u200b\u2028\u2029\ufffe\uffff\u{10ffff}',
	'of spaces': ' \u00a0 ',
	'that looks like something': 'null NaN true 0x10 1e999 [] {}',
};

/** Values of an event of a page, as [elements after its name, result]. */
const pageEvents: Record<string, [elements: unknown[], result: Result]> = {
	...Object.fromEntries(
		Object.entries(texts).map(([what, text]) => [
			`text ${what}`,
			[[text.slice(0, 20), text], { obj: text.slice(0, 20).toWellFormed(), obj_id: text }],
		]),
	),
	'text of half a surrogate pair': [['', 'a\ud800b'], { obj_id: 'a\ufffdb' }],
	'text at its bound': [['', 'x'.repeat(1_024)], { obj_id: 'x'.repeat(1_024) }],
	'text beyond its bound': [['', 'x'.repeat(1_025)], 'limit-exceeded'],
	'text of a megabyte': [['', 'x'.repeat(1_000_000)], 'too-large'],
	'a number where text should be': [['', 7], 'malformed'],
	'2^53 - 1': [['', '', 2 ** 53 - 1], { product_id: '9007199254740991' }],
	'2^53': [['', '', 2 ** 53], 'limit-exceeded'],
	'2^53 + 2': [['', '', 2 ** 53 + 2], 'limit-exceeded'],
	'a negative integer': [['', '', -1], 'limit-exceeded'],
	'a fraction for an integer': [['', '', 1.5], 'malformed'],
	'a NaN amount': [['', '', 0, Number.NaN], 'malformed'],
	'an infinite amount': [['', '', 0, Number.POSITIVE_INFINITY], 'malformed'],
	'a minus infinite amount': [['', '', 0, Number.NEGATIVE_INFINITY], 'malformed'],
	'an amount of minus zero': [['', '', 0, -0], { amount: '0' }],
	'a negative amount': [['', '', 0, -0.01], 'limit-exceeded'],
	'the least amount there is': [['', '', 0, 5e-324], { amount: '0' }],
	'an amount of binary fractions': [['', '', 0, 0.1 + 0.2], { amount: '0.3' }],
	'the greatest amount': [['', '', 0, limits.amountMax], { amount: '10000000000000' }],
	'an amount beyond it': [['', '', 0, limits.amountMax + 1], 'limit-exceeded'],
	'keys that are numbers': [
		['', '', 0, 0, '', { 1: 'a', '01': 'b', '-1': 'c', '1.5': 'd', NaN: 'e' }],
		{ props: { 1: 'a', '01': 'b', '-1': 'c', '1.5': 'd', NaN: 'e' } },
	],
	'keys and values that are empty': [['', '', 0, 0, '', { '': '', a: '' }], { props: { '': '', a: '' } }],
	'keys of every object': [
		['', '', 0, 0, '', { toString: 'a', hasOwnProperty: 'b', length: 'c' }],
		{ props: { toString: 'a', hasOwnProperty: 'b', length: 'c' } },
	],
	'a key that reaches a prototype': [['', '', 0, 0, '', { ['__proto__']: 'x' }], 'malformed'],
	'keys that objects and functions have': [
		['', '', 0, 0, '', { constructor: 'Ferrari', prototype: '2' }],
		{ props: { constructor: 'Ferrari', prototype: '2' } },
	],
	'keys that differ only in half a surrogate pair': [
		['', '', 0, 0, '', { 'k\ud800': 'a', l: 'b', 'k\udfff': 'c' }],
		{ props: { 'k\ufffd': 'c', l: 'b' }, entries: 2 },
	],
	'a key at its bound': [['', '', 0, 0, '', { [maxKey]: 'x' }], { props: { [maxKey]: 'x' } }],
	'a key beyond it': [['', '', 0, 0, '', { [`${maxKey}k`]: 'x' }], 'limit-exceeded'],
	'a value that is a number': [['', '', 0, 0, '', { a: 1 }], 'malformed'],
	'a value that is an object': [['', '', 0, 0, '', { a: { b: { c: 'd' } } }], 'malformed'],
	'a value that looks like a number': [['', '', 0, 0, '', { a: '1' }], { props: { a: '1' } }],
	'a value that looks like a bool': [['', '', 0, 0, '', { a: 'true' }], { props: { a: 'true' } }],
	'a value that looks like an object': [['', '', 0, 0, '', { a: '{"b":[1]}' }], { props: { a: '{"b":[1]}' } }],
	'as many entries as may be': [
		['', '', 0, 0, '', manyEntries(limits.mapEntriesMax)],
		{ props: manyEntries(limits.mapEntriesMax) },
	],
	'one entry more': [['', '', 0, 0, '', manyEntries(limits.mapEntriesMax + 1)], 'limit-exceeded'],
	'ten thousand entries': [['', '', 0, 0, '', manyEntries(10_000)], 'too-large'],
};

/** Times of a page: [sentAtMs, ageMs, result]. */
const pageTimes: Record<string, [sentAtMs: unknown, ageMs: unknown, result: Result]> = {
	now: [nowMs, 0, kept(nowMs)],
	zero: [0, 0, bounded],
	'before 1970': [1_000, 5_000, bounded],
	'in seconds': [Math.floor(nowMs / 1_000), 0, bounded],
	'in microseconds': [nowMs * 1_000, 0, bounded],
	'of 2019': [Date.UTC(2019, 11, 31, 23, 59, 59, 999), 0, bounded],
	'of 2020': [Date.UTC(2020, 0, 1), 0, kept(Date.UTC(2020, 0, 1))],
	'of the year 9999': [Date.UTC(9999, 11, 31), 0, bounded],
	'of the greatest integer': [2 ** 53 - 1, 0, bounded],
	'a day late': [nowMs - dayMs, 0, kept(nowMs - dayMs)],
	'forty days late': [nowMs, 40 * dayMs, kept(nowMs - 40 * dayMs)],
	'at the greatest age': [nowMs, limits.ageMsMax, kept(nowMs - limits.ageMsMax)],
	'a minute early': [nowMs + 60_000, 0, kept(nowMs + 60_000)],
	'a day early': [nowMs + dayMs, 0, bounded],
	'a day early, sent as long after': [nowMs + dayMs, dayMs, kept(nowMs)],
	missing: [null, 0, 'malformed'],
	negative: [-1, 0, 'limit-exceeded'],
	'of a negative age': [nowMs, -1, 'limit-exceeded'],
	'of a fraction': [nowMs + 0.5, 0, 'malformed'],
	'of an age that is NaN': [nowMs, Number.NaN, 'malformed'],
};

const moment = '2026-01-31T12:00:00Z';
/** Fields of a JSON event, as JSON: [fields, result]. */
const jsonEvents: Record<string, [fields: string, result: Result]> = {
	...Object.fromEntries(
		Object.entries(texts).map(([what, text]) => [
			`text ${what}`,
			[`"obj_id":${JSON.stringify(text)}`, { obj_id: text }],
		]),
	),
	'text of half a surrogate pair': [
		'"obj_id":"a\\ud800b","props":{"k\\udfff":"v\\ud800"}',
		{ obj_id: 'a\ufffdb', props: { 'k\ufffd': 'v\ufffd' } },
	],
	'keys that differ only in half a surrogate pair': [
		'"props":{"k\\ud800":"a","l":"b","k\\udfff":"c"},"exp":{"\\ud800":"a","\\udfff":"b"}',
		{ props: { 'k\ufffd': 'c', l: 'b' }, entries: 2, exp: { '\ufffd': 'b' }, variants: 1 },
	],
	'text beyond its bound': [`"obj_id":"${'x'.repeat(1_025)}"`, 'invalid'],
	'text of nearly a megabyte': [`"obj_id":"${'x'.repeat(1_000_000)}"`, 'invalid'],
	'2^53 - 1': ['"product_id":9007199254740991', { product_id: '9007199254740991' }],
	'2^53 + 1': ['"product_id":9007199254740993', 'invalid'],
	'the least integer of 64 bits': ['"product_id":-9223372036854775808', 'invalid'],
	'an integer with an exponent': ['"product_id":1e3', { product_id: '1000' }],
	'minus zero': ['"product_id":-0,"amount":-0.0', { product_id: '', amount: '0' }],
	'a product id of half a surrogate pair': ['"product_id":"a\\ud800b"', { product_id: 'a\ufffdb' }],
	'a product id of more characters than it may have': [`"product_id":"${'ü'.repeat(65)}"`, 'invalid'],
	'a fraction as a product id': ['"product_id":1.5', 'invalid'],
	'a number beyond all': ['"amount":1e400', 'invalid'],
	'a number that is not JSON': ['"amount":NaN', 'malformed'],
	'text for a number': ['"amount":"9.99"', 'invalid'],
	'a bool for a number': ['"amount":true', 'invalid'],
	'null for an optional number': ['"amount":null', { amount: '0' }],
	'a field twice': ['"obj_id":"first","obj_id":"last"', { obj_id: 'last' }],
	'ten thousand fields that no schema knows': [
		Array.from({ length: 10_000 }, (_, i) => `"f${i}":{"a":[]}`).join(','),
		{ obj: 'o' },
	],
	'a prototype': ['"__proto__":{"obj_id":"x"},"constructor":{"prototype":{"obj_id":"x"}}', { obj_id: '' }],
	'a key that reaches one': ['"props":{"__proto__":"x"}', 'invalid'],
	'keys that objects and functions have': [
		'"props":{"constructor":"Ferrari","prototype":"2","toString":"x"}',
		{ props: { constructor: 'Ferrari', prototype: '2', toString: 'x' } },
	],
	'keys that are numbers': ['"props":{"10":"b","1":"a","01":"c"}', { props: { 1: 'a', 10: 'b', '01': 'c' } }],
	'properties that are a number and a boolean': ['"props":{"a":1,"b":true}', { props: { a: '1', b: 'true' } }],
	'a value of another type': ['"exp":{"a":1}', 'invalid'],
	'a property that is a list': ['"props":{"a":[1]}', 'invalid'],
	'a map in a map': ['"exp":{"a":{"b":"c"}}', 'invalid'],
	'ten thousand entries': [`"props":${JSON.stringify(manyEntries(10_000))}`, 'invalid'],
	'a dt in seconds': ['"dt":1769860800', kept(1_769_860_800_000)],
	'a dt in seconds as text': ['"dt":"1769860800"', kept(1_769_860_800_000)],
	'an empty dt': ['"dt":""', 'invalid'],
	'no dt': ['"dt":null', 'invalid'],
	'a dt of 1970': ['"dt":"1970-01-01T00:00:00Z"', bounded],
	'a dt before 1970': ['"dt":"0001-01-01T00:00:00Z"', bounded],
	'a dt of 9999': ['"dt":"9999-12-31T23:59:59.999Z"', bounded],
	'a dt of year 10000': ['"dt":"10000-01-01T00:00:00Z"', 'invalid'],
	'a dt of a day that is none': ['"dt":"2026-02-29T00:00:00Z"', 'invalid'],
	'a dt with a leap second': ['"dt":"2016-12-31T23:59:60Z"', 'invalid'],
	'a dt in microseconds': ['"dt":"2026-01-31T12:00:00.123456Z"', { ts: '2026-01-31 12:00:00.123', ts_bounded: false }],
	'a dt in the hour that comes twice, in summer time': [
		'"dt":"2025-10-26T02:30:00+02:00"',
		kept(Date.UTC(2025, 9, 26, 0, 30)),
	],
	'a dt in the hour that comes twice, in winter time': [
		'"dt":"2025-10-26T02:30:00+01:00"',
		kept(Date.UTC(2025, 9, 26, 1, 30)),
	],
	'a dt in the hour that is left out, without a zone': [
		'"dt":"2026-03-29T02:30:00"',
		kept(Date.UTC(2026, 2, 29, 2, 30)),
	],
	'a dt a day early': [`"dt":"${new Date(nowMs + dayMs).toISOString()}"`, bounded],
};

let stream = 0;

async function sendFrame(body: Uint8Array): Promise<string> {
	const reply = await fetch(`${collector.publicUrl}/v1/batch`, {
		method: 'POST',
		body: body as Uint8Array<ArrayBuffer>,
	});
	return ((await reply.json()) as string[])[3] as string;
}

async function sendJson(body: string): Promise<string> {
	const reply = await fetch(`${collector.publicUrl}/v1/events`, { method: 'POST', body });
	return ((await reply.json()) as { outcome: string }).outcome;
}

async function storedBy(endpoint: string): Promise<Map<string, Row>> {
	await collector.drained();
	const rows = await clickhouse.warehouse.query<Row>(
		`SELECT *, toUInt32(length(props)) AS entries, toUInt32(length(exp)) AS variants FROM events FINAL WHERE title = {endpoint:String} OR url = {endpoint:String}`,
		{
			params: { endpoint },
		},
	);
	return new Map(rows.map((row) => [String(row.name), row]));
}

/** Checks the answer and the row of every case. */
async function expectResults(
	endpoint: string,
	sent: ReadonlyMap<string, { result: Result; outcome: string }>,
): Promise<void> {
	const rows = await storedBy(endpoint);
	expect(sent.size).toBeGreaterThan(15);
	for (const [what, { result, outcome }] of sent) {
		const expected =
			typeof result === 'string' ? { what, outcome: result, row: undefined } : { what, outcome: 'stored', row: result };
		expect({ what, outcome, row: rows.get(what) }).toMatchObject(expected);
	}
}

describe('hostile values', () => {
	it('values of a page event are stored or rejected as listed', async () => {
		const sent = new Map<string, { result: Result; outcome: string }>();
		for (const [what, [elements, result]] of Object.entries(pageEvents)) {
			const batch = [1, 'shop', 7, ++stream, 0, nowMs, [['values']], [[0, 0, what, ...elements]]];
			sent.set(what, { result, outcome: await sendFrame(foreign.pack(batch)) });
		}
		await expectResults('values', sent);
	});

	it('times of a page are stored or rejected as listed', async () => {
		const sent = new Map<string, { result: Result; outcome: string }>();
		for (const [what, [sentAtMs, ageMs, result]] of Object.entries(pageTimes)) {
			const batch = [1, 'shop', 7, ++stream, 0, sentAtMs, [['times']], [[ageMs, 0, what]]];
			sent.set(what, { result, outcome: await sendFrame(foreign.pack(batch)) });
		}
		await expectResults('times', sent);
		for (const row of (await storedBy('times')).values()) {
			if (row.ts_bounded) expect(row.ts).toBe(row.received_at);
		}
	});

	it('values of a JSON event are stored or rejected as listed', async () => {
		const sent = new Map<string, { result: Result; outcome: string }>();
		for (const [what, [fields, result]] of Object.entries(jsonEvents)) {
			const common = `"dt":"${moment}","name":${JSON.stringify(what)},"user_id":1,"url":"https://json.example/","obj":"o"`;
			sent.set(what, { result, outcome: await sendJson(`{${common},${fields}}`) });
		}
		await expectResults('https://json.example/', sent);
	});
});

describe('batches of unusual number, order and version', () => {
	const countOf = async (where: string) => {
		await collector.drained();
		const [row] = await clickhouse.warehouse.query<{ rows: string; partitions: string; months: string }>(
			`SELECT count() AS rows, uniqExact(_partition_id) AS partitions, uniqExact(toYYYYMM(received_at)) AS months
				FROM events FINAL WHERE ${where}`,
		);
		return { rows: Number(row?.rows), isPartitionedByReceipt: row?.partitions === row?.months };
	};

	it('events of 150 months are one insert, in the partition of their receipt', async () => {
		const today = new Date(nowMs);
		const months = Array.from({ length: 150 }, (_, i) => {
			const dt = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 150 + i, 15)).toISOString();
			return { dt, name: `month ${i}`, user_id: 1, url: 'https://months.example/', obj: 'o' };
		});
		expect(await sendJson(JSON.stringify(months))).toBe('stored');
		const where = "url = 'https://months.example/'";
		expect(await countOf(where)).toEqual({ rows: 150, isPartitionedByReceipt: true });
		const early = months.filter(({ dt }) => dt < '2020').length;
		expect((await countOf(`${where} AND ts_bounded`)).rows).toBe(early);
		expect((await countOf(`${where} AND toYYYYMM(ts) < toYYYYMM(received_at)`)).rows).toBe(150 - early);
	});

	it('batches of one event and of the maximum number of events are stored completely', async () => {
		const event = [0, 0, 'n'];
		const batchOf = (url: string, count: number) =>
			foreign.pack([1, 'shop', 7, ++stream, 0, nowMs, [[url]], Array.from({ length: count }, () => event)]);
		expect(await sendFrame(batchOf('one', 1))).toBe('stored');
		expect(await sendFrame(batchOf('most', limits.batchEventsMax))).toBe('stored');
		expect(await sendFrame(batchOf('more', limits.batchEventsMax + 1))).toBe('limit-exceeded');
		const lines = (count: number, url: string) =>
			`${JSON.stringify({ dt: moment, name: 'n', user_id: 1, url, obj: 'o' })}\n`.repeat(count);
		expect(await sendJson(lines(limits.jsonEventsMax, 'https://most.example/'))).toBe('stored');
		expect(await sendJson(lines(limits.jsonEventsMax + 1, 'https://more.example/'))).toBe('limit-exceeded');
		const rows = async (url: string) => (await countOf(`url = '${url}'`)).rows;
		expect(await Promise.all(['one', 'most', 'more'].map(rows))).toEqual([1, limits.batchEventsMax, 0]);
		expect(await rows('https://most.example/')).toBe(limits.jsonEventsMax);
		expect(await rows('https://more.example/')).toBe(0);
	});

	it('sequences may arrive in any order, with gaps, and repeatedly', async () => {
		const page = await openPage(collector.publicUrl);
		const ownStream = ++stream;
		const outcomes: unknown[] = [];
		for (const sequence of [5, 3, 3, 9, 0, 5, 2 ** 32 - 1, 2 ** 32, -1, 0.5]) {
			page.send(foreign.pack([1, 'shop', 7, ownStream, sequence, nowMs, [['order']], [[0, 0, `${sequence}`]]]));
			outcomes.push((await page.ack())[3]);
		}
		page.close();
		expect(outcomes).toEqual([
			...['stored', 'stored', 'duplicate', 'stored', 'stored', 'duplicate', 'stored'],
			...['limit-exceeded', 'limit-exceeded', 'malformed'],
		]);
		expect(new Set((await storedBy('order')).keys())).toEqual(new Set(['0', '3', '5', '9', '4294967295']));
	});

	it('batches of known versions are stored although others on the same socket are rejected', async () => {
		const page = await openPage(collector.publicUrl);
		const later = ['later', { a: [1, { b: null }] }, true, null, new Uint8Array(9)];
		const outcomes: unknown[] = [];
		for (const [version, ...more] of [[1], [2], [1, ...later], [0], [2 ** 53 - 1], ['1'], [1.5], [1]]) {
			const event = [
				0,
				0,
				`version ${version}, ${more.length} more`,
				'',
				'',
				0,
				0,
				'',
				{},
				new Uint8Array(16).fill(stream),
				...more,
			];
			const context = ['versions', '', '', '', {}, 0, 0, 0, 0, '', '', ...more];
			page.send(foreign.pack([version, 'shop', 7, ++stream, 0, nowMs, [context], [event], ...more]));
			outcomes.push((await page.ack())[3]);
		}
		page.close();
		expect(outcomes).toEqual([
			...['stored', 'unsupported-version', 'stored', 'unsupported-version', 'unsupported-version'],
			...['malformed', 'malformed', 'stored'],
		]);
		expect((await countOf("url = 'versions'")).rows).toBe(3);
	});
});
