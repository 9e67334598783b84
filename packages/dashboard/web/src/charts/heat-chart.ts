import * as Plot from '@observablehq/plot';
import { colours, shared, tipStyle } from './chart-style.js';

export interface HeatOptions {
	cells: readonly { row: string; column: number; part: number; visitors: number; cohort: number }[];
	rows: readonly string[];
	width: number;
	label: string;
	format: (part: number) => string;
}

const heatSteps = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75] as const;

/** A cell for each cohort and week, darker with a larger share of returning visitors. */
export function heatChart({ cells, rows, width, label, format }: HeatOptions) {
	const columns = [...new Set(cells.map(({ column }) => column))].sort((a, b) => a - b);
	const marginLeft = 26 + Math.ceil(6.2 * Math.max(0, ...rows.map((row) => row.length)));
	const cellWidth = (width - marginLeft - 8) / Math.max(1, columns.length);
	return Plot.plot({
		...shared,
		width,
		height: 34 * rows.length + 36,
		marginLeft,
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
							fontSize: cellWidth > 44 ? 12 : 11,
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
