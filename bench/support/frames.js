// Batches of the benchmarks: like those of the demo shop, encoded as WebSocket messages that are ready to be written.
import { constants, deflateRawSync } from 'node:zlib';
import { encode } from '@footfall/protocol';

const names = [
	['view', 'page', 'product'],
	['click', 'button', 'add-to-cart'],
	['click', 'url', '/checkout'],
];

/** The first sequence number: encoded in five bytes, like all after it, so that it can be overwritten in place. */
const firstSequence = 0x1_0000;

/** One batch of a new visitor. */
function batch(visitor, stream, events) {
	const now = Date.now();
	return [
		1,
		'shop',
		visitor,
		stream,
		firstSequence,
		now,
		[
			[
				`https://shop.example/product/${visitor % 4}?utm_source=newsletter`,
				'A product of the shop',
				'/catalog',
				visitor % 3 === 0 ? `user-${visitor}` : '',
				visitor % 2 === 0 ? { cart: 'plain' } : {},
				1280,
				720,
				1920,
				1080,
				'en-GB',
				'Europe/London',
			],
		],
		Array.from({ length: events }, (_, i) => {
			const [name, obj, objId] = names[i % 3];
			return i % 3 === 0 ? [i * 700, 0, name, obj, objId] : [i * 700, 0, name, obj, objId, i % 4, 99.95, 'EUR'];
		}),
	];
}

/** The bytes of a batch, and the offset of its sequence number: four bytes, big-endian. */
export function encodedBatch(visitor, stream, events) {
	const bytes = Buffer.from(encode(batch(visitor, stream, events)));
	const head = Buffer.from([0xce, 0, 1, 0, 0]);
	return { bytes, sequenceAt: bytes.indexOf(head) + 1 };
}

/** A WebSocket message of a client. A mask of zeros is valid, and leaves the bytes unchanged. */
export function webSocketMessage(payload) {
	const { length } = payload;
	const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
	head[0] = 0x82;
	if (length < 126) {
		head[1] = 0x80 | length;
	} else {
		head[1] = 0x80 | 126;
		head.writeUInt16BE(length, 2);
	}
	return Buffer.concat([head, payload]);
}

/** The same message, compressed without context takeover (RFC 7692, 7.2.1). */
export function compressedMessage(payload) {
	const flushed = deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH });
	const message = webSocketMessage(flushed.subarray(0, -4));
	message[0] |= 0x40;
	return message;
}
