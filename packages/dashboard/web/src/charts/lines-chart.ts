import * as Plot from '@observablehq/plot';
import { formatDay, formatOpenDay, formatShort } from '../format.js';
import { colours, shared, tipStyle } from './chart-style.js';

/** One line of a chart over days. */
export interface Series {
	name: string;
	colour: string;
	/** Values by day; null leaves a gap. */
	values: readonly (number | null)[];
	/** Whether the series is the previous period, which is drawn dashed and in a muted colour. */
	isPreviousPeriod?: boolean;
	/** Whether the area below the line is filled. */
	isFilled?: boolean;
}

export interface LinesOptions {
	days: readonly string[];
	series: readonly Series[];
	width: number;
	height?: number;
	format: (value: number) => string;
	/** Formats labels of the axis. @default short numbers */
	formatTick?: (value: number) => string;
	label: string;
	/** A threshold, drawn as a dashed horizontal line. The axis always includes it. */
	bound?: { name: string; value: number; colour: string };
	/** Allowed distances between ticks, in the unit of the values. @default 1, 2 and 5 times a power of ten */
	steps?: readonly number[];
	/** Whether the last day is not over yet; the line to it is then dashed. */
	isLastOpen?: boolean;
	/** The day that is not over, and the time up to which it is counted, for the tooltip. */
	openDay?: { today: string; untilMs: number } | undefined;
}

/** Distances between ticks for durations, milliseconds. */
export const durationSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200].map(
	(seconds) => seconds * 1_000,
);

/**
 * Ticks from zero to the first one at or above the highest value, with at most four steps. If no step is large enough,
 * returns the number of ticks, and Plot chooses them. Pure.
 */
function ticksUpTo(highest: number, steps: readonly number[] | undefined): number[] | number {
	const step = steps?.find((each) => highest / each <= 4);
	if (step === undefined) return 4;
	return Array.from({ length: Math.max(1, Math.ceil(highest / step)) + 1 }, (_, at) => at * step);
}

/** A line chart over UTC days. The tooltip at the pointer lists all values of a day. */
export function linesChart(options: LinesOptions) {
	const { days, series, width, height = 260, format, formatTick = formatShort, label, bound, steps } = options;
	const dates = days.map((day) => new Date(day));
	const highest = Math.max(bound?.value ?? 0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
	const ticks = ticksUpTo(highest, steps);
	const top = Array.isArray(ticks) ? (ticks.at(-1) as number) : highest;
	const title = (date: Date) => {
		const at = dates.indexOf(date);
		const seriesLines = series.map(({ name, values }) => `${name}  ${formatMaybe(values[at] ?? null, format)}`);
		const boundLine = bound ? [`${bound.name}  ${format(bound.value)}`] : [];
		return [formatOpenDay(date, options.openDay), ...seriesLines, ...boundLine].join('\n');
	};
	return Plot.plot({
		...shared,
		width,
		height,
		marginLeft: 60,
		marginRight: 18,
		marginTop: 12,
		marginBottom: 28,
		ariaLabel: label,
		x: { type: 'utc', label: null, domain: domainOf(dates) },
		y: { label: null, domain: [0, top || 1], nice: !Array.isArray(ticks) },
		marks: [
			Plot.gridY({ stroke: colours.line, strokeOpacity: 1, ticks }),
			Plot.axisY({ tickSize: 0, tickPadding: 10, ticks, fill: colours.quiet, tickFormat: formatTick }),
			Plot.axisX({
				tickSize: 0,
				tickPadding: 10,
				ticks: ticksOf(dates, width),
				tickFormat: formatDay,
				fill: colours.quiet,
			}),
			...(bound ? [Plot.ruleY([bound.value], { stroke: bound.colour, strokeWidth: 1.5, strokeDasharray: '3 4' })] : []),
			...series.flatMap((each) => seriesMarks(each, dates, options.isLastOpen === true)),
			Plot.ruleX(dates, Plot.pointerX({ x: dates, stroke: colours.quiet, strokeOpacity: 0.5 })),
			Plot.tip(dates, Plot.pointerX({ x: dates, y: () => top * 0.6, title, ...tipStyle })),
		],
	});
}

/** The marks of a series: a line, the area below it, and a dot at the pointer. */
function seriesMarks(
	{ values, colour, isPreviousPeriod, isFilled }: Series,
	dates: readonly Date[],
	isLastOpen: boolean,
) {
	const points = dates.map((date, at) => ({ date, value: values[at] ?? null }));
	const at = { x: 'date', y: 'value' } as const;
	const isSplit = isLastOpen && !isPreviousPeriod && points.length > 2;
	const solidPoints = isSplit ? points.slice(0, -1) : points;
	const curve = curveOf(points.length);
	const line = { ...at, stroke: colour, strokeWidth: isPreviousPeriod ? 1.5 : 2.25, curve } as const;
	const dashes = { strokeDasharray: '3 4' };
	// A line needs two neighbouring points to be visible, so one or two points are drawn as dots, too.
	const hasFewPoints = points.filter(({ value }) => value !== null).length <= 2;
	const dot = isPreviousPeriod ? { stroke: colour, strokeWidth: 1.5 } : { fill: colour };
	return [
		...(isFilled ? [Plot.areaY(solidPoints, { ...at, fill: colour, fillOpacity: 0.1, curve })] : []),
		Plot.lineY(solidPoints, { ...line, ...(isPreviousPeriod ? dashes : {}) }),
		...(isSplit ? [Plot.lineY(points.slice(-2), { ...line, ...dashes })] : []),
		...(hasFewPoints ? [Plot.dot(points, { ...at, ...dot, r: 4.5 })] : []),
		...(isPreviousPeriod
			? []
			: [Plot.dot(points, Plot.pointerX({ ...at, fill: colour, stroke: 'var(--panel)', strokeWidth: 2, r: 5 }))]),
	];
}

/** With many days a curve looks like a line, but doubles the time to draw. */
const curveOf = (points: number) => (points > 120 ? 'linear' : 'monotone-x');

function formatMaybe(value: number | null, format: (value: number) => string): string {
	return value === null ? '–' : format(value);
}

/** The range of the time axis: from the first to the last day. A single day is centred, not at the edge. */
function domainOf(dates: readonly Date[]): [Date, Date] {
	const first = dates[0] as Date;
	const last = dates.at(-1) as Date;
	if (dates.length > 1) return [first, last];
	return [new Date(first.getTime() - 43_200_000), new Date(last.getTime() + 43_200_000)];
}

/** Days with a label: as many as fit, evenly spaced, including the last one. */
function ticksOf(dates: readonly Date[], width: number): Date[] {
	const room = Math.max(2, Math.floor((width - 70) / 76));
	const step = Math.max(1, Math.ceil(dates.length / room));
	return dates.filter((_, at) => (dates.length - 1 - at) % step === 0);
}

/** Averages groups of neighbouring values, so that at most `valuesMax` remain. A group of nulls is null. Pure. */
function thinned(values: readonly (number | null)[], valuesMax: number): (number | null)[] {
	const size = Math.ceil(values.length / valuesMax);
	return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => {
		const known = values.slice(at * size, (at + 1) * size).filter((value) => value !== null);
		return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
	});
}

/** A small line without axes for the tiles, with at most 60 points: more could not be told apart at this width. */
export function sparkline(all: readonly (number | null)[], label: string) {
	const values = thinned(all, 60);
	const points = values.map((value, at) => ({ at, value }));
	return Plot.plot({
		...shared,
		width: 150,
		height: 34,
		margin: 2,
		axis: null,
		ariaLabel: label,
		y: { domain: [0, Math.max(1e-9, ...values.map((value) => value ?? 0))] },
		marks: [
			Plot.areaY(points, { x: 'at', y: 'value', fill: 'currentColor', fillOpacity: 0.1, curve: 'monotone-x' }),
			Plot.lineY(points, { x: 'at', y: 'value', stroke: 'currentColor', strokeWidth: 1.6, curve: 'monotone-x' }),
		],
	});
}
