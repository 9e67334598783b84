import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { frame } from '../testing/frames.js';
import { openPage } from '../testing/page.js';
import { connectRaw, postHead, upgradeHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';

const paths = ['/v1/batch', '/v1/events', '/events', '/events/'];

/** Origins that are not `https://site.com`. */
const strangers = [
	'https://evil-site.com',
	'https://site.com.evil.example',
	'https://site.com@evil.example',
	'https://www.site.com',
	'https://site.com:8443',
	'https://site.com.',
	'https://site.com/',
	'HTTPS://SITE.COM',
	'http://site.com',
	'site.com',
	'//site.com',
	'null',
	'file://',
	'*',
	'https://site.com https://evil.example',
	'https://sïte.com',
];

describe('a page on a foreign origin', () => {
	let collector: TestCollector;

	beforeAll(async () => {
		collector = await startTestCollector(unreachableWarehouse(), {
			sites: [{ key: 'shop', origins: ['https://site.com'] }],
		});
	});

	afterAll(() => collector.remove());

	it('a foreign origin is rejected on every endpoint, and an allowed one is accepted', async () => {
		const event = { dt: '2026-01-01T00:00:00Z', name: 'n', user_id: 1, url: 'https://site.com/', obj: 'o' };
		const outcomesFrom = async (origin: string, stream: number) => {
			const post = async (path: string, body: BodyInit) =>
				(await fetch(collector.publicUrl + path, { method: 'POST', headers: { Origin: origin }, body })).json();
			const page = await openPage(collector.publicUrl, origin);
			page.send(frame({ stream }));
			const onSocket = (await page.ack())[3];
			page.close();
			const [batch, one, list] = (await Promise.all([
				post('/v1/batch', frame({ stream: stream + 1 })),
				post('/v1/events', JSON.stringify(event)),
				post('/v1/events', JSON.stringify([event])),
			])) as [unknown[], { outcome: string }, { outcome: string }];
			return [onSocket, batch[3], one.outcome, list.outcome];
		};
		expect(await outcomesFrom('https://site.com', 1)).toEqual(['stored', 'stored', 'stored', 'stored']);
		for (const origin of strangers) {
			const encoded = Buffer.from(origin).toString('latin1');
			const refused = ['origin-not-allowed', 'origin-not-allowed', 'origin-not-allowed', 'none-stored'];
			expect([origin, ...(await outcomesFrom(encoded, 3))]).toEqual([origin, ...refused]);
		}
		expect(await collector.metric('footfall_events_accepted_total')).toBe(4);
	});

	it('answers to a foreign origin have the same headers and do not echo its input', async () => {
		const headers = ['https://evil-site.com', 'null', 'https://a.example\r\nX-Evil: yes', '\xff'];
		for (const origin of headers) {
			for (const path of paths) {
				for (const method of ['POST', 'OPTIONS']) {
					const connection = await connectRaw(collector.publicUrl);
					const head = postHead(
						path,
						`Origin: ${origin}`,
						'Access-Control-Request-Headers: X-Evil',
						'Content-Length: 1',
					);
					connection.send(`${head.replace('POST', method)}x`);
					await connection.receive(/^HTTP\/1\.1 (204|400) .*\r\nAccess-Control-Allow-Origin: \*\r\n.*\r\n\r\n/s);
					expect(connection.received).not.toMatch(/evil|a\.example|credentials|\xff/i);
					connection.leave();
				}
			}
			const page = await connectRaw(collector.publicUrl);
			page.send(upgradeHead(`Origin: ${origin}`));
			await page.receive(/"hello"/);
			expect(page.received).not.toMatch(/evil|a\.example/i);
			page.leave();
		}
	});

	it('a page that names two origins is rejected although one is allowed', async () => {
		const body = frame({ stream: 9 });
		for (const origins of [['https://evil.example', 'https://site.com'], ['https://site.com,https://evil.example']]) {
			const connection = await connectRaw(collector.publicUrl);
			const lines = origins.map((origin) => `Origin: ${origin}`);
			connection.send(postHead('/v1/batch', ...lines, `Content-Length: ${body.length}`));
			connection.send(body);
			await connection.receive(/"origin-not-allowed"/);
			connection.leave();
		}
	});
});

describe('a sender that claims another address', () => {
	let collector: TestCollector;
	let stream = 0;
	const rates = {
		addressRate: { eventsPerSecond: 0.001, burstEvents: 2 },
		visitorRate: { eventsPerSecond: 0.001, burstEvents: 1_000 },
	};

	const start = async (trustedProxies: string[]) => {
		collector = await startTestCollector(unreachableWarehouse(), { ...rates, trustedProxies });
	};

	beforeEach(() => {
		stream = 0;
	});

	afterEach(() => collector.remove());

	/** Sends five events, each with the headers of the next list. @returns how many are stored */
	async function admitted(headersOf: (i: number) => string[]): Promise<number> {
		let count = 0;
		for (let i = 0; i < 5; i++) {
			const body = frame({ visitor: i + 1, stream: ++stream });
			const connection = await connectRaw(collector.publicUrl);
			connection.send(postHead('/v1/batch', ...headersOf(i), `Content-Length: ${body.length}`));
			connection.send(body);
			await connection.receive(/"(stored|retry-later)"/);
			if (connection.received.includes('"stored"')) count++;
			connection.leave();
		}
		return count;
	}

	it('X-Forwarded-For of a sender that is not a proxy is ignored', async () => {
		await start([]);
		// The sender remains a process of this machine, which has no limit: with another address, it would have one.
		expect(await admitted(() => ['X-Forwarded-For: 198.51.100.1'])).toBe(5);
	});

	it('X-Forwarded-For of a sender behind a proxy is ignored, whether the proxy appends to it or adds a line', async () => {
		await start(['127.0.0.1']);
		expect(await admitted((i) => [`X-Forwarded-For: 203.0.113.${i}, 198.51.100.1`])).toBe(2);
		expect(await admitted((i) => [`X-Forwarded-For: 203.0.113.${i}`, 'X-Forwarded-For: 198.51.100.2'])).toBe(2);
		expect(await admitted(() => ['X-Forwarded-For: 127.0.0.1', 'x-forwarded-for: 198.51.100.3'])).toBe(2);
		expect(await admitted(() => ['X-Forwarded-For:', 'X-Forwarded-For: 198.51.100.5'])).toBe(2);
		expect(await admitted((i) => [`X-Forwarded-For: ${'1.1.1.1, '.repeat(100)}203.0.113.${i}, 198.51.100.4`])).toBe(2);
		for (const other of ['Forwarded: for=', 'X-Real-IP: ', 'True-Client-IP: ', 'CF-Connecting-IP: ']) {
			const own = `${other}203.0.113.1`;
			expect(await admitted(() => [own, `X-Forwarded-For: 198.51.100.${10 + other.length}`])).toBe(2);
		}
	});
});
