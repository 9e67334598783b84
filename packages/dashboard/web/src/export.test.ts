import { describe, expect, it } from 'vitest';
import { csvOf } from './export.js';

const csv = (...cells: (string | number | null)[]) =>
	csvOf({ columns: [{ title: 'a' }], rows: [cells] }).split('\r\n')[1];

describe('a table as CSV', () => {
	it('has a row of titles and plain numbers', () => {
		const columns = [{ title: 'Page' }, { title: 'Views', isNumber: true, format: () => '1,234' }];
		expect(csvOf({ columns, rows: [['/a', 1234.5]] })).toBe('Page,Views\r\n/a,1234.5\r\n');
	});

	it('quotes what would end a field or a row', () => {
		expect(csv('a,b', 'c"d', 'e\nf', null)).toBe('"a,b","c""d","e\nf",');
	});

	it.each(['=HYPERLINK("http://evil.example")', '+1', '-1', '@SUM(A1)', '\tx'])(
		'makes text of %j, which a spreadsheet would run',
		(text) => {
			expect(csv(text)).toMatch(/^"'/);
		},
	);

	it('leaves a negative number a number', () => {
		expect(csv(-1)).toBe('-1');
	});
});
