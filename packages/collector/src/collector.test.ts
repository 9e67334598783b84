import { StartRefusal } from '@footfall/host';
import { eventId } from '@footfall/protocol';
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

const rows = () => clickhouse.warehouse.query<Record<string, unknown>>('SELECT * FROM events FINAL ORDER BY event_id');

const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
	fetch(collector.publicUrl + path, { method: 'POST', body, headers });

describe('a batch on the socket', () => {
	it('a batch is acknowledged and stored as rows with the columns of its events', async () => {
		const page = await openPage(collector.publicUrl, 'https://shop.example', chrome);
		const sentAtMs = Date.now();
		page.send(frame({ visitor: 2 ** 53 - 1, stream: 5, sequence: 3, sentAtMs, events: 2 }));
		expect(await page.ack()).toEqual(['ack', 5, 3, 'stored']);
		expect(page.messages[0]).toEqual(['hello', expect.any(Number), { batchBytesMax: 61_440, batchEventsMax: 1_000 }]);
		await collector.drained();
		const stored = await rows();
		expect(stored.length).toBe(2);
		expect(stored[1]).toMatchObject({
			site: 'shop',
			visitor_id: '9007199254740991',
			event_id: eventId(2 ** 53 - 1, 5, 3, 1),
			ts: new Date(sentAtMs - 1).toISOString().replace('T', ' ').replace('Z', ''),
			ts_bounded: false,
			name: 'click',
			obj: 'button',
			obj_id: 'button-1',
			product_id: '1',
			amount: '9.99',
			currency: 'EUR',
			url: 'https://shop.example/catalog',
			title: 'Catalog',
			browser: 'Chrome',
			os: 'Linux',
			device: 'desktop',
			is_bot: false,
			segment: expect.stringMatching(/^\d{15}-[0-9a-f]{16}$/),
		});
		page.close();
	});

	it('a resent batch is answered duplicate, and there is one row', async () => {
		const page = await openPage(collector.publicUrl);
		const bytes = frame({ stream: 21 });
		page.send(bytes);
		page.send(bytes);
		expect([await page.ack(), await page.ack()]).toEqual([
			['ack', 21, 0, 'stored'],
			['ack', 21, 0, 'duplicate'],
		]);
		const again = await post('/v1/batch', bytes);
		expect(await again.json()).toEqual(['ack', 21, 0, 'duplicate']);
		await collector.drained();
		expect((await rows()).length).toBe(1);
		page.close();
	});

	it('a batch that cannot be decoded is rejected without a name, and the connection stays open', async () => {
		const page = await openPage(collector.publicUrl);
		page.send(Buffer.from([0xc1]));
		expect(await page.ack()).toEqual(['ack', null, null, 'malformed']);
		page.send(frame({ stream: 22, site: 'nowhere' }));
		expect(await page.ack()).toEqual(['ack', 22, 0, 'unknown-site']);
		page.send(frame({ stream: 23 }));
		expect(await page.ack()).toEqual(['ack', 23, 0, 'stored']);
		page.close();
	});

	it('a batch is rejected from another origin and accepted from an allowed one', async () => {
		for (const origin of ['https://evil-shop.example', 'https://shop.example.evil', 'null', 'http://shop.example']) {
			const page = await openPage(collector.publicUrl, origin);
			page.send(frame({ stream: 24 }));
			expect(await page.ack()).toEqual(['ack', 24, 0, 'origin-not-allowed']);
			page.send(frame({ stream: 25, site: 'open' }));
			expect((await page.ack())[3]).toMatch(/stored|duplicate/);
			page.close();
		}
	});

	it('a message far above the limit ends the connection', async () => {
		const page = await openPage(collector.publicUrl);
		page.send(Buffer.alloc(70_000));
		expect(await page.ack()).toEqual(['ack', null, null, 'too-large']);
		page.send(Buffer.alloc(200_000));
		expect(await page.closed).toBeGreaterThan(1000);
	});

	it('the socket requires the sub-protocol', async () => {
		const reply = await fetch(`${collector.publicUrl}/v1/socket`);
		expect(reply.status).toBe(404);
	});
});

describe('POST /v1/batch', () => {
	it('POST /v1/batch stores a batch and answers like the socket', async () => {
		const reply = await post('/v1/batch', frame({ stream: 31 }), { Origin: 'https://shop.example' });
		expect(reply.status).toBe(200);
		expect(reply.headers.get('access-control-allow-origin')).toBe('*');
		expect(await reply.json()).toEqual(['ack', 31, 0, 'stored']);
		await collector.drained();
		expect((await rows()).map((row) => row.event_id)).toEqual([eventId(7, 31, 0, 0)]);
	});

	it('POST /v1/batch rejects with the status of the outcome', async () => {
		const statuses = await Promise.all([
			post('/v1/batch', ''),
			post('/v1/batch', frame({ site: 'nowhere' })),
			post('/v1/batch', frame({ stream: 32 }), { Origin: 'https://evil.example' }),
			post('/v1/batch', new Uint8Array(61_441)),
		]);
		expect(statuses.map((reply) => reply.status)).toEqual([400, 403, 403, 413]);
		expect(await statuses[3].json()).toEqual(['ack', null, null, 'too-large']);
	});
});

describe('a start', () => {
	it('a start on a taken port is refused with the port and the flag in the message', async () => {
		const port = Number(new URL(collector.publicUrl).port);
		const adminPort = Number(new URL(collector.adminUrl).port);
		const start = (options: object) => startTestCollector(clickhouse.warehouse, options);
		await expect(start({ port })).rejects.toThrow(new RegExp(`port ${port} .*--port`));
		await expect(start({ adminPort })).rejects.toThrow(new RegExp(`port ${adminPort} .*--admin-port`));
		await expect(start({ port })).rejects.toBeInstanceOf(StartRefusal);
	});

	it('a start with the WAL of another collector is refused', async () => {
		const second = startTestCollector(clickhouse.warehouse, { walDirectory: collector.directory });
		await expect(second).rejects.toThrow(`process ${process.pid}`);
	});

	it('a start with an invalid origin is refused', async () => {
		const sites = [{ key: 'shop', origins: ['shop.example/path'] }];
		await expect(startTestCollector(clickhouse.warehouse, { sites })).rejects.toThrow(
			'"shop.example/path" is not a valid origin',
		);
	});
});
