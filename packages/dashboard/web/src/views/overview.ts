import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { asPicture, colours } from '../charts/chart-style.js';
import { linesChart, sparkline } from '../charts/lines-chart.js';
import { h } from '../dom.js';
import { formatCount, formatLongDay, formatMoney, formatPart } from '../format.js';
import { changeOf, type Measure, measures } from '../measures.js';
import { eachDay } from '../state.js';
import type { View } from './view.js';

type Numbers = ViewRows['overview']['numbers'][number];

/** Number of pages in the list. */
const pagesMax = 7;

export const overview: View = async (context) => {
	const [rows, { pages }] = await Promise.all([context.fetchRows('overview'), context.fetchRows('pages')]);
	const now = rows.numbers.find(({ isTotal, isCurrent }) => isTotal && isCurrent);
	const before = rows.numbers.find(({ isTotal, isCurrent }) => isTotal && !isCurrent);
	const days = eachDay(context.days);
	const byDay = new Map(rows.numbers.filter(({ isTotal }) => !isTotal).map((row) => [row.day, row]));
	const chosen = measures.find(({ key }) => key === context.state.measure) ?? (measures[0] as Measure);
	const valuesOf = (measure: Measure, of: readonly string[]) =>
		of.map((day) => (day < context.firstDay ? null : measured(measure, byDay.get(day))));
	const isPreviousPeriodComplete = context.firstDay <= (daysBefore(days)[0] as string);
	const tiles = measures.map((measure) =>
		tile(measure, {
			value: now?.[measure.key] ?? null,
			before: isPreviousPeriodComplete ? (before?.[measure.key] ?? null) : null,
			values: valuesOf(measure, days),
			isChosen: measure === chosen,
			choose: () => context.go({ measure: measure.key }),
		}),
	);
	return [
		h('div.tiles', { role: 'group', 'aria-label': 'Totals; select one to chart it' }, ...tiles),
		measureCard(chosen, days, context.isLastOpen, (of) => valuesOf(chosen, of)),
		topPages(pages),
		topSources(rows.sources),
	];
};

/** A day without sessions has no row. Its counts are 0, and its means are not defined. */
function measured({ key, isMean }: Measure, row: Numbers | undefined): number | null {
	return row ? row[key] : isMean ? null : 0;
}

interface TileOptions {
	value: number | null;
	before: number | null;
	values: readonly (number | null)[];
	isChosen: boolean;
	choose(): void;
}

function tile(measure: Measure, { value, before, values, isChosen, choose }: TileOptions): HTMLElement {
	const change = changeOf(measure, value, before);
	const tone = change?.isGood === undefined ? '' : change.isGood ? '.good' : '.bad';
	const line = values.length > 2 ? sparkline(values, '') : undefined;
	if (line) asPicture(line).setAttribute('aria-hidden', 'true');
	return h(
		'button.tile',
		{ type: 'button', 'aria-pressed': String(isChosen), click: choose, 'data-measure': measure.key },
		h('span.tile-title', {}, measure.title),
		h('span.tile-value', {}, measure.format(value)),
		h(
			`span.tile-change${tone}` as 'span',
			{},
			change ? change.text : 'no earlier period to compare with',
			change && tone !== '' ? h('span.tile-before', {}, ` from ${measure.formatTick(before ?? 0)}`) : undefined,
		),
		line as Node | undefined,
	);
}

/** The preceding period of the same length. */
function daysBefore(days: readonly string[]): string[] {
	const shiftMs = days.length * 86_400_000;
	return days.map((day) => new Date(Date.parse(day) - shiftMs).toISOString().slice(0, 10));
}

/** The selected number by day, with the previous period behind it. */
function measureCard(
	measure: Measure,
	days: readonly string[],
	isLastOpen: boolean,
	valuesOf: (days: readonly string[]) => (number | null)[],
) {
	const values = valuesOf(days);
	const valuesBefore = valuesOf(daysBefore(days));
	const hasBefore = valuesBefore.some((value) => value !== null && value !== 0);
	const format = (value: number) => measure.format(value);
	const formatKnown = (value: number | null) => (value === null ? '–' : measure.format(value));
	return card({
		title: `${measure.title} by day`,
		note: 'UTC days. Bots are excluded.',
		legend: [
			{ name: 'This period', colour: colours.main },
			...(hasBefore ? [{ name: 'Previous period', colour: colours.quiet, isPreviousPeriod: true }] : []),
		],
		draw: (width) =>
			linesChart({
				days,
				width,
				height: 280,
				label: `${measure.title} by day`,
				format,
				formatTick: measure.formatTick,
				...(measure.steps ? { steps: measure.steps } : {}),
				isLastOpen,
				series: [
					...(hasBefore
						? [{ name: 'Previous', colour: colours.quiet, values: valuesBefore, isPreviousPeriod: true }]
						: []),
					{ name: measure.title, colour: colours.main, values, isFilled: true },
				],
			}),
		table: {
			columns: [
				{ title: 'Day', format: formatLongDay },
				{ title: measure.title, isNumber: true, format: formatKnown },
				{ title: 'Previous period', isNumber: true, format: formatKnown },
			],
			rows: days.map((day, at) => [day, values[at] ?? null, valuesBefore[at] ?? null]),
		},
	});
}

function topPages(rows: ViewRows['pages']['pages']): HTMLElement {
	return card({
		title: 'Top pages',
		span: 1,
		table: {
			columns: [
				{ title: 'Page', barOf: 1 },
				{ title: 'Views', isNumber: true, format: formatCount },
				{ title: 'Bounce rate', isNumber: true, format: formatPart },
			],
			rows: rows.slice(0, pagesMax).map(({ path, views, bounceRate }) => [path, views, bounceRate]),
		},
	});
}

function topSources(rows: ViewRows['overview']['sources']): HTMLElement {
	return card({
		title: 'Top sources',
		span: 1,
		table: {
			columns: [
				{ title: 'Source', barOf: 1 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Revenue', isNumber: true, format: formatMoney },
			],
			rows: rows.map(({ source, sessions, revenue }) => [source, sessions, revenue]),
		},
	});
}
