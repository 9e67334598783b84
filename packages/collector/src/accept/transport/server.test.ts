import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { engines } from '../../testing/engines.js';
import { connectRaw } from '../../testing/raw-connection.js';
import { json, type Route } from './http.js';
import { listen, type Server } from './server.js';
import type { Socket, SocketRoute } from './socket.js';

const routes: Route[] = [
	{
		method: 'get',
		path: '/throws',
		bodyBytesMax: 0,
		handle: () => {
			throw new Error('secret');
		},
	},
	{ method: 'get', path: '/rejects', bodyBytesMax: 0, handle: () => Promise.reject(new Error('secret')) },
	{
		method: 'get',
		path: '/slow',
		bodyBytesMax: 0,
		handle: () => new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 50)),
	},
	{ method: 'post', path: '/echo', bodyBytesMax: 200_000, handle: ({ body }) => json(200, { bytes: body.length }) },
];

/** Answers every message with a kilobyte. */
const socket: SocketRoute = {
	path: '/socket',
	subprotocol: 'test',
	messageBytesMax: 100,
	idleSeconds: 120,
	open: () => {},
	message: (page) => page.send('x'.repeat(1_000)),
};

describe.each(engines)('the server on $name', (engine) => {
	let server: Server;
	let url: string;

	beforeAll(async () => {
		server = await listen({ engine, host: '127.0.0.1', port: 0, routes, socket });
		url = `http://127.0.0.1:${server.port}`;
	});

	afterAll(() => server.close());

	const post = (body: BodyInit) => fetch(`${url}/echo`, { method: 'POST', body });

	it('an unknown path is answered with 404, and HEAD without a body', async () => {
		expect((await fetch(`${url}/nothing`)).status).toBe(404);
		expect((await fetch(`${url}/echo`, { method: 'PUT', body: 'x' })).status).toBe(404);
		expect((await fetch(`${url}/nothing`, { method: 'HEAD' })).status).toBe(404);
	});

	it('the error of a failing handler is not sent to the client', async () => {
		for (const path of ['/throws', '/rejects']) {
			const reply = await fetch(url + path);
			expect(reply.status).toBe(500);
			expect(await reply.text()).not.toContain('secret');
		}
	});

	it('clients that disconnect before the answer do no harm', async () => {
		for (let i = 0; i < 20; i++) {
			const client = connect(server.port, '127.0.0.1');
			await once(client, 'connect');
			client.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
			setTimeout(() => client.destroy(), i);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect((await fetch(`${url}/slow`)).status).toBe(200);
	});

	it('bodies are read in one chunk and in many, with a length and without', async () => {
		expect(await (await post(new Uint8Array(200_000))).json()).toEqual({ bytes: 200_000 });
		expect(await (await post('')).json()).toEqual({ bytes: 0 });
		const stream = new ReadableStream({
			start(controller) {
				for (let i = 0; i < 10; i++) controller.enqueue(new Uint8Array(15_000));
				controller.close();
			},
		});
		const chunked = await fetch(`${url}/echo`, { method: 'POST', body: stream, duplex: 'half' } as RequestInit);
		expect(await chunked.json()).toEqual({ bytes: 150_000 });
	});

	it('a body above the limit is refused without being buffered', async () => {
		expect((await post(new Uint8Array(200_001))).status).toBe(413);
		const client = connect(server.port, '127.0.0.1');
		await once(client, 'connect');
		client.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nstart');
		const [answer] = await once(client, 'data');
		expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
		client.destroy();
	});

	it('the socket requires the sub-protocol', async () => {
		const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
		const [error] = await once(ws, 'error');
		expect(String(error)).toContain('400');
	});

	it('a page that does not read its answers is disconnected for that reason', async () => {
		const ended: string[] = [];
		// With small answers the kernel would buffer all of them, and only the idle timeout would end the page.
		const verbose = { ...socket, message: (page: Socket) => page.send('x'.repeat(10_000)) };
		const options = { engine, host: '127.0.0.1', port: 0, routes: [], socket: verbose };
		const own = await listen({ ...options, onEnded: (cause) => ended.push(cause) });
		const ws = new WebSocket(`ws://127.0.0.1:${own.port}/socket`, 'test');
		try {
			await once(ws, 'open');
			expect(own.connections).toBe(1);
			ws.pause();
			for (let i = 0; i < 20_000; i++) ws.send('?');
			while (own.connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
			// The end of an idle page is not reported, so the page was ended because it did not read.
			expect(ended).toEqual(['unread']);
		} finally {
			ws.terminate();
			own.close();
		}
	});

	it('connections above the limit are ended, apart from sockets, and new ones are accepted when some have ended', async () => {
		const ended: string[] = [];
		const onEnded = (cause: string) => void ended.push(cause);
		const small = await listen({ engine, host: '127.0.0.1', port: 0, routes, socket, connectionsMax: 3, onEnded });
		const smallUrl = `http://127.0.0.1:${small.port}`;
		for (let i = 0; i < 10; i++) {
			const page = new WebSocket(`${smallUrl}/socket`, 'test');
			await once(page, 'open');
			// The first connections stay open.
			if (i >= 2) page.close();
			if (i >= 2) await once(page, 'close');
		}
		const request = 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n';
		const first = await Promise.all([1, 2, 3].map(() => connectRaw(smallUrl)));
		for (let i = 1; i <= 20; i++) {
			const excess = await connectRaw(smallUrl);
			excess.send(request);
			await excess.ended;
			expect([excess.received, ended.length]).toEqual(['', i]);
		}
		expect(new Set(ended)).toEqual(new Set(['too-many']));
		for (const connection of first) {
			connection.send(request);
			await connection.receive(/^HTTP\/1\.1 200 /);
		}
		first[1]?.leave();
		await first[1]?.ended;
		const next = await connectRaw(smallUrl);
		next.send(request);
		await next.receive(/^HTTP\/1\.1 200 /);
		small.close();
	});
});

/** An address of this machine that is not loopback, if it has one. */
const outerAddress = Object.values(networkInterfaces())
	.flatMap((addresses) => addresses ?? [])
	.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

describe.runIf(outerAddress !== undefined).each(engines)('connections of one network on $name', (engine) => {
	const bounds = { connectionsMax: 80, connectionsPerAddressMax: 10 };
	const begun = 'GET /slow HTTP/1.1\r\nHost: x\r\nX-Filler: ';
	let bounded: Server;
	let outer: string;
	let inner: string;
	const ended: string[] = [];

	beforeAll(async () => {
		const onEnded = (cause: string) => void ended.push(cause);
		bounded = await listen({ engine, host: '0.0.0.0', port: 0, routes, socket, ...bounds, onEnded });
		outer = `http://${outerAddress}:${bounded.port}`;
		inner = `http://127.0.0.1:${bounded.port}`;
	});

	afterAll(() => bounded.close());

	const open = async (count: number, first: string) => {
		const connections = await Promise.all(Array.from({ length: count }, () => connectRaw(outer)));
		for (const connection of connections) connection.send(first);
		return connections;
	};
	const served = async (url: string) => {
		const connection = await connectRaw(url);
		connection.send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
		const isServed = await connection.receive(/^HTTP\/1\.1 200 /).then(
			() => true,
			() => false,
		);
		connection.leave();
		await connection.ended;
		// A later request on the same event loop: by its answer, the end has been processed.
		await fetch(`${inner}/nothing`);
		return isServed;
	};

	it('connections of a network above its limit are ended, and others are accepted', async () => {
		const connections = await open(30, begun);
		while (ended.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
		expect([await served(inner), await served(outer)]).toEqual([true, false]);
		expect(connections.filter((connection) => !connection.isEnded)).toHaveLength(10);
		for (const connection of connections) connection.leave();
		await Promise.all(connections.map((connection) => connection.ended));
		await fetch(`${inner}/nothing`);
		expect(await served(outer)).toBe(true);
		expect(new Set(ended)).toEqual(new Set(['too-many']));
	});

	it('requests on connections of their own do not use up the limit, answered or not', async () => {
		for (let i = 0; i < 30; i++) expect(await served(outer)).toBe(true);
		for (let i = 0; i < 30; i++) {
			const [leaving] = await open(1, 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
			await leaving?.sent();
			await fetch(`${inner}/nothing`);
			leaving?.leave();
			await leaving?.ended;
			await fetch(`${inner}/nothing`);
		}
		expect(await served(outer)).toBe(true);
	});

	it('sockets and refused upgrades do not use up the limit', async () => {
		const pages = [];
		for (let i = 0; i < 15; i++) {
			const page = new WebSocket(`${outer}/socket`, i < 8 ? 'test' : 'other');
			page.on('error', () => {});
			pages.push(page);
			await new Promise((resolve) => page.once('open', resolve).once('close', resolve));
		}
		expect(bounded.connections).toBe(8);
		expect(await served(outer)).toBe(true);
		for (const page of pages) page.terminate();
	});

	it('all connections count although one of them pipelines requests', async () => {
		const [first, ...others] = await open(6, begun);
		first?.send(`x\r\n\r\n${'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(20)}`);
		await first?.ended;
		const more = await open(10, begun);
		await fetch(`${inner}/nothing`);
		while ([...others, ...more].filter((connection) => connection.isEnded).length < 5)
			await new Promise((resolve) => setTimeout(resolve, 5));
		// Fewer, if connections of other tests were kept that have ended since without notice.
		const left = [...others, ...more].filter((connection) => !connection.isEnded).length;
		expect([left > 5, left <= 10]).toEqual([true, true]);
		for (const connection of [...others, ...more]) connection.leave();
	});
});
