import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.js';
import { connectRaw, postHead, upgradeHead } from '../../testing/raw-connection.js';
import { json, preflight, type Route } from './http.js';
import { listen, type Server } from './server.js';

/** Path and query of each request that reached a route. */
const reached: string[] = [];
const route = (method: 'get' | 'head' | 'post', path: string): Route => ({
	method,
	path,
	bodyBytesMax: method === 'post' ? 100_000 : 0,
	handle: ({ body, headers, query }) => {
		reached.push(`${path}?${query}`);
		return json(200, {
			path,
			bytes: body.length,
			text: Buffer.from(body).toString(),
			query,
			type: headers['content-type'],
		});
	},
});
const routes = [
	route('get', '/page'),
	route('head', '/page'),
	route('post', '/echo'),
	route('get', '/smuggled'),
	preflight('/echo'),
];
const socket = {
	path: '/v1/socket',
	subprotocol: 'footfall.v1',
	messageBytesMax: 1_000,
	idleSeconds: 40,
	open: () => {},
	message: () => {},
};

describe.each(engines)('hostile HTTP on $name', (engine) => {
	let server: Server;
	let url: string;

	beforeAll(async () => {
		server = await listen({ engine, host: '127.0.0.1', port: 0, routes, socket });
		url = `http://127.0.0.1:${server.port}`;
	});

	afterAll(() => server.close());

	/** Sends bytes, and waits until the connection ends or stays silent for a moment: a longer one before any answer. */
	async function exchange(...pieces: (string | Uint8Array)[]) {
		const connection = await connectRaw(url);
		for (const piece of pieces) connection.send(piece);
		for (let silentMs = 0; !connection.isEnded && silentMs < (connection.received === '' ? 500 : 100); silentMs += 20) {
			const { length } = connection.received;
			await new Promise((resolve) => setTimeout(resolve, 20));
			if (connection.received.length > length) silentMs = 0;
		}
		const { received, isEnded } = connection;
		connection.leave();
		const statuses = [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
		return { received, isEnded, statuses };
	}

	describe('request smuggling', () => {
		const smuggled = (name: string) => `GET /smuggled?${name} HTTP/1.1\r\nHost: x\r\n\r\n`;
		const next = smuggled('next');
		const cases: [what: string, bytes: string][] = [
			[
				'a length and chunks',
				`${postHead('/echo', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${next}`,
			],
			[
				'chunks and a length',
				`${postHead('/echo', 'Transfer-Encoding: chunked', 'Content-Length: 5')}0\r\n\r\n${next}`,
			],
			['two lengths', `${postHead('/echo', 'Content-Length: 1', 'Content-Length: 90')}x${next}`],
			['a list of lengths', `${postHead('/echo', 'Content-Length: 1, 90')}x${next}`],
			['a length with a sign', `${postHead('/echo', 'Content-Length: +1')}x${next}`],
			['a hexadecimal length', `${postHead('/echo', 'Content-Length: 0x1')}x${next}`],
			['a coding that is not chunked', `${postHead('/echo', 'Transfer-Encoding: identity')}${next}`],
			['a coding that only ends like chunked', `${postHead('/echo', 'Transfer-Encoding: xchunked')}0\r\n\r\n${next}`],
			['a space before the colon of a length', `${postHead('/echo', 'Content-Length : 1')}x${next}`],
			[
				'a chunk whose size has a sign',
				`${postHead('/echo', 'Transfer-Encoding: chunked')}+1\r\nx\r\n0\r\n\r\n${next}`,
			],
			[
				'a chunk whose size is hexadecimal by its prefix',
				`${postHead('/echo', 'Transfer-Encoding: chunked')}0x1\r\nx\r\n0\r\n\r\n${next}`,
			],
			['lines that end with LF', `POST /echo HTTP/1.1\nHost: x\nContent-Length: 1\n\nx${next}`],
			['one line that ends with LF', `POST /echo HTTP/1.1\r\nHost: x\r\nX-A: b\nContent-Length: 1\r\n\r\nx${next}`],
			['a line that ends with CR', `POST /echo HTTP/1.1\r\nHost: x\r\nX-A: b\rContent-Length: 90\r\n\r\n${next}`],
			['a NUL byte', `POST /echo HTTP/1.1\r\nHost: x\r\nX-A: b\0Content-Length: 90\r\n\r\n${next}`],
			['a chunk without an end', `${postHead('/echo', 'Transfer-Encoding: chunked')}1\r\nxyz0\r\n\r\n${next}`],
		];

		// All are sent at once, since many keep their connections.
		beforeAll(() =>
			Promise.all(cases.map(([, bytes], at) => exchange(bytes.replace('?next', `?${engine.name}-${at}`)))),
		);

		it.each(cases.map(([what], at) => [what, at] as const))(
			'a request with %s lets no second request through',
			(what, at) => {
				// uWebSockets.js skips two bytes after a chunk, whatever they are, which moves no boundary.
				const isSkipped = engine.name === 'uws' && what === 'a chunk without an end';
				expect(reached.includes(`/smuggled?${engine.name}-${at}`)).toBe(isSkipped);
			},
		);

		it('the request that is to be smuggled would be recognised', async () => {
			await exchange(smuggled(`${engine.name}-alone`));
			expect(reached).toContain(`/smuggled?${engine.name}-alone`);
		});

		it('a length on a continued line is not used, or the request is refused', async () => {
			const { statuses } = await exchange(
				'POST /echo?continued HTTP/1.1\r\nHost: x\r\nX-A: b\r\n Content-Length: 90\r\n\r\n',
			);
			// Without the length there is no body; no server waits for 90 bytes of another sender's request.
			expect(statuses.length === 1 || !reached.includes('/echo?continued')).toBe(true);
		});
	});

	it('a request line in absolute form reaches no other path than its own', async () => {
		const { statuses } = await exchange('GET http://other.example/page?absolute HTTP/1.1\r\nHost: x\r\n\r\n');
		expect(statuses).toEqual([engine.name === 'uws' ? 505 : 404]);
		expect(reached).not.toContain('/page?absolute');
	});

	it('a body that waits for 100 Continue is read, and a refused one is not', async () => {
		const body = 'x'.repeat(50_000);
		const answer = await new Promise<string>((resolve, reject) => {
			const headers = { Expect: '100-continue', 'Content-Length': body.length };
			const sent = request(`${url}/echo`, { method: 'POST', headers }, async (reply) => {
				let text = '';
				for await (const part of reply) text += part;
				resolve(text);
			});
			sent.on('error', reject);
			// A client sends the body after a second, too, if nothing has arrived.
			const timer = setTimeout(() => sent.end(body), 1_000);
			sent.on('continue', () => {
				clearTimeout(timer);
				sent.end(body);
			});
			sent.flushHeaders();
		});
		expect(answer).toContain('"bytes":50000');
		const refused = await exchange(postHead('/echo', 'Expect: 100-continue', 'Content-Length: 100001'));
		// uWebSockets.js asks for every body.
		expect(refused.statuses).toEqual(engine.name === 'uws' ? [100, 413] : [413]);
		expect(refused.isEnded).toBe(true);
	});

	it('the answer to HEAD has the length and no body, and the next answer follows', async () => {
		const head = 'HEAD /page HTTP/1.1\r\nHost: x\r\n\r\n';
		const { received } = await exchange(head);
		expect(received).toMatch(/^HTTP\/1\.1 200 .*content-length: \d\d+\r\n/is);
		expect(received).toMatch(/\r\n\r\n$/);
		const nothing = await exchange('HEAD /nothing HTTP/1.1\r\nHost: x\r\n\r\n');
		expect(nothing.received).toMatch(/^HTTP\/1\.1 404 .*\r\n\r\n$/s);
	});

	it('a preflight request is answered on its path only', async () => {
		expect((await fetch(`${url}/echo`, { method: 'OPTIONS' })).status).toBe(204);
		expect((await fetch(`${url}/page`, { method: 'OPTIONS' })).status).toBe(404);
	});

	it('bytes above ASCII in a header are a character each, and the query is passed on as it came', async () => {
		const bytes = Buffer.from(postHead('/echo?a=%C3%A9&b', 'Content-Type: caf\u00e9 x', 'Content-Length: 1'));
		const { received } = await exchange(Buffer.concat([bytes, Buffer.from('x')]));
		expect(Buffer.from(received, 'latin1').toString()).toContain('"query":"a=%C3%A9&b","type":"cafÃ© x"');
	});

	it('an offer of another protocol is ignored, also with a body', async () => {
		const offer = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAEAAEAA'];
		const one = await exchange(`${postHead('/echo', ...offer, 'Content-Length: 5')}hello`);
		expect([one.statuses, one.received.includes('"text":"hello"')]).toEqual([[200], true]);
		const late = await exchange(postHead('/echo', ...offer, 'Content-Length: 5'), 'hel', 'lo');
		expect(late.received).toContain('"text":"hello"');
		const chunked = await exchange(`${postHead('/echo', ...offer, 'Transfer-Encoding: chunked')}2\r\nhi\r\n0\r\n\r\n`);
		expect(chunked.received).toContain('"text":"hi"');
		const connection = await connectRaw(url);
		for (let answers = 1; answers <= 30; answers++) {
			connection.send(`${postHead('/echo', ...offer, 'Content-Length: 2')}hi`);
			while (connection.received.split('"text":"hi"').length <= answers)
				await new Promise((resolve) => setTimeout(resolve, 2));
		}
		connection.leave();
		const get = await exchange(`GET /page HTTP/1.1\r\nHost: x\r\n${offer.join('\r\n')}\r\n\r\n`);
		expect(get.statuses).toEqual([200]);
	});

	describe('an upgrade', () => {
		it.each<[what: string, bytes: string, statuses: number[]]>([
			['without a key', upgradeHead().replace(/Sec-WebSocket-Key: .*\r\n/, ''), [404]],
			['by POST', upgradeHead('Content-Length: 0').replace('GET', 'POST'), [404]],
			['on another path', upgradeHead().replace('/v1/socket', '/page'), [200]],
			['without the sub-protocol', upgradeHead().replace('footfall.v1', 'other'), [400]],
		])('an upgrade %s opens no socket', async (_, bytes, statuses) => {
			const answer = await exchange(bytes);
			expect([answer.statuses, server.connections]).toEqual([statuses, 0]);
		});

		it('a request that follows an upgrade is not handled', async () => {
			const { statuses } = await exchange(`${upgradeHead()}GET /smuggled?upgraded HTTP/1.1\r\nHost: x\r\n\r\n`);
			expect(statuses.filter((status) => status !== 101)).toEqual([]);
			expect(reached).not.toContain('/smuggled?upgraded');
		});
	});

	it('pipelined requests are answered in order, or end the connection', async () => {
		const { statuses, received } = await exchange('GET /page?1 HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50));
		expect(statuses.every((status) => status === 200)).toBe(true);
		expect(received.length).toBeGreaterThan(0);
	});

	it('very many pipelined requests take no memory for each answer', async () => {
		const { statuses, isEnded } = await exchange('GET /page?many HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000));
		expect(statuses.every((status) => status === 200)).toBe(true);
		// uWebSockets.js writes each answer at once; Node holds those of one packet.
		expect(isEnded).toBe(engine.name === 'node');
	});

	it('a request before the answer to the one before it is not handled, and ends the connection', async () => {
		const handled: string[] = [];
		const slow: Route = {
			method: 'get',
			path: '/slow',
			bodyBytesMax: 0,
			handle: ({ query }) => {
				handled.push(query);
				return new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 100));
			},
		};
		const own = await listen({ engine, host: '127.0.0.1', port: 0, routes: [slow] });
		const connection = await connectRaw(`http://127.0.0.1:${own.port}`);
		connection.send(Array.from({ length: 50 }, (_, i) => `GET /slow?${i} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
		await connection.ended;
		expect(handled).toEqual(['0']);
		own.close();
	});

	it('invalid bytes after requests are not answered in their place', async () => {
		const { statuses } = await exchange(`${'GET /page HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3)}\x00\x01\x02\r\n\r\n`);
		const refused = statuses.findIndex((status) => status !== 200);
		// uWebSockets.js drops the answers that it has not written, and refuses.
		expect([-1, engine.name === 'uws' ? 0 : 3]).toContain(refused);
	});

	it('invalid bytes after a request that waits for its answer are not answered in its place', async () => {
		const slow: Route = {
			method: 'get',
			path: '/slow',
			bodyBytesMax: 0,
			handle: () => new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 200)),
		};
		const own = await listen({ engine, host: '127.0.0.1', port: 0, routes: [slow] });
		const connection = await connectRaw(`http://127.0.0.1:${own.port}`);
		connection.send('GET /slow HTTP/1.1\r\nHost: x\r\n\r\n\x00\x01\x02\r\n\r\n');
		await Promise.race([connection.ended, connection.receive(/HTTP/)]).catch(() => {});
		expect(connection.received).not.toMatch(/HTTP\/1\.1 4/);
		connection.leave();
		own.close();
	});

	it.each<[what: string, bytes: string]>([
		['one header', `GET /page?large HTTP/1.1\r\nHost: x\r\nX-A: ${'x'.repeat(1_000_000)}\r\n\r\n`],
		['a path', `GET /page?large${'x'.repeat(1_000_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
	])('a head with %s of a megabyte is refused', async (_, bytes) => {
		const { isEnded } = await exchange(bytes);
		expect(reached.filter((path) => path.startsWith('/page?large'))).toEqual([]);
		expect(isEnded).toBe(true);
	});

	it('a sender that closes its side is not answered twice, and the server goes on', async () => {
		const connection = await connectRaw(url);
		connection.send('GET /page HTTP/1.1\r\nHost: x\r\n\r\n');
		connection.finish();
		await connection.ended;
		expect((connection.received.match(/HTTP\/1\.1/g) ?? []).length).toBeLessThanOrEqual(1);
		expect((await fetch(`${url}/page`)).status).toBe(200);
	});
});
