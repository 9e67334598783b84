import { describe, expect, it } from 'vitest';
import { statementFault } from './statement-fault.js';

/** Messages of ClickHouse 26.7, each with the statement that it is about. */
const cases: [statement: string, code: number | undefined, message: string, words: string][] = [
	[
		'SELECT\na FRM sessions',
		62,
		'Syntax error: failed at position 14 (sessions) (line 2, col 7): sessions. Expected one of: token, Comma, FROM, PREWHERE, WHERE, end of query. ',
		'the statement has a syntax error at line 2, column 7, near "sessions"; correct it there',
	],
	[
		"SELECT 'é' FRM x",
		62,
		'Syntax error: failed at position 17 (x): x. Expected end of query. ',
		'the statement has a syntax error at line 1, column 16, near "x": expected end of query; correct it there',
	],
	[
		"SELECT ('https://user:sesame@h/x",
		62,
		"Syntax error: failed at position 9 ('https://user:sesame@h/x): 'https://user:sesame@h/x. Single quoted string is not closed: ''https://user:sesame@h/x'. ",
		'the statement has a syntax error at line 1, column 9, near "***"; correct it there',
	],
	[
		'SELECT 1; SELECT 2',
		62,
		'Syntax error (Multi-statements are not allowed): failed at position 9 (end of query): ; SELECT 2. . ',
		'footfall sql runs one statement at a time; remove the second one',
	],
	[
		'SELECT foo FROM sessions',
		47,
		'Unknown expression identifier `foo` in scope SELECT foo FROM sessions. ',
		'there is no column "foo" (at line 1, column 8); footfall sql "DESCRIBE TABLE events" lists the columns of a table',
	],
	[
		'SELECT a, a FROM sessions',
		47,
		"Unknown expression identifier `a` in scope SELECT a, a FROM sessions. Maybe you meant: ['day']. ",
		'there is no column "a"; did you mean day?; footfall sql "DESCRIBE TABLE events" lists the columns of a table',
	],
	[
		'SELECT * FROM sesions',
		60,
		"Unknown table expression identifier 'sesions' in scope SELECT * FROM sesions. Maybe you meant footfall.sessions?. ",
		'there is no table "sesions" (at line 1, column 15); did you mean footfall.sessions?; footfall sql "SHOW TABLES" lists the tables',
	],
	[
		'SELECT cuont()',
		46,
		"Function with name `cuont` does not exist. In scope SELECT cuont(). Maybe you meant: ['conv','count']. ",
		'there is no function "cuont" (at line 1, column 8); did you mean conv or count?; correct the statement',
	],
	[
		'SELECT 1 FROM x.y',
		81,
		'Database x does not exist. ',
		'there is no database "x" (at line 1, column 15), or this account may not read it; footfall sql "SHOW TABLES" lists the tables',
	],
	[
		'INSERT INTO events (site) VALUES (1)',
		497,
		"reader: Not enough privileges. To execute this query, it's necessary to have the grant INSERT(site) ON footfall.events. ",
		'this account may only read the marts and events, and the statement needs the grant INSERT(site) ON footfall.events; footfall sql "SHOW TABLES" lists the tables',
	],
	[
		'INSERT INTO events (site) VALUES (1)',
		164,
		'footfall: Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. ',
		'footfall sql only reads (footfall: Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly); change data with an account of your own and clickhouse-client',
	],
	[
		'SELECT sleep(2)',
		159,
		'Timeout exceeded: elapsed 1005.649 ms, maximum: 1000 ms. ',
		'the statement took longer than this account may (Timeout exceeded: elapsed 1005.649 ms, maximum: 1000 ms); read fewer days or fewer columns',
	],
	[
		'SELECT throwIf(1)',
		395,
		"Value passed to 'throwIf' function is non-zero: while executing 'FUNCTION throwIf(1)'. (FUNCTION_THROW_IF_VALUE_IS_NON_ZERO) (version 26.7.2.1)",
		"ClickHouse refuses the statement (Value passed to 'throwIf' function is non-zero); correct the statement",
	],
	[
		'SELECT 1',
		undefined,
		'read ECONNRESET',
		'ClickHouse gave no answer, or not all of it (read ECONNRESET); check that the server is running, and try again',
	],
];

describe('statementFault', () => {
	it.each(cases)('says what is wrong with %j (code %s)', (statement, code, message, words) => {
		expect(statementFault({ message, code }, statement)).toBe(words);
	});

	it('repeats no URL and no more than 300 characters of a message', () => {
		const fault = statementFault({ message: `cannot read https://user:sesame@h/x?${'a '.repeat(999)}`, code: 1 }, '');
		expect(fault).toContain('cannot read ***');
		expect(fault.length).toBeLessThan(400);
	});
});
