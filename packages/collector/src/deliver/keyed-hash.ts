import { randomBytes } from 'node:crypto';

/** Two 32-bit words that nobody outside this process knows. */
export type HashKey = readonly [number, number];

/** Makes a key, for one table of what senders choose. */
export function randomHashKey(): HashKey {
	const bytes = randomBytes(8);
	return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

/**
 * HalfSipHash-1-3 of a stretch of bytes: 32 bits, as a signed integer. A sender, who does not know the key, cannot
 * make two stretches share a hash more often than chance does, nor choose hashes that share a place in a `Set` of
 * numbers, which V8 hashes without a seed. Reference: https://github.com/veorq/SipHash (halfsiphash.c, with one and
 * three rounds).
 */
export function keyedHash([k0, k1]: HashKey, bytes: Uint8Array, start: number, end: number): number {
	v0 = k0;
	v1 = k1;
	v2 = 0x6c796765 ^ k0;
	v3 = 0x74656462 ^ k1;
	let at = start;
	for (; at + 4 <= end; at += 4) compress(wordAt(bytes, at, 4));
	compress(wordAt(bytes, at, end - at) | ((end - start) << 24));
	v2 ^= 0xff;
	round();
	round();
	round();
	return v1 ^ v3;
}

/** Up to four bytes, the first one least significant. */
function wordAt(bytes: Uint8Array, at: number, length: number): number {
	let word = 0;
	for (let i = length - 1; i >= 0; i--) word = (word << 8) | (bytes[at + i] as number);
	return word;
}

function compress(word: number): void {
	v3 ^= word;
	round();
	v0 ^= word;
}

function round(): void {
	v0 = (v0 + v1) | 0;
	v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
	v0 = (v0 << 16) | (v0 >>> 16);
	v2 = (v2 + v3) | 0;
	v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
	v0 = (v0 + v3) | 0;
	v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
	v2 = (v2 + v1) | 0;
	v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
	v2 = (v2 << 16) | (v2 >>> 16);
}
