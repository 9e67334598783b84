import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { hashedVisitor } from '@footfall/warehouse/event-visitor';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestCollector, type TestCollector } from '../../testing/test-collector.js';

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

beforeEach(async () => {
	await collector.drained();
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});

const event = {
	dt: '2026-01-31T12:00:00.250+01:00',
	name: 'view',
	user_id: 42,
	url: 'https://shop.example/catalog/product/1?utm_source=mail',
	obj: 'page',
	obj_id: 'product',
	product_id: 1,
	amount: 99.95,
	exp: { cart_style: 'default' },
};

const post = (body: unknown, path = '/v1/events', headers: Record<string, string> = {}) =>
	fetch(collector.publicUrl + path, {
		method: 'POST',
		body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
		headers: { 'Content-Type': 'application/json', ...headers },
	});

const ndjson = { 'Content-Type': 'application/x-ndjson' };
const allStored = (events: number) => ({
	outcome: 'stored',
	stored: events,
	rejected: 0,
	errors: [],
	errorsOmitted: 0,
});

async function stored() {
	await collector.drained();
	return clickhouse.warehouse.query<Record<string, unknown>>('SELECT * FROM events FINAL ORDER BY ts, event_id');
}

/** The commands in the first block of a section of the page, each with the answer in its comment. */
function examplesOf(page: string, heading: string): { command: string; answer: string }[] {
	const text = readFileSync(new URL(page, import.meta.url), 'utf8').split(`## ${heading}\n`)[1] ?? '';
	const block = /```sh\n(.*?)```/s.exec(text)?.[1] ?? '';
	return block.split('\n\n').map((example) => {
		const [command = '', ...comment] = example.split(/\n(?=#)/);
		return { command, answer: comment.map((line) => line.slice(1)).join('') };
	});
}

describe('the JSON endpoint', () => {
	it('the endpoint stores one event with visitor and user from its user_id', async () => {
		const reply = await post(event);
		expect(reply.status).toBe(200);
		expect(await reply.json()).toEqual({ outcome: 'stored', events: 1 });
		expect(await stored()).toMatchObject([
			{
				site: 'shop',
				visitor_id: '42',
				user_id: '42',
				ts: '2026-01-31 11:00:00.250',
				ts_bounded: false,
				name: 'view',
				obj: 'page',
				obj_id: 'product',
				product_id: '1',
				amount: '99.95',
				exp: { cart_style: 'default' },
				url: event.url,
			},
		]);
	});

	it('the endpoint fills in the defaults of an event, on every path', async () => {
		const { dt, name, user_id, url, obj } = event;
		for (const path of ['/v1/events', '/v1/events/', '/events', '/events/']) {
			expect((await post({ dt, name, user_id, url, obj }, path)).status).toBe(200);
		}
		const rows = await stored();
		expect(rows.length).toBe(4);
		expect(rows[0]).toMatchObject({ obj_id: '', product_id: '', amount: '0', exp: {}, currency: '' });
		expect(new Set(rows.map((row) => row.event_id)).size).toBe(4);
	});

	it('the endpoint accepts a web vital with a finite number, and rejects other values', async () => {
		const vital = (value: string | undefined) => ({
			...event,
			name: 'vital',
			obj_id: 'LCP',
			props: value === undefined ? {} : { value },
		});
		for (const value of ['0', '12.5', '1e3']) expect((await post(vital(value))).status, value).toBe(200);
		expect((await post({ ...event, name: 'vital', obj_id: 'LCP', props: { value: 1200.5 } })).status).toBe(200);
		for (const value of [
			undefined,
			'',
			'nan',
			'-nan',
			'NaN',
			'inf',
			'-inf',
			'Infinity',
			'1e999',
			'-1',
			'0x1f',
			' 1',
			'1,5',
			'١',
		]) {
			const reply = await post(vital(value));
			expect(reply.status, value).toBe(422);
			expect(await reply.json()).toMatchObject({
				errors: [{ field: 'props.value', message: 'must be a number of 0 or more where name is vital' }],
			});
		}
		expect((await stored()).map(({ props }) => props)).toContainEqual({ value: '1200.5' });
		expect(await stored()).toHaveLength(4);
	});

	it('the endpoint stores an array and NDJSON across visitors, sites and years', async () => {
		const years = Array.from({ length: 120 }, (_, i) => ({
			...event,
			dt: `${2021 + (i % 5)}-03-0${1 + (i % 9)} 10:00:00`,
			user_id: i % 3,
			url: `https://shop.example/${i}`,
		}));
		expect(await (await post(years)).json()).toEqual(allStored(120));
		const lines = `${JSON.stringify({ ...event, site: 'open' })}\n\n${JSON.stringify({ ...event, name: 'click' })}\n`;
		expect(await (await post(lines)).json()).toEqual(allStored(2));
		const rows = await stored();
		expect(rows.length).toBe(122);
		expect(rows.filter((row) => row.site === 'open').length).toBe(1);
		expect(new Set(rows.map((row) => row.url)).size).toBe(121);
		expect(rows[0]).toMatchObject({ ts: '2021-03-01 10:00:00.000', ts_bounded: false });
	});

	it('users that are text have a visitor of their own, the same in every body, on every site another one', async () => {
		const named = (user_id: unknown, more = {}) => ({ ...event, user_id, ...more });
		expect((await post(named('ada@shop.example'))).status).toBe(200);
		// A body of this size is validated on the thread.
		const large = { props: { text: 'x'.repeat(1_000) } };
		const list = ['ada@shop.example', 'grace', '42', 42].map((user) => named(user, large));
		expect(await (await post([...list, ...list])).json()).toEqual(allStored(8));
		expect((await post(named('ada@shop.example', { site: 'open' }))).status).toBe(200);
		const rows = await stored();
		const visitorsOf = (user: string, site: string) => [
			...new Set(rows.filter((row) => row.user_id === user && row.site === site).map((row) => String(row.visitor_id))),
		];
		const computed = (user: string, site: string) =>
			String(2n ** 53n + BigInt(hashedVisitor('the secret of the tests', 'user', site, user)));
		expect(visitorsOf('ada@shop.example', 'shop')).toEqual([computed('ada@shop.example', 'shop')]);
		expect(visitorsOf('grace', 'shop')).toEqual([computed('grace', 'shop')]);
		expect(visitorsOf('42', 'shop')).toEqual(['42']);
		expect(visitorsOf('ada@shop.example', 'open')).toEqual([computed('ada@shop.example', 'open')]);
		expect(rows).toHaveLength(10);
	});

	it('properties that are numbers and booleans are stored as text', async () => {
		const props = { paid: true, trial: false, seats: 12, price: 99.95, zero: -0, large: 1e21, none: null, text: '1.0' };
		expect((await post({ ...event, props })).status).toBe(200);
		expect(await stored()).toMatchObject([
			{
				props: { paid: 'true', trial: 'false', seats: '12', price: '99.95', zero: '0', large: '1e+21', text: '1.0' },
			},
		]);
		const beyond = JSON.stringify({ ...event, props: { a: 1 } }).replace('"a":1', '"a":1e999');
		expect(await (await post(beyond)).json()).toMatchObject({ errors: [{ field: 'props.a' }] });
	});

	it('an event with an event_id is stored once, however often it is sent', async () => {
		const own = { ...event, event_id: '0192f0c1-2222-7333-8444-555566667777' };
		await post(own);
		await post([own, own]);
		expect((await stored()).map((row) => row.event_id)).toEqual([own.event_id]);
	});

	it('the site is that of the event, else of the query, else the first one, and its origin is checked', async () => {
		expect((await post({ ...event, site: 'nowhere' })).status).toBe(403);
		expect(await (await post(event, '/v1/events?site=nowhere')).json()).toMatchObject({ outcome: 'unknown-site' });
		const evil = { Origin: 'https://evil.example' };
		expect(await (await post(event, '/v1/events', evil)).json()).toMatchObject({ outcome: 'origin-not-allowed' });
		expect((await post(event, '/v1/events?site=open', evil)).status).toBe(200);
		expect((await stored()).map((row) => row.site)).toEqual(['open']);
	});

	const faults: [what: string, change: object, field: string][] = [
		['no dt', { dt: undefined }, 'dt'],
		['a dt that is none', { dt: '2026-02-31T12:00:00Z' }, 'dt'],
		['a negative user', { user_id: -1 }, 'user_id'],
		['a user beyond 2^53 − 1', { user_id: 2 ** 53 }, 'user_id'],
		['a user of too many bytes', { user_id: 'ä'.repeat(129) }, 'user_id'],
		['an empty user', { user_id: '' }, 'user_id'],
		['a user that is neither a number nor text', { user_id: [1] }, 'user_id'],
		['an empty name', { name: '' }, 'name'],
		['a name that is too long', { name: 'ä'.repeat(33) }, 'name'],
		['a URL that is none', { url: '/catalog' }, 'url'],
		['a URL of another kind', { url: 'javascript:alert(1)' }, 'url'],
		['no obj', { obj: undefined }, 'obj'],
		['a negative amount', { amount: -0.01 }, 'amount'],
		['an exp that is not text', { exp: { cart_style: 1 } }, 'exp.cart_style'],
		['an exp of too many entries', { exp: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [i, 1])) }, 'exp'],
		['an exp that is a number or a boolean', { exp: { a: 'x', b: true } }, 'exp.b'],
		['a property that is a list', { props: { a: 1, b: [1] } }, 'props.b'],
		['a props that is not a map', { props: ['x'] }, 'props'],
		['a key that is a prototype', { props: JSON.parse('{"a":"b","__proto__":"x"}') }, 'props.__proto__'],
		['an id that is none', { event_id: 'x' }, 'event_id'],
		['maps that fill more than a batch', { props: large(), exp: large() }, 'props'],
	];

	function large() {
		return Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`key-${i}`, 'x'.repeat(1024)]));
	}

	it.each(faults)('the endpoint rejects an event with %s and names the field', async (_what, change, field) => {
		const reply = await post({ ...event, ...change });
		expect(reply.status).toBe(422);
		expect(reply.headers.get('content-type')).toBe('application/problem+json');
		const problem = (await reply.json()) as { errors: { field: string }[]; detail: string };
		expect(problem).toMatchObject({ status: 422, outcome: 'invalid' });
		expect(problem.errors.map((error) => error.field)).toEqual([field]);
		expect(problem.detail).toContain(field);
	});

	it('the endpoint stores the valid events of an array and describes the others', async () => {
		const reply = await post([event, { ...event, user_id: -1, obj: 1 }, { ...event, site: 'nowhere' }, 7, event]);
		expect(reply.status).toBe(207);
		expect(await reply.json()).toMatchObject({
			outcome: 'partly-stored',
			stored: 2,
			rejected: 3,
			errors: [
				{ index: 1, outcome: 'invalid', errors: [{ field: 'user_id' }, { field: 'obj' }] },
				{ index: 2, outcome: 'unknown-site', errors: [{ field: 'site' }] },
				{ index: 3, outcome: 'invalid', errors: [{ field: '' }] },
			],
			errorsOmitted: 0,
		});
		expect((await stored()).length).toBe(2);
		expect(await collector.metric('footfall_events_rejected_total{reason="unknown-site"}')).toBe(1);
	});

	it('the endpoint names the lines of NDJSON that are invalid or not JSON, and stores the others', async () => {
		const good = JSON.stringify(event);
		const reply = await post(`${good}\n\n{"dt":\n${JSON.stringify({ ...event, url: '' })}\r\n${good}`);
		expect(reply.status).toBe(207);
		expect(await reply.json()).toMatchObject({
			stored: 2,
			rejected: 2,
			errors: [
				{ index: 1, line: 3, outcome: 'malformed', errors: [{ field: '', message: 'the line is not JSON' }] },
				{ index: 2, line: 4, outcome: 'invalid', errors: [{ field: 'url' }] },
			],
		});
		expect((await stored()).length).toBe(2);
	});

	it('NDJSON of one line is answered as a list if the content type says so', async () => {
		const one = await post(JSON.stringify(event), '/v1/events', ndjson);
		expect([one.status, await one.json()]).toEqual([200, allStored(1)]);
		const none = await post(JSON.stringify({ ...event, obj: 1 }), '/v1/events', ndjson);
		expect([none.status, await none.json()]).toMatchObject([422, { errors: [{ line: 1 }] }]);
	});

	it('the report describes the first hundred invalid events and counts the others', async () => {
		const reply = await post(Array.from({ length: 250 }, () => ({ ...event, obj: 1 })));
		expect(reply.status).toBe(422);
		const report = (await reply.json()) as { errors: { index: number }[] };
		expect(report).toMatchObject({ outcome: 'none-stored', stored: 0, rejected: 250, errorsOmitted: 150 });
		expect(report.errors.map(({ index }) => index)).toEqual(Array.from({ length: 100 }, (_, i) => i));
	});

	it('other senders are answered while bodies of invalid events are validated', async () => {
		const wrong = { dt: 1, name: 1, user_id: -1, url: 1, obj: 1, amount: -1, product_id: 'x' };
		const body = JSON.stringify(Array.from({ length: 10_000 }, () => wrong));
		let waiting = 8;
		const long = Array.from({ length: waiting }, async () => {
			const reply = await post(body);
			waiting--;
			return reply.json();
		});
		let answers = 0;
		for (; waiting > 0; answers++) expect((await post(event)).status).toBe(200);
		expect(answers).toBeGreaterThan(2);
		for (const report of await Promise.all(long))
			expect(report).toMatchObject({ rejected: 10_000, errorsOmitted: 9_900 });
	});

	it('a list is not stored in part while the WAL is full, and is stored when it is resent', async () => {
		const own = { ...event, event_id: '0192f0c1-2222-7333-8444-555566667778' };
		const small = await startTestCollector(clickhouse.warehouse, { pendingBytesMax: -1 });
		const send = (url: string) =>
			fetch(`${url}/v1/events`, { method: 'POST', body: JSON.stringify([own, { ...event, obj: 1 }]) });
		const later = await send(small.publicUrl);
		expect([later.status, later.headers.get('retry-after')]).toEqual([503, '1']);
		expect(await later.json()).toEqual({ outcome: 'retry-later', events: 0, retryAfterMs: 500 });
		expect(await small.metric('footfall_events_accepted_total')).toBe(0);
		expect(await small.metric('footfall_events_rejected_total{reason="invalid"}')).toBeNaN();
		await small.remove();
		for (let i = 0; i < 2; i++) expect((await send(collector.publicUrl)).status).toBe(207);
		expect((await stored()).map((row) => row.event_id)).toEqual([own.event_id]);
	});

	it('the endpoint rejects bodies that are not JSON, empty, or too large', async () => {
		expect((await post('not json')).status).toBe(400);
		expect(await (await post('not\njson')).json()).toMatchObject({ detail: 'the body is not JSON' });
		// The last line of this broken array is an event.
		expect((await post(`[\n${JSON.stringify(event)},\n${JSON.stringify(event)}`)).status).toBe(400);
		expect((await post(new Uint8Array([0xff, 0xfe]))).status).toBe(400);
		expect((await post('')).status).toBe(400);
		expect((await post([])).status).toBe(422);
		expect((await post(Array.from({ length: 10_001 }, () => 1))).status).toBe(422);
		expect(await (await post('1\n'.repeat(10_001))).json()).toMatchObject({ outcome: 'limit-exceeded' });
		expect(await stored()).toEqual([]);
		expect((await post(' '.repeat(1_048_577))).status).toBe(413);
		expect((await post(' '.repeat(20_000_000)).catch(() => ({ status: 413 }))).status).toBe(413);
	});

	it('the endpoint stores the largest event that its fields allow', async () => {
		const text = (bytes: number) => '€'.repeat(bytes / 3);
		const props = Object.fromEntries(Array.from({ length: 32 }, (_, i) => [`${i}`.padEnd(64, 'k'), 'v'.repeat(1024)]));
		const exp = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}`.padEnd(64, 'k'), 'v'.repeat(1000)]));
		const name = 'n'.repeat(64);
		const url = `https://shop.example/${'u'.repeat(2027)}`;
		const largest = { ...event, name, url, obj: text(63), obj_id: text(1023), currency: 'EUROEURO', props, exp };
		expect(
			await (await post({ ...largest, user_id: 2 ** 53 - 1, amount: 1e13, product_id: '👟'.repeat(64) })).json(),
		).toEqual({
			outcome: 'stored',
			events: 1,
		});
		expect(await stored()).toMatchObject([
			{ visitor_id: '9007199254740991', amount: '10000000000000', product_id: '👟'.repeat(64), props, exp },
		]);
	});

	it.skipIf(spawnSync('curl', ['--version']).status !== 0)('answers as the README says', async () => {
		const examples = [
			...examplesOf('../../../README.md', 'JSON endpoint'),
			...examplesOf('../../../README.md', 'Orders and refunds'),
			...examplesOf('../../../../../README.md', 'Send JSON from a server'),
		];
		expect(examples.length).toBe(4);
		for (const { command, answer } of examples) {
			const script = command.replace('http://127.0.0.1:7070', collector.publicUrl).replace('curl', 'curl -s');
			const { stdout } = await promisify(execFile)('sh', ['-c', script]);
			expect(JSON.parse(stdout)).toEqual(JSON.parse(answer));
		}
		// curl is a bot's user agent only where a page has it.
		const rows = await stored();
		expect(rows.map(({ source, is_bot }) => [source, is_bot])).toEqual(rows.map(() => ['server', false]));
		expect(rows.length).toBe(4);
	});

	it('the endpoint stores orders and refunds, and refuses those with faults one by one', async () => {
		const order = { ...event, name: 'order', obj_id: '', currency: 'EUR', order_id: '1001', coupon: 'SPRING' };
		const items = [{ product_id: 'SKU-1', price: 99.95, quantity: 1 }];
		const refund = { ...event, name: 'refund', amount: -20, order_id: '1001', refund_id: 'r-1' };
		const wrong = [{ order_id: '' }, { currency: 'EUX' }, { items: Array.from({ length: 101 }, () => ({})) }];
		const list = [{ ...order, items }, ...wrong.map((fields) => ({ ...order, ...fields })), refund, event];
		const answer = await (await post(list)).json();
		expect(answer).toMatchObject({ outcome: 'partly-stored', stored: 3, rejected: 3 });
		expect(answer.errors.map(({ errors }: { errors: { field: string }[] }) => errors[0]?.field)).toEqual([
			'order_id',
			'currency',
			'items',
		]);
		const plain = { name: '', category: '', variant: '' };
		const rows = Object.fromEntries((await stored()).map((row) => [row.name, row]));
		expect(rows.order).toMatchObject({ order_id: '1001', amount: '99.95', coupon: 'SPRING', refund_id: '' });
		expect(rows.order?.items).toEqual([{ product_id: 'SKU-1', price: '99.95', quantity: 1, ...plain }]);
		expect(rows.refund).toMatchObject({ order_id: '1001', refund_id: 'r-1', amount: '20', items: [] });
		expect(rows.view).toMatchObject({ order_id: '', coupon: '', items: [] });
	});

	it('the endpoint judges the user agent of a page, and not that of a server', async () => {
		const origin = { Origin: 'https://shop.example' };
		const page = { ...event, user_id: 43 };
		for (const agent of [
			'curl/8.1',
			'node',
			'python-requests/2.32',
			'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
		]) {
			expect((await post(event, '/v1/events', { 'User-Agent': agent })).status).toBe(200);
			expect((await post(page, '/v1/events', { 'User-Agent': agent, ...origin })).status).toBe(200);
		}
		const found = (await stored()).map(({ visitor_id, source, is_bot }) => `${visitor_id} ${source} ${is_bot}`);
		expect(new Set(found)).toEqual(new Set(['42 server false', '43 page true']));
	});

	it('the endpoint answers a preflight without echoing the origin', async () => {
		const headers = { Origin: 'https://a.example\u00ff', 'Access-Control-Request-Method': 'POST' };
		const reply = await fetch(`${collector.publicUrl}/v1/events`, { method: 'OPTIONS', headers });
		expect(reply.status).toBe(204);
		expect(reply.headers.get('access-control-allow-origin')).toBe('*');
		expect(reply.headers.get('access-control-allow-headers')).toBe('Content-Type, Content-Encoding');
	});
});
