import type { Answers, SegmentName } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { h } from '../dom.js';
import { capitalised, formatCount, formatCountry, formatKnown, formatMoney, formatPart } from '../format.js';
import type { Show, Stage } from './view.js';

type Value = Answers['audience']['values'][number];

export const audience: Show = async (stage) => {
	const { rows } = await stage.ask('audience');
	const of = (dimension: SegmentName) => rows.values.filter((row) => row.dimension === dimension);
	return [
		// The one long list beside the three short ones.
		h(
			'div.stack',
			{},
			listCard(stage, 'Devices', 'device', of('device'), (value) => capitalised(formatKnown(value))),
			listCard(stage, 'Browsers', 'browser', of('browser'), formatKnown),
			listCard(stage, 'Systems', 'os', of('os'), formatKnown),
		),
		listCard(stage, 'Countries', 'country', of('country'), formatCountry),
	];
};

function listCard(
	stage: Stage,
	title: string,
	segment: SegmentName,
	rows: readonly Value[],
	format: (value: string) => string,
) {
	const total = rows.reduce((sum, { sessions }) => sum + sessions, 0);
	return card({
		title,
		span: 1,
		onSegment: stage.narrow,
		table: {
			columns: [
				{ title: title.replace(/ies$/, 'y').replace(/s$/, ''), format, segment, barOf: 1 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Part', isNumber: true, format: formatPart },
				{ title: 'With a checkout', isNumber: true, format: formatCount },
				{ title: 'Revenue', isNumber: true, format: formatMoney },
			],
			rows: rows.map(({ value, sessions, conversions, revenue }) => [
				value,
				sessions,
				sessions / total,
				conversions,
				revenue,
			]),
		},
	});
}
