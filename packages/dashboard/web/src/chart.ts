import * as Plot from '@observablehq/plot';
import { formatDay, formatLongDay, formatShort } from './format.js';

/** Colours by what they mean; the style sheet has them for both themes. */
export const colours = {
	main: 'var(--series-1)',
	second: 'var(--series-2)',
	third: 'var(--series-3)',
	quiet: 'var(--quiet)',
	line: 'var(--line)',
	ink: 'var(--ink)',
} as const;

/** Of every chart; its style's hash stands in the page's policy under this class. */
export const shared = {
	className: 'chart',
	style: { background: 'transparent', fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
} as const;

const tipStyle = {
	fill: 'var(--panel)',
	stroke: 'var(--line)',
	textPadding: 10,
	fontSize: 12.5,
	lineHeight: 1.35,
	pathFilter: 'drop-shadow(0 2px 6px var(--shadow))',
} as const;

/** A chart as one picture with a name: what it is made of says nothing to who cannot see it, its table does. */
export function asPicture<Chart extends Element>(chart: Chart): Chart {
	chart.setAttribute('role', 'img');
	for (const part of chart.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
	return chart;
}

/** One line of a chart over days. */
export interface Series {
	name: string;
	colour: string;
	/** By day; null leaves a gap. */
	values: readonly (number | null)[];
	/** Drawn as a comparison: dashed and quiet. */
	isBefore?: boolean;
	/** Filled down to zero. */
	isFilled?: boolean;
}

export interface LinesOptions {
	days: readonly string[];
	series: readonly Series[];
	width: number;
	height?: number;
	format: (value: number) => string;
	/** Labels of the axis. @default short numbers */
	formatTick?: (value: number) => string;
	label: string;
	/** Largest value that the axis shows at least. */
	atLeast?: number;
	/** Steps that the axis may have, in the unit of the values. @default powers of ten and their halves and fifths */
	steps?: readonly number[];
	/** The last day is not over: it is drawn as something that still grows. */
	isLastOpen?: boolean;
}

/** Steps of an axis of milliseconds. */
export const durationSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600, 7_200, 14_400, 43_200].map(
	(seconds) => seconds * 1_000,
);

/** From zero in even steps to where the highest value has room; four or fewer. Pure. */
function ticksUpTo(highest: number, steps: readonly number[] | undefined): number[] | number {
	const step = steps?.find((each) => highest / each <= 4);
	if (step === undefined) return 4;
	return Array.from({ length: Math.max(1, Math.ceil(highest / step)) + 1 }, (_, at) => at * step);
}

/** Lines over UTC days, with all values of a day where the pointer is. */
export function linesChart(options: LinesOptions) {
	const { days, series, width, height = 260, format, formatTick = formatShort, label, atLeast = 0, steps } = options;
	const dates = days.map((day) => new Date(day));
	const highest = Math.max(atLeast, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
	const ticks = ticksUpTo(highest, steps);
	const top = Array.isArray(ticks) ? (ticks.at(-1) as number) : highest;
	const title = (date: Date) => {
		const at = dates.indexOf(date);
		const ofDay = series.map(({ name, values }) => `${name}  ${formatMaybe(values[at] ?? null, format)}`);
		return [formatLongDay(date), ...ofDay].join('\n');
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
			...series.flatMap((each) => seriesMarks(each, dates, options.isLastOpen === true)),
			Plot.ruleX(dates, Plot.pointerX({ x: dates, stroke: colours.quiet, strokeOpacity: 0.5 })),
			Plot.tip(dates, Plot.pointerX({ x: dates, y: () => top * 0.6, title, ...tipStyle })),
		],
	});
}

/** A line, what is below it, and a dot where the pointer is. */
function seriesMarks({ values, colour, isBefore, isFilled }: Series, dates: readonly Date[], isLastOpen: boolean) {
	const points = dates.map((date, at) => ({ date, value: values[at] ?? null }));
	const at = { x: 'date', y: 'value' } as const;
	const isSplit = isLastOpen && !isBefore && points.length > 2;
	const known = isSplit ? points.slice(0, -1) : points;
	const line = { ...at, stroke: colour, strokeWidth: isBefore ? 1.5 : 2.25, curve: 'monotone-x' } as const;
	const dashes = { strokeDasharray: '3 4' };
	// A line needs two points to be seen.
	const isAlone = points.filter(({ value }) => value !== null).length <= 2 && !isBefore;
	return [
		...(isFilled ? [Plot.areaY(known, { ...at, fill: colour, fillOpacity: 0.1, curve: 'monotone-x' })] : []),
		Plot.lineY(known, { ...line, ...(isBefore ? dashes : {}) }),
		...(isSplit ? [Plot.lineY(points.slice(-2), { ...line, ...dashes })] : []),
		...(isAlone ? [Plot.dot(points, { ...at, fill: colour, r: 4.5 })] : []),
		...(isBefore
			? []
			: [Plot.dot(points, Plot.pointerX({ ...at, fill: colour, stroke: 'var(--panel)', strokeWidth: 2, r: 5 }))]),
	];
}

function formatMaybe(value: number | null, format: (value: number) => string): string {
	return value === null ? '–' : format(value);
}

/** A single day in the middle of its own week, or it would stand on the edge. */
function domainOf(dates: readonly Date[]): [Date, Date] {
	const first = dates[0] as Date;
	const last = dates.at(-1) as Date;
	if (dates.length > 1) return [first, last];
	return [new Date(first.getTime() - 43_200_000), new Date(last.getTime() + 43_200_000)];
}

/** Days with a label: as many as have room, the same distance apart, the last one among them. */
function ticksOf(dates: readonly Date[], width: number): Date[] {
	const room = Math.max(2, Math.floor((width - 70) / 76));
	const step = Math.max(1, Math.ceil(dates.length / room));
	return dates.filter((_, at) => (dates.length - 1 - at) % step === 0);
}

export interface BarsOptions {
	bars: readonly { label: string; value: number; note: string }[];
	width: number;
	height?: number;
	label: string;
}

/** Upright bars in their given order. */
export function barsChart({ bars, width, height = 260, label }: BarsOptions) {
	const isNarrow = width < 560;
	return Plot.plot({
		...shared,
		width,
		height: isNarrow ? height + 24 : height,
		marginLeft: 60,
		marginRight: 8,
		marginTop: 16,
		marginBottom: isNarrow ? 64 : 32,
		ariaLabel: label,
		x: { type: 'band', domain: bars.map((bar) => bar.label), label: null, padding: 0.22 },
		y: { label: null, nice: true, ticks: 4, domain: [0, Math.max(1, ...bars.map(({ value }) => value))] },
		marks: [
			Plot.gridY({ stroke: colours.line, strokeOpacity: 1, ticks: 4 }),
			Plot.axisY({ tickSize: 0, tickPadding: 10, ticks: 4, fill: colours.quiet, tickFormat: formatShort }),
			Plot.axisX({ tickSize: 0, tickPadding: 10, fill: colours.quiet, ...(isNarrow ? { tickRotate: -45 } : {}) }),
			Plot.barY(bars, { x: 'label', y: 'value', fill: colours.main, ry1: 5 }),
			Plot.tip(
				bars,
				Plot.pointerX({ x: 'label', y: 'value', title: ({ label: at, note }) => `${at}\n${note}`, ...tipStyle }),
			),
		],
	});
}

export interface FunnelOptions {
	steps: readonly { name: string; value: number; note: string }[];
	width: number;
	label: string;
}

/** Bars that get shorter, with what is left of the first. */
export function funnelChart({ steps, width, label }: FunnelOptions) {
	const first = Math.max(1, steps[0]?.value ?? 0);
	return Plot.plot({
		...shared,
		width,
		height: 56 * steps.length + 8,
		marginLeft: 8,
		marginRight: 8,
		marginTop: 4,
		marginBottom: 4,
		ariaLabel: label,
		x: { domain: [0, first], axis: null },
		y: { type: 'band', domain: steps.map(({ name }) => name), axis: null, padding: 0.16 },
		marks: [
			Plot.barX(steps, { y: 'name', x: first, fill: 'var(--plate)', r: 8 }),
			Plot.barX(steps, { y: 'name', x: 'value', fill: colours.main, fillOpacity: 0.32, r: 8 }),
			Plot.text(steps, {
				y: 'name',
				x: 0,
				dx: 14,
				textAnchor: 'start',
				text: 'name',
				fontWeight: 600,
				fontSize: 14,
				fill: colours.ink,
			}),
			Plot.text(steps, {
				y: 'name',
				x: first,
				dx: -14,
				textAnchor: 'end',
				text: 'note',
				fontSize: 14,
				fill: colours.ink,
			}),
		],
	});
}

export interface HeatOptions {
	cells: readonly { row: string; column: number; part: number; visitors: number; cohort: number }[];
	rows: readonly string[];
	width: number;
	label: string;
	format: (part: number) => string;
}

const heatSteps = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75] as const;

/** A square for each cohort and week, the darker the more came back. */
export function heatChart({ cells, rows, width, label, format }: HeatOptions) {
	const columns = [...new Set(cells.map(({ column }) => column))].sort((a, b) => a - b);
	const cellWidth = (width - 130) / Math.max(1, columns.length);
	return Plot.plot({
		...shared,
		width,
		height: 34 * rows.length + 36,
		marginLeft: 122,
		marginRight: 8,
		marginTop: 30,
		marginBottom: 6,
		ariaLabel: label,
		x: { type: 'band', domain: columns, label: null, padding: 0.06 },
		y: { type: 'band', domain: rows, label: null, padding: 0.1 },
		color: {
			type: 'threshold',
			domain: [...heatSteps],
			range: [...heatSteps.map((_, at) => `var(--heat-${at})`), `var(--heat-${heatSteps.length})`],
		},
		marks: [
			Plot.axisX({
				anchor: 'top',
				tickSize: 0,
				tickPadding: 8,
				fill: colours.quiet,
				tickFormat: (n: number) => (cellWidth > 56 ? `Week ${n}` : String(n)),
			}),
			Plot.axisY({ tickSize: 0, tickPadding: 12, fill: colours.quiet }),
			Plot.cell(cells, { x: 'column', y: 'row', fill: 'part', rx: 5 }),
			...(cellWidth > 34
				? [
						Plot.text(cells, {
							x: 'column',
							y: 'row',
							text: ({ part }) => format(part),
							fill: ({ part }) => (part >= 0.35 ? 'var(--on-heat)' : colours.ink),
							fontSize: 12,
						}),
					]
				: []),
			Plot.tip(
				cells,
				Plot.pointer({
					x: 'column',
					y: 'row',
					title: ({ row, column, part, visitors, cohort }) =>
						`${row}, week ${column}\n${visitors} of ${cohort} visitors, ${format(part)}`,
					...tipStyle,
				}),
			),
		],
	});
}

/** A line without axes, for the tiles. */
export function sparkline(values: readonly (number | null)[], label: string) {
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
