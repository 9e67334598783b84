import type { SegmentName } from '@footfall/dashboard/contract';
import { h } from '../dom.js';

export type Cell = string | number | null;

/** A column of a table and of its export. */
interface Column {
	title: string;
	/** For the eye; the export has the value itself. @default the value */
	format?: (value: never) => string;
	/** Numbers stand right. */
	isNumber?: boolean;
	/** Number of the column that is drawn as a bar behind this one, from 0 to its largest. */
	barOf?: number;
	/** A click on a value shows only sessions that have it. */
	segment?: SegmentName;
}

/** What a card knows: shown, exported and read out from one place. */
export interface Table {
	columns: readonly Column[];
	rows: readonly (readonly Cell[])[];
}

export interface TableOptions {
	/** Read out before the table. */
	caption: string;
	/** Called when a value of a column with a segment is clicked. */
	onSegment?: ((segment: SegmentName, value: string) => void) | undefined;
	/** Rows until "Show all". @default 12 */
	rowsMax?: number;
}

/** A table whose columns sort by a click on their titles. */
export function tableElement(
	{ columns, rows }: Table,
	{ caption, onSegment, rowsMax = 12 }: TableOptions,
): HTMLElement {
	let sorted = { column: -1, isDown: true };
	let isWhole = false;
	const body = h('tbody');
	const heads = columns.map((column, at) => headCell(column, () => sortBy(at)));
	const more = h('button.more', { type: 'button', click: () => showAll() }, `Show all ${rows.length}`);

	function sortBy(column: number): void {
		const isFirstNumber = columns[column]?.isNumber === true;
		sorted = { column, isDown: sorted.column === column ? !sorted.isDown : isFirstNumber };
		for (const [at, head] of heads.entries()) {
			if (at === column) head.setAttribute('aria-sort', sorted.isDown ? 'descending' : 'ascending');
			else head.removeAttribute('aria-sort');
		}
		fill();
	}
	function showAll(): void {
		isWhole = true;
		more.remove();
		fill();
	}
	function fill(): void {
		const ordered =
			sorted.column < 0
				? rows
				: [...rows].sort((a, b) => compare(a[sorted.column], b[sorted.column]) * (sorted.isDown ? -1 : 1));
		const shown = isWhole ? ordered : ordered.slice(0, rowsMax);
		body.replaceChildren(...shown.map((row) => rowElement(columns, row, rows, onSegment)));
	}
	fill();
	return h(
		'div.table-frame',
		// A keyboard can scroll only what it can reach.
		{ tabindex: 0, role: 'region', 'aria-label': caption },
		h('table', {}, h('caption.visually-hidden', {}, caption), h('thead', {}, h('tr', {}, ...heads)), body),
		rows.length > rowsMax && more,
	);
}

function headCell({ title, isNumber }: Column, onClick: () => void): HTMLElement {
	return h(
		'th',
		{ scope: 'col', class: isNumber ? 'number' : undefined },
		h('button.sort', { type: 'button', click: onClick }, title),
	);
}

function rowElement(
	columns: readonly Column[],
	row: readonly Cell[],
	all: readonly (readonly Cell[])[],
	onSegment: TableOptions['onSegment'],
): HTMLElement {
	return h(
		'tr',
		{},
		...columns.map((column, at) => {
			const value = row[at] ?? null;
			const text = column.format ? column.format(value as never) : String(value ?? '–');
			const { segment } = column;
			const content =
				segment && onSegment && typeof value === 'string'
					? h('button.link', { type: 'button', title: `Only ${text}`, click: () => onSegment(segment, value) }, text)
					: text;
			const cell = h(
				at === 0 ? 'th' : 'td',
				{ scope: at === 0 ? 'row' : undefined, class: column.isNumber ? 'number' : undefined },
				content,
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

function compare(a: Cell | undefined, b: Cell | undefined): number {
	if (typeof a === 'number' && typeof b === 'number') return a - b;
	if (a === null || a === undefined || b === null || b === undefined)
		return (a ?? null) === (b ?? null) ? 0 : (a ?? null) === null ? -1 : 1;
	return String(a).localeCompare(String(b));
}
