import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WireEvent } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { frame } from '../../testing/frames.js';
import { inCountry, mmdb } from '../../testing/mmdb.js';
import { openPage } from '../../testing/page.js';
import { startTestCollector, type TestCollector } from '../../testing/test-collector.js';

const scratch = mkdtempSync(join(tmpdir(), 'footfall-keys-'));
const countryDatabase = join(scratch, 'country.mmdb');
writeFileSync(countryDatabase, mmdb({ '198.51.100.0/24': inCountry('DE'), '2001:db8::/32': inCountry('NL') }));
const [key, newKey, blogKey] = ['shop-key-0123456789', 'shop-key-9876543210', 'blog-key-0123456789'] as const;
const safari =
	'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

let clickhouse: TestWarehouse;
let collector: TestCollector;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	collector = await startTestCollector(clickhouse.warehouse, {
		countryDatabase,
		sites: [
			{ key: 'open', origins: 'any' },
			{ key: 'shop', origins: ['https://shop.example'], keys: [key, newKey] },
			{ key: 'blog', origins: 'any', keys: [blogKey] },
		],
	});
});

afterAll(async () => {
	await collector.remove();
	await clickhouse.stop();
	rmSync(scratch, { recursive: true, force: true });
});

beforeEach(async () => {
	await collector.drained();
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});

const event = { dt: '2026-01-31T12:00:00Z', name: 'view', user_id: 42, url: 'https://shop.example/', obj: 'page' };
const order = { ...event, name: 'order', order_id: '1001', amount: 10, currency: 'EUR' };
const bearer = (value: string) => ({ Authorization: `Bearer ${value}` });

const post = (body: unknown, headers: Record<string, string> = {}, path = '/v1/events') =>
	fetch(collector.publicUrl + path, { method: 'POST', body: JSON.stringify(body), headers });

async function stored() {
	await collector.drained();
	return clickhouse.warehouse.query<Record<string, unknown>>('SELECT * FROM events FINAL ORDER BY obj_id, event_id');
}

describe('a sender with a write key', () => {
	it('speaks for a visitor and a user, and tells the user agent, the address and an id of any text', async () => {
		const person = { user_id: 'ada', visitor_id: 7, user_agent: safari, ip: '198.51.100.7', event_id: 'charge/1' };
		const own = { ...order, ...person, obj_id: 'a' };
		for (const headers of [bearer(key), bearer(newKey), { Authorization: `Basic ${btoa(`${key}:`)}` }]) {
			const reply = await post(own, { ...headers, 'User-Agent': 'curl/8' });
			expect([reply.status, await reply.json()]).toEqual([200, { outcome: 'stored', events: 1 }]);
		}
		const others = [
			{ ...event, visitor_id: '9007199254740991', user_id: undefined, ip: '2001:db8::1', obj_id: 'b' },
			{ ...event, user_id: 'ada', user_agent: 'Googlebot/2.1 (+http://www.google.com/bot.html)', obj_id: 'c' },
			{ ...event, user_id: 'ada', visitor_id: null, obj_id: 'd' },
		];
		expect((await post(others, bearer(key))).status).toBe(200);
		const rows = await stored();
		const common = { site: 'shop', source: 'server', is_bot: false };
		expect(rows).toMatchObject([
			{
				...common,
				...{ visitor_id: '7', user_id: 'ada', country: 'DE', browser: 'Safari', os: 'iOS', device: 'mobile' },
			},
			{ ...common, visitor_id: '9007199254740991', user_id: '', country: 'NL', browser: '' },
			{ ...common, user_id: 'ada', country: '' },
			{ ...common, user_id: 'ada', country: '' },
		]);
		// The id of a text is of the kind that no page and no UUID can have.
		expect(rows[0]?.event_id).toMatch(/^[c-f][\da-f]{7}-[\da-f]{4}-8/);
		expect(BigInt(String(rows[2]?.visitor_id))).toBeGreaterThanOrEqual(2n ** 53n);
		expect(rows[3]?.visitor_id).toBe(rows[2]?.visitor_id);
	});

	it('is a server also where a program sends an Origin, and sends for the site of its key only', async () => {
		expect((await post({ ...order, obj_id: 'a' }, { ...bearer(key), Origin: 'https://shop.example' })).status).toBe(
			200,
		);
		const answer = await post([order, { ...event, site: 'blog' }, { ...event, site: 'open' }], bearer(key));
		expect([answer.status, await answer.json()]).toMatchObject([
			207,
			{
				stored: 1,
				errors: [1, 2].map((index) => ({
					index,
					outcome: 'unauthorized',
					errors: [{ field: 'Authorization', message: 'the write key is not one of the site of the event' }],
				})),
			},
		]);
		expect((await stored()).map(({ site, source }) => [site, source])).toEqual([
			['shop', 'server'],
			['shop', 'server'],
		]);
	});

	it('sends the order of the documentation', async () => {
		const page = readFileSync(new URL('../../../../../docs/how-to/send-from-a-server.md', import.meta.url), 'utf8');
		const [, body = ''] = /application\/json' -d '\n(.*?)'\n# /s.exec(page) ?? [];
		expect((await post(JSON.parse(body), bearer(key))).status).toBe(200);
		expect(await stored()).toMatchObject([{ name: 'order', order_id: '2026-1001', user_id: 'customer-7f3a' }]);
	});

	it('sends an order or a refund of nobody, which has no visitor and no user, and no other event of nobody', async () => {
		const { user_id: _, ...nobody } = order;
		const refund = { ...nobody, name: 'refund', refund_id: 'r' };
		const sale = { ...nobody, name: 'purchase', order_id: undefined, transaction_id: '1002', ip: '198.51.100.7' };
		expect((await post({ ...nobody, event_id: 'charge/1' }, bearer(key))).status).toBe(200);
		expect((await post({ ...nobody, event_id: 'charge/1', user_id: null }, bearer(key))).status).toBe(200);
		const answer = await post([refund, sale, { ...event, user_id: undefined }], bearer(key));
		const message = expect.stringContaining('only an order or a refund of a server needs neither');
		expect(await answer.json()).toMatchObject({
			stored: 2,
			errors: [{ index: 2, outcome: 'invalid', errors: [{ field: 'user_id', message }] }],
		});
		const called = await post(
			{ event: 'Order Completed', properties: { order_id: '1003', total: 10, currency: 'EUR' } },
			bearer(key),
			'/v1/segment/track',
		);
		expect(called.status).toBe(200);
		const refused = await post({ event: 'Signed Up' }, bearer(key), '/v1/segment/track');
		expect([refused.status, JSON.stringify(await refused.json())]).toEqual([
			400,
			expect.stringContaining('only an order or a refund of a server needs neither'),
		]);
		const rows = await stored();
		expect(new Set(rows.map(({ name, order_id, country }) => `${name} ${order_id} ${country}`))).toEqual(
			new Set(['order 1001 ', 'refund 1001 ', 'order 1002 DE', 'order 1003 ']),
		);
		expect(rows.map(({ visitor_id, user_id, source }) => [visitor_id, user_id, source])).toEqual(
			Array.from({ length: 4 }, () => ['0', '', 'server']),
		);
	});

	it('gets the faults of these fields in words', async () => {
		const wrong = [{ visitor_id: -1 }, { visitor_id: 'ada' }, { ip: 'localhost' }, { user_agent: 7 }, { event_id: '' }];
		const answer = await post(
			wrong.map((fields) => ({ ...event, ...fields })),
			bearer(key),
		);
		const report = (await answer.json()) as { errors: { errors: { field: string }[] }[] };
		expect(report.errors.map(({ errors }) => errors.map(({ field }) => field))).toEqual([
			['visitor_id'],
			['visitor_id'],
			['ip'],
			['user_agent'],
			['event_id'],
		]);
	});
});

describe('a wrong write key', () => {
	it('is refused with the whole body, before it is read, and counted', async () => {
		for (const path of ['/v1/events', '/v1/events?site=open']) {
			const reply = await post([{ ...event, site: 'open' }], bearer('wrong-key-0123456789'), path);
			expect(reply.status).toBe(401);
			expect(reply.headers.get('www-authenticate')).toBe('Bearer');
			expect(await reply.json()).toMatchObject({
				outcome: 'unauthorized',
				detail: 'Authorization: the write key is not one of this collector',
			});
		}
		expect(await stored()).toEqual([]);
		expect(await collector.metric('footfall_batches_rejected_total{reason="unauthorized"}')).toBe(2);
	});

	it('cannot be sent by a page of another origin at all: the preflight does not allow the header', async () => {
		const reply = await fetch(`${collector.publicUrl}/v1/events`, { method: 'OPTIONS' });
		expect(reply.headers.get('access-control-allow-headers')).not.toMatch(/authorization/i);
	});
});

describe('a batch', () => {
	const fields = { currency: 'EUR', amount: 10 };
	const told = ['order', 'purchase', 'Order Completed', 'refund'];
	const checkout: WireEvent = [0, 0, 'click', 'button', 'checkout', 0, 10, 'EUR'];
	/** A batch with an order under several names, a refund, and other events. */
	const batch = (site: string, stream: number) =>
		frame({
			site,
			stream,
			events: [...told.map((name): WireEvent => [0, 0, name]), checkout, [0, 0, 'view', 'page']],
			details: [
				[0, { ...fields, orderId: 'a', coupon: 'SPRING' }],
				[1, { ...fields, transaction_id: 'b', items: [{ item_id: 'SKU-1', price: 10 }] }],
				[2, { ...fields, checkout_id: 'c' }],
				[3, { ...fields, order_id: 'a', refund_id: 'r' }],
				[4, { productId: 'SKU-1', orderId: 'd' }],
			],
		});
	const notice = expect.stringMatching(/^orders and refunds of this site come from its pages, or with one/);
	const posted = async (bytes: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) => {
		const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: bytes, headers });
		return [reply.status, await reply.json()];
	};
	/** The number of events of each site, and the ids of its orders and refunds. */
	const ordersStored = async () => {
		await collector.drained();
		return clickhouse.warehouse.query(
			`SELECT site, count() AS events,
				arraySort(groupArrayIf(name || ' ' || order_id || refund_id, order_id != '' AND name != 'click')) AS orders
			FROM events FINAL GROUP BY ALL ORDER BY site`,
		);
	};

	it('without an Origin keeps all its events, and its orders count as none if the site has keys', async () => {
		const page = await openPage(collector.publicUrl, '');
		page.send(batch('shop', 1));
		expect(await page.ack()).toEqual(['ack', 1, 0, 'stored', 0, notice]);
		page.send(batch('open', 2));
		expect(await page.ack()).toEqual(['ack', 2, 0, 'stored']);
		page.close();
		expect(await posted(batch('blog', 3))).toEqual([200, ['ack', 3, 0, 'stored', 0, notice]]);
		expect(await posted(batch('blog', 3))).toEqual([200, ['ack', 3, 0, 'duplicate', 0, notice]]);
		expect(await posted(frame({ site: 'blog', stream: 4 }))).toEqual([200, ['ack', 4, 0, 'stored']]);
		const orders = ['order a', 'order b', 'order c', 'refund ar'];
		expect(await ordersStored()).toMatchObject([
			{ site: 'blog', events: '7', orders: [] },
			{ site: 'open', events: '6', orders },
			{ site: 'shop', events: '6', orders: [] },
		]);
		// All else of the events is stored as the page sent it.
		expect(
			await clickhouse.warehouse.query(
				"SELECT name, obj_id, amount, currency, coupon, length(items) AS items FROM events FINAL WHERE site = 'shop' ORDER BY event_id",
			),
		).toMatchObject([
			{ name: 'order', amount: '10', currency: 'EUR', coupon: 'SPRING', items: '0' },
			{ name: 'order', amount: '10', currency: 'EUR', items: '1' },
			{ name: 'order', amount: '10' },
			{ name: 'refund', amount: '10' },
			{ name: 'click', obj_id: 'checkout', amount: '10', currency: 'EUR' },
			{ name: 'view', amount: '0' },
		]);
		expect(await collector.metric('footfall_orders_not_taken_total')).toBe(8);
	});

	it('of a page of the site has its orders, also of a page without an origin where the site allows any', async () => {
		const page = await openPage(collector.publicUrl, 'https://shop.example');
		page.send(batch('shop', 5));
		expect(await page.ack()).toEqual(['ack', 5, 0, 'stored']);
		page.close();
		// Browsers send `null` for pages of files, of sandboxed frames, and where the page hides its address.
		expect(await posted(batch('blog', 6), { Origin: 'null' })).toEqual([200, ['ack', 6, 0, 'stored']]);
		expect(await posted(batch('shop', 7), { Origin: 'null' })).toEqual([403, ['ack', 7, 0, 'origin-not-allowed']]);
		const orders = ['order a', 'order b', 'order c', 'refund ar'];
		expect(await ordersStored()).toMatchObject([
			{ site: 'blog', events: '6', orders },
			{ site: 'shop', events: '6', orders },
		]);
	});
});

describe('sites that are replaced while the collector runs', () => {
	const sites = [
		{ key: 'open', origins: 'any' as const },
		{ key: 'shop', origins: ['https://shop.example'], keys: [key, newKey] },
		{ key: 'blog', origins: 'any' as const, keys: [blogKey] },
	];
	afterEach(() => collector.replaceSites(sites));

	it('hold for open connections, for large bodies, and for each way in', async () => {
		const page = await openPage(collector.publicUrl, 'https://shop.example');
		const other = await openPage(collector.publicUrl, 'https://new.example');
		const outcomes = async (stream: number) => {
			page.send(frame({ stream }));
			other.send(frame({ stream: stream + 1 }));
			const large = Array.from({ length: 50 }, () => event);
			const replies = await Promise.all([
				post(order, bearer(key)),
				post(order, bearer(newKey)),
				post(large, bearer(newKey)),
				post({ ...order, site: 'open' }),
				post(large.map((each) => ({ ...each, site: 'added' }))),
			]);
			return [(await page.ack())[3], (await other.ack())[3], ...replies.map(({ status }) => status)];
		};
		expect(await outcomes(21)).toEqual(['stored', 'origin-not-allowed', 200, 200, 200, 200, 422]);
		await collector.replaceSites([
			{ key: 'shop', origins: ['https://new.example'], keys: [newKey] },
			{ key: 'added', origins: 'any' },
		]);
		expect(await outcomes(31)).toEqual(['origin-not-allowed', 'stored', 401, 200, 200, 403, 200]);
		page.close();
		other.close();
		// An event without a site belongs to the first one.
		expect((await post({ ...event, obj_id: 'first' })).status).toBe(200);
		expect((await stored()).filter(({ obj_id }) => obj_id === 'first')).toMatchObject([{ site: 'shop' }]);
		expect(await collector.metric('footfall_property_keys{site="added"}')).toBe(0);
	});

	it('stay as they are if others are not valid', async () => {
		const wrong = [{ key: 'shop', origins: ['shop.example'], keys: [newKey] }];
		await expect(collector.replaceSites(wrong)).rejects.toThrow('"shop.example" is not a valid origin');
		expect((await post(order, bearer(key))).status).toBe(200);
	});
});

describe('a sender without a write key', () => {
	it('sends orders and refunds of a site with keys only from its pages, and all other events as before', async () => {
		const refund = { ...order, name: 'refund', refund_id: 'r' };
		const click = { ...event, name: 'click', obj: 'button', obj_id: 'checkout', amount: 10 };
		const answer = await post([order, refund, click, event], {}, '/v1/events?site=shop');
		const message = /^orders and refunds of this site come from its pages, or with one of its write keys/;
		expect([answer.status, await answer.json()]).toMatchObject([
			207,
			{
				stored: 2,
				errors: [0, 1].map((index) => ({
					index,
					outcome: 'unauthorized',
					errors: [{ field: 'Authorization', message: expect.stringMatching(message) }],
				})),
			},
		]);
		expect((await post({ ...order, site: 'shop' })).status).toBe(401);
		const fromPage = { Origin: 'https://shop.example' };
		expect((await post({ ...order, site: 'shop' }, fromPage)).status).toBe(200);
		expect((await post({ ...order, site: 'open' })).status).toBe(200);
		const rows = await stored();
		expect(new Set(rows.map(({ site, name, source }) => `${site} ${name} ${source}`))).toEqual(
			new Set(['open order server', 'shop click server', 'shop order page', 'shop view server']),
		);
		expect(rows).toHaveLength(4);
	});

	it('sends an order of nobody where the site has no keys, and a page sends none', async () => {
		const nobody = { ...order, user_id: undefined, site: 'open', visitor_id: 7 };
		expect((await post(nobody)).status).toBe(200);
		expect((await post({ ...nobody, site: 'shop' })).status).toBe(401);
		expect((await post({ ...event, user_id: undefined, site: 'open' })).status).toBe(422);
		const large = Array.from({ length: 50 }, () => ({ ...nobody, title: 'x'.repeat(100) }));
		for (const body of [nobody, { ...nobody, name: 'refund' }, large]) {
			const reply = await post(body, { Origin: 'https://shop.example' });
			expect([reply.status, JSON.stringify(await reply.json())]).toEqual([
				422,
				expect.stringContaining('only an order or a refund of a server needs neither'),
			]);
		}
		expect(await stored()).toMatchObject([{ site: 'open', visitor_id: '0', user_id: '', order_id: '1001' }]);
	});

	it('is told which fields only a key may set, and its event is stored without them', async () => {
		const keyed = { visitor_id: 7, user_agent: safari, ip: '198.51.100.7' };
		const names = ['colour', 'visitor_id', 'user_agent', 'ip'];
		const notice = 'Only a server with a write key of the site may set visitor_id, user_agent, ip.';
		const own = { ...event, ...keyed, colour: 'red' };
		expect(await (await post(own)).json()).toEqual({ outcome: 'stored', events: 1, unknownFields: names, notice });
		expect(await (await post([own])).json()).toMatchObject({ stored: 1, unknownFields: names, notice });
		expect(await (await post({ ...event, VISITOR_ID: 7 })).json()).toMatchObject({
			unknownFields: ['visitor_id'],
			notice: 'Only a server with a write key of the site may set visitor_id.',
		});
		expect((await post({ ...event, user_id: undefined, visitor_id: 7 })).status).toBe(422);
		const id = await (await post({ ...event, event_id: 'charge/1' })).json();
		expect(id).toMatchObject({ detail: 'event_id: must be a UUID; any other text needs a write key' });
		const rows = await stored();
		expect(rows.map(({ visitor_id, country, browser }) => [visitor_id, country, browser])).toEqual(
			[1, 2, 3].map(() => ['42', '', '']),
		);
	});
});
