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

/** Of what is shown where the pointer is. */
export const tipStyle = {
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
