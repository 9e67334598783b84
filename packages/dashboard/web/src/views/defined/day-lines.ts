import { card } from '../../cards/card.js';
import { colours } from '../../charts/chart-style.js';
import { linesChart } from '../../charts/lines-chart.js';
import { formatOpenDay } from '../../format.js';
import { daysBefore, eachDay } from '../../state.js';
import { isKnown } from '../periods.js';
import type { ViewContext } from '../view.js';

interface DayLinesOptions {
	title: string;
	note?: string;
	/** Name of the number. */
	name: string;
	colour: string;
	/** Columns of the grid that the card takes. @default 1 */
	span?: 1 | 2;
	/** Whether the period has anything to show. */
	hasData: boolean;
	/** The number of a day; null if it is not defined. */
	numberOf(day: string): number | null;
	format(value: number | null): string;
	formatTick(value: number): string;
}

/** A card with a number by day, and the previous period behind it. */
export function dayLines(context: ViewContext, options: DayLinesOptions): HTMLElement {
	const { title, note, name, colour, span = 1, hasData, numberOf, format, formatTick } = options;
	const days = eachDay(context.days);
	const valuesOf = (of: readonly string[]) => of.map((day) => (isKnown(day, context) ? numberOf(day) : null));
	const values = valuesOf(days);
	const before = valuesOf(daysBefore(days));
	const hasBefore = before.some((value) => value !== null && value !== 0);
	const series = [
		...(hasBefore ? [{ name: 'Previous period', colour: colours.quiet, values: before, isPreviousPeriod: true }] : []),
		{ name, colour, values, isFilled: true },
	];
	return card({
		title,
		note,
		span,
		legend: series,
		draw: (width) =>
			linesChart({
				days,
				width,
				height: 220,
				label: title,
				format,
				formatTick,
				openDay: context.open,
				isLastOpen: context.isLastOpen,
				series,
			}),
		table: {
			columns: [
				{ title: 'Day', format: (day: string) => formatOpenDay(day, context.open) },
				{ title: name, isNumber: true, format },
				{ title: 'Previous period', isNumber: true, format },
			],
			rows: hasData ? days.map((day, at) => [day, values[at] ?? null, before[at] ?? null]) : [],
		},
	});
}
