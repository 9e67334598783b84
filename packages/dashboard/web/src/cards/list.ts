import { h } from '../dom.js';
import { formatCount } from '../format.js';
import { isFoundIn } from './matches.js';
import { type Cell, shownText, type Table, type TableOptions, tableElement } from './table.js';

/** A list of which the page has the beginning only. */
export interface List {
	/** Word for its entries, plural: `pages`. */
	noun: string;
	/** Number of entries of the whole list. */
	total: number;
	/** Maximum number of entries of one part. */
	limit: number;
	/** Fetches the part after so many entries that match a search. */
	fetch(search: string, offset: number): Promise<{ rows: Cell[][]; total: number }>;
}

/** Entries from which on a list can be searched. */
const searchedMin = 13;
/** Pause after the last letter of a search, milliseconds. */
const pauseMs = 250;

/** A table of a list that says how much of it is shown, with a search and more rows. */
export function listElement(
	table: Table,
	options: TableOptions,
	{ list, onRows }: { list: List; onRows: (rows: Table['rows']) => void },
): HTMLElement {
	const loaded = { rows: table.rows, total: list.total, search: '', fault: '' };
	let request = 0;
	const place = h('div');
	const status = h('p.list-status', { 'aria-live': 'polite' });
	const more = h('button.more', { type: 'button', click: () => void load(loaded.search, loaded.rows.length) });
	const isWhole = list.total <= table.rows.length;
	const root = h('div.list');

	function draw(): void {
		const { rows, total, search, fault } = loaded;
		// Bars are compared with the largest value of the whole list, which is in its beginning.
		place.replaceChildren(
			tableElement(
				{ ...table, rows },
				{ ...options, all: table.rows, ...(rows.length > table.rows.length ? { rowsMax: rows.length } : {}) },
			),
		);
		onRows(rows);
		const matching = search === '' ? list.noun : `${list.noun} with “${search}”`;
		const cut = `The first ${formatCount(rows.length)} of ${formatCount(total)} ${matching}. Titles sort these rows only.`;
		const whole = total === 1 ? `One of the ${matching}.` : `${formatCount(total)} ${matching}.`;
		const text = total === 0 ? `No ${matching}.` : rows.length < total ? cut : whole;
		status.textContent = fault === '' ? text : fault;
		status.hidden = isWhole && search === '' && fault === '';
		more.hidden = rows.length >= total;
		more.textContent = `Load ${formatCount(Math.min(list.limit, total - rows.length))} more`;
	}

	async function load(search: string, offset: number): Promise<void> {
		const own = ++request;
		// A refresh of the page would return to the beginning of the list.
		root.dataset.changed = '';
		root.setAttribute('aria-busy', 'true');
		try {
			const found = isWhole ? local(search) : await list.fetch(search, offset);
			if (own !== request) return;
			const kept = offset === 0 ? [] : loaded.rows;
			Object.assign(loaded, { rows: [...kept, ...found.rows], total: found.total, search, fault: '' });
		} catch (error) {
			if (own !== request) return;
			loaded.fault = error instanceof Error ? error.message : String(error);
		}
		root.removeAttribute('aria-busy');
		draw();
	}

	/** Searches in the texts that a complete list shows. */
	function local(search: string): { rows: readonly (readonly Cell[])[]; total: number } {
		const rows = table.rows.filter((row) =>
			table.columns.some((column, at) => !column.isNumber && isFoundIn(shownText(column, row[at] ?? null), search)),
		);
		return { rows, total: rows.length };
	}

	draw();
	root.append(
		...(list.total >= searchedMin ? [searchField(list.noun, (text) => void load(text, 0))] : []),
		place,
		status,
		more,
	);
	return root;
}

function searchField(noun: string, onSearch: (text: string) => void): HTMLElement {
	let timer: ReturnType<typeof setTimeout> | undefined;
	const field = h('input.search', {
		type: 'search',
		placeholder: `Search ${noun}`,
		'aria-label': `Search ${noun}`,
		maxlength: 300,
		input: () => {
			clearTimeout(timer);
			timer = setTimeout(() => onSearch(field.value.trim()), pauseMs);
		},
	});
	return field;
}
