import { quoted } from '@footfall/json';
import { reasonOf, type WarehouseError } from '@footfall/warehouse';

/** Error codes of ClickHouse that have words of their own. */
const codes = {
	unknownFunction: 46,
	unknownColumn: 47,
	unknownTable: 60,
	syntax: 62,
	unknownDatabase: 81,
	timeout: 159,
	readonly: 164,
	memory: 241,
	canceled: 394,
	accessDenied: 497,
};

const listTables = 'footfall sql "SHOW TABLES" lists the tables';

/**
 * One line on why a statement has no rows, or not all of them, with the place in the statement where ClickHouse names
 * one or where it can be found. It repeats no URL. Pure.
 */
export function statementFault({ message, code }: Pick<WarehouseError, 'message' | 'code'>, statement: string): string {
	const reason = reasonOf({ message });
	if (code === undefined)
		return `ClickHouse gave no answer, or not all of it (${reason}); check that the server is running, and try again`;
	switch (code) {
		case codes.syntax:
			return syntaxFault(message, reason, statement);
		case codes.unknownTable:
			return `there is no table ${named(message, statement)}; ${listTables}`;
		case codes.unknownColumn:
			return `there is no column ${named(message, statement)}; footfall sql "DESCRIBE TABLE events" lists the columns of a table`;
		case codes.unknownFunction:
			return `there is no function ${named(message, statement)}; correct the statement`;
		case codes.unknownDatabase:
			return `there is no database ${named(message, statement)}, or this account may not read it; ${listTables}`;
		case codes.timeout:
			return `the statement took longer than this account may (${reason}); read fewer days or fewer columns`;
		case codes.memory:
			return `the statement needs more memory than this account may use (${reason}); group by fewer values, or read fewer days or columns`;
		case codes.readonly:
			return `footfall sql only reads (${reason}); change data with an account of your own and clickhouse-client`;
		case codes.canceled:
			return 'the statement was ended on the server; run it again';
		case codes.accessDenied:
			return `this account may only read the marts and events, and ${needed(reason)}; ${listTables}`;
		default:
			return `ClickHouse refuses the statement (${reason}); correct the statement`;
	}
}

/** ClickHouse: `failed at position 14 (sessions) (line 2, col 7): sessions. Expected one of: …`. */
function syntaxFault(message: string, reason: string, statement: string): string {
	const [, position, near] = /failed at position (\d+) \((.*?)\)(?: \(line|:)/s.exec(message) ?? [];
	if (message.includes('Multi-statements are not allowed'))
		return 'footfall sql runs one statement at a time; remove the second one';
	if (position === undefined) return `the statement has a syntax error (${reason}); correct the statement`;
	const before = Buffer.from(statement)
		.subarray(0, Number(position) - 1)
		.toString();
	const expected = /Expected (?:one of: )?(.*)/s.exec(message)?.[1] ?? '';
	// ClickHouse lists everything that may follow; a long list does not help.
	const few = expected.split(', ').length <= 3 ? reasonOf({ message: expected }) : '';
	const words = near === undefined || near === '' ? '' : `, near ${quoted(near)}`;
	return `the statement has a syntax error ${place(before)}${words}${few === '' ? '' : `: expected ${few}`}; correct it there`;
}

function place(before: string): string {
	const lines = before.split('\n');
	return `at line ${lines.length}, column ${(lines.at(-1) as string).length + 1}`;
}

/** ClickHouse: `reader: Not enough privileges. To execute this query, it's necessary to have the grant SELECT ON b`. */
function needed(reason: string): string {
	const grant = /necessary to have the grant (.*)/.exec(reason)?.[1];
	return grant === undefined
		? `ClickHouse refuses the statement (${reason})`
		: `the statement needs the grant ${grant}`;
}

/** The name that ClickHouse does not know, its place if it stands in the statement once, and what is meant. */
function named(message: string, statement: string): string {
	const inQuotes = /[`'"]([^`'"]+)[`'"]/.exec(message)?.[1];
	const name = inQuotes ?? /\b(?:table|database) ([\w.]+)/i.exec(message)?.[1] ?? '?';
	const meant = /maybe you meant:? \[?([^\]?]+)/i.exec(message)?.[1];
	const parts = statement.split(name);
	const where = parts.length === 2 ? ` (${place(parts[0] as string)})` : '';
	return `${quoted(name)}${where}${meant === undefined ? '' : `; did you mean ${meant.replaceAll(/[`']/g, '').split(',').join(' or ').trim()}?`}`;
}
