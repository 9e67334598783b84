import { audienceNames, type FilterName, sessionAttributes, type ViewRows } from '@footfall/dashboard/contract';
import type { ViewAnswer } from '../api-client.js';
import { card } from '../cards/card.js';
import type { Cell } from '../cards/table.js';
import { h } from '../dom.js';
import { attributeColumn } from '../filters.js';
import { formatCount, formatMoney, formatPart } from '../format.js';
import { listOf } from './list-of.js';
import type { View, ViewContext } from './view.js';

/** The longest list. It gets a column of the page for itself, beside all others. */
const longName: FilterName = 'country';

export const audience: View = async (context) => {
	const answer = await context.fetchView('audience');
	const cardOf = (name: FilterName) => listCard(context, name, answer);
	return [h('div.stack', {}, ...audienceNames.filter((name) => name !== longName).map(cardOf)), cardOf(longName)];
};

function listCard(context: ViewContext, name: FilterName, { rows, lists }: ViewAnswer<'audience'>) {
	const own = rows.values.filter(({ dimension }) => dimension === name);
	const total = own.reduce((sum, { sessions }) => sum + sessions, 0);
	const isWhole = (lists[name]?.total ?? 0) <= own.length;
	const { title, audienceTitle = title } = sessionAttributes[name];
	const rowsOf = ({ values }: ViewRows['audience']): Cell[][] =>
		values.map(({ value, sessions, conversions, revenue }) => [
			value,
			sessions,
			// A share of the beginning of a list would not be one of all sessions.
			isWhole ? sessions / total : null,
			conversions,
			revenue,
		]);
	return card({
		title: audienceTitle,
		span: 1,
		addFilter: context.addFilter,
		list: listOf(context, 'audience', { name, lists, noun: audienceTitle.toLowerCase(), rowsOf }),
		table: {
			columns: [
				{ ...attributeColumn(name), barOf: 1 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Share', isNumber: true, format: formatPart },
				{ title: 'Conversions', isNumber: true, format: formatCount },
				{ title: 'Revenue', isNumber: true, format: formatMoney },
			],
			rows: rowsOf({ values: own }),
		},
	});
}
