import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectRaw } from '../testing/raw-connection.js';
import { json, type Route } from './http.js';
import { listen, type Server } from './server.js';
import type { SocketRoute } from './socket.js';

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

let server: Server;
let url: string;

beforeAll(() => {
	const listening = listen({ host: '127.0.0.1', port: 0, routes, socket });
	if (listening === undefined) throw new Error('no port');
	server = listening;
	url = `http://127.0.0.1:${server.port}`;
});

afterAll(() => server.close());

const post = (body: BodyInit) => fetch(`${url}/echo`, { method: 'POST', body });

describe('the server', () => {
	it('answers an unknown address with 404, to HEAD without a body', async () => {
		expect((await fetch(`${url}/nothing`)).status).toBe(404);
		expect((await fetch(`${url}/echo`, { method: 'PUT', body: 'x' })).status).toBe(404);
		expect((await fetch(`${url}/nothing`, { method: 'HEAD' })).status).toBe(404);
	});

	it('keeps the reason of a failing handler to itself', async () => {
		for (const path of ['/throws', '/rejects']) {
			const reply = await fetch(url + path);
			expect(reply.status).toBe(500);
			expect(await reply.text()).not.toContain('secret');
		}
	});

	it('survives clients that leave before the answer', async () => {
		for (let i = 0; i < 20; i++) {
			const client = connect(server.port, '127.0.0.1');
			await once(client, 'connect');
			client.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n');
			setTimeout(() => client.destroy(), i);
		}
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect((await fetch(`${url}/slow`)).status).toBe(200);
	});

	it('takes bodies in one piece and in many, with a length and without', async () => {
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

	it('refuses a body beyond the bound without gathering it', async () => {
		expect((await post(new Uint8Array(200_001))).status).toBe(413);
		const client = connect(server.port, '127.0.0.1');
		await once(client, 'connect');
		client.write('POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\nstart');
		const [answer] = await once(client, 'data');
		expect(String(answer)).toMatch(/^HTTP\/1.1 413 /);
		client.destroy();
	});

	it('wants the sub-protocol', async () => {
		const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`);
		const [error] = await once(ws, 'error');
		expect(String(error)).toContain('400');
	});

	it('disconnects a page that does not read its answers', async () => {
		const ws = new WebSocket(`ws://127.0.0.1:${server.port}/socket`, 'test');
		await once(ws, 'open');
		expect(server.connections).toBe(1);
		ws.pause();
		for (let i = 0; i < 20_000; i++) ws.send('?');
		while (server.connections > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		ws.terminate();
	});

	it('ends connections beyond as many as may be, sockets apart, and takes new ones when some are gone', async () => {
		const ended: string[] = [];
		const onEnded = (cause: string) => void ended.push(cause);
		const small = listen({ host: '127.0.0.1', port: 0, routes, socket, connectionsMax: 3, onEnded });
		if (small === undefined) throw new Error('no port');
		const smallUrl = `http://127.0.0.1:${small.port}`;
		for (let i = 0; i < 10; i++) {
			const page = new WebSocket(`${smallUrl}/socket`, 'test');
			await once(page, 'open');
			// The first ones stay.
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
