import { StartRefusal } from '@footfall/host';
import { RawConnection } from '@footfall/http-server/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quietLogger } from '../testing/quiet-logger.js';
import { connectRaw } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';
import { listenForOperators } from './admin-server.js';

let collector: TestCollector;

beforeAll(async () => {
	collector = await startTestCollector(unreachableWarehouse());
});

afterAll(() => collector.remove());

const headers = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: x\r\n`).join('');

/** The first bytes of the response. */
async function statusOf(request: string): Promise<string> {
	const connection = await connectRaw(collector.adminUrl);
	connection.send(request);
	await connection.receive(/^HTTP\/1\.1 \d+/);
	connection.leave();
	return connection.received.slice(9, 12);
}

it.each([
	['without a host', 'GET /livez HTTP/1.1\r\n\r\n', '400'],
	['with two lengths', 'GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', '400'],
	['with a NUL byte in a header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', '400'],
	['with a NUL byte in the name of a header', 'GET /livez HTTP/1.1\r\nHost: x\r\nX\0: b\r\n\r\n', '400'],
	['with a NUL byte in its address', 'GET /li\0vez HTTP/1.1\r\nHost: x\r\n\r\n', '400'],
	['with a header without a colon', 'GET /livez HTTP/1.1\r\nHost: x\r\nX\r\n\r\n', '400'],
	['that is not HTTP', '\x16\x03\x01\x02\r\n\r\n', '400'],
	['with too many headers', `GET /livez HTTP/1.1\r\nHost: x\r\n${headers(200)}\r\n`, '431'],
	['with headers that are too long', `GET /livez HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, '431'],
	['to nowhere', 'GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n', '404'],
	['with a method that no route has', 'POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx', '404'],
	['of HTTP/1.0 without a host', 'GET /livez HTTP/1.0\r\n\r\n', '200'],
	['of HTTP/1.0 for the head alone', 'HEAD /readyz HTTP/1.0\r\n\r\n', '200'],
	['with the maximum number of headers', `GET /livez HTTP/1.1\r\nHost: x\r\n${headers(99)}\r\n`, '200'],
	['with a query', 'GET /livez?x=?y HTTP/1.1\r\nHost: x\r\n\r\n', '200'],
])('the admin server answers a request %s with status %s', async (_, request, status) => {
	expect(await statusOf(request)).toBe(status);
	expect(await statusOf('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('200');
});

describe('an error of the admin server', () => {
	it.each([
		['404', 'GET /nowhere', '', { error: 'There is nothing at this address.' }],
		['431', 'GET /livez', headers(100), { error: 'Request Header Fields Too Large' }],
	])('an error of the admin server with status %s is JSON', async (status, line, more, error) => {
		const connection = await connectRaw(collector.adminUrl);
		connection.send(`${line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${more}\r\n`);
		await connection.ended;
		const [head = '', body = ''] = connection.received.split('\r\n\r\n');
		expect(head).toContain(`HTTP/1.1 ${status} `);
		expect(head).toContain('Content-Type: application/json');
		expect(JSON.parse(body)).toEqual(error);
	});

	it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs'])(
		'a HEAD request for %s gets the status and the headers of GET, without a body',
		async (path) => {
			for (const version of ['1.0', '1.1']) {
				const answers = ['GET', 'HEAD'].map(async (method) => {
					const connection = await connectRaw(collector.adminUrl);
					connection.send(`${method} ${path} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`);
					await connection.ended;
					return connection.received.split('\r\n\r\n');
				});
				const [[head = ''] = [], [headOnly = '', ...body] = []] = await Promise.all(answers);
				const comparable = (text: string) => text.replace(/^(Date|Content-Length): .*\r\n/gm, '');
				expect([version, comparable(headOnly), ...body]).toEqual([version, comparable(head), '']);
				expect(head).toMatch(/^HTTP\/1\.1 200 /);
			}
		},
	);

	it('an error in answer to HEAD has no body', async () => {
		const connection = await connectRaw(collector.adminUrl);
		connection.send('HEAD /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
		await connection.ended;
		expect(connection.received).toMatch(/^HTTP\/1\.1 404 .*Content-Length: [1-9].*\r\n\r\n$/s);
	});

	it('an error in a route is answered with status 500, and logged', async () => {
		const logger = quietLogger();
		const routes = [{ path: '/fault', handle: () => Promise.reject(new Error('odd')) }];
		const server = await listenForOperators('--admin-port', { host: '127.0.0.1', port: 0, routes, logger });
		const reply = await fetch(`http://127.0.0.1:${server.port}/fault`);
		expect([reply.status, await reply.json()]).toEqual([
			500,
			{ error: 'The collector could not handle this request.' },
		]);
		expect(logger.messages).toEqual(['the admin port could not answer a request']);
		await server.stop();
	});
});

it('the admin server refuses to start on an address of another machine', async () => {
	const options = { host: '192.0.2.1', port: 0, routes: [], logger: quietLogger() };
	const start = listenForOperators('--admin-port', options);
	await expect(start).rejects.toThrow(/port 0 of 192\.0\.2\.1: .*--admin-host/);
	await expect(start).rejects.toBeInstanceOf(StartRefusal);
});

describe('operators get health and metrics while one network holds 1,100 connections', () => {
	it.each([
		['without a request', ''],
		['with an incomplete request', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
		['with an answered request', 'GET /livez HTTP/1.1\r\nHost: x\r\n\r\n'],
		['that request metrics', 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'],
	])('operators are served while the connections are held %s', async (_, request) => {
		const port = Number(new URL(collector.adminUrl).port);
		const open = () => RawConnection.open(port, { localAddress: '127.0.0.2' });
		const held = await Promise.all(Array.from({ length: 1_100 }, open));
		for (const one of held) one.send(request);
		for (const path of ['/livez', '/readyz', '/metrics']) {
			expect(await statusOf(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)).toBe('200');
		}
		for (const one of held) one.close();
	});
});
