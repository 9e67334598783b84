import { durationEdgesMs } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { barsChart } from '../charts/bars-chart.js';
import { colours } from '../charts/chart-style.js';
import { durationSteps, linesChart } from '../charts/lines-chart.js';
import {
	formatCount,
	formatDuration,
	formatDurations,
	formatLongDay,
	formatPart,
	formatRoundDuration,
} from '../format.js';
import { eachDay } from '../state.js';
import type { Show } from './view.js';

/** What a bin of the histogram is called, by its place. */
function binName(at: number): string {
	if (at === 0) return 'a moment';
	const from = durationEdgesMs[at] as number;
	const to = durationEdgesMs[at + 1];
	if (to === undefined) return `≥ ${formatRoundDuration(from)}`;
	return at === 1 ? `< ${formatRoundDuration(to)}` : formatDurations(from, to);
}

export const durations: Show = async (stage) => {
	const { rows } = await stage.ask('durations');
	const total = rows.bins.reduce((sum, { sessions }) => sum + sessions, 0);
	const bars = durationEdgesMs.map((fromMs, at) => {
		const value = rows.bins.find((bin) => bin.fromMs === fromMs)?.sessions ?? 0;
		return { label: binName(at), value, part: total === 0 ? 0 : value / total };
	});
	const days = eachDay(stage.days);
	const byDay = new Map(rows.days.map((row) => [row.day, row]));
	const valuesOf = (key: 'averageMs' | 'medianMs') => days.map((day) => byDay.get(day)?.[key] ?? null);
	const lines = [
		{ name: 'Average', colour: colours.main, values: valuesOf('averageMs') },
		{ name: 'Median', colour: colours.second, values: valuesOf('medianMs') },
	];
	return [
		card({
			title: 'How long sessions last',
			note: 'From the first to the last event. A session with only one lasts a moment.',
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
					{ title: 'Part', isNumber: true, format: formatPart },
				],
				rows: total === 0 ? [] : bars.map(({ label, value, part }) => [label, value, part]),
			},
		}),
		card({
			title: 'Average and median by day',
			note: 'Sessions belong to the day of their start.',
			legend: lines,
			draw: (width) =>
				linesChart({
					days,
					isLastOpen: stage.isLastOpen,
					width,
					label: 'Duration of sessions by day',
					format: formatDuration,
					formatTick: formatRoundDuration,
					steps: durationSteps,
					series: lines,
				}),
			table: {
				columns: [
					{ title: 'Day', format: formatLongDay },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Average', isNumber: true, format: formatDuration },
					{ title: 'Median', isNumber: true, format: formatDuration },
				],
				rows: rows.days.map(({ day, sessions, averageMs, medianMs }) => [day, sessions, averageMs, medianMs]),
			},
		}),
	];
};
