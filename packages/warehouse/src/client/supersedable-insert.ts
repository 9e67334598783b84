import { eventColumns } from '../schema/event-columns.js';
import { literal } from './literal.js';

const typeOf = new Map<string, string>(eventColumns.map(({ name, type }) => [name, type]));

/**
 * The statement of an insert of events that ClickHouse refuses once `supersedeInsert` has given a higher number. Its
 * parameters are `queryId` and `attempt`. It is still one block and one part. Pure.
 *
 * @param columns names of columns of `events`
 */
export function supersedableInsert(table: string, columns: readonly string[]): string {
	const structure = columns.map((column) => `${column} ${typeOf.get(column)}`).join(', ');
	const later =
		'SELECT count() FROM superseded_inserts WHERE query_id = {queryId:String} AND attempt > {attempt:UInt32}';
	return `INSERT INTO ${table} (${columns.join(', ')}) SELECT * FROM input(${literal(structure)})
		WHERE throwIf((${later}) > 0, 'a later attempt has taken the place of this insert') = 0 FORMAT Native`;
}
