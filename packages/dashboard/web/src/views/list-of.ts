import type { ListSize, ViewName } from '@footfall/dashboard/contract';
import type { ViewAnswer } from '../api-client.js';
import type { List } from '../cards/list.js';
import type { Cell } from '../cards/table.js';
import type { ViewContext } from './view.js';

/**
 * The list of a card that shows a list of a view, of which the page has the beginning.
 *
 * @param name name of the list in the API
 * @param rowsOf rows of the table for rows of the view
 */
export function listOf<Name extends ViewName>(
	{ fetchPart }: ViewContext,
	view: Name,
	{
		name,
		lists,
		noun,
		rowsOf,
	}: {
		name: string;
		lists: Record<string, ListSize>;
		noun: string;
		rowsOf: (rows: ViewAnswer<Name>['rows']) => Cell[][];
	},
): List {
	return {
		noun,
		total: lists[name]?.total ?? 0,
		limit: lists[name]?.limit ?? 1,
		async fetch(search, offset) {
			const answer = await fetchPart(view, { list: name, search, offset: String(offset) });
			return { rows: rowsOf(answer.rows), total: answer.lists[name]?.total ?? offset };
		},
	};
}
