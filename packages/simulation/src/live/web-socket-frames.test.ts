import { describe, expect, it } from 'vitest';
import { FrameReader, frames } from './web-socket-frames.js';

/** A frame of a server, which has no mask. */
function serverFrame(code: number, payload: Buffer): Buffer {
	const { length } = payload;
	const head = length < 126 ? [length] : [126, length >> 8, length & 0xff];
	return Buffer.concat([Buffer.from([0x80 | code, ...head]), payload]);
}

describe('frames of a WebSocket', () => {
	it('are decoded from chunks of any size', () => {
		const long = Buffer.alloc(70_000, 'x');
		const longHead = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
		const sent = [
			serverFrame(1, Buffer.from('one')),
			serverFrame(9, Buffer.from('are you there')),
			serverFrame(10, Buffer.from('unasked')),
			serverFrame(1, Buffer.alloc(300, 'y')),
			Buffer.concat([longHead, long]),
			serverFrame(8, Buffer.alloc(0)),
		];
		const bytes = Buffer.concat(sent);
		for (const size of [100, 1_000, bytes.length]) {
			const seen: [string, number][] = [];
			const reader = new FrameReader((kind, payload) => seen.push([kind, payload.length]));
			for (let at = 0; at < bytes.length; at += size) reader.read(bytes.subarray(at, at + size));
			expect(seen).toEqual([
				['text', 3],
				['ping', 13],
				['text', 300],
				['text', 70_000],
				['close', 0],
			]);
		}
		let texts = 0;
		const reader = new FrameReader(() => texts++);
		for (const byte of Buffer.concat(sent.slice(0, 4))) reader.read(Buffer.from([byte]));
		expect(texts).toBe(3);
	});

	it('are refused before they are stored if they are longer than any answer', () => {
		const reader = new FrameReader(() => undefined);
		const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 2, 0, 0]);
		expect(() => reader.read(head)).not.toThrow();
		const longer = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 2, 0, 1]);
		const huge = Buffer.from([0x81, 127, 0xff, 0, 0, 0, 0, 0, 0, 0]);
		for (const bytes of [longer, huge]) expect(() => new FrameReader(() => undefined).read(bytes)).toThrow(RangeError);
	});

	it('are encoded together, each with its length and a mask', () => {
		const small = Buffer.from('ab');
		expect(frames([small, small])).toEqual(Buffer.from('8282000000006162'.repeat(2), 'hex'));
		expect(frames([Buffer.alloc(300)]).subarray(0, 8)).toEqual(Buffer.from('82fe012c00000000', 'hex'));
		const large = frames([Buffer.alloc(70_000)]);
		expect(large.subarray(0, 14)).toEqual(Buffer.from('82ff000000000001117000000000', 'hex'));
		expect(large).toHaveLength(70_014);
	});
});
