import { brotliCompressSync, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { limits } from '@footfall/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../testing/frames.js';
import { connectRaw, postHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';

let collector: TestCollector;

beforeAll(async () => {
	collector = await startTestCollector(unreachableWarehouse(), {
		// This test is the proxy, since processes of this machine have no limits.
		trustedProxies: ['127.0.0.1'],
		// The buckets refill so slowly that no test observes it.
		addressBytes: { bytesPerSecond: 1, burstBytes: 2 * limits.jsonBodyBytesMax },
		visitorRate: { eventsPerSecond: 1_000, burstEvents: 1_000_000 },
		addressRate: { eventsPerSecond: 1_000, burstEvents: 1_000_000 },
	});
});

afterAll(() => collector.remove());

let senders = 0;
const anyone = () => `198.51.100.${++senders}`;
let stream = 0;

async function post(path: string, body: Uint8Array | string, contentEncoding: string, sender = anyone()) {
	const headers = { 'Content-Encoding': contentEncoding, 'X-Forwarded-For': sender };
	const reply = await fetch(collector.publicUrl + path, { method: 'POST', headers, body: body as BodyInit });
	return { reply, status: reply.status, answer: (await reply.json()) as Record<string, unknown> & unknown[] };
}

const event = { dt: '2026-01-31T12:00:00Z', name: 'n', user_id: 1, url: 'https://shop.example/', obj: 'o' };
const eventText = JSON.stringify(event);
const list = (events: number) => JSON.stringify(Array.from({ length: events }, () => event));
const plain = (bytes: Uint8Array | string) => Buffer.from(bytes);

const codings: [name: string, compress: (bytes: Uint8Array | string) => Buffer][] = [
	['gzip', gzipSync],
	['x-gzip', gzipSync],
	['GZIP', gzipSync],
	['deflate', deflateSync],
	// Some senders leave out the header of zlib.
	['deflate', deflateRawSync],
	['br', brotliCompressSync],
	['identity', plain],
	['', plain],
	['Identity, br', brotliCompressSync],
];

const zeros = Buffer.alloc(20_000_000);
const bombs = {
	gzip: gzipSync(zeros),
	deflate: deflateSync(zeros),
	br: brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
};

describe('a compressed body', () => {
	it.each(codings)('a body with Content-Encoding "%s" is read at every endpoint', async (coding, compress) => {
		const batch = await post('/v1/batch', compress(frame({ stream: ++stream })), coding);
		expect([batch.status, batch.answer]).toEqual([200, ['ack', stream, 0, 'stored']]);
		for (const path of ['/v1/events', '/v1/events/', '/events', '/events/']) {
			const { status, answer } = await post(path, compress(eventText), coding);
			expect([path, status, answer]).toEqual([path, 200, { outcome: 'stored', events: 1 }]);
		}
		// Beyond 4 KiB, JSON is validated on another thread.
		const large = await post('/v1/events', compress(list(5_000)), coding);
		expect([large.status, large.answer]).toMatchObject([200, { outcome: 'stored', stored: 5_000 }]);
	});

	it.each(['zstd', 'compress', 'gzip, br', 'gzip, gzip', 'x-deflate', '*'])(
		'a body with Content-Encoding "%s" is refused with 415, which names what is read',
		async (coding) => {
			const before = await collector.metric('footfall_batches_rejected_total{reason="unsupported-encoding"}');
			const batch = await post('/v1/batch', frame({ stream: ++stream }), coding);
			expect([batch.status, batch.answer]).toEqual([415, ['ack', null, null, 'unsupported-encoding']]);
			const json = await post('/v1/events', eventText, coding);
			expect([json.status, json.answer]).toMatchObject([
				415,
				{ outcome: 'unsupported-encoding', detail: expect.stringContaining('gzip, deflate, br') },
			]);
			for (const { reply } of [batch, json]) expect(reply.headers.get('accept-encoding')).toBe('gzip, deflate, br');
			const after = await collector.metric('footfall_batches_rejected_total{reason="unsupported-encoding"}');
			expect(after - (before || 0)).toBe(2);
		},
	);

	it('a body with two lines of Content-Encoding has two codings', async () => {
		const body = gzipSync(frame({ stream: ++stream }));
		const lines = ['Content-Encoding: gzip', 'Content-Encoding: gzip', `Content-Length: ${body.length}`];
		const connection = await connectRaw(collector.publicUrl);
		connection.send(postHead('/v1/batch', ...lines));
		connection.send(body);
		await connection.receive(/^HTTP\/1\.1 415 /);
		connection.leave();
	});

	it.each<[what: string, spoil: (packed: Buffer) => Uint8Array]>([
		['truncated', (packed) => packed.subarray(0, -3)],
		['damaged', (packed) => packed.fill(0xa5, 4)],
		['empty', () => Buffer.alloc(0)],
		['not compressed', () => Buffer.from(eventText)],
		['followed by other bytes', (packed) => Buffer.concat([packed, Buffer.from('{}')])],
		['followed by zeros', (packed) => Buffer.concat([packed, Buffer.alloc(9)])],
	])('a body that is %s is malformed', async (_, spoil) => {
		for (const [coding, compress] of codings.slice(0, 6)) {
			const json = await post('/v1/events', spoil(compress(eventText)), coding);
			expect([json.status, json.answer.outcome]).toEqual([400, 'malformed']);
			const batch = await post('/v1/batch', spoil(compress(frame({ stream: ++stream }))), coding);
			expect([batch.status, batch.answer]).toEqual([400, ['ack', null, null, 'malformed']]);
		}
	});

	it('the limits of bodies apply to the inflated size, exactly', async () => {
		const padded = (bytes: number) => eventText.padEnd(bytes);
		for (const [coding, compress] of codings.slice(0, 6)) {
			const send = async (bytes: number) => (await post('/v1/events', compress(padded(bytes)), coding)).status;
			expect([coding, await send(limits.jsonBodyBytesMax)]).toEqual([coding, 200]);
			expect([coding, await send(limits.jsonBodyBytesMax + 1)]).toEqual([coding, 413]);
			const batch = await post('/v1/batch', compress(Buffer.alloc(limits.batchBytesMax + 1)), coding);
			expect([batch.status, batch.answer]).toEqual([413, ['ack', null, null, 'too-large']]);
		}
	});

	it('a body that would inflate to 20 MB is refused at every endpoint', async () => {
		for (const [coding, bomb] of Object.entries(bombs)) {
			for (const path of ['/v1/batch', '/v1/events']) expect((await post(path, bomb, coding)).status).toBe(413);
		}
	});

	it('its address is charged for the inflated size, and then gets retry-later', async () => {
		for (const [path, body, wholes] of [
			['/v1/batch', frame({ site: 'x'.repeat(60_000) }), 34],
			['/v1/events', `[${' '.repeat(limits.jsonBodyBytesMax - 2)}]`, 2],
			// In vain, each is charged like the largest body.
			['/v1/batch', Buffer.alloc(5_000_000), 2],
		] as const) {
			const packed = brotliCompressSync(body);
			expect(packed.length).toBeLessThan(1_000);
			const sender = anyone();
			const statuses: number[] = [];
			while (statuses.at(-1) !== 503 && statuses.length < 100) {
				statuses.push((await post(path, packed, 'br', sender)).status);
			}
			expect([path, statuses.length <= wholes + 1]).toEqual([path, true]);
			expect((await post(path, packed, 'br')).status).not.toBe(503);
		}
	});

	it('batches get their acks while bodies that take long to inflate wait', async () => {
		let refused = 0;
		const flood = Array.from({ length: 40 }, async () => {
			expect((await post('/v1/events', bombs.br, 'br')).status).toBe(413);
			refused++;
		});
		await Promise.race(flood);
		const batch = await post('/v1/batch', frame({ stream: ++stream }), '');
		expect(batch.answer).toEqual(['ack', stream, 0, 'stored']);
		expect(refused).toBeLessThan(flood.length);
		await Promise.all(flood);
	});

	it('a page on another origin may send it', async () => {
		const preflight = await fetch(`${collector.publicUrl}/v1/events`, { method: 'OPTIONS' });
		expect(preflight.headers.get('access-control-allow-headers')).toContain('Content-Encoding');
	});
});
