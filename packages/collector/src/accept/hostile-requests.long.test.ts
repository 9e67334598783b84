import { limits } from '@footfall/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testEngine } from '../testing/engines.js';
import { frame } from '../testing/frames.js';
import { connectRaw, postHead, upgradeHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';

let collector: TestCollector;

beforeAll(async () => {
	collector = await startTestCollector(unreachableWarehouse());
});

afterAll(() => collector.remove());

let stream = 0;
const sendGood = async () =>
	(await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: frame({ stream: ++stream }) })).json();

afterEach(async () => {
	expect(await sendGood()).toEqual(['ack', stream, 0, 'stored']);
	expect(await collector.metric('footfall_events_accepted_total')).toBe(stream);
	// No line of the collector may contain input of a sender.
	expect(collector.messages.filter((message) => !message.startsWith('delivery failed'))).toEqual([]);
});

/** Returns all bytes of the collector until it ends the connection. */
async function untilEnded(...pieces: (string | Uint8Array)[]): Promise<string> {
	const connection = await connectRaw(collector.publicUrl);
	for (const piece of pieces) connection.send(piece);
	await connection.ended;
	return connection.received;
}

const answersIn = (received: string) => [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

const script = 'GET /footfall.js HTTP/1.1\r\nHost: collector.test\r\n\r\n';
/** The engines differ in the status of some refusals, and in nothing else. */
const byEngine = <Value>(values: { uws: Value; node: Value }) => values[testEngine.name];

const tooLong = Buffer.alloc(limits.batchBytesMax + 1);
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;

describe('a body', () => {
	it.each<[what: string, pieces: (string | Uint8Array)[]]>([
		['with its length', [postHead('/v1/batch', `Content-Length: ${tooLong.length}`), tooLong]],
		['of which only the length came', [postHead('/v1/batch', 'Content-Length: 999999999')]],
		['in chunks', [postHead('/v1/batch', 'Transfer-Encoding: chunked'), chunk(40_000), chunk(40_000)]],
		['in one chunk', [postHead('/v1/batch', 'Transfer-Encoding: chunked'), chunk(61_441)]],
		['in chunks without an end', [postHead('/v1/events', 'Transfer-Encoding: chunked'), chunk(100_000).repeat(11)]],
	])('a body above the limit %s is refused and its connection ended', async (_, pieces) => {
		expect(answersIn(await untilEnded(...pieces))).toEqual([413]);
	});

	it.each([
		['Content-Length: -5'],
		['Content-Length: abc'],
		['Content-Length: 0x10'],
		[`Content-Length: ${2n ** 60n}`],
		['Content-Length: 99999999999999999999999999'],
		['Content-Length: 1, 60'],
		['Content-Length: 5', 'Transfer-Encoding: chunked'],
		['Transfer-Encoding: chunked', 'Content-Length: 5'],
	])('a body with an invalid length is refused and its connection ended: %s %s', async (...headers) => {
		// A length that is a number and too large has a status of its own in Node.
		const status = headers[0] === `Content-Length: ${2n ** 60n}` ? byEngine({ uws: 400, node: 413 }) : 400;
		expect(answersIn(await untilEnded(postHead('/v1/batch', ...headers), `0\r\n\r\n${script}`))).toEqual([status]);
	});

	it.each([
		['no number', 'zz\r\nx'],
		['beyond 64 bits', 'fffffffffffffffff\r\nx'],
		['negative', '-1\r\nx'],
	])('a body with a chunk whose length is %s is refused', async (_, body) => {
		const answers = answersIn(await untilEnded(postHead('/v1/batch', 'Transfer-Encoding: chunked'), body));
		expect(answers).toEqual([400]);
	});

	it('a body with two lengths is refused on every path, and the bytes after it are not handled as a request', async () => {
		const heads = [
			postHead('/v1/batch', 'Content-Length: 1', 'Content-Length: 60'),
			postHead('/v1/batch', 'Content-Length: 1', 'content-length: 1'),
			postHead('/v1/batch', 'Content-Length:', 'Content-Length: 60'),
			postHead('/nowhere', 'Content-Length: 1', 'Content-Length: 60'),
			script.replace('\r\n\r\n', '\r\nContent-Length: 1\r\nContent-Length: 60\r\n\r\n'),
			script
				.replace('/footfall.js', '/v1/socket')
				.replace('\r\n\r\n', '\r\nUpgrade: websocket\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'),
		];
		for (const head of heads) {
			const atOnce = answersIn(await untilEnded(`${head}x${script}`));
			expect(atOnce).toEqual(byEngine({ uws: [], node: [400] }));
			const [head1, ...rest] = head.split(/(?<=\r\n\r\n)/);
			expect(answersIn(await untilEnded(head1 ?? '', ...rest))).toEqual([400]);
		}
	});

	it('a body is checked by its bytes whatever its content type, and needs no type that causes a preflight', async () => {
		for (const type of [
			'text/plain',
			'application/x-www-form-urlencoded',
			'image/png',
			'multipart/form-data',
			'\u00ff',
		]) {
			const headers = { 'Content-Type': type };
			const body = frame({ stream: ++stream });
			const reply = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', headers, body });
			expect(await reply.json()).toEqual(['ack', stream, 0, 'stored']);
		}
	});

	it('a JSON body may be nested arbitrarily deep', async () => {
		const deep = `${'['.repeat(500_000)}${']'.repeat(500_000)}`;
		const inside = `{"dt":"2026-01-01T00:00:00Z","name":"n","user_id":1,"url":"https://a.example/","obj":"o","props":${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}}`;
		for (const body of [deep, inside, '['.repeat(1_000_000)]) {
			const reply = await fetch(`${collector.publicUrl}/v1/events`, { method: 'POST', body });
			expect([400, 422]).toContain(reply.status);
		}
	});
});

describe('a request', () => {
	it.each([
		['is not HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', byEngine({ uws: 505, node: 400 })],
		['is of another version', 'GET / HTTP/1.0\r\nHost: x\r\n\r\n', 505],
	])('a request that %s is refused and its connection ended', async (_, bytes, status) => {
		expect(answersIn(await untilEnded(bytes))).toEqual([status]);
	});

	const headers = (count: number) => Array.from({ length: count }, (_, i) => `X-${i}: x\r\n`).join('');

	/** uWebSockets.js waits for more of such a head; Node refuses it at once, with this status. */
	const unparsable: [what: string, bytes: string, nodeStatus: number][] = [
		['names no host', 'GET /footfall.js HTTP/1.1\r\n\r\n', 400],
		['has too many headers', `GET /footfall.js HTTP/1.1\r\nHost: x\r\n${headers(200)}\r\n`, 431],
		['has a NUL byte in a header', 'GET /footfall.js HTTP/1.1\r\nHost: x\r\nX-A: a\0b\r\n\r\n', 400],
		['has a NUL byte in the name of a header', 'GET /footfall.js HTTP/1.1\r\nHost: x\r\nX\0: b\r\n\r\n', 400],
		['has a header without a colon', 'GET /footfall.js HTTP/1.1\r\nHost: x\r\nX\r\n\r\n', 400],
		['never arrives', '', 408],
	];
	describe('without a valid head:', () => {
		const received = new Map<string, string>();
		// All are sent at once, so that the tests wait only once for the collector's timeout. No other request may arrive
		// from this address meanwhile, since it would end the watch over them.
		beforeAll(async () => {
			const send = async ([what, bytes]: (typeof unparsable)[number]) => received.set(what, await untilEnded(bytes));
			await Promise.all(unparsable.map(send));
		});

		it.each(unparsable)('a request that %s is answered, and its connection ends', (what, _, nodeStatus) => {
			const answer = received.get(what) ?? '';
			const status = byEngine({ uws: 408, node: nodeStatus });
			expect(answersIn(answer)).toEqual([status]);
			expect(answer).toMatch(status === 408 ? /No valid request arrived/ : /\r\n\r\n\{"error":"[^"]+"\}$/);
		});
	});

	it('a request that cannot be parsed does not affect other connections from its address', async () => {
		const bad = async () => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send('GET / HTTP/1.1\r\n\r\n');
			return connection;
		};
		const connections = [];
		for (let i = 0; i < 30; i++) {
			connections.push(await bad());
			const page = await connectRaw(collector.publicUrl);
			page.send(upgradeHead());
			await page.receive(/"hello"/);
			if (i % 3 === 0) page.leave();
			if (i % 2 === 0) connections.push(await bad());
			if (i % 5 === 0) connections.pop()?.leave();
		}
		for (const connection of connections) await connection.ended;
	});

	it('a secret in a query is neither logged nor answered', async () => {
		const event = { dt: '2026-01-01T00:00:00Z', name: 'n', user_id: 1, url: 'https://a.example/', obj: 'o' };
		const path = '/v1/events?site=secret-key&token=secret';
		const reply = await fetch(collector.publicUrl + path, { method: 'POST', body: JSON.stringify(event) });
		expect([reply.status, await reply.text()]).toEqual([403, expect.not.stringContaining('secret')]);
		expect(await (await fetch(`${collector.adminUrl}/metrics`)).text()).not.toContain('secret');
	});

	it('a request with endless headers is refused before they fill the memory', async () => {
		const connection = await connectRaw(collector.publicUrl);
		connection.send(`GET / HTTP/1.1\r\nHost: x\r\n`);
		let sent = 0;
		const line = `X-Filler: ${'x'.repeat(1_000)}\r\n`;
		while (!connection.isEnded) {
			await connection.trickle([line], 1);
			sent += line.length;
		}
		expect(sent).toBeLessThan(200_000);
		expect(answersIn(connection.received)).toEqual([431]);
	});

	it('a request of any method to an unknown path is answered', async () => {
		for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'BREW']) {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(`${method} /${'a/..%2f%00'.repeat(200)} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde`);
			// Node knows no method of this name.
			const isKnown = method !== 'BREW' || testEngine.name === 'uws';
			await connection.receive(isKnown ? /^HTTP\/1\.1 404 .*There is nothing at this address/s : /^HTTP\/1\.1 400 /);
			connection.leave();
		}
	});

	it('a pipelined request ends the connection at worst, and is answered in order otherwise', async () => {
		const bytes = frame({ stream: ++stream });
		const whole = Buffer.concat([Buffer.from(postHead('/v1/batch', `Content-Length: ${bytes.length}`)), bytes]);
		const connection = await connectRaw(collector.publicUrl);
		connection.send(Buffer.concat([whole, whole, whole]));
		await Promise.race([connection.ended, connection.receive(/(stored|duplicate)/)]);
		connection.leave();
		const again = await fetch(`${collector.publicUrl}/v1/batch`, { method: 'POST', body: bytes });
		expect(await again.json()).toEqual(['ack', stream, 0, expect.stringMatching(/stored|duplicate/)]);
	});
});
