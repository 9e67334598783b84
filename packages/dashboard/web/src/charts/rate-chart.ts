import * as Plot from '@observablehq/plot';
import { colours, shared } from './chart-style.js';

export interface RateOptions {
	/** One bar for each step, without gaps, the oldest first. */
	bars: readonly { start: Date; rate: number }[];
	/** Width of a bar, seconds. */
	barSeconds: number;
	width: number;
	label: string;
}

/** Bars of a rate over clock time, in the reader's time zone. */
export function rateChart({ bars, barSeconds, width, label }: RateOptions) {
	const endOf = (start: Date) => new Date(start.getTime() + barSeconds * 1_000);
	const first = bars[0]?.start ?? new Date(0);
	const last = bars.at(-1)?.start ?? first;
	return Plot.plot({
		...shared,
		width,
		height: 200,
		marginLeft: 52,
		marginRight: 8,
		marginBottom: 28,
		ariaLabel: label,
		x: { type: 'time', label: null, domain: [first, endOf(last)] },
		y: { label: null, domain: [0, Math.max(1, ...bars.map(({ rate }) => rate))], nice: true, ticks: 3 },
		marks: [
			Plot.gridY({ stroke: colours.line, strokeOpacity: 1, ticks: 3 }),
			Plot.axisY({ tickSize: 0, tickPadding: 10, ticks: 3, fill: colours.quiet }),
			Plot.axisX({ tickSize: 0, tickPadding: 10, ticks: 5, fill: colours.quiet, tickFormat: '%H:%M' }),
			Plot.rectY(bars, {
				x1: 'start',
				x2: ({ start }) => endOf(start),
				y: 'rate',
				fill: colours.main,
				insetLeft: 1,
				insetRight: 1,
				ry2: 3,
			}),
		],
	});
}
