import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { faultyFileSystem } from '../../testing/disk/faulty-file-system.js';
import { testEngine } from '../../testing/engines.js';
import { frame } from '../../testing/frames.js';
import { heldBytes } from '../../testing/heap.js';
import { openPage } from '../../testing/page.js';
import { connectRaw, postHead, upgradeHead } from '../../testing/raw-connection.js';
import { startTestCollector } from '../../testing/test-collector.js';
import { unreachableWarehouse } from '../../testing/unreachable-warehouse.js';
import { webSocketFrame } from '../../testing/websocket-frame.js';
import { listen } from './server.js';

const endless = function* (piece: string) {
	for (;;) yield piece;
};

/**
 * Senders that keep a connection open without progress: their first bytes, and the bytes that they then send slowly.
 */
const slowSenders: [what: string, head: string, piece?: string][] = [
	['say nothing', ''],
	['send headers line by line', 'POST /v1/batch HTTP/1.1\r\n', 'X-Filler: x\r\n'],
	['stop inside the headers', 'POST /v1/batch HTTP/1.1\r\nHost: collector.te'],
	['send a header that cannot be read', postHead('/v1/batch', 'Origin: https://a\x00.example')],
	['name no host', 'GET /footfall.js HTTP/1.1\r\n\r\n'],
	['send no body', postHead('/v1/batch', 'Content-Length: 1000')],
	['send a body byte by byte', postHead('/v1/batch', 'Content-Length: 1000'), 'x'],
	['send a JSON body byte by byte', postHead('/v1/events', 'Content-Length: 1000000'), ' '],
	['send a chunk byte by byte', postHead('/v1/batch', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'],
	['keep a connection after its answer', `${postHead('/v1/batch', 'Content-Length: 1')}x`],
	['stop inside the upgrade', upgradeHead().slice(0, -4)],
];

describe.concurrent('slow senders', () => {
	it('slow clients and a thousand silent ones lose their connections while others are served', async () => {
		const collector = await startTestCollector(unreachableWarehouse());
		const crowd = Array.from({ length: 1_000 }, () => connectRaw(collector.publicUrl));
		const slow = slowSenders.map(async ([, head, piece]) => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(head);
			if (piece !== undefined) void connection.trickle(endless(piece), 200);
			return connection;
		});
		const connections = await Promise.all([...slow, ...crowd]);
		let served = 0;
		while (connections.some((connection) => !connection.isEnded)) {
			const reply = await fetch(`${collector.publicUrl}/v1/batch`, {
				method: 'POST',
				body: frame({ stream: ++served }),
			});
			expect(await reply.json()).toEqual(['ack', served, 0, 'stored']);
			await sleep(20);
		}
		expect(served).toBeGreaterThan(20);
		await collector.remove();
	});

	it('a page that answers no ping is disconnected, and a page that is only quiet is not', async () => {
		const server = await listen({
			engine: testEngine,
			host: '127.0.0.1',
			port: 0,
			routes: [],
			socket: {
				path: '/v1/socket',
				subprotocol: 'footfall.v1',
				messageBytesMax: 100,
				idleSeconds: 9,
				open: () => {},
				message: () => {},
			},
		});
		const url = `http://127.0.0.1:${server.port}`;
		const quiet = new WebSocket(`${url}/v1/socket`, 'footfall.v1');
		// The page answers no ping, as if its machine had lost power.
		const gone = await connectRaw(url);
		gone.send(upgradeHead());
		while (server.connections < 2) await sleep(5);
		await gone.ended;
		expect(server.connections).toBe(1);
		expect(quiet.readyState).toBe(WebSocket.OPEN);
		server.close();
	});

	it('pages that read no answers are disconnected and counted, and their batches are answered when they reconnect', async () => {
		const collector = await startTestCollector(unreachableWarehouse());
		const page = await connectRaw(collector.publicUrl, { isReading: false });
		page.send(upgradeHead());
		const junk = Buffer.concat(Array.from({ length: 1_000 }, () => webSocketFrame({ payload: Buffer.of(0xc1) })));
		const isConnected = () => collector.metric('footfall_connections');
		while ((await isConnected()) === 0) await sleep(5);
		let sent = 0;
		while ((await isConnected()) === 1) {
			const batch = webSocketFrame({ payload: frame({ sequence: sent++, events: 2 }) });
			for (let i = 0; i < 10; i++) page.send(junk);
			page.send(batch);
		}
		page.leave();
		expect(await collector.metric('footfall_connections_ended_total{cause="unread"}')).toBe(1);
		const again = await openPage(collector.publicUrl);
		for (let sequence = 0; sequence < sent; sequence++) {
			again.send(frame({ sequence, events: 2 }));
			expect((await again.ack())[3]).toMatch(/^(stored|duplicate)$/);
		}
		expect(await collector.metric('footfall_events_accepted_total')).toBe(2 * sent);
		again.close();
		await collector.remove();
	});

	it('slow clients do not prevent a stop', async () => {
		const collector = await startTestCollector(unreachableWarehouse());
		const request = async (head: string) => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(head);
			return connection;
		};
		const page = async (bytes: Uint8Array) => {
			const connection = await request(upgradeHead());
			await connection.receive(/"hello"/);
			connection.send(bytes);
			return connection;
		};
		const connections = await Promise.all([
			...slowSenders.map(([, head]) => request(head)),
			page(new Uint8Array(0)),
			page(webSocketFrame({ payload: frame() }).subarray(0, 50)),
			page(webSocketFrame({ payload: Buffer.alloc(9), isFinal: false })),
		]);
		await collector.stop();
		for (const connection of connections) await connection.ended;
		await collector.remove();
	});
});

describe('a sender that does not wait for its answer', () => {
	it('a sender that does not wait for its answer affects no other sender, and its complete batches are kept', async () => {
		let release = () => {};
		let isInFsync = false;
		const fsync = () => {
			isInFsync = true;
			return new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
		};
		const collector = await startTestCollector(unreachableWarehouse(), {
			fileSystem: faultyFileSystem({ fsync }),
		});
		const posted = async (sequence: number) => {
			const connection = await connectRaw(collector.publicUrl);
			const body = frame({ sequence });
			connection.send(Buffer.concat([Buffer.from(postHead('/v1/batch', `Content-Length: ${body.length}`)), body]));
			return connection;
		};
		const onSocket = async (sequence: number) => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(upgradeHead());
			await connection.receive(/"hello"/);
			connection.send(webSocketFrame({ payload: frame({ sequence }) }));
			return connection;
		};
		const senders = [
			...(await Promise.all([0, 1, 2, 3].map(posted))),
			...(await Promise.all([4, 5, 6, 7].map(onSocket))),
		];
		while (!isInFsync) await sleep(5);
		for (const [index, sender] of senders.entries()) {
			if (index % 2 === 0) sender.leave();
			else sender.finish();
		}
		await Promise.all(senders.map((sender) => sender.ended));
		// A batch may have arrived too late for this commit group.
		const releasing = setInterval(() => release(), 5);
		const page = await openPage(collector.publicUrl);
		for (let sequence = 0; sequence < 8; sequence++) {
			page.send(frame({ sequence }));
			expect((await page.ack())[3]).toBe('duplicate');
		}
		expect(await collector.metric('footfall_events_accepted_total')).toBe(8);
		page.close();
		await collector.stop();
		clearInterval(releasing);
		await collector.remove();
	});
});

describe('incomplete bodies', () => {
	it('incomplete bodies above their memory budget get retry-later, and the budget is released when they end', async () => {
		const collector = await startTestCollector(unreachableWarehouse(), { partialBodyBytesMax: 3_000_000 });
		const head = postHead('/v1/events', `Content-Length: ${limits.jsonBodyBytesMax}`);
		const part = Buffer.alloc(limits.jsonBodyBytesMax - 1);
		const begin = async () => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(head);
			connection.send(part);
			return connection;
		};
		const first = [await begin(), await begin()];
		const last = await begin();
		await last.receive(/^HTTP\/1\.1 503 .*Retry-After: 1\r\n.*"outcome":"retry-later"/s);
		await last.ended;
		const batch = await connectRaw(collector.publicUrl);
		await batch.trickle([postHead('/v1/batch', 'Transfer-Encoding: chunked'), '1\r\nx\r\n'], 20);
		expect(batch.isEnded).toBe(false);
		expect(await collector.metric('footfall_batches_retry_later_total{reason="busy"}')).toBe(1);
		// A body in one chunk needs no memory of the budget.
		const whole = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame() });
		expect(whole.status).toBe(200);
		for (const connection of [...first, batch]) connection.leave();
		const next = await begin();
		next.send(' ');
		await next.receive(/^HTTP\/1\.1 400 /);
		await collector.remove();
	});

	it('a body in small chunks takes no more memory', async () => {
		const collector = await startTestCollector(unreachableWarehouse());
		const connection = await connectRaw(collector.publicUrl);
		connection.send(postHead('/v1/events', 'Transfer-Encoding: chunked'));
		const pieces = '1\r\n \r\n'.repeat(300_000);
		const before = heldBytes();
		connection.send(pieces);
		await connection.sent();
		// A later request on the same event loop: by its answer, they have been received.
		await fetch(`${collector.publicUrl}/nowhere`);
		expect(heldBytes() - before).toBeLessThan(5_000_000);
		connection.send('0\r\n\r\n');
		await connection.receive(/^HTTP\/1\.1 400 .*the body is not JSON/s);
		await collector.remove();
	});
});
