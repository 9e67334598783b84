import type { OpenDay, ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { colours } from '../charts/chart-style.js';
import { linesChart } from '../charts/lines-chart.js';
import { formatCount, formatOpenDay, formatPart } from '../format.js';
import { eachDay } from '../state.js';
import type { View } from './view.js';

type Day = ViewRows['activity']['days'][number];

const columnsOf = (open: OpenDay | undefined) => [
	{ title: 'Day', format: (day: string) => formatOpenDay(day, open) },
	{ title: 'Daily', isNumber: true, format: formatCount },
	{ title: 'Weekly', isNumber: true, format: formatCount },
	{ title: 'Monthly', isNumber: true, format: formatCount },
	{ title: 'Stickiness', isNumber: true, format: formatPart },
	{ title: 'New', isNumber: true, format: formatCount },
];

export const activity: View = async (context) => {
	const { rows } = await context.fetchView('activity');
	const found = new Map(rows.days.map((row) => [row.day, row]));
	// The mart ends with the last active day. Later days are not known yet.
	const days = rows.days.length === 0 ? [] : eachDay({ from: rows.days[0]?.day ?? '', to: context.days.to });
	const { isLastOpen } = context;
	const valuesOf = (key: Exclude<keyof Day, 'day'>) => days.map((day) => found.get(day)?.[key] ?? null);
	const table = {
		columns: columnsOf(context.open),
		rows: rows.days.map((row) => [row.day, row.dau, row.wau, row.mau, row.stickiness, row.newVisitors]),
	};
	const windows = [
		{ name: 'Daily', colour: colours.main, values: valuesOf('dau') },
		{ name: 'Weekly', colour: colours.second, values: valuesOf('wau') },
		{ name: 'Monthly', colour: colours.third, values: valuesOf('mau') },
	];
	return [
		card({
			title: 'Active visitors',
			note: 'Distinct visitors of each day, and of the 7 and the 30 days that end with it.',
			legend: windows,
			draw: (width) =>
				linesChart({
					days,
					isLastOpen,
					openDay: context.open,
					width,
					height: 320,
					label: 'Active visitors by day',
					format: formatCount,
					series: windows,
				}),
			table,
		}),
		card({
			title: 'Stickiness',
			note: 'Daily active visitors divided by monthly active visitors.',
			span: 1,
			draw: (width) =>
				linesChart({
					days,
					isLastOpen,
					openDay: context.open,
					width,
					label: 'Stickiness by day',
					format: formatPart,
					formatTick: formatPart,
					series: [{ name: 'Stickiness', colour: colours.second, values: valuesOf('stickiness'), isFilled: true }],
				}),
			table,
		}),
		card({
			title: 'New visitors',
			note: 'Visitors whose first activity ever is on this day.',
			span: 1,
			draw: (width) =>
				linesChart({
					days,
					isLastOpen,
					openDay: context.open,
					width,
					label: 'New visitors by day',
					format: formatCount,
					series: [{ name: 'New', colour: colours.main, values: valuesOf('newVisitors'), isFilled: true }],
				}),
			table,
		}),
	];
};
