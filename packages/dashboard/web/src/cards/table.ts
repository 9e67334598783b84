import type { FilterName } from '@footfall/dashboard/contract';
import { h } from '../dom.js';

export type Cell = string | number | null;

/** A column of a table and of its export. */
export interface Column {
	title: string;
	/** Formats a value for display; exports have the value itself. @default the value as text */
	format?: (value: never) => string;
	/** Numbers are right-aligned, and sort in descending order first. */
	isNumber?: boolean;
	/** Index of the column whose values are drawn as bars behind this one; the largest value is a full bar. */
	barOf?: number;
	/** The session attribute that the column shows; a click on a value filters by it. */
	filter?: FilterName;
	/** Called with the row when a value of the column is clicked. */
	choose?: (row: readonly Cell[]) => void;
	/** The address to which a value is a link; undefined for a value without one. */
	href?: (value: string) => string | undefined;
	/** Whether the row is the one that was chosen. */
	isChosen?: (row: readonly Cell[]) => boolean;
	/** A second line of a cell, smaller; empty for none. */
	below?: (row: readonly Cell[]) => string;
	/** The column is in exports, and not in the table. */
	isExportOnly?: boolean;
}

/** Data of a card, as it is displayed, exported and read by screen readers. */
export interface Table {
	columns: readonly Column[];
	rows: readonly (readonly Cell[])[];
}

export interface TableOptions {
	/** Text that screen readers read before the table. */
	caption: string;
	/** Called when a value of a column with a filter is clicked. */
	addFilter?: ((name: FilterName, value: string) => void) | undefined;
	/** Rows that are shown before "Show all" is clicked. @default 12 */
	rowsMax?: number;
	/** Rows whose largest value is a full bar. @default the rows of the table */
	all?: Table['rows'];
}

/** Number of columns of numbers that fit beside a label on a phone. */
const numbersMax = 2;
/** Length from which on a label may be cut, so that its cell has it as its title, characters. */
const titledMin = 30;

/** A table that sorts by a column when its title is clicked. */
export function tableElement(
	{ columns, rows }: Table,
	{ caption, addFilter, rowsMax = 12, all = rows }: TableOptions,
): HTMLElement {
	let sorted = { column: -1, isDescending: true };
	let isExpanded = false;
	const body = h('tbody', { role: 'rowgroup' });
	const shownColumns = [...columns.entries()].filter(([, { isExportOnly }]) => !isExportOnly);
	const heads = new Map(shownColumns.map(([at, column]) => [at, headCell(column, () => sortBy(at))]));
	const showAllButton = h('button.more', { type: 'button', click: () => showAll() }, `Show all ${rows.length}`);

	function sortBy(column: number): void {
		const isNumber = columns[column]?.isNumber === true;
		sorted = { column, isDescending: sorted.column === column ? !sorted.isDescending : isNumber };
		for (const [at, head] of heads) {
			if (at === column) head.setAttribute('aria-sort', sorted.isDescending ? 'descending' : 'ascending');
			else head.removeAttribute('aria-sort');
		}
		fill();
	}
	function showAll(): void {
		isExpanded = true;
		showAllButton.remove();
		fill();
	}
	function fill(): void {
		const ordered =
			sorted.column < 0
				? rows
				: [...rows].sort((a, b) => compare(a[sorted.column], b[sorted.column]) * (sorted.isDescending ? -1 : 1));
		const shown = isExpanded ? ordered : ordered.slice(0, rowsMax);
		body.replaceChildren(...shown.map((row) => rowElement(shownColumns, row, all, addFilter)));
	}
	fill();
	return h(
		// On a phone a row of many numbers takes several lines.
		shownColumns.length > numbersMax + 1 ? 'div.table-frame.many' : 'div.table-frame',
		// Only a focusable element can be scrolled by keyboard.
		{ tabindex: 0, role: 'region', 'aria-label': `Table: ${caption}` },
		// The style of a phone takes the roles of a table from its elements.
		h(
			'table',
			{ role: 'table' },
			h('caption.visually-hidden', {}, caption),
			h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, ...heads.values())),
			body,
		),
		rows.length > rowsMax && showAllButton,
	);
}

/** A value as it is displayed. Pure. */
export function shownText({ format }: Column, value: Cell): string {
	return format ? format(value as never) : String(value ?? '–');
}

function headCell({ title, isNumber }: Column, onClick: () => void): HTMLElement {
	return h(
		'th',
		{ scope: 'col', role: 'columnheader', class: isNumber ? 'number' : undefined },
		h('button.sort', { type: 'button', click: onClick }, title),
	);
}

function rowElement(
	columns: readonly (readonly [number, Column])[],
	row: readonly Cell[],
	all: readonly (readonly Cell[])[],
	addFilter: TableOptions['addFilter'],
): HTMLElement {
	return h(
		'tr',
		{ role: 'row' },
		...columns.map(([at, column]) => {
			const value = row[at] ?? null;
			const text = shownText(column, value);
			const content = linkElement(column, { row, value, text, addFilter }) ?? text;
			const below = column.below?.(row) ?? '';
			const cell = h(
				at === 0 ? 'th' : 'td',
				{
					scope: at === 0 ? 'row' : undefined,
					role: at === 0 ? 'rowheader' : 'cell',
					class: column.isNumber ? 'number' : undefined,
					title: !column.isNumber && text.length > titledMin ? text : undefined,
					'data-label': column.title,
				},
				column.isNumber ? content : h('span.label', {}, content),
				below !== '' && h('span.below', {}, below),
			);
			const { barOf } = column;
			if (barOf !== undefined) {
				const largest = Math.max(1e-9, ...all.map((each) => Number(each[barOf])));
				cell.classList.add('bar-cell');
				cell.style.setProperty('--share', String(Number(row[barOf]) / largest));
			}
			return cell;
		}),
	);
}

/** A value that can be clicked; undefined for any other. */
function linkElement(
	{ filter, choose, href, isChosen }: Column,
	{
		row,
		value,
		text,
		addFilter,
	}: { row: readonly Cell[]; value: Cell; text: string } & Pick<TableOptions, 'addFilter'>,
): HTMLElement | undefined {
	if (choose) {
		const pressed = isChosen && String(isChosen(row));
		const click = () => choose(row);
		return h('button.link', { type: 'button', title: `Choose ${text}`, 'aria-pressed': pressed, click }, text);
	}
	const address = typeof value === 'string' ? href?.(value) : undefined;
	if (address !== undefined) return h('a.link', { href: address }, text);
	if (!filter || !addFilter || typeof value !== 'string') return undefined;
	const click = () => addFilter(filter, value);
	return h('button.link', { type: 'button', title: `Filter by ${text}`, click }, text);
}

function compare(a: Cell | undefined, b: Cell | undefined): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	if (a === null || a === undefined || b === null || b === undefined)
		return (a ?? null) === (b ?? null) ? 0 : (a ?? null) === null ? -1 : 1;
	return String(a).localeCompare(String(b));
}
