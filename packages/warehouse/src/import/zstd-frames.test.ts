import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ZstdFrames } from './zstd-frames.js';

function isWhole(bytes: Buffer, pieceBytes: number): boolean {
	const frames = new ZstdFrames();
	for (let at = 0; at < bytes.length; at += pieceBytes) frames.push(bytes.subarray(at, at + pieceBytes));
	return frames.isWhole;
}

const packed = readFileSync(new URL('../../../../data/shop.csv.zst', import.meta.url));
const skippable = Buffer.from('542a4d1803000000616263', 'hex');

it.each([1_000, 65_536, packed.length])(
	'ZstdFrames tells a complete file from a truncated one, in pieces of %i bytes',
	(size) => {
		expect(isWhole(packed, size)).toBe(true);
		expect(isWhole(Buffer.concat([skippable, packed, skippable]), size)).toBe(true);
		for (const length of [3, 4, 5, 8, 1_000_000, packed.length - 1]) {
			expect(isWhole(packed.subarray(0, length), size)).toBe(false);
		}
		expect(isWhole(Buffer.concat([packed, skippable.subarray(0, 10)]), size)).toBe(false);
	},
);

it('ZstdFrames reports other data as complete', () => {
	expect(isWhole(Buffer.from('dt,name\n'), 3)).toBe(true);
});
