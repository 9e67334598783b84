import { once } from 'node:events';
import { constants, createDeflateRaw, deflateRawSync } from 'node:zlib';
import { limits } from '@footfall/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../testing/engines.js';
import { frame } from '../testing/frames.js';
import { connectRaw, upgradeHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';
import { webSocketFrame } from '../testing/websocket-frame.js';

describe.each(engines)('compressed messages on $name', (engine) => {
	let collector: TestCollector;
	let stream = 0;

	beforeAll(async () => {
		collector = await startTestCollector(unreachableWarehouse(), { httpEngine: engine.name });
	});

	afterAll(() => collector.remove());

	const offer = 'permessage-deflate; client_max_window_bits';

	async function openRawPage(offered = offer) {
		const connection = await connectRaw(collector.publicUrl);
		connection.send(upgradeHead(`Sec-WebSocket-Extensions: ${offered}`));
		await connection.receive(/"hello".*\]/);
		return connection;
	}

	/**
	 * Compresses messages one after another as browsers do (RFC 7692, 7.2.1), each with the context of the earlier ones.
	 */
	async function compressed(messages: readonly Uint8Array[]): Promise<Uint8Array[]> {
		const deflate = createDeflateRaw({ windowBits: 12 });
		const compressedOnes: Uint8Array[] = [];
		for (const message of messages) {
			const parts: Buffer[] = [];
			deflate.on('data', (part) => parts.push(part)).write(message);
			deflate.flush(constants.Z_SYNC_FLUSH);
			await once(deflate, 'data');
			deflate.removeAllListeners('data');
			compressedOnes.push(Buffer.concat(parts).subarray(0, -4));
		}
		return compressedOnes;
	}
	const alone = (message: Uint8Array) =>
		deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
	const send = (payload: Uint8Array) => webSocketFrame({ payload, isCompressed: true });

	describe('a page that compresses', () => {
		it('compressed messages are decoded with the context of earlier ones', async () => {
			const page = await openRawPage();
			expect(page.received).toMatch(/extensions: permessage-deflate; client_max_window_bits=12/i);
			const batches = Array.from({ length: 3 }, () => frame({ stream: ++stream }));
			const payloads = await compressed(batches);
			for (const payload of payloads) page.send(send(payload));
			await page.receive(/("stored".*){3}/s);
			const [first, second] = payloads.map(({ length }) => length) as [number, number];
			expect(second).toBeLessThan(first / 3);
			page.leave();
		});

		it.each([
			['permessage-deflate', /client_no_context_takeover/],
			['permessage-deflate; client_no_context_takeover', /client_no_context_takeover/],
			['permessage-deflate; client_max_window_bits=9', /client_max_window_bits=9/],
		])('a page that offers %s gets a window that it supports', async (offered, expected) => {
			const page = await openRawPage(offered);
			expect(page.received).toMatch(expected);
			for (let i = 0; i < 2; i++) page.send(send(alone(frame({ stream: ++stream }))));
			await page.receive(/("stored".*){2}/s);
			page.leave();
		});

		it('uncompressed messages between compressed ones are decoded', async () => {
			const page = await openRawPage();
			page.send(webSocketFrame({ payload: frame({ stream: ++stream }) }));
			page.send(send(alone(frame({ stream: ++stream }))));
			await page.receive(/("stored".*){2}/s);
			page.leave();
		});

		it('a page whose message inflates above the limit is disconnected, and takes no memory', async () => {
			const bomb = send(alone(Buffer.alloc(100_000_000)));
			const before = process.memoryUsage().rss;
			for (let i = 0; i < 20; i++) {
				const page = await openRawPage();
				page.send(bomb);
				await page.ended;
				expect(page.received).not.toContain('"ack"');
			}
			expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
			const page = await openRawPage();
			page.send(send(alone(Buffer.alloc(2 * limits.batchBytesMax + 1))));
			await page.ended;
		});

		it.each([
			['garbage', Buffer.from('garbage that nothing was compressed to')],
			['a block that refers to what was never sent', Buffer.of(0x4b, 0x04, 0xa2, 0xff, 0x01)],
			['nothing', Buffer.alloc(0)],
		])('a page that sends %s stores nothing and affects no other page', async (_, payload) => {
			const page = await openRawPage();
			page.send(send(payload));
			await Promise.race([page.ended, page.receive(/"ack",null,null,"malformed"/)]);
			expect(page.received).not.toContain('"stored"');
			page.leave();
			const next = await openRawPage();
			next.send(send(alone(frame({ stream: ++stream }))));
			await next.receive(/"stored"/);
			next.leave();
		});
	});
});
