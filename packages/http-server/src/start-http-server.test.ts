import { setTimeout as wait } from 'node:timers/promises';
import { StartRefusal } from '@footfall/host';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpServer, startHttpServer } from './start-http-server.js';
import { RawConnection } from './testing/raw-connection.js';

const large = Buffer.alloc(16 * 1024 * 1024, 'x');
const faults: unknown[] = [];
/** Ends the wait of every request for `/slow`. */
let release: (() => void)[] = [];
let server: HttpServer;
let port: number;
const opened: RawConnection[] = [];

beforeAll(async () => {
	server = await startHttpServer({
		host: '0.0.0.0',
		port: 0,
		portFlag: '--test-port',
		async answer({ method, path, query, headers, body }) {
			if (path === '/slow') await new Promise<void>((resolve) => release.push(resolve));
			if (path === '/fault') throw new Error('odd');
			if (path === '/large') return { status: 200, headers: {}, body: large };
			const seen = JSON.stringify({ method, path, query: [...query], host: headers.host, body });
			return { status: 200, headers: { 'Content-Type': 'application/json' }, body: seen };
		},
		onFault: (error) => void faults.push(error),
	});
	({ port } = server);
});
afterAll(async () => {
	for (const connection of opened) connection.close();
	await server.stop();
});

const open = async (localAddress?: string) => {
	const connection = await RawConnection.open(port, localAddress ? { localAddress } : {});
	opened.push(connection);
	return connection;
};
const openMany = (count: number, localAddress?: string) =>
	Promise.all(Array.from({ length: count }, () => open(localAddress)));
/** Resolves after the server has read everything sent so far. */
const settled = async () => {
	const last = await open('127.0.0.9');
	await last.send('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n').end();
};
const get = (path: string, rest = '') => `GET ${path} HTTP/1.1\r\nHost: x\r\n${rest}\r\n`;

describe('a request', () => {
	/**
	 * Statuses of requests that arrive in small pieces. They are sent while the other tests run, since a timeout ends
	 * them.
	 */
	let dribbling: ReturnType<RawConnection['end']>[] = [];
	beforeAll(() => {
		dribbling = [
			['GET /', 'x'],
			['GET / HTTP/1.1\r\nHost: x\r\nA: ', 'b'],
			['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx', ''],
			['POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n', 'x'],
			['POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n', '1\r\nx\r\n'],
		].map(async ([bytes = '', drop = '']) => {
			const one = (await open()).send(bytes);
			const timer = setInterval(() => one.send(drop), 100);
			const statuses = await one.end();
			clearInterval(timer);
			return statuses;
		});
	});

	it('is read with its query and body, and answered on a connection that stays open', async () => {
		const one = await open();
		one.send('POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nyes');
		await one.answers();
		expect(one.received).toContain('{"method":"POST","path":"/a","query":[["b","c"]],"host":"x","body":"yes"}');
		one.send(`HEAD / HTTP/1.1\r\nHost: x\r\n\r\n${get('/')}`);
		expect(await one.answers(3)).toEqual([200, 200, 200]);
	});

	it('with a compressed body is refused, and the answer names what is read', async () => {
		for (const [coding, status] of [
			['gzip', 415],
			['identity\r\nContent-Encoding: br', 415],
			['Identity', 200],
			['', 200],
		] as const) {
			const one = await open();
			one.send(`POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: ${coding}\r\nContent-Length: 1\r\n\r\nx`);
			expect([coding, ...(await one.answers())]).toEqual([coding, status]);
			expect(one.received.includes('\r\nAccept-Encoding: identity\r\n')).toBe(status === 415);
		}
	});

	it.each([
		['no host', 'GET / HTTP/1.1\r\n\r\n'],
		['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
		['two hosts that are the same', 'GET / HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n'],
		['two tokens', get('/', 'Authorization: Bearer a\r\nAuthorization: Bearer b\r\n')],
		['two origins', get('/', 'Origin: http://a\r\nOrigin: http://b\r\n')],
		['NUL in a header', get('/', 'A: b\0c\r\n')],
		['NUL in a name', get('/', 'A\0: c\r\n')],
		['a bare CR in a header', get('/', 'A: b\rC: d\r\n')],
		['a folded line', get('/', 'A: b\r\n c\r\n')],
		['a space before the colon', get('/', 'A : b\r\n')],
		['a header without a name', get('/', ': b\r\n')],
		['NUL in the path', 'GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n'],
		['a space in the path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n'],
		['an absolute target', 'GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n'],
		['the target *', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
		['a target without a slash', 'GET x HTTP/1.1\r\nHost: x\r\n\r\n'],
		['a tunnel', 'CONNECT x:443 HTTP/1.1\r\nHost: x:443\r\n\r\n'],
		['a websocket', get('/', 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n')],
		['an unknown method', 'FOO / HTTP/1.1\r\nHost: x\r\n\r\n'],
		['an unknown version', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n'],
		['no version', 'GET /\r\n\r\n'],
		['TLS', '\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03'],
		['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
		['too many headers', get('/', 'A: b\r\n'.repeat(101))],
		['too many headers and the method HEAD', get('/', 'A: b\r\n'.repeat(101)).replace('GET', 'HEAD')],
		['very many headers', get('/', 'a:\r\n'.repeat(1_900))],
		['large headers', get('/', `A: ${'b'.repeat(9_000)}\r\n`)],
		['many cookies', get('/', `Cookie: ${'a=b; '.repeat(3_000)}\r\n`)],
		['a long request line', get(`/${'a'.repeat(100_000)}`)],
		['a request line without end', `GET /${'a'.repeat(1_000_000)}`],
		['an expectation', get('/', 'Expect: 100-continue\r\n')],
		['an expectation and a body', get('/', 'Expect: 100-continue\r\nContent-Length: 10\r\n')],
		['an unknown expectation', get('/', 'Expect: the-worst\r\n')],
		['an invalid length', get('/', 'Content-Length: x\r\n')],
		['a negative length', get('/', 'Content-Length: -1\r\n')],
		['two lengths', get('/', 'Content-Length: 1\r\nContent-Length: 2\r\n')],
		['a length and chunks', get('/', 'Content-Length: 1\r\nTransfer-Encoding: chunked\r\n')],
		['a long body', `${get('/', 'Content-Length: 1000000\r\n')}${'x'.repeat(1_000_000)}`],
		['a long body that never arrives', get('/', 'Content-Length: 1000000\r\n')],
		[
			'a long chunked body',
			`${get('/', 'Transfer-Encoding: chunked\r\n')}${`100\r\n${'x'.repeat(256)}\r\n`.repeat(9)}`,
		],
		['invalid chunks', get('/', 'Transfer-Encoding: chunked\r\n').concat('zz\r\n')],
		['an endless chunk size', get('/', 'Transfer-Encoding: chunked\r\n').concat('1'.repeat(40))],
		['large trailers', `${get('/', 'Transfer-Encoding: chunked\r\n')}0\r\nA: ${'b'.repeat(9_000)}\r\n\r\n`],
		[
			'a long chunk extension',
			`${get('/', 'Transfer-Encoding: chunked\r\n')}1;${'a'.repeat(20_000)}\r\nx\r\n0\r\n\r\n`,
		],
	])('with %s is refused with one 4xx, and its connection ends', async (_, bytes) => {
		const one = await open();
		const statuses = await one.send(bytes).end();
		expect(statuses).toHaveLength(1);
		expect(statuses[0]).toBeGreaterThanOrEqual(400);
		expect(statuses[0]).toBeLessThan(500);
		expect(faults).toEqual([]);
	});

	it.each([
		['an offer of HTTP/2', get('/', 'Upgrade: h2c\r\nConnection: Upgrade\r\n')],
		['HTTP/1.0 and no host', 'GET / HTTP/1.0\r\n\r\n'],
		['two slashes', get('//x/y')],
		['invalid percent escapes', get('/%?a=%zz&%')],
		['a body that is not used', get('/', 'Content-Length: 2\r\n').concat('ab')],
	])('with %s is answered', async (_, bytes) => {
		expect(await (await open()).send(bytes).answers()).toEqual([200]);
	});

	it('is answered before invalid bytes after it are refused', async () => {
		const one = await open();
		expect(await one.send(`${get('/')}${get('/')}\0\0\0`).end()).toEqual([200, 200, 400]);
	});

	it('ends its connection when it is cut off', async () => {
		const one = await open();
		one.send('GET / HTTP/1.1\r\nHo').socket.end();
		expect(await one.end()).toEqual([400]);
	});

	it('is refused after a time when it arrives endlessly in small pieces', async () => {
		expect(await Promise.all(dribbling)).toEqual(dribbling.map(() => [408]));
	});

	it('gets 500 when its handler throws, and the error is reported', async () => {
		expect(await (await open()).send(get('/fault')).answers()).toEqual([500]);
		expect(faults.splice(0).map(String)).toEqual(['Error: odd']);
	});

	it('is answered in order when many are pipelined', async () => {
		const one = await open();
		const paths = Array.from({ length: 50 }, (_, at) => `/${at}`);
		await one.send(paths.map((path) => get(path)).join('')).answers(50);
		expect([...one.received.matchAll(/"path":"([^"]*)"/g)].map(([, path]) => path)).toEqual(paths);
	});

	it('ends its connection when too many are pipelined', async () => {
		const one = await open();
		one.socket.pause();
		one.send(get('/large').repeat(1_000));
		one.socket.resume();
		await one.end();
		expect(one.statuses.length).toBeLessThan(100);
		expect(await (await open()).send(get('/')).answers()).toEqual([200]);
	});
});

describe('a place for a connection', () => {
	const begun = [
		'',
		'GET',
		'GET / HTTP/1.1\r\nHost: x\r\nA: ',
		'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx',
	];

	it.each(begun)('is available when one address holds hundreds of connections that have sent %j', async (bytes) => {
		const many = await openMany(300);
		for (const one of many) one.send(bytes);
		await settled();
		expect(await (await open()).send(get('/')).answers()).toEqual([200]);
		// The oldest connections have ended, the newest are still open.
		expect(many.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(128);
		for (const one of many) one.close();
	});

	it('is available while empty connections arrive as fast as they are ended', async () => {
		const over = new AbortController();
		const keepOpen = async () => {
			while (!over.signal.aborted) {
				const one = await open();
				if (!over.signal.aborted) await one.end();
			}
		};
		const flood = Array.from({ length: 400 }, keepOpen);
		for (let at = 0; at < 5; at++) expect(await (await open()).send(get('/')).answers()).toEqual([200]);
		over.abort();
		for (const one of opened) one.close();
		await Promise.all(flood);
	});

	it('is there for others when several addresses hold all of it', async () => {
		const addresses = ['127.0.0.2', '127.0.0.3', '127.0.0.4', '127.0.0.6', '127.0.0.7', '127.0.0.8'];
		const many = (await Promise.all(addresses.map((from) => openMany(130, from)))).flat();
		await settled();
		expect(many.filter(({ isOpen }) => isOpen).length).toBeLessThanOrEqual(640);
		expect(await (await open()).send(get('/')).answers()).toEqual([200]);
		for (const one of many) one.close();
	});

	it('is not taken from another address', async () => {
		const quiet = await open('127.0.0.5');
		const many = await openMany(300);
		await settled();
		expect(await quiet.send(get('/')).answers()).toEqual([200]);
		for (const one of many) one.close();
	});

	it('is never taken from a request that is being answered', async () => {
		const busy = await openMany(20);
		for (const one of busy) one.send(get('/slow'));
		while (release.length < 20) await wait(1);
		const many = await openMany(300);
		for (const one of many) one.send('GET');
		await settled();
		for (const answer of release.splice(0)) answer();
		for (const one of busy) expect(await one.answers()).toEqual([200]);
		for (const one of many) one.close();
	});

	it('is taken from clients that do not read their answers, not from one that does', async () => {
		const reader = await open();
		reader.socket.pause();
		reader.send(get('/large'));
		const deaf = await openMany(150);
		for (const one of deaf) one.socket.pause();
		for (const one of deaf) one.send(get('/large'));
		// One client goes on reading while the others do not.
		reader.socket.resume();
		while (reader.receivedBytes < large.length) await wait(1);
		await openMany(128);
		await settled();
		expect(await (await open()).send(get('/')).answers()).toEqual([200]);
		for (const one of deaf) one.socket.resume();
		while (deaf.filter(({ isOpen }) => !isOpen).length < 22) await wait(1);
		for (const one of opened) one.close();
	});

	it('is available after thousands of connections', async () => {
		for (let at = 0; at < 40; at++) {
			const many = await openMany(50);
			for (const [index, one] of many.entries()) if (index % 2) one.send('GET / HT');
			for (const one of many) one.close();
		}
		expect(await (await open()).send(get('/')).answers()).toEqual([200]);
	});
});

describe('stopping', () => {
	it('ends every connection in any state', async () => {
		release = [];
		const own = await startHttpServer({
			host: '127.0.0.1',
			port: 0,
			portFlag: '--test-port',
			answer: () => new Promise(() => undefined),
			onFault: () => undefined,
		});
		const [idle, half, busy, tunnel] = await Promise.all([1, 2, 3, 4].map(() => RawConnection.open(own.port)));
		half?.send('GET');
		busy?.send(get('/'));
		tunnel?.send('CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\n\r\n');
		await own.stop();
		await Promise.all([idle, half, busy, tunnel].map((one) => one?.end()));
	});

	it('rejects when the port is taken', async () => {
		const taken = startHttpServer({
			host: '127.0.0.1',
			port,
			portFlag: '--test-port',
			answer: () => Promise.reject(),
			onFault: () => undefined,
		});
		await expect(taken).rejects.toBeInstanceOf(StartRefusal);
		await expect(taken).rejects.toThrow(new RegExp(`port ${port} of 127\\.0\\.0\\.1: the port is taken.*--test-port`));
	});
});
