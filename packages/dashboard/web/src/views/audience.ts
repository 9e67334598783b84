import { audienceNames, type FilterName, sessionAttributes, type ViewRows } from '@footfall/dashboard/contract';
import { card } from '../cards/card.js';
import { h } from '../dom.js';
import { attributeColumn } from '../filters.js';
import { formatCount, formatMoney, formatPart } from '../format.js';
import type { View, ViewContext } from './view.js';

/** The longest list. It gets a column of the page for itself, beside all others. */
const longName: FilterName = 'country';

export const audience: View = async (context) => {
	const { values } = await context.fetchRows('audience');
	const cardOf = (name: FilterName) =>
		listCard(
			context,
			name,
			values.filter(({ dimension }) => dimension === name),
		);
	return [h('div.stack', {}, ...audienceNames.filter((name) => name !== longName).map(cardOf)), cardOf(longName)];
};

function listCard({ addFilter }: ViewContext, name: FilterName, rows: ViewRows['audience']['values']) {
	const total = rows.reduce((sum, { sessions }) => sum + sessions, 0);
	const { title, audienceTitle } = sessionAttributes[name];
	return card({
		title: audienceTitle ?? title,
		span: 1,
		addFilter,
		table: {
			columns: [
				{ ...attributeColumn(name), barOf: 1 },
				{ title: 'Sessions', isNumber: true, format: formatCount },
				{ title: 'Share', isNumber: true, format: formatPart },
				{ title: 'Conversions', isNumber: true, format: formatCount },
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
