import { card } from '../cards/card.js';
import { formatCount, formatPart } from '../format.js';
import type { Show } from './view.js';

export const pages: Show = async (stage) => {
	const { rows } = await stage.ask('pages');
	return [
		card({
			title: 'Pages',
			note: 'Visitors are counted once a day. A bounce entered here and saw nothing else.',
			rowsMax: 25,
			table: {
				columns: [
					{ title: 'Page', barOf: 1 },
					{ title: 'Views', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Entries', isNumber: true, format: formatCount },
					{ title: 'Exits', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
				],
				rows: rows.pages.map((row) => [row.path, row.views, row.visitors, row.entries, row.exits, row.bounceRate]),
			},
		}),
	];
};
