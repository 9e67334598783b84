import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, copyExample, type Example, type ExampleServer, freePort } from './support/example.js';
import { type OrderCollector, startOrderCollector } from './support/order-collector.js';
import { startRegistry } from './support/registry.js';

/** Stops what was started, the last first. */
const cleanups: (() => unknown)[] = [];
/** The secret of the commands in the README. */
const secret = 'whsec_example';
let collector: OrderCollector;
let example: Example;
let server: ExampleServer;
let port: number;

const serve = async () => {
	const env = { FOOTFALL_COLLECTOR: collector.url, FOOTFALL_KEY: collector.key, ANSWER_WITHIN_MS: '1000' };
	server = await example.serve(env, port);
};

beforeAll(async () => {
	collector = await startOrderCollector('order-webhook');
	cleanups.push(collector.stop);
	const registry = await startRegistry();
	cleanups.push(registry.stop);
	example = copyExample('order-webhook');
	cleanups.push(() => example.remove());
	await example.build(registry);
	port = await freePort();
	await serve();
	cleanups.push(() => server.stop());
});
afterAll(async () => {
	for (const cleanup of cleanups.reverse()) await cleanup();
});

interface Webhook {
	id: string;
	orderId: string;
	amount?: number;
	currency?: string;
	visitor?: string;
	type?: string;
	paymentStatus?: string;
}

/** The body of a webhook as the provider sends it. */
const bodyOf = ({ id, orderId, amount = 1250, currency = 'eur', visitor, type, paymentStatus = 'paid' }: Webhook) =>
	JSON.stringify({
		id,
		type: type ?? 'checkout.session.completed',
		created: 1_767_225_600,
		data: {
			object: {
				...{ client_reference_id: orderId, payment_status: paymentStatus, amount_total: amount, currency },
				...(visitor !== undefined && { metadata: { footfall_visitor: visitor } }),
			},
		},
	});

const now = () => Math.floor(Date.now() / 1_000);
const signatureOf = (body: string, seconds: number, key = secret) =>
	createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex');
/** The header with the time and the signatures with some keys. */
const headerOf = (body: string, keys: readonly string[] = [secret], seconds = now()) =>
	[`t=${seconds}`, ...keys.map((key) => `v1=${signatureOf(body, seconds, key)}`)].join();

/** Posts a body as the provider does. @returns the status of the answer */
async function post(body: string, signature = headerOf(body)): Promise<number> {
	const request = { method: 'POST', headers: { 'Stripe-Signature': signature }, body };
	return (await fetch(`${server.url}/webhooks/payments`, request)).status;
}

describe('the example order-webhook', () => {
	it('stores the order of the commands of its README, once for two posts', async () => {
		const [, command = ''] = blocksOf('order-webhook', 'Run it');
		const script = command.replace('http://127.0.0.1:3000', server.url);
		const answer = /^# (.*)$/m.exec(command)?.[1];
		for (let times = 0; times < 2; times++)
			expect((await promisify(execFile)('sh', ['-c', script])).stdout.trim()).toBe(answer);
		expect(await collector.orders()).toEqual([
			{
				...{ order_id: '2026-1001', money: '12.5 EUR', day: '2026-01-01', source: 'server', visitor: '0' },
				// Both posts have the id of one webhook, and are one event.
				server_reports: '1',
			},
		]);
	});

	it('stores one order of webhooks with several ids, with its visitor and the amount in the unit of its currency', async () => {
		const webhook = { orderId: 'yen', amount: 1250, currency: 'jpy', visitor: '7231' };
		for (const id of ['evt_2', 'evt_3', 'evt_3']) expect(await post(bodyOf({ id, ...webhook }))).toBe(200);
		const orders = await collector.orders();
		expect(orders.filter(({ order_id }) => order_id === 'yen')).toEqual([
			expect.objectContaining({ money: '1250 JPY', visitor: '7231', server_reports: '2' }),
		]);
	});

	it('refuses webhooks without the right signature, and old ones', async () => {
		const before = await collector.orderIds();
		const body = bodyOf({ id: 'evt_forged', orderId: 'forged' });
		const seconds = now();
		const right = signatureOf(body, seconds);
		for (const header of [
			'',
			'v1=',
			`v1=${right}`,
			`t=${seconds},v1=`,
			`t=${seconds},v1=${right.slice(2)}`,
			`t=${seconds + 1},v1=${right}`,
			headerOf(body, ['another secret']),
			headerOf(body, [secret], seconds - 301),
			headerOf(`${body} `),
		])
			expect([header, await post(body, header)]).toEqual([header, 400]);
		expect(await collector.orderIds()).toEqual(before);
	});

	it('accepts one of two signatures, as there are while the secret is being changed', async () => {
		const body = bodyOf({ id: 'evt_4', orderId: 'changed' });
		expect(await post(body, headerOf(body, ['the next secret', secret]))).toBe(200);
		expect(await collector.orderIds()).toContain('changed');
	});

	it('answers with 200 to webhooks of other kinds, which are no orders', async () => {
		const before = await collector.orderIds();
		expect(await post(bodyOf({ id: 'evt_5', orderId: 'unpaid', paymentStatus: 'unpaid' }))).toBe(200);
		expect(await post(bodyOf({ id: 'evt_6', orderId: 'other', type: 'payment_intent.created' }))).toBe(200);
		expect(await collector.orderIds()).toEqual(before);
	});

	it('answers with 503 while the collector is away, and the repeat of the webhook counts once', async () => {
		const body = bodyOf({ id: 'evt_7', orderId: 'while away' });
		await collector.goAway();
		expect(await post(body)).toBe(503);
		// The server forgets the order with its process: the provider repeats the webhook.
		await server.stop('SIGKILL');
		await serve();
		expect(await post(body)).toBe(503);
		expect(await post(body)).toBe(503);
		await collector.comeBack();
		await expect.poll(() => post(body), { timeout: 60_000, interval: 500 }).toBe(200);
		const orders = await collector.orders();
		expect(orders.filter(({ order_id }) => order_id === 'while away')).toEqual([
			expect.objectContaining({ money: '12.5 EUR', server_reports: '1' }),
		]);
	});

	it('answers with an error to an order that the collector refuses, so that the provider reports it', async () => {
		const before = await collector.orderIds();
		expect(await post(bodyOf({ id: 'evt_8', orderId: '' }))).toBe(500);
		expect(await collector.orderIds()).toEqual(before);
	});
});
