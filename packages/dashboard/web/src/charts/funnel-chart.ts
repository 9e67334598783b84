import * as Plot from '@observablehq/plot';
import { colours, shared } from './chart-style.js';

export interface FunnelOptions {
	steps: readonly { name: string; value: number; note: string }[];
	width: number;
	label: string;
}

/** One bar for each step of a funnel, over a bar of the length of the first step. */
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
