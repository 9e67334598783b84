import { describe, expect, it } from 'vitest';
import { type HashKey, keyedHash, randomHashKey } from './keyed-hash.js';

/** The 32-bit FNV-1a that property keys were counted with before. It has no key, so a sender can compute it. */
function fnv(text: string): number {
	let value = 0x811c9dc5;
	for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
	return value;
}

const hashOf = (key: HashKey, text: string) => keyedHash(key, Buffer.from(text), 0, Buffer.byteLength(text));

describe('the keyed hash', () => {
	it('the keyed hash is HalfSipHash-1-3', () => {
		const bytes = Uint8Array.from({ length: 9 }, (_, i) => i);
		const hashes = Array.from(
			{ length: 10 },
			(_, length) => keyedHash([0x03020100, 0x07060504], bytes, 0, length) >>> 0,
		);
		expect(hashes).toEqual([
			...[0x5814c896, 0xe7e864ca, 0xbc4b0e30, 0x01539939, 0x7e059ea6],
			...[0x88e3d89b, 0xa0080b65, 0x9d38d9d6, 0x577999b1, 0xc839caed],
		]);
	});

	it('the keyed hash depends on the bytes of the range, not on its position', () => {
		const key = randomHashKey();
		const bytes = Buffer.from('before: size :after');
		expect(keyedHash(key, bytes, 8, 12)).toBe(hashOf(key, 'size'));
		expect(hashOf(key, 'size')).not.toBe(hashOf(key, 'size\0'));
		expect(hashOf(key, 'size')).not.toBe(hashOf(randomHashKey(), 'size'));
	});

	it('the keyed hash distinguishes names that collide under 32-bit FNV-1a', () => {
		const seen = new Map<number, string>();
		const pairs: [string, string][] = [];
		for (let i = 0; pairs.length < 3; i++) {
			const name = `made-up-${i}`;
			const other = seen.get(fnv(name));
			if (other !== undefined) pairs.push([other, name]);
			seen.set(fnv(name), name);
		}
		const key = randomHashKey();
		const shared = pairs.filter(([one, other]) => hashOf(key, one) === hashOf(key, other));
		expect(shared).toEqual([]);
	});
});
