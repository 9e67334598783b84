import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../../cards/card.js';
import type { Cell, Table } from '../../cards/table.js';
import { h } from '../../dom.js';
import { findingsOf, formatPoints, inOrder, type Variant } from '../../experiments/findings.js';
import { differenceOf, rateInterval, rateOf } from '../../experiments/statistics.js';
import { formatCount, formatKnown, formatPart, isolated } from '../../format.js';
import { parts } from '../parts.js';
import type { View } from '../view.js';

type Experiment = ViewRows['experiments']['experiments'][number];
type Row = ViewRows['experiments']['variants'][number];

export const experiments: View = async (context) => {
	const { rows } = await context.fetchView('experiments');
	if (rows.experiments.length === 0)
		return [
			card({
				title: 'Experiments',
				table: { columns: [], rows: [] },
				empty:
					'No experiment is defined for this site. Define one in the file footfall/definitions.json; the page docs/how-to/count-your-own-events.md shows how. It then counts in all of history.',
			}),
		];
	return parts(
		...rows.experiments.map(
			(experiment) => () =>
				experimentCard(
					experiment,
					rows.variants.filter((variant) => variant.experiment === experiment.experiment),
				),
		),
	);
};

function experimentCard({ title, goalTitle }: Experiment, rows: readonly Row[]): HTMLElement {
	const variants = inOrder(rows);
	const { mixed = 0, variants: total = 0 } = rows[0] ?? {};
	const [baseline] = variants;
	const base =
		baseline === undefined
			? ''
			: ` Differences are to ${isolated(formatKnown(baseline.variant))}, in percentage points.`;
	const more =
		total > variants.length
			? ` There are ${formatCount(total)} variants; these are the ${variants.length} with most visitors.`
			: '';
	const element = card({
		title,
		note: `Goal: ${isolated(goalTitle)}. Visitors who first saw the variant on these days, and those of them who reached the goal then or later, also after these days. Intervals have a confidence of 95%.${base}${more}`,
		table: tableOf(variants),
		rowsMax: 20,
		empty: 'No visitor saw a variant for the first time in these days.',
	});
	element.append(
		h(
			'ul.findings',
			{},
			...findingsOf(variants, mixed).map(({ text, isWarning }) => h(isWarning ? 'li.warning' : 'li', {}, text)),
		),
	);
	return element;
}

const formatDifference = (value: number | null): string => {
	if (value === null) return '–';
	const points = formatPoints(value);
	return points === '0.0' ? points : `${value < 0 ? '−' : '+'}${points}`;
};

function tableOf(variants: Variant[]): Table {
	const [baseline] = variants;
	const isNumber = true;
	return {
		columns: [
			{ title: 'Variant', format: formatKnown },
			{ title: 'Visitors', isNumber, format: formatCount },
			{ title: 'Converted', isNumber, format: formatCount },
			{ title: 'Rate', isNumber, format: formatPart },
			{ title: 'Rate from', isNumber, format: formatPart },
			{ title: 'Rate to', isNumber, format: formatPart },
			{ title: 'Difference', isNumber, format: formatDifference },
			{ title: 'Difference from', isNumber, format: formatDifference },
			{ title: 'Difference to', isNumber, format: formatDifference },
		],
		rows: variants.map((variant) => rowOf(variant, variant === baseline ? undefined : baseline)),
	};
}

/** @param baseline undefined for the baseline itself */
function rowOf(variant: Variant, baseline: Variant | undefined): Cell[] {
	const interval = rateInterval(variant);
	const rate = rateOf(variant) ?? null;
	const compared = baseline && differenceOf(variant, baseline);
	return [
		variant.variant,
		variant.visitors,
		variant.converted,
		rate,
		rate === null ? null : interval.lower,
		rate === null ? null : interval.upper,
		compared?.difference ?? null,
		compared?.lower ?? null,
		compared?.upper ?? null,
	];
}
