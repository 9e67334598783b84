import { deflateRawSync } from 'node:zlib';
import { limits } from '@footfall/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { engines } from '../testing/engines.js';
import { frame } from '../testing/frames.js';
import { openPage } from '../testing/page.js';
import { connectRaw, upgradeHead } from '../testing/raw-connection.js';
import { startTestCollector, type TestCollector } from '../testing/test-collector.js';
import { unreachableWarehouse } from '../testing/unreachable-warehouse.js';
import { webSocketFrame } from '../testing/websocket-frame.js';

describe.each(engines)('hostile pages on $name', (engine) => {
	let collector: TestCollector;
	let accepted = 0;

	beforeAll(async () => {
		collector = await startTestCollector(unreachableWarehouse(), { httpEngine: engine.name });
	});

	afterAll(() => collector.remove());

	afterEach(async () => {
		const page = await openPage(collector.publicUrl);
		page.send(frame({ stream: 1_000 + ++accepted }));
		expect((await page.ack())[3]).toBe('stored');
		expect(await collector.metric('footfall_events_accepted_total')).toBe(accepted);
		page.close();
	});

	/** A page that encodes its frames itself. */
	async function openRawPage(...headers: string[]) {
		const connection = await connectRaw(collector.publicUrl);
		connection.send(upgradeHead(...headers));
		await connection.receive(/"hello".*\]/);
		return connection;
	}

	const zeros = (bytes: number) => Buffer.alloc(bytes);
	const fragments = (count: number, bytes: number) =>
		Array.from({ length: count }, (_, i) =>
			webSocketFrame({ opcode: i === 0 ? 2 : 0, payload: zeros(bytes), isFinal: i === count - 1 }),
		);
	const messageBytesMax = limits.batchBytesMax + 12_288;

	describe('a page', () => {
		it.each<[what: string, frames: Uint8Array[]]>([
			['claims a length of 2^60', [webSocketFrame({ claimedBytes: 2n ** 60n })]],
			['claims a length of 2^63', [webSocketFrame({ claimedBytes: 2n ** 63n })]],
			['sends a message beyond the bound', [webSocketFrame({ payload: zeros(messageBytesMax + 1) })]],
			['sends one in pieces', fragments(3, messageBytesMax / 2)],
			['sends text that is not UTF-8', [webSocketFrame({ opcode: 1, payload: Buffer.of(0xff, 0xfe) })]],
			['sends text with half a surrogate pair', [webSocketFrame({ opcode: 1, payload: Buffer.of(0xed, 0xa0, 0x80) })]],
			['goes on with a message it has not begun', [webSocketFrame({ opcode: 0, payload: zeros(4) })]],
			[
				'compresses without having asked',
				[webSocketFrame({ payload: deflateRawSync(zeros(1_000)), isCompressed: true })],
			],
			['sends a frame of no kind', [webSocketFrame({ opcode: 3, payload: zeros(4) })]],
			['sends a ping that is too long', [webSocketFrame({ opcode: 9, payload: zeros(126) })]],
			['sends a ping in pieces', [webSocketFrame({ opcode: 9, payload: zeros(1), isFinal: false })]],
			['says goodbye without a reason', [webSocketFrame({ opcode: 8 })]],
			['says goodbye with half a reason', [webSocketFrame({ opcode: 8, payload: zeros(1) })]],
			['goes on after its goodbye', [webSocketFrame({ opcode: 8 }), webSocketFrame({ payload: frame() })]],
			['speaks HTTP again', [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')]],
		])('a page that %s is disconnected', async (_, frames) => {
			const page = await openRawPage();
			for (const bytes of frames) page.send(bytes);
			await page.ended;
			expect(page.received).not.toContain('"ack"');
		});

		it.each<[what: string, frames: Uint8Array[], outcome: string]>([
			['sends text', [webSocketFrame({ opcode: 1, payload: Buffer.from('["hello"]') })], 'malformed'],
			['sends nothing', [webSocketFrame({})], 'malformed'],
			['sends the longest message', [webSocketFrame({ payload: zeros(messageBytesMax) })], 'too-large'],
			['sends a message of some one-byte pieces', fragments(500, 1), 'malformed'],
		])('a page that %s is rejected and stays connected', async (_, frames, outcome) => {
			const page = await openRawPage();
			page.send(Buffer.concat(frames));
			await page.receive(new RegExp(`"ack",null,null,"${outcome}"`));
			expect(page.isEnded).toBe(false);
			page.leave();
		});

		// For ws, each piece is an object until the message is complete, so the engine on it limits their number.
		it.each<[what: string, frames: Uint8Array[]]>([
			['one-byte pieces', fragments(20_000, 1)],
			['empty pieces', fragments(20_000, 0)],
		])('a page that sends a message of very many %s takes no memory for each', async (_, frames) => {
			const page = await openRawPage();
			page.send(Buffer.concat(frames));
			if (engine.name === 'uws') await page.receive(/"ack",null,null,"malformed"/);
			else await page.ended;
			expect(page.isEnded).toBe(engine.name !== 'uws');
			page.leave();
		});

		it('a page that does not mask its frames gets no acknowledgement', async () => {
			const page = await openRawPage();
			for (let i = 0; i < 3; i++) page.send(webSocketFrame({ payload: frame(), isMasked: false }));
			await Promise.race([page.ended, page.receive(/"ack",null,null,"malformed"/)]);
			expect(page.received).not.toContain('"stored"');
			page.leave();
		});

		it('a page that floods the socket with pings gets pongs and is served', async () => {
			const page = await openRawPage();
			page.send(Buffer.concat(Array.from({ length: 50_000 }, () => webSocketFrame({ opcode: 9 }))));
			page.send(webSocketFrame({ payload: frame({ stream: 1_000 + ++accepted }) }));
			await page.receive(/"stored"/);
			page.leave();
		});

		it('a page with another sub-protocol, or none, is refused', async () => {
			for (const protocol of ['footfall.v2', 'footfall', '', 'FOOTFALL.V1']) {
				const connection = await connectRaw(collector.publicUrl);
				connection.send(upgradeHead().replace('footfall.v1', protocol));
				await connection.receive(/^HTTP\/1\.1 400 .*Request the WebSocket sub-protocol footfall\.v1/s);
				connection.leave();
			}
		});
	});
});
