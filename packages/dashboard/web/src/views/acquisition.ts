import type { ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { attributeColumn } from '../filters.js';
import { formatOptional as format, formatCount, formatMoney, formatPart } from '../format.js';
import { listOf } from './list-of.js';
import type { View } from './view.js';

const rowsOf = (rows: ViewRows['acquisition']): Cell[][] =>
	rows.sources.map((row) => [
		row.referrer,
		row.source,
		row.medium,
		row.campaign,
		row.sessions,
		row.visitors,
		row.bounceRate,
		row.conversions,
		row.revenue,
	]);

export const acquisition: View = async (context) => {
	const { rows, lists } = await context.fetchView('acquisition');
	return [
		card({
			title: 'Channels',
			note: 'Campaign: sessions with a utm_source. Referral: sessions from another site. Direct: all others. Conversions: sessions with a checkout. A visitor counts once a day. Select a value to filter by it.',
			addFilter: context.addFilter,
			table: {
				columns: [
					{ ...attributeColumn('channel'), barOf: 1 },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Conversions', isNumber: true, format: formatCount },
					{ title: 'Revenue', isNumber: true, format: formatMoney },
				],
				rows: rows.channels.map((row) => [row.channel, row.sessions, row.visitors, row.conversions, row.revenue]),
			},
		}),
		card({
			title: 'Sources',
			rowsMax: 25,
			list: listOf(context, 'acquisition', { name: 'sources', lists, noun: 'sources', rowsOf }),
			addFilter: context.addFilter,
			table: {
				columns: [
					{ ...attributeColumn('referrer'), format, barOf: 4 },
					{ ...attributeColumn('source'), title: 'Source', format },
					{ ...attributeColumn('medium'), title: 'Medium', format },
					{ ...attributeColumn('campaign'), format },
					{ title: 'Sessions', isNumber: true, format: formatCount },
					{ title: 'Visitors', isNumber: true, format: formatCount },
					{ title: 'Bounce rate', isNumber: true, format: formatPart },
					{ title: 'Conversions', isNumber: true, format: formatCount },
					{ title: 'Revenue', isNumber: true, format: formatMoney },
				],
				rows: rowsOf(rows),
			},
		}),
	];
};
