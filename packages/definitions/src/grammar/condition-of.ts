import type { Condition, NumberComparison, PropertyComparison, TextComparison } from '../conditions/condition.js';
import type { ConditionJson, NumberJson, PropertyJson, TextJson } from './condition-schema.js';

/** The condition that stands in a file. Pure. */
export function conditionOf(json: ConditionJson): Condition {
	const { event, object, objectId, page, onPage, properties = {}, amount, source, and, or, not } = json;
	return all([
		...textConditions('event', event),
		...textConditions('object', object),
		...textConditions('objectId', objectId),
		...(page === undefined ? [] : [{ kind: 'page', patterns: listOf(page) } as const]),
		...(onPage === undefined ? [] : [{ kind: 'onPage', patterns: listOf(onPage) } as const]),
		...Object.entries(properties).map(([property, test]) => propertyCondition(property, test)),
		...(amount === undefined ? [] : numberComparisons(amount).map((is) => ({ kind: 'amount', is }) as const)),
		...(source === undefined ? [] : [{ kind: 'source', sources: listOf(source) } as const]),
		...(and === undefined ? [] : [{ kind: 'and', conditions: and.map(conditionOf) } as const]),
		...(or === undefined ? [] : [{ kind: 'or', conditions: or.map(conditionOf) } as const]),
		...(not === undefined ? [] : [{ kind: 'not', condition: conditionOf(not) } as const]),
	]);
}

const listOf = <Item>(items: Item | readonly Item[]): readonly Item[] =>
	Array.isArray(items) ? items : [items as Item];

const all = (conditions: readonly Condition[]): Condition =>
	conditions.length === 1 ? (conditions[0] as Condition) : { kind: 'and', conditions };

const textConditions = (kind: 'event' | 'object' | 'objectId', test: TextJson | undefined): Condition[] =>
	test === undefined ? [] : textComparisons(test).map((is) => ({ kind, is }));

function textComparisons(test: TextJson): TextComparison[] {
	if (typeof test === 'string') return [{ op: 'equal', texts: [test] }];
	return Array.isArray(test) ? [{ op: 'equal', texts: test }] : partComparisons(test);
}

function partComparisons(test: Exclude<TextJson, string | string[]>): TextComparison[] {
	return (['contains', 'starts', 'ends'] as const).flatMap((op) => {
		const text = test[op];
		return text === undefined ? [] : [{ op, text }];
	});
}

function numberComparisons(test: NumberJson): NumberComparison[] {
	if (typeof test === 'number') return [{ op: 'equalNumber', numbers: [test] }];
	return Array.isArray(test) ? [{ op: 'equalNumber', numbers: test }] : rangeComparisons(test);
}

function rangeComparisons(test: Exclude<NumberJson, number | number[]>): NumberComparison[] {
	return (['greater', 'less', 'atLeast', 'atMost'] as const).flatMap((op) => {
		const number = test[op];
		return number === undefined ? [] : [{ op, number }];
	});
}

function propertyCondition(property: string, test: PropertyJson): Condition {
	const condition = (is: PropertyComparison): Condition => ({ kind: 'property', property, is });
	if (typeof test !== 'object' || Array.isArray(test)) {
		const alternatives = equalComparisons(listOf(test)).map(condition);
		return alternatives.length === 1 ? (alternatives[0] as Condition) : { kind: 'or', conditions: alternatives };
	}
	const { exists } = test;
	return all([
		...partComparisons(test).map(condition),
		...rangeComparisons(test).map(condition),
		...(exists === undefined ? [] : [condition({ op: 'exists', exists })]),
	]);
}

/** A number equals a property in any of its forms, 5 and 5.0. A text does not, and true is the text that was sent. */
function equalComparisons(values: readonly (string | number | boolean)[]): PropertyComparison[] {
	const texts = values.filter((value) => typeof value !== 'number').map(String);
	const numbers = values.filter((value) => typeof value === 'number');
	return [
		...(texts.length === 0 ? [] : [{ op: 'equal', texts } as const]),
		...(numbers.length === 0 ? [] : [{ op: 'equalNumber', numbers } as const]),
	];
}
