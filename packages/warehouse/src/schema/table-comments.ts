import type { Warehouse } from '../client/client.js';
import { literal } from '../client/literal.js';
import { WarehouseError } from '../client/warehouse-error.js';
import { type Column, derivedEventColumns, earlierEventColumns, eventColumns } from './event-columns.js';

/** A table with the comments that readers see in a client. */
interface CommentedTable {
	name: string;
	comment: string;
	columns: readonly Pick<Column, 'name' | 'description'>[];
}

/** The tables of the migrations that people read. */
const tables: readonly CommentedTable[] = [
	{
		name: 'events',
		comment:
			'Every event, one row for each receipt. Read it with FINAL, or an event that was received twice counts twice.',
		columns: [...eventColumns, ...earlierEventColumns, ...derivedEventColumns],
	},
	{
		name: 'events_quarantine',
		comment: 'Events that ClickHouse refused, with the reason. Read it with FINAL.',
		columns: [
			...eventColumns,
			...earlierEventColumns,
			{ name: 'reason', description: 'The reason that ClickHouse gave.' },
			{ name: 'quarantined_at', description: 'Time at which the collector quarantined the event.' },
		],
	},
	{
		name: 'exchange_rates',
		comment: 'Reference rates of the European Central Bank that footfall rates has stored. Read it with FINAL.',
		columns: [
			{ name: 'day', description: 'Day of the rate. A day without one has that of the last day before it.' },
			{ name: 'currency', description: 'Code of ISO 4217. The euro itself has no rows.' },
			{ name: 'per_euro', description: 'Units of the currency that one euro was worth.' },
			{ name: 'loaded_at', description: 'Time at which the rate was stored.' },
		],
	},
	{
		name: 'superseded_inserts',
		comment: 'Inserts of unknown outcome that a later attempt has taken the place of, for 7 days.',
		columns: [
			{ name: 'query_id', description: 'Id of the insert: the segment, or a range of its rows.' },
			{ name: 'attempt', description: 'Number of the attempt from which on the server takes the insert.' },
			{ name: 'superseded_at', description: 'Time at which the earlier attempts lost their place.' },
		],
	},
];

/** A comment of a table, whose `column` is empty, or of a column of it. */
interface PresentComment {
	table: string;
	column: string;
	comment: string;
}

/** The statements that bring comments up to date, at most one for each table. Pure. */
export function commentStatements(present: readonly PresentComment[]): string[] {
	const keyOf = (table: string, column: string) => `${table}.${column}`;
	const current = new Map(present.map(({ table, column, comment }) => [keyOf(table, column), comment]));
	// A column that a later version has removed, or that a migration has not added yet, has no comment to change.
	const differs = (table: string, column: string, comment: string) =>
		![undefined, comment].includes(current.get(keyOf(table, column)));
	return tables.flatMap(({ name, comment, columns }) => {
		const changes = columns
			.filter((column) => differs(name, column.name, column.description))
			.map((column) => `COMMENT COLUMN ${column.name} ${literal(column.description)}`);
		if (differs(name, '', comment)) changes.push(`MODIFY COMMENT ${literal(comment)}`);
		return changes.length === 0 ? [] : [`ALTER TABLE ${name} ${changes.join(', ')}`];
	});
}

/**
 * Writes the comments of tables and columns that differ from those of this version. They are not part of a migration,
 * so that a better text does not keep earlier versions from the database. They are no reason to refuse a start: an
 * account without the right to write them leaves them as they are.
 */
export async function writeComments(warehouse: Warehouse): Promise<void> {
	const present = await warehouse.query<PresentComment>(
		`SELECT table, name AS column, comment FROM system.columns
		WHERE database = currentDatabase() AND table IN {tables:Array(String)}
		UNION ALL SELECT name, '', comment FROM system.tables
		WHERE database = currentDatabase() AND name IN {tables:Array(String)}`,
		{ params: { tables: tables.map(({ name }) => name) } },
	);
	for (const statement of commentStatements(present)) {
		await warehouse.command(statement).catch((error) => {
			if (!(error instanceof WarehouseError) || error.outcome === 'unknown') throw error;
		});
	}
}
