import type { Model } from '../../model.js';
import { placedTokens } from '../../sql-queries.js';
import { isMark, isWord, type SqlToken, tokensOf } from '../../sql-tokens.js';
import { bracketFaults } from './form-faults.js';
import { functionFaults } from './function-faults.js';
import { shown } from './shown.js';
import { tableFaults } from './table-faults.js';

/** The faults of what the header of an own model says in SQL: types, names and conditions. Pure. */
export function headerFaults({ columns, aliases, checks }: Model): string[] {
	return [
		...columns.flatMap(({ name, type }) => typeFaults(name, type)),
		...[...columns.map(({ name }) => `@column ${name}`), ...aliases.map(({ name }) => `@alias ${name}`)].flatMap(
			wordFaults,
		),
		...columns.flatMap(({ name, test }) => (test === undefined ? [] : conditionFaults(`@column ${name}`, test))),
		...checks.flatMap(({ condition }) => conditionFaults(`@check ${shown(condition)}`, condition)),
	];
}

/** Families of types of ClickHouse that a column of a table can have. */
const typeFamily =
	/^(?:U?Int\d+|B?Float\d+|Decimal\d*|String|FixedString|Date|Date32|DateTime|DateTime64|Time|Time64|UUID|IPv[46]|Bool|Enum|Enum8|Enum16|Array|Tuple|Map|Nullable|LowCardinality|AggregateFunction|SimpleAggregateFunction|Variant|Dynamic|JSON|Point|Ring|LineString|MultiLineString|Polygon|MultiPolygon|Interval[A-Z][a-z]+)$/;

/** The faults of a type: a family, and arguments in parentheses that end with it. */
function typeFaults(column: string, type: string): string[] {
	const tokens = tokensOf(type);
	const isArgument = ({ kind, text, isQuoted }: SqlToken) =>
		kind === 'number' || kind === 'text' || (kind === 'name' && !isQuoted) || '(),=-'.includes(text);
	const [family, open] = tokens;
	const isType =
		family?.kind === 'name' &&
		typeFamily.test(family.text) &&
		tokens.every(isArgument) &&
		bracketFaults(type).length === 0 &&
		(tokens.length === 1 || (isMark(open, '(') && placedTokens(type)[1]?.closing === tokens.length - 1));
	return isType
		? []
		: [
				`"@column ${column}" has no type of ClickHouse in "${shown(type)}"; write one alone, such as LowCardinality(String), with the capital letters of ClickHouse`,
			];
}

/** Words that ClickHouse reads as a part of a statement, or as a value, where the name of a column stands. */
const wordsOfStatements = new Set(
	`all and as between by case check constraint desc distinct else end except exists false from group having in index inf
	interval into is join like nan not null on or order primary projection select then true union using when where
	with`.split(/\s+/),
);

function wordFaults(line: string): string[] {
	const [, name = ''] = line.split(' ');
	return wordsOfStatements.has(name.toLowerCase())
		? [`"${line}" is a word of ClickHouse's SQL; give the column another name, such as ${name}_name`]
		: [];
}

/** A condition is a part of a statement that tests every row of the run. */
function conditionFaults(line: string, condition: string): string[] {
	const tokens = placedTokens(condition);
	const inCondition = bracketFaults(condition);
	if (/--|\/\*|#[ !]/.test(condition.replaceAll(/'(?:[^'\\]|\\.)*'/g, '')))
		inCondition.push('it has a comment; write the explanation after the colon');
	if (tokens.some((token) => isMark(token, ';'))) inCondition.push('";" is not allowed; remove it');
	if (tokens.some((token) => isWord(token, 'SELECT', 'SETTINGS', 'UNION', 'LIMIT')))
		inCondition.push('it must be a condition on one row; write a data test in the folder tests instead');
	inCondition.push(
		...(inCondition.length > 0
			? []
			: [...functionFaults(tokens, 'a condition'), ...tableFaults(tokens, 'a condition')]),
	);
	return inCondition.map((words) => `"${line}": ${words}`);
}
