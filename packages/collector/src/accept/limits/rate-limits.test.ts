import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { frame } from '../../testing/frames.js';
import { startTestCollector, type TestCollector } from '../../testing/test-collector.js';
import { unreachableWarehouse } from '../../testing/unreachable-warehouse.js';

let collector: TestCollector;

beforeEach(async () => {
	collector = await startTestCollector(unreachableWarehouse(), {
		trustedProxies: ['127.0.0.1'],
		addressRate: { eventsPerSecond: 1, burstEvents: 20 },
		visitorRate: { eventsPerSecond: 1, burstEvents: 10 },
		connectionsMax: 5,
		connectionsPerAddressMax: 2,
	});
});

afterEach(() => collector.remove());

let stream = 0;

async function send(address: string, visitor: number, events: number) {
	const headers = address === '' ? {} : { 'X-Forwarded-For': address };
	const body = frame({ visitor, stream: ++stream, events });
	const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', headers, body });
	const [, , , outcome, retryAfterMs] = (await reply.json()) as unknown[];
	return { status: reply.status, outcome, retryAfterMs, retryAfter: reply.headers.get('retry-after') };
}

describe('rate limits', () => {
	it('a visitor above its rate gets retry-later, and no other visitor does', async () => {
		expect(await send('198.51.100.1', 1, 10)).toMatchObject({ outcome: 'stored' });
		const excess = await send('198.51.100.1', 1, 5);
		expect(excess).toMatchObject({ status: 503, outcome: 'retry-later' });
		expect(excess.retryAfterMs).toBeGreaterThan(3_000);
		expect(Number(excess.retryAfter)).toBeGreaterThan(3);
		expect(await send('198.51.100.1', 2, 10)).toMatchObject({ outcome: 'stored' });
		expect(await collector.metric('footfall_batches_retry_later_total{reason="visitor-rate"}')).toBe(1);
	});

	it('an address above its rate gets retry-later, whichever visitors it invents', async () => {
		const outcomes = [];
		for (let visitor = 10; visitor < 15; visitor++) outcomes.push((await send('198.51.100.2', visitor, 5)).outcome);
		expect(outcomes).toEqual(['stored', 'stored', 'stored', 'stored', 'retry-later']);
		expect(await send('198.51.100.3', 15, 5)).toMatchObject({ outcome: 'stored' });
		expect(await collector.metric('footfall_batches_retry_later_total{reason="address-rate"}')).toBe(1);
	});

	it('events that were not admitted are not counted', async () => {
		for (const visitor of [20, 21]) await send('198.51.100.8', visitor, 10);
		for (let tries = 0; tries < 3; tries++) {
			expect(await send('198.51.100.8', 22, 10)).toMatchObject({ outcome: 'retry-later' });
		}
		expect(await send('198.51.100.9', 22, 10)).toMatchObject({ outcome: 'stored' });
	});

	it('JSON events count towards the rate of their address', async () => {
		const event = {
			dt: '2026-01-01T00:00:00Z',
			name: 'click',
			user_id: 1,
			url: 'https://shop.example/',
			obj: 'button',
		};
		const post = () =>
			fetch(`${collector.publicUrl}/v1/events`, {
				method: 'POST',
				headers: { 'X-Forwarded-For': '198.51.100.4' },
				body: JSON.stringify(Array.from({ length: 15 }, () => event)),
			});
		expect((await post()).status).toBe(200);
		expect((await post()).status).toBe(503);
	});

	it('orders of nobody count towards the rate of their address, and of no visitor', async () => {
		const order = { dt: '2026-01-01T00:00:00Z', name: 'order', url: 'https://shop.example/', obj: '', currency: 'EUR' };
		const post = async (events: number, address: string, user: object) => {
			const body = Array.from({ length: events }, (_, n) => ({ ...order, order_id: `${n}`, ...user }));
			const headers = { 'X-Forwarded-For': address };
			return (await fetch(`${collector.publicUrl}/v1/events`, { method: 'POST', headers, body: JSON.stringify(body) }))
				.status;
		};
		const twice = async (address: string, user: object) => [
			await post(12, address, user),
			await post(5, address, user),
		];
		expect(await twice('198.51.100.10', { user_id: 1 })).toEqual([200, 503]);
		expect(await twice('198.51.100.11', {})).toEqual([200, 200]);
		expect([await post(12, '198.51.100.11', {}), await post(1, '198.51.100.11', {})]).toEqual([503, 200]);
	});

	it('processes of this machine have no limit, except as a proxy of other senders', async () => {
		for (let i = 0; i < 5; i++) expect(await send('', 1, 50)).toMatchObject({ outcome: 'stored' });
	});

	it('connections above the limits of an address and of all are refused', async () => {
		const open = (address: string) => {
			const url = `${collector.publicUrl.replace('http', 'ws')}/v1/socket`;
			const socket = new WebSocket(url, 'footfall.v1', {
				headers: address === '' ? {} : { 'X-Forwarded-For': address },
			});
			return new Promise<number>((resolve) => {
				socket.once('open', () => resolve(101));
				socket.once('unexpected-response', (_, reply) => resolve(reply.statusCode ?? 0));
				socket.once('error', () => {});
			});
		};
		expect([await open('198.51.100.5'), await open('198.51.100.5'), await open('198.51.100.5')]).toEqual([
			101, 101, 503,
		]);
		expect([await open('198.51.100.6'), await open(''), await open('')]).toEqual([101, 101, 101]);
		expect(await open('198.51.100.7')).toBe(503);
		expect(await collector.metric('footfall_connections')).toBe(5);
		expect(await collector.metric('footfall_connections_ended_total{cause="too-many"}')).toBe(2);
	});
});
