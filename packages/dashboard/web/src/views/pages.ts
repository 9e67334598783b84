import { card } from '../cards/card.js';
import { formatCount, formatPart } from '../format.js';
import type { View } from './view.js';

export const pages: View = async (context) => {
	const rows = await context.fetchRows('pages');
	return [
		card({
			title: 'Pages',
			note: 'A visitor counts once a day. Bounce rate: share of the sessions that landed here and did nothing else.',
			rowsMax: 25,
			table: {
				columns: [
					{ title: 'Page', barOf: 1 },
					{ title: 'Views', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Landings', isNumber: true, format: formatCount },
					{ title: 'Exits', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
				],
				rows: rows.pages.map((row) => [row.path, row.views, row.visitors, row.entries, row.exits, row.bounceRate]),
			},
		}),
	];
};
