import { describe, expect, it } from 'vitest';
import { blankComments } from './blank-comments.js';

describe('blankComments', () => {
	it.each([
		['// a\n{"a": 1 /* b\nc */, "d": 2} // e', '    \n{"a": 1     \n    , "d": 2}     '],
		['{"url": "http://a/*b*/", "c": "\\"// d"}', '{"url": "http://a/*b*/", "c": "\\"// d"}'],
		['{"a": 1} /* without end', '{"a": 1} /* without end'],
		['{"a": "without end // b\n}', '{"a": "without end     \n}'],
	])('leaves lines, columns and texts of %j as they are', (text, blank) => {
		expect(blankComments(text)).toBe(blank);
	});
});
