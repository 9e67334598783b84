import type { Cell, Table } from './table.js';

/**
 * A table as CSV for a spreadsheet, with plain numbers. Which sign separates cells is up to the country that a
 * spreadsheet is set to, so a text is safe whichever of them it takes. Pure.
 */
export function csvOf({ columns, rows }: Table): string {
	return [columns.map(({ title }) => title), ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/**
 * What a spreadsheet may take for the beginning of a formula, also where it takes wide and small signs for plain ones.
 */
const formulaSigns = '=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−';
/** What may stand before a formula without changing what it is: spaces, quotes, and signs that nobody sees. */
const formula = new RegExp(`^[\\s\\p{Cc}\\p{Cf}"“”„«»\`´’‘]*[${formulaSigns}]`, 'u');
/** What may end a cell or a row, whatever country a spreadsheet is set to. */
const separator = /([,;|\t\r\n\v\f\u0085\u2028\u2029])/;

/**
 * A visitor's browser may send a path or a referrer that a spreadsheet would run as a formula: an apostrophe makes it
 * text.
 */
function field(value: Cell): string {
	if (value === null) return '';
	if (typeof value === 'number') return String(value);
	const parts = value.split(separator);
	// A tab or a carriage return may be taken for the beginning of a formula, too.
	const isUnsafe = (part: string, at: number) =>
		formula.test(part) || (part === '' && /[\t\r]/.test(parts[at + 1] ?? ''));
	const text = parts.map((part, at) => (isUnsafe(part, at) ? `'${part}` : part)).join('');
	// After a number, and where a comma is the sign for decimals, a bare text could go on with what the number begins.
	const isPlain = /^([\p{L}/][\p{L}\p{N}_./%-]*|\d{4}-\d\d-\d\d)?$/u.test(text);
	return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
