import { expect, it } from 'vitest';
import { bodyCoding } from './body-coding.js';

it.each([
	['', 'identity'],
	['identity', 'identity'],
	[', Identity ,', 'identity'],
	['gzip', 'gzip'],
	[' GZip ', 'gzip'],
	['x-gzip', 'gzip'],
	['X-GZIP', 'gzip'],
	[',gzip', 'gzip'],
	['identity, gzip', 'gzip'],
	['Deflate', 'deflate'],
	['BR', 'br'],
	['gzip, br', undefined],
	['gzip,gzip', undefined],
	['zstd', undefined],
	['compress', undefined],
	['x-deflate', undefined],
	['gzip;q=1', undefined],
	['*', undefined],
	['__proto__', undefined],
])('Content-Encoding "%s" is read as %s', (value, coding) => {
	expect(bodyCoding(value)).toBe(coding);
});
