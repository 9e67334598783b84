import { amountScale, decimalText, numberPattern, propertyScale, wellFormed } from './comparable.js';
import type { Condition, NumberComparison, PropertyComparison, TextComparison } from './condition.js';
import { isExactPath, patternRe2 } from './page-pattern.js';

/**
 * A condition as an SQL expression of type Bool or UInt8, never NULL, over the columns of the model `stg_events`:
 * `name`, `obj`, `target`, `path`, `props`, `amount`, `source` and `is_page_view`. It is one operand wherever it
 * stands. Its texts are literals with everything escaped that could end them, or that the compiler of the models or the
 * parameters of a statement would replace. Pure.
 *
 * @throws RangeError for a number that is not from -1e12 to 1e12
 */
export function conditionSql(condition: Condition): string {
	switch (condition.kind) {
		case 'event':
			return textSql(condition.is, 'name');
		case 'object':
			return textSql(condition.is, 'obj');
		case 'objectId':
			return textSql(condition.is, 'target');
		case 'page':
			return `(is_page_view AND ${pathSql(condition.patterns)})`;
		case 'onPage':
			return pathSql(condition.patterns);
		case 'property':
			return propertySql(condition.is, condition.property);
		case 'amount':
			return numberSql(
				condition.is,
				'amount',
				(number) => `toDecimal64('${decimalText(number, amountScale)}', ${amountScale})`,
			);
		case 'source':
			return equalSql('source', condition.sources.map(textLiteral));
		case 'and':
			return combined(condition.conditions.map(conditionSql), ' AND ', 'true');
		case 'or':
			return combined(condition.conditions.map(conditionSql), ' OR ', 'false');
		case 'not':
			return negatedSql(condition.condition);
	}
}

/**
 * A text as an SQL literal. All of ASCII but letters, digits, blanks and a few marks is escaped: quotation marks,
 * backslashes, control characters, and the braces of `{{model}}` and `{parameter:Type}`.
 */
export const textLiteral = (text: string): string =>
	`'${wellFormed(text).replaceAll(/[^\w ./:@\u0080-\u{10ffff}]/gu, (character) => `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)}'`;

/** Two negations are none: ClickHouse plans a statement with many of them for minutes. */
function negatedSql(condition: Condition): string {
	return condition.kind === 'not' ? conditionSql(condition.condition) : `(NOT ${conditionSql(condition)})`;
}

function combined(operands: readonly string[], operator: string, none: string): string {
	if (operands.length === 0) return none;
	return operands.length === 1 ? (operands[0] as string) : `(${operands.join(operator)})`;
}

function equalSql(operand: string, values: readonly string[]): string {
	if (values.length === 0) return 'false';
	return values.length === 1 ? `(${operand} = ${values[0]})` : `(${operand} IN (${values.join(', ')}))`;
}

function textSql(is: TextComparison, operand: string): string {
	switch (is.op) {
		case 'equal':
			return equalSql(operand, is.texts.map(textLiteral));
		case 'contains':
			return `(position(${operand}, ${textLiteral(is.text)}) > 0)`;
		case 'starts':
			return `startsWith(${operand}, ${textLiteral(is.text)})`;
		case 'ends':
			return `endsWith(${operand}, ${textLiteral(is.text)})`;
	}
}

const comparisonSigns = { greater: '>', less: '<', atLeast: '>=', atMost: '<=' } as const;

function numberSql(is: NumberComparison, operand: string, numberLiteral: (number: number) => string): string {
	if (is.op === 'equalNumber') return equalSql(operand, is.numbers.map(numberLiteral));
	return `(${operand} ${comparisonSigns[is.op]} ${numberLiteral(is.number)})`;
}

function propertySql(is: PropertyComparison, property: string): string {
	const key = textLiteral(property);
	const value = `props[${key}]`;
	switch (is.op) {
		case 'exists':
			return is.exists ? `mapContains(props, ${key})` : `(NOT mapContains(props, ${key}))`;
		case 'equal':
		case 'contains':
		case 'starts':
		case 'ends': {
			const compared = textSql(is, value);
			// A property that is missing reads as an empty text.
			const holdsForEmpty = is.op === 'equal' ? is.texts.includes('') : is.text === '';
			return holdsForEmpty ? `(mapContains(props, ${key}) AND ${compared})` : compared;
		}
		default: {
			const decimal = `toDecimal128OrZero(${value}, ${propertyScale})`;
			const compared = numberSql(
				is,
				decimal,
				(number) => `toDecimal128('${decimalText(number, propertyScale)}', ${propertyScale})`,
			);
			return `(match(${value}, ${textLiteral(numberPattern)}) AND ${compared})`;
		}
	}
}

/** Patterns of paths as SQL: exact paths at once, then each other pattern. */
function pathSql(patterns: readonly string[]): string {
	const exact = patterns.filter(isExactPath);
	const others = patterns.filter((pattern) => !isExactPath(pattern)).map(patternSql);
	return combined(
		[...(exact.length > 0 ? [equalSql('path', exact.map(textLiteral))] : []), ...others],
		' OR ',
		'false',
	);
}

/** Two asterisks at the end or the start alone need no regular expression, which would cost more. */
function patternSql(pattern: string): string {
	const [start = '', end = '', more] = pattern.split('**');
	if (more === undefined && pattern.includes('**')) {
		if (end === '' && isExactPath(start)) return `startsWith(path, ${textLiteral(start)})`;
		if (start === '' && isExactPath(end)) return `endsWith(path, ${textLiteral(end)})`;
	}
	return `match(path, ${textLiteral(patternRe2(pattern))})`;
}
