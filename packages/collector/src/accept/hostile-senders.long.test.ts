import { constants, deflateRawSync } from 'node:zlib';
import { limits } from '@footfall/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { frame } from '../testing/frames.js';
import { openPage } from '../testing/page.js';
import { connectRaw, postHead, type RawConnection, upgradeHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';
import { webSocketFrame } from '../testing/websocket-frame.js';

// A proxy on this machine sends for all addresses, since processes of this machine have no limits.
const forwarded = (address: string) => `X-Forwarded-For: ${address}`;
const stranger = '198.51.100.66';

const rates = {
	trustedProxies: ['127.0.0.1'],
	// The buckets refill so slowly that no test observes it.
	addressBytes: { bytesPerSecond: 1, burstBytes: 1_048_576 },
	addressRate: { eventsPerSecond: 1, burstEvents: 10_000 },
	visitorRate: { eventsPerSecond: 1, burstEvents: 5_000 },
};

let collector: TestCollector;

beforeEach(async () => {
	collector = await startTestCollector(unreachableWarehouse(), rates);
});

afterEach(() => collector.remove());

async function openRaw(address = stranger, ...headers: string[]): Promise<RawConnection> {
	const connection = await connectRaw(collector.publicUrl);
	connection.send(upgradeHead(forwarded(address), ...headers));
	await connection.receive(/"hello".*\]|HTTP\/1\.1 [45]/);
	return connection;
}

const page = (address = stranger) =>
	openPage(collector.publicUrl, 'https://shop.example', 'test', { 'X-Forwarded-For': address });

const post = (path: string, body: BodyInit, address = stranger, headers: Record<string, string> = {}) =>
	fetch(collector.publicUrl + path, { method: 'POST', body, headers: { 'X-Forwarded-For': address, ...headers } });

const counted = async (name: string) => (await collector.metric(name)) || 0;
const rejected = (reason: string) => counted(`footfall_batches_rejected_total{reason="${reason}"}`);
const retryLaters = (reason: string) => counted(`footfall_batches_retry_later_total{reason="${reason}"}`);
const closeCode = ({ received }: RawConnection) => {
	const at = received.lastIndexOf('\x88');
	return received.charCodeAt(at + 2) * 256 + received.charCodeAt(at + 3);
};
const repeated = (bytes: Uint8Array, times: number) => Buffer.concat(Array.from({ length: times }, () => bytes));
const junk = webSocketFrame({ payload: Buffer.of(0xc1) });

/** Puts an address in debt: sends as many invalid bodies as its bytes allow. */
async function indebt(address = stranger): Promise<void> {
	const body = `[${Array.from({ length: 600 }, () => '{}').join()}]`;
	expect((await post('/v1/events', body, address)).status).toBe(422);
}

describe('a socket', () => {
	it('is closed after a few messages that are not batches also if all of them wait to be checked', async () => {
		await collector.remove();
		// Without time in an iteration of the event loop, as on a busy machine, every message waits.
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, timeSliceMs: 0 });
		const connection = await openRaw();
		connection.send(repeated(junk, 2_000));
		await connection.ended;
		expect(closeCode(connection)).toBe(1008);
		expect(connection.received.match(/"ack"/g)).toHaveLength(5);
		// Its messages were before this one in the queue of its network.
		expect((await post('/v1/batch', new Uint8Array(9))).status).toBe(400);
		expect(await rejected('malformed')).toBe(6);
		expect(await retryLaters('busy')).toBe(0);
	});

	it.each<[what: string, bytes: Uint8Array]>([
		['frames that are not batches', junk],
		['text', webSocketFrame({ opcode: 1, payload: Buffer.from('x') })],
		['frames that are too large', webSocketFrame({ payload: Buffer.alloc(limits.batchBytesMax + 1) })],
		['batches of another version', webSocketFrame({ payload: Buffer.of(0x98, 9, 0, 0, 0, 0, 0, 0, 0) })],
	])(
		'a socket that sends %s is closed after a few messages, and its later messages are not checked',
		async (_, bytes) => {
			const connection = await openRaw();
			connection.send(repeated(bytes, 2_000));
			await connection.ended;
			expect(closeCode(connection)).toBe(1008);
			expect(connection.received.match(/"ack"/g)).toHaveLength(5);
			const reasons = ['malformed', 'too-large', 'unsupported-version'];
			const counts = await Promise.all(reasons.map(rejected));
			expect(counts.reduce((a, b) => a + b)).toBe(5);
		},
	);

	it('the socket of a misconfigured page stays open', async () => {
		const wrong = await page();
		for (let sequence = 0; sequence < 20; sequence++) {
			wrong.send(frame({ site: 'nowhere', sequence }));
			expect((await wrong.ack())[3]).toBe('unknown-site');
		}
		wrong.close();
	});

	it('a socket above its limit gets retry-later with the name of each batch, and is closed after many in a row', async () => {
		const connection = await openRaw();
		await indebt();
		const rejectedBefore = await rejected('malformed');
		connection.send(repeated(webSocketFrame({ payload: frame({ stream: 5, sequence: 6 }) }), 3));
		await connection.receive(/(\["ack",5,6,"retry-later",\d+\][^[]*){3}/);
		expect(await retryLaters('address-bytes')).toBe(3);
		connection.send(repeated(junk, 10_000));
		await connection.ended;
		expect(closeCode(connection)).toBe(1013);
		expect(await rejected('malformed')).toBe(rejectedBefore);
		expect(await retryLaters('address-bytes')).toBeLessThanOrEqual(50);
	});

	it('a socket is charged for the inflated size of its messages', async () => {
		const extension = 'Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover';
		const tooLong = Buffer.from(frame({ site: 'x'.repeat(60_000) }));
		const packed = deflateRawSync(tooLong, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
		const message = webSocketFrame({ payload: packed, isCompressed: true });
		expect(message.length).toBeLessThan(500);
		for (let i = 0; i < 60; i++) {
			const connection = await openRaw(stranger, extension);
			connection.send(message);
			await Promise.race([connection.receive(/"ack"/), connection.ended.then(() => {})]).catch(() => {});
			connection.leave();
		}
		const rejectedBefore = await rejected('limit-exceeded');
		expect(rejectedBefore).toBeGreaterThan(5);
		// The burst is one megabyte, and the refusals and the sockets are charged too.
		expect(rejectedBefore).toBeLessThan(18);
	});

	it('a socket that sends pings endlessly is closed', async () => {
		const connection = await openRaw();
		connection.send(repeated(webSocketFrame({ opcode: 9 }), 50_000));
		await connection.ended;
		expect(closeCode(connection)).toBe(1013);
	});

	it('a socket is refused to an address in debt, before any other check', async () => {
		await indebt();
		const connection = await connectRaw(collector.publicUrl);
		connection.send(upgradeHead(forwarded(stranger)).replace('footfall.v1', 'none'));
		await connection.receive(/^HTTP\/1\.1 503 .*Retry-After: \d+\r\n.*Too many requests or bytes from this address/s);
		await connection.ended;
		const honest = await page('203.0.113.9');
		honest.send(frame());
		expect((await honest.ack())[3]).toBe('stored');
		honest.close();
	});
});

describe('an address in debt', () => {
	it('an address in debt gets retry-later before its body is read, and the body is not checked', async () => {
		await indebt();
		const rejectedBefore = await rejected('malformed');
		for (const path of ['/v1/events', '/events/']) {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(postHead(path, forwarded(stranger), 'Content-Length: 50000'));
			await connection.receive(/^HTTP\/1\.1 503 .*Retry-After: \d+\r\n.*"?retry-later"?/s);
			await connection.ended;
		}
		expect(await retryLaters('address-bytes')).toBe(2);
		expect(await rejected('malformed')).toBe(rejectedBefore);
		expect((await post('/v1/batch', frame(), '203.0.113.9')).status).toBe(200);
	});

	it('an address in debt still gets the tracker, until the debt has lasted for long', async () => {
		await indebt();
		const get = () => fetch(`${collector.publicUrl}/footfall.js`, { headers: { 'X-Forwarded-For': stranger } });
		expect((await get()).status).toBe(200);
		let status = 200;
		for (let i = 0; i < 500 && status === 200; i++) status = (await get()).status;
		expect(status).toBe(503);
	});

	it('an address in debt gets no answers to requests that it pipelines', async () => {
		const connection = await connectRaw(collector.publicUrl);
		const request = `GET /nowhere HTTP/1.1\r\nHost: x\r\n${forwarded(stranger)}\r\n\r\n`;
		connection.send(request.repeat(20_000));
		await connection.ended;
		expect(connection.received.match(/HTTP\/1\.1/g)?.length ?? 0).toBeLessThan(10_000);
	});

	it.each<[what: string, body: () => Promise<unknown>]>([
		['bodies that are no JSON', () => post('/v1/events', 'x'.repeat(50_000))],
		['bodies that are no batch', () => post('/v1/batch', new Uint8Array(50_000))],
		['lines that are no JSON', () => post('/v1/events', 'x\n'.repeat(20), stranger, ndjson)],
		['refused events', () => post('/v1/events', '[{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}]')],
		['bodies that are too large', () => post('/v1/batch', new Uint8Array(limits.batchBytesMax + 1)).catch(() => {})],
		['bodies in chunks of one byte', () => post('/v1/events', inSmallPieces()).catch(() => {})],
	])('an address gets into debt with %s', async (_, send) => {
		for (let i = 0; i < 500 && (await retryLaters('address-bytes')) === 0; i++) await send();
		expect(await retryLaters('address-bytes')).toBeGreaterThan(0);
		const rejectedBefore = (await rejected('malformed')) + (await rejected('too-large'));
		await send();
		expect((await rejected('malformed')) + (await rejected('too-large'))).toBe(rejectedBefore);
	});

	it('the answer to an address in debt names its batch, which is not checked, so that a page observes the wait', async () => {
		await indebt();
		const rejectedBefore = await rejected('malformed');
		const reply = await post('/v1/batch', frame({ stream: 5, sequence: 6 }));
		expect(reply.status).toBe(503);
		expect(await reply.json()).toEqual(['ack', 5, 6, 'retry-later', expect.any(Number)]);
		expect(await (await post('/v1/batch', new Uint8Array(50_000))).json()).toMatchObject({ 3: 'retry-later' });
		expect(await rejected('malformed')).toBe(rejectedBefore);
		// In chunks, as a slow connection sends it.
		const large = frame({ stream: 7, events: 800 });
		const connection = await connectRaw(collector.publicUrl);
		connection.send(postHead('/v1/batch', forwarded(stranger), `Content-Length: ${large.length}`));
		const pieces = Array.from({ length: 20 }, (_, i) =>
			large.subarray((i * large.length) / 20, ((i + 1) * large.length) / 20),
		);
		await connection.trickle(pieces, 5);
		await connection.receive(/^HTTP\/1\.1 503 .*\["ack",7,0,"retry-later",\d+\]/s);
		connection.leave();
	});

	it.each([
		['goes on for long', `Content-Length: 50000`, 400],
		['does not say how long its body is', 'Transfer-Encoding: chunked', 0],
		['says that its body is too long', `Content-Length: ${limits.batchBytesMax + 1}`, 0],
	])('an address in debt is answered before its batch is read when it %s', async (_, header, requests) => {
		await indebt();
		for (let i = 0; i < requests; i++) await post('/v1/batch', frame({ stream: 5 }));
		const connection = await connectRaw(collector.publicUrl);
		connection.send(postHead('/v1/batch', forwarded(stranger), header));
		await connection.receive(/^HTTP\/1\.1 503 .*\["ack",null,null,"retry-later",\d+\]/s);
		await connection.ended;
	});

	const ndjson = { 'Content-Type': 'application/x-ndjson' };

	it('a sender is charged for each line that is not JSON, also if the body is rejected as a whole', async () => {
		expect((await post('/v1/events', 'x\n'.repeat(600), stranger, ndjson)).status).toBe(400);
		expect((await post('/v1/events', '{}')).status).toBe(503);
	});

	const inSmallPieces = () => `[${' '.repeat(30_000)}]`;
});

describe('duplicate batches', () => {
	it('duplicates count as events of the address, but not of the visitor', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			addressRate: { eventsPerSecond: 1, burstEvents: 50 },
			visitorRate: { eventsPerSecond: 1, burstEvents: 10 },
		});
		const sender = await page();
		const outcomes: unknown[] = [];
		for (let i = 0; i < 6; i++) {
			sender.send(frame({ events: 10 }));
			outcomes.push((await sender.ack())[3]);
		}
		expect(outcomes).toEqual(['stored', ...Array.from({ length: 4 }, () => 'duplicate'), 'retry-later']);
		expect(await retryLaters('address-rate')).toBe(1);
		expect(await counted('footfall_events_accepted_total')).toBe(10);
		sender.close();
	});
});

const event = (user: number) => ({
	dt: '2026-01-01T00:00:00Z',
	name: 'click',
	user_id: user,
	url: 'https://shop.example/',
	obj: 'button',
});

describe('one visitor', () => {
	it('the rate of a visitor applies to JSON lists and single events, whichever other events the body has', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			visitorRate: { eventsPerSecond: 1, burstEvents: 10 },
		});
		const send = async (events: object[], address = stranger) =>
			(await post('/v1/events', JSON.stringify(events), address)).status;
		const of = (user: number, count: number) => Array.from({ length: count }, () => event(user));
		expect(await send([...of(1, 6), ...of(2, 6)])).toBe(200);
		expect(await send([...of(1, 6), ...of(3, 1)])).toBe(503);
		expect(await retryLaters('visitor-rate')).toBe(1);
		// No event of that list was stored, so it counts for no visitor.
		expect(await send(of(3, 10))).toBe(200);
		expect((await post('/v1/events', JSON.stringify(event(3)))).status).toBe(503);
	});

	it('events that others send for a visitor from another network or for another site do not use up its rate', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			visitorRate: { eventsPerSecond: 1, burstEvents: 10 },
		});
		const batch = (site: string, stream: number, address: string) =>
			post('/v1/batch', frame({ site, visitor: 1, stream, events: 10 }), address, { Origin: 'https://shop.example' });
		const list = JSON.stringify(Array.from({ length: 10 }, () => event(1)));
		expect((await batch('shop', 1, stranger)).status).toBe(200);
		expect((await batch('open', 2, stranger)).status).toBe(200);
		for (const site of ['shop', 'open']) expect((await batch(site, 3, stranger)).status).toBe(503);
		expect((await post('/v1/events', list, '203.0.113.9')).status).toBe(200);
		expect((await post('/v1/events?site=open', list, '203.0.113.9')).status).toBe(200);
		expect((await post('/v1/events', list, '203.0.113.9')).status).toBe(503);
	});

	it('a visitor has one rate in an IPv6 /48', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			visitorRate: { eventsPerSecond: 1, burstEvents: 10 },
		});
		const list = JSON.stringify(Array.from({ length: 6 }, () => event(1)));
		expect((await post('/v1/events', list, '2001:db8:7:1::1')).status).toBe(200);
		expect((await post('/v1/events', list, '2001:db8:7:2::1')).status).toBe(503);
	});
});

describe('an IPv6 /48', () => {
	const address = (network: number) => `2001:db8:7:${network.toString(16)}::1`;

	it('an IPv6 /48 has four times the rate of a /64, however many of them send', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			addressRate: { eventsPerSecond: 1, burstEvents: 10 },
		});
		const outcomes: unknown[] = [];
		for (let i = 0; i < 8; i++) {
			const reply = await post('/v1/batch', frame({ visitor: i, stream: i, events: 10 }), address(i));
			outcomes.push(((await reply.json()) as unknown[])[3]);
		}
		expect(outcomes.map((outcome) => outcome === 'stored')).toEqual([
			true,
			true,
			true,
			true,
			false,
			false,
			false,
			false,
		]);
		expect(await retryLaters('address-rate')).toBe(4);
		expect((await post('/v1/batch', frame({ visitor: 99, stream: 99 }), '2001:db8:8::1')).status).toBe(200);
	});

	it('an IPv6 /48 in debt gets retry-later for all of its addresses', async () => {
		for (let i = 0; i < 5; i++) await indebt(address(i)).catch(() => {});
		expect((await post('/v1/batch', frame(), address(77))).status).toBe(503);
		expect((await post('/v1/batch', frame(), '2001:db8:8::1')).status).toBe(200);
	});

	it('an IPv6 /48 can open four times as many sockets as one address', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, connectionsPerAddressMax: 2 });
		const open = async (network: number) => (await openRaw(address(network))).received.startsWith('HTTP/1.1 101');
		expect([await open(1), await open(1), await open(1)]).toEqual([true, true, false]);
		const others = [];
		for (let network = 2; network < 12; network++) others.push(await open(network));
		expect(others.filter((isOpen) => isOpen)).toHaveLength(6);
	});
});

/** A JSON body that takes long to validate: 10,000 invalid events. */
const faults = `[${Array.from({ length: 10_000 }, () => '{}').join()}]`;

describe('large bodies', () => {
	const everybody = { bytesPerSecond: 1_048_576, burstBytes: 1_000_000_000 };

	it('large bodies are validated by network in turn: that of another sender comes after one waiting body, not after all', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, addressBytes: everybody });
		const answered: string[] = [];
		const send = async (name: string, address: string) => {
			const reply = await post('/v1/events', faults, address);
			await reply.text();
			answered.push(name);
		};
		const flood = Array.from({ length: 20 }, () => send('flood', stranger));
		// The other bodies have arrived by the answer to the first one.
		while (answered.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
		await send('page', '203.0.113.9');
		expect(answered.filter((name) => name === 'flood').length).toBeLessThan(20);
		await Promise.all(flood);
	});

	it('waiting bodies have a memory budget: a network above its share gets retry-later, and bodies of others wait', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), {
			...rates,
			addressBytes: everybody,
			waitingBytesMax: 1_000_000,
		});
		const statuses = async (address: string, count: number) =>
			Promise.all(Array.from({ length: count }, async () => (await post('/v1/events', faults, address)).status));
		const [flood, honest] = await Promise.all([statuses(stranger, 40), statuses('203.0.113.9', 2)]);
		expect(new Set(flood)).toEqual(new Set([422, 503]));
		expect(honest).toEqual([422, 422]);
		expect(await retryLaters('busy')).toBe(flood.filter((status) => status === 503).length);
	});

	it('large bodies are neither validated nor stored after their sender has disconnected', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), rates);
		const good = JSON.stringify(Array.from({ length: 100 }, (_, i) => event(i)));
		const first = Array.from({ length: 10 }, () => post('/v1/events', faults, '127.0.0.1'));
		const leaving = await connectRaw(collector.publicUrl);
		leaving.send(postHead('/v1/events', `Content-Length: ${good.length}`) + good);
		await leaving.sent();
		await fetch(`${collector.publicUrl}/nowhere`);
		leaving.leave();
		await Promise.all(first);
		const last = await post('/v1/events', good, '127.0.0.1');
		expect(last.status).toBe(200);
		expect(await counted('footfall_events_accepted_total')).toBe(100);
	});

	/** Sends a body, and disconnects as soon as the collector has received it. */
	async function sendAndLeave(body: string, address = stranger): Promise<void> {
		const leaving = await connectRaw(collector.publicUrl);
		leaving.send(postHead('/v1/events', forwarded(address), `Content-Length: ${body.length}`) + body);
		await leaving.sent();
		await fetch(`${collector.publicUrl}/nowhere`);
		leaving.leave();
		await leaving.ended;
	}

	it('a sender that disconnects while its body is validated is charged', async () => {
		await sendAndLeave(faults);
		// Bodies are validated one at a time: by this answer, the other one has been validated.
		expect((await post('/v1/events', faults, '127.0.0.1')).status).toBe(422);
		expect((await post('/v1/events', '{}')).status).toBe(503);
	});

	it('a sender that disconnects before its body is validated is charged', async () => {
		const first = Array.from({ length: 10 }, () => post('/v1/events', faults, '127.0.0.1'));
		for (let i = 0; i < 2; i++) await sendAndLeave(`[${' '.repeat(700_000)}]`);
		await Promise.all(first);
		expect((await post('/v1/events', '{}')).status).toBe(503);
	});

	it('large bodies report a limited number of invalid events, and count the others', async () => {
		const reply = await post('/v1/events', faults, '127.0.0.1');
		const report = (await reply.json()) as { errors: { errors: unknown[] }[] };
		expect(report).toMatchObject({ rejected: 10_000, errorsOmitted: 9_900 });
		expect(report.errors.every(({ errors }) => errors.length === 5)).toBe(true);
	});
});

describe('incomplete bodies of one network', () => {
	it('incomplete bodies of one network use an eighth of the memory budget, and leave the rest to others', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, partialBodyBytesMax: 8 * 1_048_576 });
		const begin = async (address: string) => {
			const connection = await connectRaw(collector.publicUrl);
			connection.send(postHead('/v1/events', forwarded(address), `Content-Length: ${limits.jsonBodyBytesMax}`));
			connection.send(Buffer.alloc(limits.jsonBodyBytesMax - 1, ' '));
			await connection.sent();
			// A later request on the same event loop: when it is answered, the body has been received.
			await fetch(`${collector.publicUrl}/nowhere`);
			return connection;
		};
		const stuck = await begin(stranger);
		const batch = frame({ stream: 5, sequence: 6, events: 300 });
		const page = await connectRaw(collector.publicUrl);
		page.send(postHead('/v1/batch', forwarded(stranger), `Content-Length: ${batch.length}`));
		page.send(batch.subarray(0, -1));
		await page.receive(/^HTTP\/1\.1 503 .*\["ack",5,6,"retry-later",500\]/s);
		const excess = await begin(stranger);
		await excess.receive(/^HTTP\/1\.1 503 .*"outcome":"retry-later"/s);
		const honest = await begin('203.0.113.9');
		honest.send(' ');
		await honest.receive(/^HTTP\/1\.1 400 /);
		stuck.leave();
	});
});

describe('waiting batches', () => {
	it('waiting batches are checked in the order of their arrival, over HTTP and on sockets', async () => {
		await collector.remove();
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, timeSliceMs: 0 });
		const streams = Array.from({ length: 30 }, (_, i) => 100 + i);
		const replies = streams.map(async (stream) => (await post('/v1/batch', frame({ stream }))).json());
		const sender = await page();
		for (const stream of streams) sender.send(frame({ stream, sequence: 1 }));
		expect(await Promise.all(replies)).toEqual(streams.map((stream) => ['ack', stream, 0, 'stored']));
		for (const stream of streams) expect(await sender.ack()).toEqual(['ack', stream, 1, 'stored']);
		expect((await post('/v1/events', JSON.stringify(event(1)))).status).toBe(200);
		sender.close();
	});
});
