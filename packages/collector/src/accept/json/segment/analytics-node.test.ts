import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startTestCollector, type TestCollector } from '../../../testing/test-collector.js';

const key = 'shop-key-0123456789';
let clickhouse: TestWarehouse;
let collector: TestCollector;

beforeAll(async () => {
	clickhouse = await startTestWarehouse();
	const sites = [{ key: 'shop', origins: ['https://shop.example'], keys: [key] }];
	collector = await startTestCollector(clickhouse.warehouse, { sites });
});
afterAll(async () => {
	await collector.remove();
	await clickhouse.stop();
});
beforeEach(async () => {
	await collector.drained();
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});

async function stored() {
	await collector.drained();
	return clickhouse.warehouse.query<Record<string, unknown>>('SELECT * FROM events FINAL ORDER BY name');
}

/** Sends with Segment's client for Node, and returns the errors that it reports. */
async function withClient(writeKey: string, send: (analytics: Analytics) => void, url = collector.publicUrl) {
	const analytics = new Analytics({ writeKey, host: url, path: '/v1/segment/batch', maxRetries: 2 });
	const errors: string[] = [];
	analytics.on('error', ({ reason }) => errors.push(String(reason)));
	send(analytics);
	await analytics.closeAndFlush();
	return errors;
}

const post = (call: string, body: unknown, writeKey: string | undefined = key) =>
	fetch(`${collector.publicUrl}/v1/segment/${call}`, {
		method: 'POST',
		body: typeof body === 'string' ? body : JSON.stringify(body),
		headers: { Authorization: `Basic ${btoa(`${writeKey}:`)}` },
	});

it("stores the events of Segment's client for Node once each, with user, visitor and page", async () => {
	const person = { userId: 'ada', anonymousId: 'anon-1' };
	const context = { page: { url: 'https://shop.example/cart' } };
	const send = (analytics: Analytics) => {
		const properties = { order_id: '1001', revenue: 19, currency: 'EUR', seats: 3 };
		analytics.track({ ...person, event: 'Signed Up', properties, messageId: 'm-1', context });
		analytics.identify({ ...person, traits: { plan: 'free' }, messageId: 'm-2' });
		analytics.page({ ...person, name: 'Home', properties: { title: 'Home' }, messageId: 'm-3' });
	};
	expect([await withClient(key, send), await withClient(key, send)]).toEqual([[], []]);
	const rows = await stored();
	const common = { site: 'shop', source: 'server', user_id: 'ada', visitor_id: rows[0]?.visitor_id };
	expect(rows).toMatchObject([
		{ ...common, name: 'Signed Up', url: 'https://shop.example/cart', amount: '19', props: { seats: '3' } },
		{ ...common, name: 'identify', url: 'https://shop.example/', props: { plan: 'free' } },
		{ ...common, name: 'view', title: 'Home', obj_id: 'Home' },
	]);
	expect(BigInt(String(rows[0]?.visitor_id))).toBeLessThan(2n ** 53n);
});

it("tells Segment's client of a wrong key and of refused events, which it does not send again", async () => {
	const send = (analytics: Analytics) => analytics.track({ userId: 'ada', event: 'x'.repeat(65) });
	const [wrong, refused] = [await withClient('another-key-0123456789', send), await withClient(key, send)];
	expect(wrong).toEqual([expect.stringContaining('401')]);
	expect(refused).toEqual([expect.stringContaining('400')]);
	expect(await stored()).toEqual([]);
});

it('lets the client send again while the collector cannot store', async () => {
	const sites = [{ key: 'shop', origins: 'any' as const, keys: [key] }];
	const full = await startTestCollector(clickhouse.warehouse, { sites, walBytes: -1 });
	const reply = await fetch(`${full.publicUrl}/v1/segment/track`, {
		method: 'POST',
		body: JSON.stringify({ userId: 'ada', event: 'a' }),
		headers: { Authorization: `Bearer ${key}` },
	});
	expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '15']);
	await full.remove();
});

it('answers every call, and says what is refused', async () => {
	for (const [call, body] of [
		['track', { userId: 'ada', event: 'a' }],
		['identify', { userId: 'ada', traits: {} }],
		['page', { userId: 'ada' }],
	] as const)
		expect(await (await post(call, body)).json()).toMatchObject({ success: true, stored: 1 });
	const some = await post('batch', { batch: [{ type: 'track', userId: 'ada', event: 'a' }, { type: 'alias' }, 7] });
	expect([some.status, await some.json()]).toMatchObject([200, { success: true, stored: 1, rejected: 2 }]);
	for (const body of ['x', '[]', '{}', '{"batch":[]}', '{"batch":[{}]}', '7'])
		expect((await post('batch', body)).status).toBe(400);
	expect((await post('batch', { batch: [] }, 'another-key-0123456789')).status).toBe(401);
	expect((await fetch(`${collector.publicUrl}/v1/segment/track`, { method: 'POST', body: '{}' })).status).toBe(401);
});
