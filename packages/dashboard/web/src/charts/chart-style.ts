/** Colours by their meaning. The style sheet defines them for both themes. */
export const colours = {
	main: 'var(--series-1)',
	second: 'var(--series-2)',
	third: 'var(--series-3)',
	quiet: 'var(--quiet)',
	line: 'var(--line)',
	ink: 'var(--ink)',
} as const;

/** Options of every chart. The Content-Security-Policy has the hash of the style that Plot writes for this class. */
export const shared = {
	className: 'chart',
	style: { background: 'transparent', fontFamily: 'inherit', fontSize: '12px', overflow: 'visible' },
} as const;

/** Style of the tooltip at the pointer. */
export const tipStyle = {
	fill: 'var(--panel)',
	stroke: 'var(--line)',
	textPadding: 10,
	fontSize: 12.5,
	lineHeight: 1.35,
	pathFilter: 'drop-shadow(0 2px 6px var(--shadow))',
} as const;

/** Marks a chart as one image with a label. Screen readers get its data from the table instead of from its parts. */
export function asPicture<Chart extends Element>(chart: Chart): Chart {
	chart.setAttribute('role', 'img');
	for (const part of chart.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
	return chart;
}
