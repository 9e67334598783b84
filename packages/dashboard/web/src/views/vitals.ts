import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { List } from '../cards/list.js';
import type { Cell } from '../cards/table.js';
import { colours } from '../charts/chart-style.js';
import { linesChart } from '../charts/lines-chart.js';
import { h } from '../dom.js';
import { formatCount, formatOpenDay, formatPage, formatVital } from '../format.js';
import { eachDay } from '../state.js';
import { listOf } from './list-of.js';
import type { View, ViewContext } from './view.js';

/** A metric that is good up to `good` and poor above `poor`, as web.dev defines them for the 75th percentile. */
interface Vital {
	metric: string;
	title: string;
	good: number;
	poor: number;
}

const vitalsShown: readonly Vital[] = [
	{ metric: 'LCP', title: 'Largest contentful paint', good: 2_500, poor: 4_000 },
	{ metric: 'INP', title: 'Interaction to next paint', good: 200, poor: 500 },
	{ metric: 'CLS', title: 'Cumulative layout shift', good: 0.1, poor: 0.25 },
	{ metric: 'FCP', title: 'First contentful paint', good: 1_800, poor: 3_000 },
	{ metric: 'TTFB', title: 'Time to first byte', good: 800, poor: 1_800 },
];

function ratingOf({ good, poor }: Vital, value: number): { word: string; tone: string } {
	if (value <= good) return { word: 'Good', tone: 'good' };
	return value <= poor ? { word: 'Needs work', tone: 'fair' } : { word: 'Poor', tone: 'bad' };
}

export const vitals: View = async (context) => {
	const { rows, lists } = await context.fetchView('vitals');
	const known = vitalsShown.filter(({ metric }) => rows.totals.some((row) => row.metric === metric));
	if (known.length === 0) {
		return [
			card({
				title: 'Web vitals',
				table: { columns: [], rows: [] },
				empty: 'No measurements in these days. The tracker sends web vitals if data-capture includes vital.',
			}),
		];
	}
	return [
		h('div.tiles', {}, ...known.map((vital) => tile(vital, rows.totals))),
		// With an odd number of half-width cards, the first one gets the full width, so that no gap remains.
		...known.map((vital, at) => dayCard(vital, rows.days, context, at === 0 && known.length % 2 === 1 ? 2 : 1)),
		pagesCard(
			known,
			rows,
			listOf(context, 'vitals', { name: 'pages', lists, noun: 'pages', rowsOf: (part) => pageRows(known, part) }),
		),
	];
};

function tile(vital: Vital, totals: ViewRows['vitals']['totals']): HTMLElement {
	const { p75 = 0, samples = 0 } = totals.find(({ metric }) => metric === vital.metric) ?? {};
	const { word, tone } = p75 === null ? { word: 'Unknown', tone: 'fair' } : ratingOf(vital, p75);
	return h(
		'div.tile.still',
		{ 'data-metric': vital.metric },
		h('span.tile-title', {}, vital.title),
		h('span.tile-value', {}, formatVital(vital.metric, p75)),
		h(
			`span.tile-change.${tone}` as 'span',
			{},
			word,
			h('span.tile-before', {}, ` in ${formatCount(samples)} ${samples === 1 ? 'view' : 'views'}`),
		),
	);
}

function dayCard(
	vital: Vital,
	rows: ViewRows['vitals']['days'],
	{ days: range, isLastOpen, open }: ViewContext,
	span: 1 | 2,
): HTMLElement {
	const days = eachDay(range);
	const own = new Map(
		rows.flatMap(({ day, metrics }) => {
			const measured = metrics.find(({ metric }) => metric === vital.metric);
			return measured ? [[day, { day, ...measured }]] : [];
		}),
	);
	const format = (value: number | null) => formatVital(vital.metric, value);
	return card({
		title: `${vital.title} by day`,
		note: `75th percentile of the measurements. Good up to ${format(vital.good)}.`,
		span,
		draw: (width) =>
			linesChart({
				days,
				isLastOpen,
				openDay: open,
				width,
				height: 220,
				label: `${vital.title} by day`,
				format,
				formatTick: format,
				bound: { name: 'Good up to', value: vital.good, colour: 'var(--good)' },
				series: [{ name: vital.metric, colour: colours.main, values: days.map((day) => own.get(day)?.p75 ?? null) }],
			}),
		table: {
			columns: [
				{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
				{ title: vital.metric, isNumber: true, format },
				{ title: 'Measurements', isNumber: true, format: formatCount },
			],
			rows: [...own.values()].map(({ day, p75, samples }) => [day, p75, samples]),
		},
	});
}

/** A row for each page, with the 75th percentile of each metric. */
function pageRows(known: readonly Vital[], { pages }: ViewRows['vitals']): Cell[][] {
	const paths = [...new Set(pages.map(({ path }) => path))];
	const p75Of = (path: string, metric: string) =>
		pages.find((row) => row.path === path && row.metric === metric)?.p75 ?? null;
	return paths.map((path) => [path, ...known.map(({ metric }) => p75Of(path, metric))]);
}

function pagesCard(known: readonly Vital[], rows: ViewRows['vitals'], list: List): HTMLElement {
	return card({
		title: 'By page',
		note: '75th percentile; the pages with most measurements first.',
		list,
		table: {
			columns: [
				{ title: 'Page', format: formatPage },
				...known.map(({ metric }) => ({
					title: metric,
					isNumber: true,
					format: (value: number | null) => formatVital(metric, value),
				})),
			],
			rows: pageRows(known, rows),
		},
	});
}
