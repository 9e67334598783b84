import { randomBytes } from 'node:crypto';

/** A secret key of two 32-bit words, known to this process only. */
export type HashKey = readonly [number, number];

/** Makes a random key, for one table of keys that senders choose. */
export function randomHashKey(): HashKey {
	const bytes = randomBytes(8);
	return [bytes.readInt32LE(0), bytes.readInt32LE(4)];
}

let v0 = 0;
let v1 = 0;
let v2 = 0;
let v3 = 0;

/**
 * HalfSipHash-1-3 of a range of bytes: 32 bits, as a signed integer. A sender does not know the key, so it cannot make
 * two ranges share a hash more often than by chance, nor choose hashes that share a bucket in a `Set` of numbers, which
 * V8 hashes without a seed. Reference: https://github.com/veorq/SipHash (halfsiphash.c, with one and three rounds).
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

/** Reads up to four bytes, the least significant first. */
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
