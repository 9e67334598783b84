import { setTimeout as sleep } from 'node:timers/promises';
import { limits } from '@footfall/protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { faultyFileSystem } from '../../testing/disk/faulty-file-system.js';
import { frame } from '../../testing/frames.js';
import { heldBytes } from '../../testing/heap.js';
import { openPage } from '../../testing/page.js';
import { connectRaw, postHead, upgradeHead } from '../../testing/raw-connection.js';
import { startTestCollector } from '../../testing/test-collector.js';
import { nobody } from '../../testing/unreachable-warehouse.js';
import { webSocketFrame } from '../../testing/websocket-frame.js';
import { listen } from './server.js';

const endless = function* (piece: string) {
	for (;;) yield piece;
};

/** Senders that hold a connection and get nowhere; what they send first, and what then bit by bit. */
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
	it('lose their connections while others are served, and so do a thousand who are silent', async () => {
		const collector = await startTestCollector(nobody());
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

	it('are disconnected as pages that are gone; a page that is only quiet is not', async () => {
		const server = listen({
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
		if (server === undefined) throw new Error('no port');
		const url = `http://127.0.0.1:${server.port}`;
		const quiet = new WebSocket(`${url}/v1/socket`, 'footfall.v1');
		// It answers no ping: its machine lost power, say.
		const gone = await connectRaw(url);
		gone.send(upgradeHead());
		while (server.connections < 2) await sleep(5);
		await gone.ended;
		expect(server.connections).toBe(1);
		expect(quiet.readyState).toBe(WebSocket.OPEN);
		server.close();
	});

	it('that read no answers are disconnected and counted, and what they sent is answered when they come again', async () => {
		const collector = await startTestCollector(nobody());
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

	it('do not keep the collector from stopping', async () => {
		const collector = await startTestCollector(nobody());
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
	it('harms nobody, whether it leaves or only says that it is done; what it sent whole is kept', async () => {
		let release = () => {};
		let isSyncing = false;
		const sync = () => {
			isSyncing = true;
			return new Promise<undefined>((resolve) => (release = () => resolve(undefined)));
		};
		const collector = await startTestCollector(nobody(), { fileSystem: faultyFileSystem({ sync }) });
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
		while (!isSyncing) await sleep(5);
		for (const [index, sender] of senders.entries()) {
			if (index % 2 === 0) sender.leave();
			else sender.finish();
		}
		await Promise.all(senders.map((sender) => sender.ended));
		// A batch may have come too late for this sync.
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

describe('bodies that come in part', () => {
	it('fill a room of their own: more are told to come again, and it is free when they are gone', async () => {
		const collector = await startTestCollector(nobody(), { partialBodyBytesMax: 3_000_000 });
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
		expect(await collector.metric('footfall_batches_deferred_total{reason="busy"}')).toBe(1);
		// Whoever sends in one piece needs no room.
		const whole = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame() });
		expect(whole.status).toBe(200);
		for (const connection of [...first, batch]) connection.leave();
		const next = await begin();
		next.send(' ');
		await next.receive(/^HTTP\/1\.1 400 /);
		await collector.remove();
	});

	it('take no more memory for coming in small pieces', async () => {
		const collector = await startTestCollector(nobody());
		const connection = await connectRaw(collector.publicUrl);
		connection.send(postHead('/v1/events', 'Transfer-Encoding: chunked'));
		const pieces = '1\r\n \r\n'.repeat(300_000);
		const before = heldBytes();
		connection.send(pieces);
		await connection.sent();
		// A request behind them on the same event loop: by its answer they have been taken.
		await fetch(`${collector.publicUrl}/nowhere`);
		expect(heldBytes() - before).toBeLessThan(5_000_000);
		connection.send('0\r\n\r\n');
		await connection.receive(/^HTTP\/1\.1 400 .*the body is not JSON/s);
		await collector.remove();
	});
});
