import { describe, expect, it } from 'vitest';
import { announcesBody, firstLine, headFault, repeatedLines } from './head.js';

const headers = (count: number) => Array.from({ length: count }, (_, i) => [`X-${i}`, 'x']).flat();

describe('the head of a request', () => {
	it.each([
		['1.1', ['Host', 'x'], undefined],
		['1.0', ['Host', 'x'], 505],
		['1.1', [], 400],
		['1.1', ['Host', 'x', 'host', 'y'], 400],
		['1.1', ['Host', 'x', ...headers(99)], undefined],
		['1.1', ['Host', 'x', ...headers(100)], 431],
	])('the head of HTTP/%s with %j is refused with %j', (httpVersion, rawHeaders, status) => {
		expect(headFault({ httpVersion, rawHeaders })?.status).toBe(status);
	});

	it('the first line of a header counts, and all of some', () => {
		const rawHeaders = [
			'ORIGIN',
			'a',
			'Origin',
			'b',
			'X-Forwarded-For',
			'1',
			'x-forwarded-for',
			'2',
			'Content-Length',
			'3',
		];
		expect([firstLine(rawHeaders, 'origin'), firstLine(rawHeaders, 'accept')]).toEqual(['a', '']);
		expect(repeatedLines(rawHeaders)).toEqual({
			contentLengths: 1,
			transferEncoding: '',
			forwardedFor: ',1,2',
			contentEncoding: '',
		});
		expect([announcesBody(rawHeaders), announcesBody(['Content-Length', '0'])]).toEqual([true, false]);
	});
});
