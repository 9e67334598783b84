import type { Answers, SegmentName } from '@footfall/dashboard/contract';
import { card } from '../card.js';
import { capitalised, formatCount, formatCountry, formatKnown, formatMoney } from '../format.js';
import type { Show, Stage } from './view.js';

type Rows = Answers['audience']['devices'];

export const audience: Show = async (stage) => {
	const { rows } = await stage.ask('audience');
	return [
		listCard(stage, 'Devices', 'device', rows.devices, (value) => capitalised(formatKnown(value))),
		listCard(stage, 'Countries', 'country', rows.countries, formatCountry),
		listCard(stage, 'Browsers', 'browser', rows.browsers, formatKnown),
		listCard(stage, 'Systems', 'os', rows.systems, formatKnown),
	];
};

function listCard(stage: Stage, title: string, segment: SegmentName, rows: Rows, format: (value: string) => string) {
	return card({
		title,
		span: 1,
		onSegment: stage.narrow,
		table: {
			columns: [
				{ title: title.replace(/ies$/, 'y').replace(/s$/, ''), format, segment, barOf: 1 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Visitors', isNumber: true, format: formatCount },
				{ title: 'Revenue', isNumber: true, format: formatMoney },
			],
			rows: rows.map(({ value, sessions, visitors, revenue }) => [value, sessions, visitors, revenue]),
		},
	});
}
