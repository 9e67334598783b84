import type { Condition, NumberComparison, PropertyComparison, TextComparison } from '../conditions/condition.js';
import type { ConditionJson } from './condition-schema.js';

/** A condition as it stands in a file, so that `parseDefinitions` reads an equal one. Pure. */
export function conditionJson(condition: Condition): ConditionJson {
	switch (condition.kind) {
		case 'event':
		case 'object':
		case 'objectId':
			return { [condition.kind]: comparisonJson(condition.is) };
		case 'page':
		case 'onPage':
			return { [condition.kind]: oneOrList(condition.patterns) };
		case 'property':
			return { properties: { [condition.property]: comparisonJson(condition.is) as string } };
		case 'amount':
			return { amount: comparisonJson(condition.is) as number };
		case 'source':
			return { source: oneOrList(condition.sources) };
		case 'and':
			return merged(condition.conditions.map(conditionJson));
		case 'or':
			return { or: condition.conditions.map(conditionJson) };
		case 'not':
			return { not: conditionJson(condition.condition) };
	}
}

const oneOrList = <Item>(items: readonly Item[]): Item | Item[] =>
	items.length === 1 ? (items[0] as Item) : [...items];

function comparisonJson(is: TextComparison | NumberComparison | PropertyComparison): unknown {
	switch (is.op) {
		case 'equal':
			return oneOrList(is.texts);
		case 'equalNumber':
			return oneOrList(is.numbers);
		case 'exists':
			return { exists: is.exists };
		case 'contains':
		case 'starts':
		case 'ends':
			return { [is.op]: is.text };
		default:
			return { [is.op]: is.number };
	}
}

/** Conditions that all hold: as the keys of one object if these differ and do not contradict, else as a list. */
function merged(conditions: readonly ConditionJson[]): ConditionJson {
	const keys = conditions.flatMap(keysOf);
	const isPageWithEvent = keys.includes('page') && (keys.includes('event') || keys.includes('object'));
	if (new Set(keys).size < keys.length || isPageWithEvent) return { and: [...conditions] };
	const properties = Object.assign({}, ...conditions.map((one) => one.properties)) as ConditionJson['properties'];
	return {
		...(Object.assign({}, ...conditions) as ConditionJson),
		...(Object.keys(properties ?? {}).length === 0 ? {} : { properties }),
	};
}

/** The keys of a condition, with those of its properties in place of the key for all of them. */
const keysOf = ({ properties, ...others }: ConditionJson): string[] => [
	...Object.keys(others),
	...Object.keys(properties ?? {}).map((key) => `properties.${key}`),
];
