import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { formatCount, formatPage, formatPart } from '../format.js';
import { listOf } from './list-of.js';
import type { View } from './view.js';

const rowsOf = (rows: ViewRows['pages']): Cell[][] =>
	rows.pages.map((row) => [row.path, row.views, row.visitors, row.entries, row.exits, row.bounceRate]);

export const pages: View = async (context) => {
	const { rows, lists } = await context.fetchView('pages');
	return [
		card({
			title: 'Pages',
			note: 'A visitor counts once a day. Bounce rate: share of the sessions that landed here and did nothing else.',
			rowsMax: 25,
			list: listOf(context, 'pages', { name: 'pages', lists, noun: 'pages', rowsOf }),
			table: {
				columns: [
					{ title: 'Page', format: formatPage, barOf: 1 },
					{ title: 'Views', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Landings', isNumber: true, format: formatCount },
					{ title: 'Exits', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
				],
				rows: rowsOf(rows),
			},
		}),
	];
};
