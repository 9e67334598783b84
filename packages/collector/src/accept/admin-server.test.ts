import { afterAll, beforeAll, expect, it } from 'vitest';
import { nobody } from '../testing/nobody.js';
import { connectRaw } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';

let collector: TestCollector;

beforeAll(async () => {
	collector = await startTestCollector(nobody());
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
	['with the maximum number of headers', `GET /livez HTTP/1.1\r\nHost: x\r\n${headers(99)}\r\n`, '200'],
	['with a query', 'GET /livez?x=?y HTTP/1.1\r\nHost: x\r\n\r\n', '200'],
])('the admin server answers a request %s with status %s', async (_, request, status) => {
	expect(await statusOf(request)).toBe(status);
	expect(await statusOf('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n')).toBe('200');
});
