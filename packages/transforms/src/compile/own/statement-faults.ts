import { commentOrText, isStored, type Model, withoutComments } from '../model.js';

/**
 * Finds statements of own models that a run cannot keep up to date, or that would leave the bounds of a run. The rows
 * of a stored model must depend on its upstream rows alone, and not on the time, on other tables, or on the order in
 * which ClickHouse reads rows: an incremental run would otherwise give other rows than a rebuild. Pure.
 */
export function statementFaults(model: Pick<Model, 'sql' | 'materialized'>): string[] {
	const code = withoutComments(model.sql);
	return [
		...formFaults(model.sql, code),
		...(isStored(model as Model) ? storedFaults(code, model.materialized.kind) : []),
	];
}

/** The form of a statement. A run places it in parentheses in a statement of its own. */
export function formFaults(sql: string, code = withoutComments(sql)): string[] {
	const faults: string[] = [];
	if (!/^\s*\(?\s*(?:SELECT|WITH)\b/i.test(code))
		faults.push('the statement must begin with SELECT or WITH; write one SELECT below the header');
	if (code.includes(';')) faults.push('";" is not allowed, since a file is one SELECT; remove it');
	if (/\bSETTINGS\b/i.test(code))
		faults.push(
			'"SETTINGS" is not allowed, since every model has the same bounds; use --model-seconds and --model-memory',
		);
	if (/\bINTO\s+OUTFILE\b/i.test(code)) faults.push('"OUTFILE" is not allowed, since a run stores the rows; remove it');
	if (/\bFORMAT\s+\w+\s*$/i.test(code)) faults.push('"FORMAT" is not allowed, since a run stores the rows; remove it');
	if (!isBalanced(sql))
		faults.push('its parentheses, brackets or quotation marks do not match; close each that it opens');
	return faults;
}

/** Whether every bracket and quotation mark of a statement is closed, in order. */
function isBalanced(sql: string): boolean {
	const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };
	const expected: string[] = [];
	for (const [token] of sql.matchAll(new RegExp(`${commentOrText.source}|[()[\\]{}'"\`]`, 'g'))) {
		if (token.length > 1) continue;
		if (/['"`]/.test(token)) return false;
		if (closing[token] !== undefined) expected.push(closing[token]);
		else if (expected.pop() !== token) return false;
	}
	return expected.length === 0;
}

/** Functions whose result is not determined by the rows, each with what to write instead. */
const unsteadyFunctions: readonly [names: RegExp, remedy: string][] = [
	[
		/\b(now|now64|nowInBlock|today|yesterday|current_date|current_timestamp|utc_timestamp|uptime)\s*\(/i,
		'its rows would depend on the time of the run; call it in a model with @materialized view',
	],
	[
		/\b(rand\w*|generateUUIDv\d|generateULID|generateSnowflakeID|hostName|rowNumberInBlock|rowNumberInAllBlocks)\s*\(/i,
		'its result differs from run to run; derive the value from columns, for example with cityHash64(…)',
	],
	[
		/\b((?:any|anyLast|anyHeavy|first_value|last_value|groupArraySample|topK|topKWeighted)(?:If)?)\s*\(/i,
		'its result depends on the order in which rows are read; use min, max, argMin or argMax by a time and an event_id',
	],
	[
		/\b((?:quantiles?|median|quantilesTDigest|quantileTDigest)(?:If)?)\s*\(/i,
		'it samples rows, so that its result depends on their order; use quantileExact or medianExact',
	],
	[
		/\b(dictGet\w*|joinGet\w*|file)\s*\(/i,
		'a run does not follow changes of what it reads; use it in a model with @materialized view',
	],
];

/** Table functions that make rows of their arguments alone. */
const pureTableFunctions = ['numbers', 'values', 'generateseries', 'generate_series', 'zeros', 'view'];

function storedFaults(code: string, kind: string): string[] {
	const faults = unsteadyFunctions.flatMap(([names, remedy]) => {
		const called = names.exec(code)?.[1];
		return called === undefined ? [] : [`a stored model cannot call \`${called}\`(): ${remedy}`];
	});
	if (/\bLIMIT\s+\d+(?:\s*,\s*\d+|\s+OFFSET\s+\d+)?(?!\s*(?:,|OFFSET|BY|\d))\b/i.test(code))
		faults.push(
			'a stored model cannot have "LIMIT" without BY, since a run computes parts of its rows; use LIMIT n BY columns, or a view',
		);
	for (const [, over = ''] of code.matchAll(/\bOVER\s*\(([^()]*)/gi))
		if (!/\bPARTITION\s+BY\b/i.test(over) && !/^\s*\w+\s*$/.test(over))
			faults.push(
				`a window "OVER" needs PARTITION BY ${kind === 'incremental by visitor' ? 'site, visitor_id' : 'columns of the time partition'}, since a run computes parts of the rows`,
			);
	return [...faults, ...tableFaults(code)];
}

/** Tables that are read by their names, and table functions: no run follows what changes in them. */
function tableFaults(code: string): string[] {
	const isDefinedHere = (table: string) =>
		new RegExp(`\\b${table}\\s+AS\\s*(?:NOT\\s+MATERIALIZED\\s*|MATERIALIZED\\s*)?\\(`, 'i').test(code);
	return [...code.matchAll(/(?<!\barray\s+)\b(?:FROM|JOIN)\s+([\w.]+)\s*(\(?)/gi)]
		.filter(([, table = '', call]) =>
			call === '' ? !isDefinedHere(table) : !pureTableFunctions.includes(table.toLowerCase()),
		)
		.map(
			([, table, call]) =>
				`a stored model cannot read \`${table}\`${call === '' ? '' : '(…)'}, since no run follows its changes; read a model as {{name}}, or use @materialized view`,
		);
}
