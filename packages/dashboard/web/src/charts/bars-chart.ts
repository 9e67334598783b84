import * as Plot from '@observablehq/plot';
import { formatShort } from '../format.js';
import { colours, shared, tipStyle } from './chart-style.js';

export interface BarsOptions {
	bars: readonly { label: string; value: number; note: string }[];
	width: number;
	height?: number;
	label: string;
}

/** Vertical bars in the given order. */
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
