import { eventId, type WireEvent } from '@footfall/protocol';
import { startTestWarehouse, type TestWarehouse } from '@footfall/warehouse/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { frame } from './testing/frames.js';
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

beforeEach(async () => {
	await collector.drained();
	await clickhouse.warehouse.command('TRUNCATE TABLE events');
});

const visitor = 42;
const bytesOf = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

/** An order of amount 0, sent by an attacker who knows the site key, under an id that the shop will use later. */
function forged(id: string | undefined, { stream = 1, sequence = 0 } = {}): Uint8Array<ArrayBuffer> {
	const event: WireEvent = [0, 0, 'order', 'cart', 'forged', 0, 0, 'EUR', {}];
	if (id !== undefined) event.push(bytesOf(id));
	return frame({ visitor, stream, sequence, events: [event] });
}

async function sendByPost(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
	const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: bytes });
	return ((await reply.json()) as unknown[])[3];
}

async function sendBySocket(bytes: Uint8Array): Promise<unknown> {
	const page = await openPage(collector.publicUrl);
	page.send(bytes);
	const ack = await page.ack();
	page.close();
	return ack[3];
}

/** The real order of the shop, with amount 100. */
async function order(id: string): Promise<void> {
	const body = { dt: new Date(), name: 'order', user_id: visitor, url: 'https://shop.example/', obj: 'cart' };
	const more = { obj_id: 'real', amount: 100, currency: 'EUR', order_id: '1001', event_id: id };
	const reply = await fetch(`${collector.publicUrl}/v1/events`, {
		method: 'POST',
		body: JSON.stringify({ ...body, ...more }),
	});
	expect(await reply.json()).toEqual({ outcome: 'stored', events: 1 });
}

async function stored(): Promise<{ obj_id: string; amount: string; event_id: string }[]> {
	await collector.drained();
	return clickhouse.warehouse.query(
		`SELECT obj_id, amount, event_id FROM events FINAL WHERE visitor_id = ${visitor} ORDER BY obj_id, event_id`,
	);
}

/** A new stream for each batch: the batch would otherwise be a duplicate of one that another test has sent. */
let nextStream = 1_000;

const ids = {
	'of version 4': '00112233-4455-4677-8899-aabbccddeeff',
	'of version 7': '0192f0c1-2222-7333-8444-555566667777',
	'of version 8': '0192f0c1-2222-8333-8444-555566667777',
	'that a page could derive': eventId(visitor, 1, 0, 0),
};

describe.each(Object.entries(ids))('an id %s that an attacker uses first', (_, id) => {
	it.each([
		['by POST', sendByPost],
		['by socket', sendBySocket],
	] as const)('%s does not replace the order that the shop sends under it', async (_way, send) => {
		// Two segments, so that the receipt of the attacker's event is certainly the first.
		expect(await send(forged(id, { stream: nextStream++ }))).toBe('stored');
		await collector.drained();
		await order(id);
		await order(id);
		const rows = await stored();
		expect(rows.map(({ obj_id, amount }) => [obj_id, amount])).toEqual([
			['forged', '0'],
			['real', '100'],
		]);
		if (!id.includes('-8')) expect(rows[1]?.event_id).toBe(id);
	});
});

describe('the id that a page derives', () => {
	it('a derived id cannot be claimed through JSON before the page sends its event', async () => {
		await order(eventId(visitor, 77, 0, 0));
		await collector.drained();
		expect(await sendByPost(forged(undefined, { stream: 77 }))).toBe('stored');
		expect((await stored()).map(({ obj_id }) => obj_id)).toEqual(['forged', 'real']);
		expect((await stored())[0]?.event_id).toBe(eventId(visitor, 77, 0, 0));
	});

	it('a derived id cannot be claimed by an id that another batch gives', async () => {
		expect(await sendByPost(forged(eventId(visitor, 78, 5, 0), { stream: 78, sequence: 1 }))).toBe('stored');
		await collector.drained();
		const own: WireEvent = [0, 0, 'order', 'cart', 'own', 0, 100, 'EUR'];
		expect(await sendByPost(frame({ visitor, stream: 78, sequence: 5, events: [own] }))).toBe('stored');
		expect((await stored()).map(({ obj_id }) => obj_id)).toEqual(['forged', 'own']);
	});

	it('a derived id belongs to one visitor: the same numbers under another visitor are another event', async () => {
		// The ids hold the low 14 bits of the visitor only.
		const others = [visitor + 2 ** 14, visitor + 2 ** 40];
		for (const other of others) await sendByPost(frame({ visitor: other, stream: 79, events: 1 }));
		await collector.drained();
		await sendByPost(frame({ visitor, stream: 79, events: 1 }));
		await collector.drained();
		const [row] = await clickhouse.warehouse.query(
			'SELECT toUInt32(count()) AS rows, toUInt32(uniqExact(event_id)) AS ids FROM events FINAL',
		);
		expect(row).toEqual({ rows: 3, ids: 1 });
	});
});

describe('a batch with the visitor, stream and sequence of another batch', () => {
	it('a batch with the numbers of another batch is not a duplicate: its events are stored', async () => {
		const own = frame({ visitor, stream: 80, events: 3 });
		expect(await sendBySocket(forged(undefined, { stream: 80 }))).toBe('stored');
		await collector.drained();
		expect(await sendBySocket(own)).toBe('stored');
		expect(await sendByPost(own)).toBe('duplicate');
		// Only the first event has an id that was used before, by an attacker who knows both secrets of this browser.
		expect((await stored()).map(({ obj_id }) => obj_id)).toEqual(['button-1', 'button-2', 'forged']);
	});
});
