import type { Cell, Table } from './table.js';

/**
 * A table as CSV for a spreadsheet, with plain numbers. The cell separator depends on the locale of the spreadsheet, so
 * a text is safe for each of them. Pure.
 */
export function csvOf({ columns, rows }: Table): string {
	return [columns.map(({ title }) => title), ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/**
 * Characters that a spreadsheet may treat as the beginning of a formula, including their full-width and small forms.
 */
const formulaSigns = '=+\\-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋−';
/** Characters that may precede a formula without changing it: spaces, quotes, and invisible characters. */
const formula = new RegExp(`^[\\s\\p{Cc}\\p{Cf}"“”„«»\`´’‘]*[${formulaSigns}]`, 'u');
/** Characters that may end a cell or a row in any locale of a spreadsheet. */
const separator = /([,;|\t\r\n\v\f\u0085\u2028\u2029])/;

/**
 * A visitor's browser may send a path or a referrer that a spreadsheet would run as a formula. An apostrophe makes it
 * text.
 */
function field(value: Cell): string {
	if (value === null) return '';
	if (typeof value === 'number') return String(value);
	const parts = value.split(separator);
	// A tab or a carriage return may also be treated as the beginning of a formula.
	const isUnsafe = (part: string, at: number) =>
		formula.test(part) || (part === '' && /[\t\r]/.test(parts[at + 1] ?? ''));
	const text = parts.map((part, at) => (isUnsafe(part, at) ? `'${part}` : part)).join('');
	// An unquoted text could continue the number before it if the decimal separator is a comma.
	const isPlain = /^([\p{L}/][\p{L}\p{N}_./%-]*|\d{4}-\d\d-\d\d)?$/u.test(text);
	return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}
