import { describe, expect, it } from 'vitest';
import { byteSize, formatBytes } from './byte-size.js';

const mebibyte = 2 ** 20;
const schema = byteSize(mebibyte, 2 ** 50);

describe('byteSize', () => {
	it.each([
		['1048576', mebibyte],
		['1024KiB', mebibyte],
		['512MiB', 512 * mebibyte],
		['512 MiB', 512 * mebibyte],
		['4GiB', 4_096 * mebibyte],
		['1PiB', 2 ** 50],
	])('reads %s', (text, bytes) => {
		expect(schema.parse(text)).toBe(bytes);
	});

	it.each(['', 'GiB', '4GB', '4gib', '1.5GiB', '-1', '1e9', '1048575', '1023KiB', '2PiB', '1125899906842625'])(
		'refuses "%s" with the allowed range',
		(text) => {
			expect(schema.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
				'must be a number of bytes or a size like 512MiB or 4GiB, from 1MiB to 1PiB',
			]);
		},
	);

	it('formats a size as text that it parses to the same size', () => {
		for (const bytes of [mebibyte, mebibyte + 1, 3 * 2 ** 30, 1_000_000_000, 2 ** 50]) {
			expect(schema.parse(formatBytes(bytes))).toBe(bytes);
		}
		expect(formatBytes(3 * 2 ** 30)).toBe('3GiB');
		expect(formatBytes(0)).toBe('0');
	});
});
