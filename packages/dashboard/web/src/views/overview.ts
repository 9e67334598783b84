import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { asPicture, colours } from '../charts/chart-style.js';
import { linesChart, sparkline } from '../charts/lines-chart.js';
import { h } from '../dom.js';
import {
	formatCount,
	formatKnown,
	formatMoney,
	formatOpenDay,
	formatPage,
	formatPart,
	formatUtcTime,
} from '../format.js';
import { changeOf, type Measure, measures, numberOf } from '../measures.js';
import { addressOf, daysBefore, eachDay } from '../state.js';
import { parts } from './parts.js';
import { isKnown, isPeriodBeforeComplete } from './periods.js';
import type { View, ViewContext } from './view.js';

/** Number of pages in the list. */
const pagesMax = 7;

export const overview: View = async (context) => {
	const [{ rows }, { rows: top, lists }] = await Promise.all([
		context.fetchView('overview'),
		context.fetchView('pages'),
	]);
	return parts(
		() => numberCards(context, rows),
		() => topPages(context, top.pages, lists.pages?.total ?? 0),
		() => topSources(context, rows.sources),
	);
};

/** The totals, and the chosen one by day. */
function numberCards(context: ViewContext, rows: ViewRows['overview']): HTMLElement[] {
	const now = rows.numbers.find(({ isTotal, isCurrent }) => isTotal && isCurrent);
	const before = rows.numbers.find(({ isTotal, isCurrent }) => isTotal && !isCurrent);
	const days = eachDay(context.days);
	const byDay = new Map(rows.numbers.filter(({ isTotal }) => !isTotal).map((row) => [row.day, row]));
	const chosen = measures.find(({ key }) => key === context.state.measure) ?? (measures[0] as Measure);
	const valuesOf = (measure: Measure, of: readonly string[]) =>
		of.map((day) => (isKnown(day, context) ? numberOf(measure, byDay.get(day)) : null));
	const tiles = measures.map((measure) =>
		tile(measure, {
			value: numberOf(measure, now),
			before: isPeriodBeforeComplete(context) ? { value: numberOf(measure, before) } : undefined,
			untilMs: context.open?.untilMs,
			values: valuesOf(measure, days),
			isChosen: measure === chosen,
			choose: () => context.go({ measure: measure.key }),
		}),
	);
	return [
		h('div.tiles', { role: 'group', 'aria-label': 'Totals; select one to chart it' }, ...tiles),
		measureCard(
			chosen,
			days,
			context,
			(of) => valuesOf(chosen, of),
			chosen.key === 'revenue' ? rows.money[0] : undefined,
		),
	];
}

interface TileOptions {
	value: number | null;
	/** The number of the previous period; undefined if the site has no such period. */
	before: { value: number | null } | undefined;
	/** Time up to which the period is counted; undefined if it is over. */
	untilMs: number | undefined;
	values: readonly (number | null)[];
	isChosen: boolean;
	choose(): void;
}

function tile(measure: Measure, { value, before, untilMs, values, isChosen, choose }: TileOptions): HTMLElement {
	const change = before && changeOf(measure, value, before.value);
	const tone = change?.isGood === undefined ? '' : change.isGood ? '.good' : '.bad';
	const line = values.length > 2 ? sparkline(values, '') : undefined;
	if (line) asPicture(line).setAttribute('aria-hidden', 'true');
	const shown = measure.format(value);
	const until = untilMs === undefined ? '' : ` until ${formatUtcTime(untilMs)}`;
	const number = h('span.tile-value', {}, shown);
	// The style makes a long number smaller, so that it is never cut.
	number.style.setProperty('--characters', String(shown.length));
	return h(
		'button.tile',
		{ type: 'button', 'aria-pressed': String(isChosen), click: choose, 'data-measure': measure.key },
		h('span.tile-title', {}, measure.title),
		number,
		h(
			`span.tile-change${tone}` as 'span',
			{},
			change ? change.text : 'no earlier period to compare with',
			change && tone !== ''
				? h('span.tile-before', {}, ` from ${measure.formatTick(before?.value ?? 0)}${until}`)
				: undefined,
		),
		line as Node | undefined,
	);
}

/** The selected number by day, with the previous period behind it. */
function measureCard(
	measure: Measure,
	days: readonly string[],
	{ open, isLastOpen }: ViewContext,
	valuesOf: (days: readonly string[]) => (number | null)[],
	money: ViewRows['overview']['money'][number] | undefined,
) {
	const values = valuesOf(days);
	const valuesBefore = valuesOf(daysBefore(days));
	const hasBefore = valuesBefore.some((value) => value !== null && value !== 0);
	const dashed = isLastOpen && days.length > 2 ? ' (dashed)' : '';
	const openNote = open
		? ` Today is counted until ${formatUtcTime(open.untilMs)}${dashed}, and so is the day that it is compared with.`
		: '';
	const format = (value: number) => measure.format(value);
	const formatMaybe = (value: number | null) => (value === null ? '–' : measure.format(value));
	return card({
		title: `${measure.title} by day`,
		note: `${money ? `${revenueText(money)} ` : ''}UTC days. Bots are excluded.${openNote}`,
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
				openDay: open,
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
				{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
				{ title: measure.title, isNumber: true, format: formatMaybe },
				{ title: 'Previous period', isNumber: true, format: formatMaybe },
			],
			rows: days.map((day, at) => [day, values[at] ?? null, valuesBefore[at] ?? null]),
		},
	});
}

/** A sentence that says which amounts the revenue has. */
const revenueText = ({ kind, currency }: ViewRows['overview']['money'][number]): string =>
	kind === 'checkouts'
		? 'Totals of clicks on checkout, of which no order tells.'
		: `${kind === 'confirmed' ? 'Orders of which a server told' : 'Orders'} less refunds, in ${currency || 'the currency of the site'}.`;

function topPages({ state }: ViewContext, rows: ViewRows['pages']['pages'], total: number): HTMLElement {
	return withLink(
		card({
			title: 'Top pages',
			span: 1,
			table: {
				columns: [
					{ title: 'Page', format: formatPage, barOf: 1 },
					{ title: 'Views', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
				],
				rows: rows.slice(0, pagesMax).map(({ path, views, bounceRate }) => [path, views, bounceRate]),
			},
		}),
		total > pagesMax
			? { href: addressOf({ ...state, view: 'pages' }), text: `All ${formatCount(total)} pages` }
			: undefined,
	);
}

function topSources({ state }: ViewContext, rows: ViewRows['overview']['sources']): HTMLElement {
	const nameOf = ({ channel, source }: (typeof rows)[number]) =>
		channel === 'direct' ? direct : formatKnown(source, direct);
	return withLink(
		card({
			title: 'Top sources',
			span: 1,
			table: {
				columns: [
					{ title: 'Source', barOf: 1 },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Revenue', isNumber: true, format: formatMoney },
				],
				rows: rows.map((row) => [nameOf(row), row.sessions, row.revenue]),
			},
		}),
		rows.length > 0 ? { href: addressOf({ ...state, view: 'acquisition' }), text: 'All sources' } : undefined,
	);
}

/** Word for sessions without a source. A source that is called so has quotation marks. */
const direct = 'direct';

/** Adds a link to the view with the whole list to a card. */
function withLink(card: HTMLElement, link: { href: string; text: string } | undefined): HTMLElement {
	if (link) card.append(h('a.more', { href: link.href }, link.text));
	return card;
}
