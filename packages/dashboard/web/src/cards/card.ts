import { asPicture } from '../charts/chart-style.js';
import { h } from '../dom.js';
import { saveCsv, savePng } from './export.js';
import { type List, listElement } from './list.js';
import { type Table, type TableOptions, tableElement } from './table.js';

type Chart = SVGSVGElement | HTMLElement;

export interface CardOptions {
	title: string;
	/** Text below the title: what is counted, and how. */
	note?: string | undefined;
	/** Names and colours of the series, if the chart has several. */
	legend?: readonly { name: string; colour: string; isPreviousPeriod?: boolean | undefined }[];
	/** Draws the chart for a width in pixels. Without it the card shows its table. */
	draw?: ((width: number) => Chart) | undefined;
	/** Makes content that can be used, such as buttons, in the place of a chart. */
	content?: (() => HTMLElement) | undefined;
	table: Table;
	addFilter?: TableOptions['addFilter'];
	rowsMax?: number;
	/** The whole list, if the table has only its beginning. */
	list?: List;
	/** Columns of the grid that the card takes, of 2. @default 2 */
	span?: 1 | 2;
	/** Text for a card without data. @default No data for these days. */
	empty?: string;
}

/** Number of cards so far. Titles of senders may be alike, so they make no ids. */
let cards = 0;

/** A chart with its data as a table, for readers who cannot see the chart, and exports as CSV and PNG. */
export function card(options: CardOptions): HTMLElement {
	const { title, note, legend, draw, content, table, span = 2, empty = 'No data for these days.' } = options;
	const id = `card-${++cards}`;
	const place = h('div.place');
	const isEmpty = table.rows.length === 0;
	/** The rows that are loaded, which an export has. */
	let loaded = table;
	const onRows = (rows: Table['rows']) => {
		loaded = { ...table, rows };
	};
	const head = h(
		'div.card-head',
		{},
		h('div', {}, h('h2', { id }, title), note ? h('p.note', {}, note) : undefined),
		isEmpty ? undefined : toolbar(options, place, () => loaded),
	);
	const section = h(`section.card.span-${span}` as 'section', { 'aria-labelledby': id }, head);
	if (isEmpty) section.append(h('p.empty', {}, empty));
	else {
		if (legend && draw) section.append(legendElement(legend));
		section.append(place);
		if (draw) drawInto(place, draw);
		else if (content) place.append(content());
		else if (options.list) place.append(listElement(table, tableOptions(options), { list: options.list, onRows }));
		else place.append(tableElement(table, tableOptions(options)));
	}
	return section;
}

const tableOptions = ({ title, addFilter, rowsMax }: CardOptions): TableOptions => ({
	caption: title,
	addFilter,
	...(rowsMax === undefined ? {} : { rowsMax }),
});

function toolbar(options: CardOptions, place: HTMLElement, loaded: () => Table): HTMLElement {
	const { title, table, draw, content } = options;
	const name = `footfall-${fileName(title)}`;
	const tool = (text: string, label: string, click: () => void) =>
		h('button.tool', { type: 'button', 'aria-label': label, click }, text);
	const tools = h(
		'div.tools',
		{},
		tool('CSV', `Save ${title} as CSV`, () => saveCsv(name, loaded())),
	);
	if (!draw && !content) return tools;
	const png = tool('PNG', `Save ${title} as PNG`, () => {
		const chart = place.querySelector('svg');
		if (chart) void savePng(name, chart);
	});
	const toggle = h(
		'button.tool',
		{ type: 'button', 'aria-pressed': 'false', 'aria-label': `Show ${title} as a table`, click: flip },
		'Table',
	);
	function flip(): void {
		const isTable = toggle.getAttribute('aria-pressed') === 'false';
		toggle.setAttribute('aria-pressed', String(isTable));
		png.hidden = isTable;
		if (isTable) {
			stopDrawing(place);
			place.replaceChildren(tableElement(table, { ...tableOptions(options), rowsMax: 400 }));
		} else if (draw) drawInto(place, draw);
		else if (content) place.replaceChildren(content());
	}
	tools.prepend(toggle);
	if (draw) tools.append(png);
	return tools;
}

function legendElement(legend: NonNullable<CardOptions['legend']>): HTMLElement {
	return h(
		'ul.legend',
		{},
		...legend.map(({ name, colour, isPreviousPeriod }) => {
			const mark = h(isPreviousPeriod ? 'span.mark.before' : 'span.mark', { 'aria-hidden': 'true' });
			mark.style.setProperty('--mark', colour);
			return h('li', {}, mark, name);
		}),
	);
}

const observers = new WeakMap<HTMLElement, ResizeObserver>();

/** Draws the chart as soon as the width is known, and again when the width changes. */
function drawInto(place: HTMLElement, draw: (width: number) => Chart): void {
	let drawnWidth = 0;
	place.replaceChildren();
	const observer = new ResizeObserver(([entry]) => {
		const width = Math.floor(entry?.contentRect.width ?? 0);
		if (width === 0 || width === drawnWidth) return;
		drawnWidth = width;
		place.replaceChildren(asPicture(draw(width)));
	});
	observers.set(place, observer);
	observer.observe(place);
}

function stopDrawing(place: HTMLElement): void {
	observers.get(place)?.disconnect();
}

function fileName(title: string): string {
	return title
		.toLowerCase()
		.replaceAll(/[^\p{L}\p{M}\p{N}]+/gu, '-')
		.replaceAll(/^-|-$/g, '');
}
