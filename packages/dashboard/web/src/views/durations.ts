import { durationEdgesMs } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { barsChart } from '../charts/bars-chart.js';
import { colours } from '../charts/chart-style.js';
import { durationSteps, linesChart } from '../charts/lines-chart.js';
import {
	formatCount,
	formatDuration,
	formatDurations,
	formatOpenDay,
	formatPart,
	formatRoundDuration,
} from '../format.js';
import { eachDay } from '../state.js';
import type { View } from './view.js';

/** Label of a bin of the histogram, by its index. */
function binName(at: number): string {
	if (at === 0) return '0 s';
	const from = durationEdgesMs[at] as number;
	const to = durationEdgesMs[at + 1];
	if (to === undefined) return `≥ ${formatRoundDuration(from)}`;
	return at === 1 ? `< ${formatRoundDuration(to)}` : formatDurations(from, to);
}

export const durations: View = async (context) => {
	const { rows } = await context.fetchView('durations');
	const total = rows.bins.reduce((sum, { sessions }) => sum + sessions, 0);
	const bars = durationEdgesMs.map((fromMs, at) => {
		const value = rows.bins.find((bin) => bin.fromMs === fromMs)?.sessions ?? 0;
		return { label: binName(at), value, part: total === 0 ? 0 : value / total };
	});
	const days = eachDay(context.days);
	const byDay = new Map(rows.days.map((row) => [row.day, row]));
	const valuesOf = (key: 'averageMs' | 'medianMs') => days.map((day) => byDay.get(day)?.[key] ?? null);
	const lines = [
		{ name: 'Average', colour: colours.main, values: valuesOf('averageMs') },
		{ name: 'Median', colour: colours.second, values: valuesOf('medianMs') },
	];
	return [
		card({
			title: 'Session duration',
			note: 'Time from the first to the last event. A session with a single event has a duration of 0 s.',
			draw: (width) =>
				barsChart({
					width,
					height: 300,
					label: 'Sessions by duration',
					bars: bars.map((bar) => ({ ...bar, note: `${formatCount(bar.value)} sessions, ${formatPart(bar.part)}` })),
				}),
			table: {
				columns: [
					{ title: 'Duration' },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Share', isNumber: true, format: formatPart },
				],
				rows: total === 0 ? [] : bars.map(({ label, value, part }) => [label, value, part]),
			},
		}),
		card({
			title: 'Average and median by day',
			note: 'A session counts on the day of its start.',
			legend: lines,
			draw: (width) =>
				linesChart({
					days,
					isLastOpen: context.isLastOpen,
					openDay: context.open,
					width,
					label: 'Duration of sessions by day',
					format: formatDuration,
					formatTick: formatRoundDuration,
					steps: durationSteps,
					series: lines,
				}),
			table: {
				columns: [
					{ title: 'Day', format: (day: string) => formatOpenDay(day, context.open) },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Average', isNumber: true, format: formatDuration },
					{ title: 'Median', isNumber: true, format: formatDuration },
				],
				rows: rows.days.map(({ day, sessions, averageMs, medianMs }) => [day, sessions, averageMs, medianMs]),
			},
		}),
	];
};
