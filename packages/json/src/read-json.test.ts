import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.js';

const text = '\uFEFF// goals\n{\n\t"a": { "b": [1, /* two */ { "c": 2 }] }\n}';

describe('readJson', () => {
	it.each([
		[[], [2, 1], [2, 1]],
		[['a'], [3, 7], [3, 2]],
		[
			['a', 'b', 1],
			[3, 28],
			[3, 28],
		],
		[
			['a', 'b', 1, 'c'],
			[3, 35],
			[3, 30],
		],
		[
			['a', 'x'],
			[3, 7],
			[3, 7],
		],
		[
			['a', 'b', 7, 'c'],
			[3, 14],
			[3, 14],
		],
		[
			['a', 'b', 1, 'c', 'd'],
			[3, 35],
			[3, 35],
		],
	])('finds the place of the value and of the key at %j', (path, value, key) => {
		const read = readJson(text);
		if (!read.ok) throw new Error(read.fault.reason);
		const pair = ({ line, column }: { line: number; column: number }) => [line, column];
		expect([pair(read.placeOf(path)), pair(read.placeOfKey(path))]).toEqual([value, key]);
	});

	it('reads values beside comments, and reports the place of a fault', () => {
		expect(readJson(text)).toMatchObject({ ok: true, value: { a: { b: [1, { c: 2 }] } } });
		expect(readJson('{} // end\n}')).toMatchObject({ ok: false, fault: { line: 2, column: 1 } });
	});
});
