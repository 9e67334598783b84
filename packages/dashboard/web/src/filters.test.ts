import { filterNames } from '@footfall/dashboard/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatAttribute, readAttribute } from './filters.js';
import { formatOptional } from './format.js';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const codes = letters.flatMap((first) => letters.map((second) => first + second));
const odd = [
	'',
	' ',
	'Unknown',
	'unknown',
	' UNKNOWN ',
	'"Unknown"',
	'""',
	'"',
	'–',
	'-',
	'(none)',
	'(other)',
	'Mobile',
];
const more = [
	'mobile',
	'"mobile"',
	'a,b;c',
	"it's",
	'100%',
	'%41',
	'%',
	'\u200b',
	'Germany',
	'germany',
	'ßx',
	'ǆ',
	'ŉ',
	'İ',
	'DE',
];

describe('a value of an attribute', () => {
	it.each(filterNames)('of %s is shown unlike every other one, and a filter takes it as it is shown', (name) => {
		const values = [...new Set([...odd, ...more, ...codes])];
		const shown = values.map((value) => formatAttribute(name, value));
		expect(new Set(shown).size).toBe(values.length);
		expect(shown.map((text) => readAttribute(name, text))).toEqual(values);
		fc.assert(
			fc.property(fc.oneof(fc.string(), fc.string({ unit: 'binary' })), (value) => {
				expect(readAttribute(name, formatAttribute(name, value))).toBe(value);
			}),
		);
	});

	it('is found by the word that a list shows for it', () => {
		expect(readAttribute('device', 'Mobile')).toBe('mobile');
		expect(readAttribute('country', 'Germany')).toBe('DE');
		expect(readAttribute('country', 'Unknown')).toBe('');
		expect(readAttribute('source', '')).toBe('');
		expect(readAttribute('source', '"Unknown"')).toBe('Unknown');
		// The list of sources shows a dash for sessions without one.
		for (const value of ['', '–', ' – ', 'Unknown', '"–"'])
			expect(readAttribute('source', formatOptional(value))).toBe(value);
	});
});
