import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { colours } from '../charts/chart-style.js';
import { linesChart } from '../charts/lines-chart.js';
import { h } from '../dom.js';
import { formatCount, formatOpenDay, formatOptional, formatPart, isolated } from '../format.js';
import { addressOf, eachDay } from '../state.js';
import { listOf } from './list-of.js';
import { parts } from './parts.js';
import type { View, ViewContext } from './view.js';

type Rows = ViewRows['events'];

const visitorsNote = 'A visitor counts once a day, and a session on each of its days.';

/** The name of a row of several names, objects, keys or values, which no sender can choose. */
const otherText = (noun: string, others: number) =>
	others === 0 ? `All other ${noun}` : `All other ${noun} (up to ${formatCount(others)} a day)`;

const changeOf = (now: number, before: number): number | null => (before === 0 ? null : (now - before) / before);
const formatChange = (change: number | null): string =>
	change === null ? 'new' : `${change > 0 ? '+' : ''}${formatPart(change)}`;

/** An object as its kind and its id: `button add_to_cart`. */
const objectText = ({ obj, objId }: Rows['objects'][number]): string =>
	[obj, objId].filter((text) => text !== '').join(' ') || 'no object';

const countColumn = (title: string) => ({ title, isNumber: true, format: formatCount });

export const events: View = async (context) => {
	const { rows, lists } = await context.fetchView('events');
	const { event } = context.state;
	if (event === undefined) return [namesCard(context, rows, lists)];
	const chosen = h(
		'p.hint',
		{},
		`The event ${isolated(formatOptional(event))}. `,
		h('a.link', { href: addressOf({ ...context.state, event: undefined, property: undefined }) }, 'Show all events'),
	);
	if (!rows.days.some(({ day }) => day >= context.days.from))
		return [chosen, missingCard(event), namesCard(context, rows, lists)];
	const { property } = context.state;
	return [
		chosen,
		...parts(
			() => daysCard(context, event, rows.days),
			() => objectsCard(context, event, rows, lists),
			() => propertiesCard(context, event, rows, lists),
			() => (property === undefined ? [] : valueCards(context, property, rows, lists)),
			() => namesCard(context, rows, lists),
		),
	];
};

/** Says that the event of the address did not happen, for example in a link to a name that the site no longer sends. */
const missingCard = (event: string): HTMLElement =>
	card({
		title: 'No such events',
		table: { columns: [], rows: [] },
		empty: `No event ${isolated(JSON.stringify(event))} has a row of its own in these days. Choose other days, or one of the events below.`,
	});

type Lists = Awaited<ReturnType<ViewContext['fetchView']>>['lists'];

function namesCard(context: ViewContext, rows: Rows, lists: Lists): HTMLElement {
	const rowsOf = ({ names }: Rows): Cell[][] =>
		names.map((row) => [
			row.isOther ? otherText('names', row.others) : row.name,
			row.events,
			row.visitors,
			row.sessions,
			changeOf(row.events, row.eventsBefore),
		]);
	const others = new Set(rows.names.filter(({ isOther }) => isOther).map((row) => otherText('names', row.others)));
	return card({
		title: 'Events',
		note: `${visitorsNote} Change: events beside those of the previous period, of whole days.`,
		rowsMax: 25,
		list: listOf(context, 'events', { name: 'names', lists, noun: 'names', rowsOf }),
		table: {
			columns: [
				{
					title: 'Event',
					format: (name: string) => formatOptional(name),
					barOf: 1,
					href: (name: string) =>
						others.has(name) ? undefined : addressOf({ ...context.state, event: name, property: undefined }),
				},
				countColumn('Events'),
				countColumn('Visitors'),
				countColumn('Sessions'),
				{ title: 'Change', isNumber: true, format: formatChange },
			],
			rows: rowsOf(rows),
		},
	});
}

/** The same days of the preceding period. */
function daysBefore(days: readonly string[]): string[] {
	const shiftMs = days.length * 86_400_000;
	return days.map((day) => new Date(Date.parse(day) - shiftMs).toISOString().slice(0, 10));
}

function daysCard({ days: range, open, isLastOpen, firstDay }: ViewContext, event: string, rows: Rows['days']) {
	const days = eachDay(range);
	const byDay = new Map(rows.map((row) => [row.day, row]));
	const valuesOf = (of: readonly string[]) =>
		of.map((day) => (day < firstDay || (open && day > open.today) ? null : (byDay.get(day)?.events ?? 0)));
	const [values, before] = [valuesOf(days), valuesOf(daysBefore(days))];
	const hasBefore = before.some((value) => value !== null && value > 0);
	const formatMaybe = (value: number | null) => (value === null ? '–' : formatCount(value));
	return card({
		title: `${isolated(event)} by day`,
		note: 'Events on UTC days. Bots are excluded.',
		legend: [
			{ name: 'This period', colour: colours.main },
			...(hasBefore ? [{ name: 'Previous period', colour: colours.quiet, isPreviousPeriod: true }] : []),
		],
		draw: (width) =>
			linesChart({
				days,
				width,
				height: 240,
				label: `${isolated(event)} by day`,
				format: formatCount,
				openDay: open,
				isLastOpen,
				series: [
					...(hasBefore ? [{ name: 'Previous', colour: colours.quiet, values: before, isPreviousPeriod: true }] : []),
					{ name: 'Events', colour: colours.main, values, isFilled: true },
				],
			}),
		table: {
			columns: [
				{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
				{ title: 'Events', isNumber: true, format: formatMaybe },
				countColumn('Visitors'),
				countColumn('Sessions'),
				{ title: 'Previous period', isNumber: true, format: formatMaybe },
			],
			rows: days.map((day, at) => {
				const row = byDay.get(day);
				return [day, values[at] ?? null, row?.visitors ?? 0, row?.sessions ?? 0, before[at] ?? null];
			}),
		},
	});
}

function objectsCard(context: ViewContext, event: string, rows: Rows, lists: Lists): HTMLElement {
	const rowsOf = ({ objects }: Rows): Cell[][] =>
		objects.map((row) => [
			row.isOther ? otherText('objects', row.others) : objectText(row),
			row.events,
			row.visitors,
			row.sessions,
		]);
	return card({
		title: `Objects of ${isolated(event)}`,
		note: visitorsNote,
		list: listOf(context, 'events', { name: 'objects', lists, noun: 'objects', rowsOf }),
		table: {
			columns: [{ title: 'Object', barOf: 1 }, countColumn('Events'), countColumn('Visitors'), countColumn('Sessions')],
			rows: rowsOf(rows),
		},
	});
}

function propertiesCard(context: ViewContext, event: string, rows: Rows, lists: Lists): HTMLElement {
	const rowsOf = ({ properties }: Rows): Cell[][] =>
		properties.map((row) => [
			row.isOther ? otherText('keys', row.others) : `${row.kind}:${row.key}`,
			row.events,
			row.visitors,
		]);
	const others = new Set(rows.properties.filter(({ isOther }) => isOther).map((row) => otherText('keys', row.others)));
	return card({
		title: `Properties of ${isolated(event)}`,
		note: 'Properties passed to track(), and experiments. Choose one to see its values.',
		empty: 'Events of this name have no properties in these days.',
		list: listOf(context, 'events', { name: 'properties', lists, noun: 'keys', rowsOf }),
		table: {
			columns: [
				{
					title: 'Property',
					format: (text: string) => (others.has(text) ? text : propertyText(text)),
					barOf: 1,
					href: (property: string) => (others.has(property) ? undefined : addressOf({ ...context.state, property })),
				},
				countColumn('Events'),
				countColumn('Visitors'),
			],
			rows: rowsOf(rows),
		},
	});
}

/** A property as the page shows it: `plan`, or `price (experiment)`. */
function propertyText(property: string): string {
	const key = property.slice(property.indexOf(':') + 1);
	return property.startsWith('experiment:') ? `${key} (experiment)` : key;
}

function valueCards(context: ViewContext, property: string, rows: Rows, lists: Lists): HTMLElement[] {
	const { days: range, open, isLastOpen, firstDay } = context;
	const days = eachDay(range);
	const text = isolated(propertyText(property));
	const noValues = `Events of this name have no property ${text} in these days.`;
	const rowsOf = ({ values }: Rows): Cell[][] =>
		values.map((row) => [
			row.isOther ? otherText('values', row.others) : formatOptional(row.value),
			row.events,
			row.visitors,
		]);
	const shown = [...new Set(rows.valueDays.map(({ value }) => value))];
	const palette = [colours.main, colours.second, colours.third];
	const eventsOf = new Map(rows.valueDays.map((row) => [`${row.day} ${row.value}`, row.events]));
	const series = shown.map((value, at) => ({
		name: formatOptional(value),
		colour: palette[at % palette.length] as string,
		values: days.map((day) =>
			day < firstDay || (open && day > open.today) ? null : (eventsOf.get(`${day} ${value}`) ?? 0),
		),
	}));
	return [
		card({
			title: `Values of ${text} by day`,
			note: 'Events with the most frequent values.',
			empty: noValues,
			legend: series.map(({ name, colour }) => ({ name, colour })),
			draw: (width) =>
				linesChart({
					days,
					width,
					height: 240,
					label: `Values of ${text} by day`,
					format: formatCount,
					openDay: open,
					isLastOpen,
					series,
				}),
			table: {
				columns: [
					{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
					...series.map(({ name }) => ({
						title: name,
						isNumber: true,
						format: (value: number | null) => (value === null ? '–' : formatCount(value)),
					})),
				],
				rows:
					series.length === 0 ? [] : days.map((day, at) => [day, ...series.map(({ values }) => values[at] ?? null)]),
			},
		}),
		card({
			title: `Values of ${text}`,
			note: 'A visitor counts once a day.',
			empty: noValues,
			list: listOf(context, 'events', { name: 'values', lists, noun: 'values', rowsOf }),
			table: {
				columns: [{ title: 'Value', barOf: 1 }, countColumn('Events'), countColumn('Visitors')],
				rows: rowsOf(rows),
			},
		}),
	];
}
