import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvOf } from './csv.js';
import type { Cell } from './table.js';

const csvOfRows = (rows: Cell[][]) => csvOf({ columns: [{ title: 'a' }], rows });
const csv = (...cells: Cell[]) => csvOfRows([cells]).split('\r\n')[1];

/**
 * A reader that follows RFC 4180. A quote counts at the beginning of a cell, and the text after the closing quote is
 * part of the cell.
 */
function read(text: string, separator: string): string[][] {
	const rows: string[][] = [];
	let row: string[] = [];
	let cell = '';
	let at = 0;
	const endCell = () => {
		row.push(cell);
		cell = '';
	};
	while (at < text.length) {
		if (cell === '' && text[at] === '"') {
			for (at++; at < text.length; at++) {
				if (text[at] !== '"') cell += text[at];
				else if (text[at + 1] === '"') cell += text[at++];
				else break;
			}
			at++;
			while (at < text.length && text[at] !== separator && !/[\r\n]/.test(text[at] as string)) cell += text[at++];
		} else if (text[at] !== separator && !/[\r\n]/.test(text[at] as string)) cell += text[at++];
		if (text[at] === separator) {
			endCell();
			at++;
		} else if (/[\r\n]/.test(text[at] ?? '')) {
			endCell();
			rows.push(row);
			row = [];
			at += text.startsWith('\r\n', at) ? 2 : 1;
		}
	}
	return rows;
}

/** A reader that does not support quotes and drops them. */
const readBadly = (text: string, separator: string) =>
	text.split(/[\r\n]+/).map((line) => line.split(separator).map((cell) => cell.replaceAll('"', '')));

const readers = [read, readBadly];
const separators = [',', ';', '\t', '|'];
const invisible = /^[\s"\p{Cc}\p{Cf}]+/u;
/** Whether a spreadsheet would run the cell as a formula. */
const isFormula = (cell: string) =>
	/^[=+\-@＝＋－＠]/.test(cell.replace(invisible, '')) && !/^-?\d+(\.\d+)?$/.test(cell);

/** Cells that would run as a formula, for any separator. */
const formulasIn = (text: string) =>
	readers.flatMap((reader) => separators.flatMap((separator) => reader(text, separator).flat().filter(isFormula)));

describe('a table as CSV', () => {
	it('has a row of titles and plain numbers', () => {
		const columns = [{ title: 'Page' }, { title: 'Views', isNumber: true, format: () => '1,234' }];
		expect(csvOf({ columns, rows: [['/a', 1234.5]] })).toBe('Page,Views\r\n/a,1234.5\r\n');
	});

	it('quotes characters that would end a field or a row', () => {
		expect(csv('a,b', 'c"d', 'e\nf', null)).toBe('"a,b","c""d","e\nf",');
	});

	it.each([
		'=HYPERLINK("http://evil.example")',
		'+1',
		'-1',
		'@SUM(A1)',
		'\tx',
		'\rx',
		' =1',
		'\u00a0=1',
		'\u200b=1',
		'\ufeff=1',
		'"=1',
		'""=1"',
		'＝1',
		'＋1',
		'－1',
		'＠A1',
		'\t=1',
		'\r\n=1',
	])('escapes %j, which a spreadsheet would run as a formula', (text) => {
		expect(csv(text)).toMatch(/^"'/);
	});

	it.each([
		"a;=cmd|' /C calc'!A0",
		'a;-1+1',
		'a; =1',
		'a;"=1"',
		'a;""=1',
		'a;;=1',
		'a;\tx',
		'a,\r\nx',
		'a,=1',
		'a\t=1',
		'a\t\t+1',
		'a\n=1',
		'a\r=1',
		'a\r\n@A1',
		'a|=1',
		'a;＝1',
		'a;\u200b＠A1',
		'a"\n"=1',
		'";=1;"',
	])('escapes every cell that a separator could begin within %j', (text) => {
		for (const row of [[text], ['x', text], [1, text, -2], [text, text], [-5, text, 'y']]) {
			expect(formulasIn(csvOfRows([row, row])).filter((cell) => !cell.startsWith('-5,'))).toEqual([]);
		}
	});

	it('begins no cell with a tab or a carriage return', () => {
		expect(csv('a;\tx', '\t\tx')).toBe('"a;\'\tx","\'\t\'\tx"');
	});

	it('does not let a text continue the number before it, where the decimal separator is a comma', () => {
		expect(csv(-5, '1+WEBSERVICE(A1)')).toBe('-5,"1+WEBSERVICE(A1)"');
		expect(csv(-5, '7')).toBe('-5,"7"');
		expect(csv('2026-01-31')).toBe('2026-01-31');
	});

	it.each([-1, 0, 1.5, -1e21, 12_345])('leaves %d a number', (value) => {
		expect(csv(value)).toBe(String(value));
	});

	it.each(['/catalog/product-1', 'Größe', '/a-b;c', 'mail@shop.example', 'a = b', "it's", 'spring - sale', '1+1'])(
		'leaves %j as it is',
		(text) => {
			expect(read(csvOfRows([[text]]), ',')[1]).toEqual([text]);
		},
	);

	it('reads back as its input except for apostrophes, and has no cell that runs as a formula', () => {
		const sign = fc.constantFrom(...'=+-@＝＋－＠;,|\t\r\n"\' ax1/'.split(''), '\u200b', '\u00a0', '\ufeff', '\0');
		const text = fc.array(sign, { maxLength: 12 }).map((signs) => signs.join(''));
		const row = fc.array(text, { minLength: 1, maxLength: 4 });
		fc.assert(
			fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), (rows) => {
				const written = csvOfRows(rows);
				expect(formulasIn(written)).toEqual([]);
				const bare = (cells: string[]) => cells.map((cell) => cell.replaceAll("'", ''));
				expect(read(written, ',').slice(1).map(bare)).toEqual(rows.map(bare));
			}),
			{ numRuns: 3_000 },
		);
	});
});
