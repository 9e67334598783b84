import { foldedPath } from '@footfall/warehouse';
import { z } from 'zod';
import type { ListQuery } from '../query.js';
import type { Scope } from '../scope.js';
import { type ListPart, listBeginning } from './list-part.js';

interface ListOptions {
	/** SELECT of the rows of the whole list, grouped. */
	rows: (scope: Scope) => string;
	/** SQL for the texts that a search covers. */
	searched: readonly string[];
	/** Whether these are paths, so that a search may have any form of their percent-encoding. */
	isPaths?: boolean;
	/** ORDER BY of the list: a total order, so that no row is in two parts. */
	orderBy: string;
	limit: number;
	/** Column with the name of the list, if the rows belong to several lists, and these names. */
	by?: { column: string; lists: readonly string[] };
	/** Columns that make one entry of the list, if an entry has several rows. @default each row is an entry */
	entry?: string;
}

/** Defines a query for one or several lists. */
export function list<Shape extends z.ZodRawShape>(shape: Shape, options: ListOptions) {
	const { limit, by } = options;
	return {
		row: z.object(shape),
		lists: by?.lists,
		limit,
		sql: (scope: Scope) => partSqlOf(options, scope, listBeginning),
		partSql: (scope: Scope, part: ListPart) => partSqlOf(options, scope, part),
	} satisfies ListQuery<z.infer<z.ZodObject<Shape>>>;
}

/** The statement for a part of a list. Each row has the number of entries of its list as `listTotal`. Pure. */
function partSqlOf(options: ListOptions, scope: Scope, part: ListPart): string {
	const { rows, orderBy, limit, by, entry } = options;
	const conditions = [
		...(by && part.list !== undefined ? [`${by.column} = {list:String}`] : []),
		...(part.search === '' ? [] : [searchCondition(options)]),
	];
	const where = conditions.length === 0 ? '' : `\nWHERE ${conditions.join(' AND ')}`;
	const offset = part.offset === 0 ? '' : ' OFFSET {offset:UInt32}';
	const perList = by ? `PARTITION BY ${by.column}` : '';
	if (entry === undefined) {
		const listName = by ? `${by.column} AS listName, ` : '';
		return `SELECT *, ${listName}count() OVER (${perList}) AS listTotal
FROM
(
    ${rows(scope)}
)${where}
ORDER BY ${orderBy}
LIMIT ${limit}${offset}${by ? ` BY ${by.column}` : ''}`;
	}
	return `SELECT * FROM
(
    SELECT *, dense_rank() OVER (ORDER BY ${orderBy}, ${entry}) AS position, uniqExact(${entry}) OVER () AS listTotal
    FROM
    (
        ${rows(scope)}
    )${where}
)
WHERE position > {offset:UInt32} AND position <= {offset:UInt32} + ${limit}
ORDER BY position`;
}

function searchCondition({ searched, isPaths = false }: ListOptions): string {
	const texts = ['{search:String}', ...(isPaths ? [foldedPath('{search:String}')] : [])];
	const found = searched.flatMap((column) =>
		texts.map((text) => `positionCaseInsensitiveUTF8(${column}, ${text}) > 0`),
	);
	return `(${found.join(' OR ')})`;
}
