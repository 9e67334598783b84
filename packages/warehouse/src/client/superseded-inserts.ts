import type { Warehouse } from './client.js';

/** ClickHouse's FUNCTION_THROW_IF_VALUE_IS_NON_ZERO: a later attempt has taken the place of the insert. */
export const supersededCode = 395;

/**
 * Makes ClickHouse refuse every earlier attempt of an insert that it has not begun, such as one that a proxy still
 * holds. An attempt that it has begun is in `system.processes`, where `killQuery` finds it.
 *
 * @param msMax timeout of each statement, ms
 * @returns the number of the next attempt, 1 or more
 */
export async function supersedeInsert(warehouse: Warehouse, queryId: string, msMax: number): Promise<number> {
	const [row] = await warehouse.query<{ attempt: number }>(
		'SELECT max(attempt) + 1 AS attempt FROM superseded_inserts WHERE query_id = {queryId:String}',
		{ params: { queryId }, msMax },
	);
	const attempt = Number(row?.attempt ?? 1);
	await warehouse.command(
		'INSERT INTO superseded_inserts (query_id, attempt) VALUES ({queryId:String}, {attempt:UInt32})',
		{ params: { queryId, attempt }, settings: { async_insert: 0, insert_deduplicate: 0 }, msMax },
	);
	return attempt;
}
